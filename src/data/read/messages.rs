//! The messages of an Arrow file, one behind the other as in a stream: to see that its table of contents lists them all, and
//! nothing else.
//!
//! The reader goes by the table of contents alone. Where that is damaged and names fewer batches than there are, rows would
//! be missing without a word; where it names more bytes than there are, memory would be made for all of them.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use arrow::ipc::reader::read_footer_length;
use arrow::ipc::{Block, MessageHeader, root_as_footer, root_as_message};

/// Where the messages begin: behind `ARROW1` and two bytes of padding.
const FIRST: u64 = 8;
/// What stands before the length of a message.
const CONTINUATION: u32 = u32::MAX;
/// The most bytes of a message without its body: those of a schema of very many columns.
const MOST: u32 = 1 << 26;

/// What stands at the end of a file: the length of its table of contents, and `ARROW1`.
const END: u64 = 10;

/// Whether all that the table of contents names lies in the file; also true where there is no such table, which the reader
/// will say. Leaves the file at its start.
pub(super) fn lie_in_the_file(file: &mut BufReader<File>) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let footer = footer(file, length)?;
    file.rewind()?;
    let Some(Ok(footer)) = footer.as_deref().map(root_as_footer) else { return Ok(true) };
    let lies_there = |block: &Block| {
        let sizes = [block.offset(), block.metaDataLength().into(), block.bodyLength()];
        let end = sizes.iter().try_fold(0_u64, |end, size| end.checked_add(u64::try_from(*size).ok()?));
        end.is_some_and(|end| end <= length)
    };
    let blocks = footer.dictionaries().into_iter().chain(footer.recordBatches());
    Ok(blocks.flatten().all(lies_there))
}

/// The bytes of the table of contents, if there is one.
fn footer(file: &mut BufReader<File>, length: u64) -> io::Result<Option<Vec<u8>>> {
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

/// The record batches of a file, counted message by message to their end mark. `None` where they do not stand like that,
/// which a file may do; leaves the file at its start.
pub(super) fn record_batches(file: &mut BufReader<File>) -> io::Result<Option<usize>> {
    file.seek(SeekFrom::Start(FIRST))?;
    let counted = match count(file) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        other => other,
    };
    file.rewind()?;
    counted
}

fn count(file: &mut BufReader<File>) -> io::Result<Option<usize>> {
    let mut batches = 0;
    loop {
        if number(file)? != CONTINUATION {
            return Ok(None);
        }
        let length = number(file)?;
        if length == 0 {
            return Ok(Some(batches));
        }
        if length > MOST {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        file.take(length.into()).read_to_end(&mut bytes)?;
        let Ok(message) = root_as_message(&bytes) else { return Ok(None) };
        batches += usize::from(message.header_type() == MessageHeader::RecordBatch);
        if message.bodyLength() < 0 {
            return Ok(None);
        }
        file.seek_relative(message.bodyLength())?;
    }
}

fn number(file: &mut BufReader<File>) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}
