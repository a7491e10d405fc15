//! Arrow IPC: files (Feather version 2), which have a table of contents, and streams, which have none.

use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};

use super::chunk::{FileSummary, Sink};
use super::file::SourceFile;
use super::header::Header;
use super::ordered::in_order;
use super::request::Request;
use super::typed::{CHUNK, delivered, guarded, open, part, places};
use super::{fault, messages, typed};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::ByteReader;

/// What an Arrow file begins with; a stream begins with the length of its first message.
const MAGIC: &[u8] = b"ARROW1";

pub(super) fn header(file: &SourceFile) -> Result<Header, Diagnostic> {
    Ok(typed::header(&Batches::open(file, None)?.schema()))
}

/// The last bytes of a stream that is whole.
const END_MARK: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// Reads a file or a stream, a slice of a record batch a piece of work.
pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<FileSummary, Diagnostic> {
    let file = request.file;
    let places = places(request, &Batches::open(file, None)?.schema())?;
    let mut batches = Batches::open(file, Some(places))?;
    let mut slices = Vec::new();
    let next = || {
        while slices.is_empty() {
            let Some(batch) = guarded(file, || batches.next().transpose())? else { return Ok(None) };
            // from the last, because they are taken from the end
            let starts = (0..batch.num_rows()).step_by(CHUNK).rev();
            slices.extend(starts.map(|start| batch.slice(start, CHUNK.min(batch.num_rows() - start))));
        }
        Ok(slices.pop())
    };
    delivered(request, sink, |delivery| {
        in_order(
            next,
            |batch| part(request.file, &batch),
            |reason| fault::unreadable(file, reason),
            |part| delivery.take(part),
        )
    })
}

/// The record batches of either kind.
enum Batches {
    /// With the batches that are still to come.
    File(FileReader<BufReader<ByteReader>>, usize),
    Stream(StreamReader<BufReader<ByteReader>>),
}

impl Batches {
    fn open(file: &SourceFile, places: Option<Vec<usize>>) -> Result<Self, Diagnostic> {
        let mut opened = BufReader::new(open(file)?.reader());
        let mut start = [0; MAGIC.len()];
        let is_file = match opened.read_exact(&mut start) {
            Ok(()) => start == *MAGIC,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => false,
            Err(error) => return Err(fault::unreadable(file, error)),
        };
        opened.rewind().map_err(|error| fault::unreadable(file, error))?;
        guarded(file, || {
            if is_file {
                if let Some(wrong) = messages::wrong_in_file(&mut opened)? {
                    return Err(missing(wrong));
                }
                let reader = FileReader::try_new(opened, places)?;
                let listed = reader.num_batches();
                Ok(Self::File(reader, listed))
            } else {
                if let Some(wrong) = messages::wrong_in_stream(&mut opened)? {
                    return Err(missing(wrong));
                }
                StreamReader::try_new(opened, places).map(Self::Stream)
            }
        })
    }

    fn schema(&self) -> SchemaRef {
        match self {
            Self::File(reader, _) => reader.schema(),
            Self::Stream(reader) => reader.schema(),
        }
    }

    fn next(&mut self) -> Option<Result<RecordBatch, ArrowError>> {
        match self {
            Self::File(reader, left) => match reader.next() {
                // A message that is none ends the reading early.
                None if *left > 0 => Some(Err(missing("one of its batches is none"))),
                next => {
                    *left = left.saturating_sub(1);
                    next
                }
            },
            Self::Stream(reader) => reader.next().or_else(|| whole(reader.get_mut()).err().map(Err)),
        }
    }
}

/// A stream has no table of contents: only its end mark shows that nothing is missing, a message of length 0, being
/// the last that there is. The reader takes the end of the file, or any length that reads as 0, for the end of the stream.
fn whole(stream: &mut BufReader<ByteReader>) -> Result<(), ArrowError> {
    let position = stream.stream_position()?;
    let length = stream.seek(SeekFrom::End(0))?;
    let mut mark = [0; END_MARK.len()];
    if position == length && length >= END_MARK.len() as u64 {
        stream.seek(SeekFrom::Start(length - END_MARK.len() as u64))?;
        stream.read_exact(&mut mark)?;
    }
    if mark == END_MARK {
        return Ok(());
    }
    Err(missing("the stream has no end mark, or something behind it"))
}

fn missing(why: &str) -> ArrowError {
    ArrowError::IpcError(format!("{why}: a part of it is missing or damaged"))
}
