//! The messages of Arrow files and streams, looked at before the reader gets them.
//!
//! The reader relies on the table of contents at the end of a file. If that is damaged and names fewer batches than
//! there are, rows would be missing without an error. If it names more bytes than there are, or a compressed buffer
//! claims an impossible size, the reader would allocate all of it, and a failed allocation ends the process.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use arrow::ipc::reader::read_footer_length;
use arrow::ipc::{Block, Message, MessageHeader, root_as_footer, root_as_message};

use apportion_base::world::ByteReader;

/// Where the messages of a file begin: behind `ARROW1` and two bytes of padding, or more.
const FIRST: u64 = 8;
const FIRST_AT_MOST: u64 = 64;
/// The mark before the length of a message, except in old files.
const CONTINUATION: u32 = u32::MAX;
/// The most bytes of a message without its body: those of a schema of very many columns.
const MOST: u32 = 1 << 26;
/// Bytes before a compressed buffer, which say its size; -1 where it is not compressed after all.
const SAID: u8 = 8;
const NOT_COMPRESSED: i64 = -1;
/// A block of zstd has 128 KiB at most and takes 4 bytes at least; LZ4 makes less of a byte.
const MOST_FROM_A_BYTE: u64 = 1 << 15;
/// A batch has fewer in one column.
const MOST_OF_A_BUFFER: u64 = 1 << 33;
/// The end of a file: the length of its table of contents, and `ARROW1`.
const END: u64 = 10;

/// What is wrong with the parts of a file, if anything. Leaves the file at its start.
pub(super) fn wrong_in_file(file: &mut BufReader<ByteReader>) -> io::Result<Option<&'static str>> {
    let length = file.seek(SeekFrom::End(0))?;
    let footer = footer(file, length)?;
    let mut wrong = None;
    // Where there is no table of contents, the reader says so.
    if let Some(Ok(footer)) = footer.as_deref().map(root_as_footer) {
        for block in footer.dictionaries().into_iter().chain(footer.recordBatches()).flatten() {
            wrong = if lies_below(length, block) { wrong_in_block(file, block)? } else { Some(NOT_THERE) };
            if wrong.is_some() {
                break;
            }
        }
        let listed = footer.recordBatches().map_or(0, |blocks| blocks.len());
        if wrong.is_none() && record_batches(file)?.is_some_and(|there| there != listed) {
            wrong = Some("its table of contents does not list all of its batches");
        }
    }
    file.rewind()?;
    Ok(wrong)
}

const NOT_THERE: &str = "its table of contents names bytes that are not there";
const NO_MESSAGE: &str = "its table of contents names what is no message";
const UNLIKELY: &str = "a compressed buffer says a size that it cannot have";

/// The same of a stream, which has no table of contents.
pub(super) fn wrong_in_stream(file: &mut BufReader<ByteReader>) -> io::Result<Option<&'static str>> {
    let mut likely = true;
    let mark = number(file);
    let walked = mark.and_then(|mark| {
        walk(file, mark, true, |file, message, body| {
            likely &= buffers_are_likely(file, message, body)?;
            Ok(())
        })
    });
    let _ = to_the_end(walked)?;
    file.rewind()?;
    Ok((!likely).then_some(UNLIKELY))
}

/// That a file ends early is the reader's to say.
fn to_the_end(walked: io::Result<Option<()>>) -> io::Result<Option<()>> {
    match walked {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        other => other,
    }
}

