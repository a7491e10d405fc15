//! The messages of an Arrow file, one behind the other as in a stream: to see that its table of contents lists them all.
//!
//! The reader goes by the table of contents alone. Where that is damaged and names fewer batches than there are, rows would
//! be missing without a word.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use arrow::ipc::{MessageHeader, root_as_message};

/// Where the messages begin: behind `ARROW1` and two bytes of padding.
const FIRST: u64 = 8;
/// What stands before the length of a message.
const CONTINUATION: u32 = u32::MAX;
/// The most bytes of a message without its body: those of a schema of very many columns.
const MOST: u32 = 1 << 26;

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
