//! What Parquet and Arrow files have in common: typed columns, hashing while reading, guarded calls.

use std::io::{self, Read};
use std::sync::Arc;
use std::thread;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, SchemaRef};
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};

use super::chunk::{FileSummary, Sink};
use super::convert::{converted, times};
use super::file::SourceFile;
use super::header::{Header, RawColumn, RawType};
use super::ordered::{Delivery, Part, Stretch};
use super::request::Request;
use super::{fault, input};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::{ByteReader, FileHandle};

/// Most rows of a chunk: its columns stay near the processor on their way.
pub(super) const CHUNK: usize = 1 << 15;
/// Bytes hashed at once.
const READ: usize = 1 << 20;

/// The columns of a typed file.
pub(super) fn header(schema: &SchemaRef) -> Header {
    let column = |field: &Arc<Field>| RawColumn {
        name: field.name().clone(),
        ty: raw_type(field.data_type()).unwrap_or(RawType::Text),
        join: None,
    };
    Header::new(schema.fields().iter().map(column))
}

/// What the type of a column means here; `None` where it is of no use in a rule.
fn raw_type(kind: &DataType) -> Option<RawType> {
    use DataType as Kind;
    match kind {
        Kind::Null | Kind::Utf8 | Kind::LargeUtf8 | Kind::Utf8View => Some(RawType::Text),
        Kind::Boolean => Some(RawType::Boolean),
        Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => Some(RawType::Number),
        Kind::UInt8 | Kind::UInt16 | Kind::UInt32 | Kind::UInt64 => Some(RawType::Number),
        Kind::Float32 | Kind::Float64 => Some(RawType::Number),
        Kind::Decimal32(..) | Kind::Decimal64(..) | Kind::Decimal128(..) | Kind::Decimal256(..) => {
            Some(RawType::Number)
        }
        Kind::Date32 | Kind::Date64 | Kind::Timestamp(..) => Some(RawType::Date),
        Kind::Dictionary(_, values) => raw_type(values),
        _ => None,
    }
}

/// The places of the wanted columns in the file; ascending, as the header is in file order.
pub(super) fn places(request: Request<'_>, schema: &SchemaRef) -> Result<Vec<usize>, Diagnostic> {
    let Request { file, .. } = request;
    request
        .names()
        .into_iter()
        .map(|name| match schema.fields().iter().position(|field| field.name() == name) {
            Some(index) if raw_type(schema.field(index).data_type()).is_some() => Ok(index),
            Some(index) => {
                Err(fault::unsupported_column(file, name, &schema.field(index).data_type().to_string()))
            }
            None => Err(fault::unreadable(file, "its columns changed while it was read")),
        })
        .collect()
}

/// The columns of a batch of the wanted ones.
pub(super) fn part(file: &SourceFile, batch: &RecordBatch) -> Result<Part, Diagnostic> {
    let column = |(array, field): (&ArrayRef, &Arc<Field>)| {
        let column = match file.times.contains(field.name()) {
            true => times(array),
            false => None,
        };
        column
            .map_or_else(|| converted(array, file.zone.as_ref()), Ok)
            .map_err(|error| fault::unreadable(file, format!("column `{}`: {error}", field.name())))
    };
    let columns = batch.columns().iter().zip(batch.schema_ref().fields()).map(column);
    let (columns, rows) = (columns.collect::<Result<_, _>>()?, batch.num_rows());
    Ok(Part {
        columns,
        rows,
        numbers: Stretch::from_zero(rows as u64),
        length: rows as u64,
        ..Part::default()
    })
}

/// Delivers while another thread hashes the file.
pub(super) fn delivered<'r, 'k>(
    request: Request<'r>,
    sink: &mut Sink<'k>,
    deliver: impl FnOnce(&mut Delivery<'r, '_, 'k>) -> Result<(), Diagnostic>,
) -> Result<FileSummary, Diagnostic> {
    let mut delivery = Delivery::new(request, sink, 1);
    let sha256 = hashed(request.file, || deliver(&mut delivery))?;
    Ok(delivery.done(sha256))
}

/// Does the reading while another thread hashes the file.
pub(super) fn hashed(
    file: &SourceFile,
    read: impl FnOnce() -> Result<(), Diagnostic>,
) -> Result<String, Diagnostic> {
    let bytes = file.handle()?.reader();
    thread::scope(|scope| {
        let hash = scope.spawn(|| sha256(bytes));
        read()?;
        match hash.join() {
            Ok(Ok(sha256)) => Ok(sha256),
            Ok(Err(error)) => Err(fault::unreadable(file, error)),
            Err(_) => Err(fault::unreadable(file, "its bytes could not be hashed")),
        }
    })
}

fn sha256(mut file: ByteReader) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut bytes = vec![0; READ];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(input::hex(hash)),
            read => hash.update(&bytes[..read]),
        }
    }
}

/// The open file, which is not empty.
pub(super) fn open(file: &SourceFile) -> Result<&FileHandle, Diagnostic> {
    let opened = file.handle()?;
    if opened.length() == 0 { Err(fault::empty_file(file)) } else { Ok(opened) }
}

/// Calls a reader of others and turns its errors, and its panics, into ours.
pub(super) fn guarded<T, E: Into<ArrowError>>(
    file: &SourceFile,
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T, Diagnostic> {
    match fault::guarded(read) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(fault::unreadable(file, error.into())),
        Err(reason) => Err(fault::unreadable(file, reason)),
    }
}