/// The bytes of the table of contents, if there is one.
fn footer(file: &mut BufReader<ByteReader>, length: u64) -> io::Result<Option<Vec<u8>>> {
    let Some(end) = length.checked_sub(END) else { return Ok(None) };
    file.seek(SeekFrom::Start(end))?;
    let mut bytes = [0; END as usize];
    file.read_exact(&mut bytes)?;
    let said = read_footer_length(bytes).ok().and_then(|said| u64::try_from(said).ok());
    let Some(start) = said.and_then(|said| end.checked_sub(said)) else { return Ok(None) };
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(end - start).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether a message that the table of contents names is within a file of this length.
fn lies_below(length: u64, block: &Block) -> bool {
    let sizes = [block.offset(), block.metaDataLength().into(), block.bodyLength()];
    let end = sizes.iter().try_fold(0_u64, |end, size| end.checked_add(u64::try_from(*size).ok()?));
    end.is_some_and(|end| end <= length)
}

/// What is wrong with a message that is within the file, if anything.
fn wrong_in_block(file: &mut BufReader<ByteReader>, block: &Block) -> io::Result<Option<&'static str>> {
    let start = block.offset().unsigned_abs();
    let length = u64::from(block.metaDataLength().unsigned_abs());
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    // The length of the message is before it, mostly after a mark.
    let marked = bytes.first_chunk().is_some_and(|mark| u32::from_le_bytes(*mark) == CONTINUATION);
    let message = bytes.get(if marked { 8 } else { 4 }..).map(root_as_message);
    // The reader would look for the rest of it in the body.
    let Some(Ok(message)) = message else { return Ok(Some(NO_MESSAGE)) };
    Ok((!buffers_are_likely(file, message, start + length)?).then_some(UNLIKELY))
}

/// Whether each compressed buffer of a message, whose body begins at `body`, says a size that its bytes can have.
fn buffers_are_likely(file: &mut BufReader<ByteReader>, message: Message<'_>, body: u64) -> io::Result<bool> {
    let dictionary = message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
    let batch = message.header_as_record_batch().or(dictionary);
    let compressed = batch.filter(|batch| batch.compression().is_some());
    for buffer in compressed.and_then(|batch| batch.buffers()).into_iter().flatten() {
        let place = u64::try_from(buffer.offset()).ok().and_then(|offset| body.checked_add(offset));
        let (Some(place), Ok(length)) = (place, u64::try_from(buffer.length())) else { return Ok(false) };
        let Some(bytes) = length.checked_sub(SAID.into()) else { continue };
        file.seek(SeekFrom::Start(place))?;
        let mut said = [0; SAID as usize];
        file.read_exact(&mut said)?;
        let most = bytes.saturating_mul(MOST_FROM_A_BYTE).min(MOST_OF_A_BUFFER);
        if i64::from_le_bytes(said) != NOT_COMPRESSED && u64::from_le_bytes(said) > most {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The record batches of a file, counted message by message to their end mark. `None` if they are not laid out like
/// that, which a file may do.
fn record_batches(file: &mut BufReader<ByteReader>) -> io::Result<Option<usize>> {
    file.seek(SeekFrom::Start(FIRST))?;
    let mut batches = 0;
    let mark = padding(file);
    let walked = mark.and_then(|mark| {
        walk(file, mark, false, |_, message, _| {
            batches += usize::from(message.header_type() == MessageHeader::RecordBatch);
            Ok(())
        })
    });
    Ok(to_the_end(walked)?.map(|()| batches))
}

/// Goes over consecutive messages, up to their end mark; `mark` is the first one's. `None` if they are not consecutive.
/// `each` is called with a message and the start of its body.
fn walk(
    file: &mut BufReader<ByteReader>,
    mut mark: u32,
    old: bool,
    mut each: impl FnMut(&mut BufReader<ByteReader>, Message<'_>, u64) -> io::Result<()>,
) -> io::Result<Option<()>> {
    loop {
        let length = match mark {
            CONTINUATION => number(file)?,
            // Old streams begin with the length.
            length if old => length,
            _ => return Ok(None),
        };
        if length == 0 {
            return Ok(Some(()));
        }
        if length > MOST {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        file.take(length.into()).read_to_end(&mut bytes)?;
        let body = file.stream_position()?;
        let Ok(message) = root_as_message(&bytes) else { return Ok(None) };
        let Ok(body_length) = u64::try_from(message.bodyLength()) else { return Ok(None) };
        let Some(next) = body.checked_add(body_length) else { return Ok(None) };
        each(file, message, body)?;
        file.seek(SeekFrom::Start(next))?;
        mark = number(file)?;
    }
}

/// The first number that is not of the padding behind `ARROW1`, which some writers fill up to 64 bytes.
fn padding(file: &mut BufReader<ByteReader>) -> io::Result<u32> {
    for _ in (FIRST..FIRST_AT_MOST).step_by(4) {
        match number(file)? {
            0 => {}
            other => return Ok(other),
        }
    }
    number(file)
}

fn number(file: &mut BufReader<ByteReader>) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}
