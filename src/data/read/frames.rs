//! Parquet and Arrow files, through Polars.
//!
//! Of a Parquet file the row groups are read, handed on and dropped in turn. Polars panics on columns of types that are
//! not compiled in and on some damaged files: the first are refused before it sees them, the second guarded against.
//! What nobody can guard against from outside: a page header that claims more rows than there is memory for aborts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::thread;

use polars::prelude::{
    ArrowDataType, ArrowField, DataFrame, IpcReader, ParallelStrategy, ParquetReader, PolarsError,
    PolarsResult, SerReader,
};
use sha2::{Digest, Sha256};

use super::cells::Nulls;
use super::convert::to_arrow;
use super::format::Format;
use super::ordered::{Delivery, Part, in_order};
use super::{Done, Header, RawColumn, RawType, Request, Sink, SourceFile, fault, input};
use crate::diagnostic::Diagnostic;

/// Rows of a chunk of an Arrow file, whose record batches are joined when it is read.
const CHUNK: usize = 1 << 17;
/// Bytes hashed at once.
const READ: usize = 1 << 20;

pub(super) fn header(file: &SourceFile) -> Result<Header, Diagnostic> {
    let named = fields(file)?.into_iter().filter(|field| !field.name.is_empty());
    Ok(Header {
        columns: named.map(|f| RawColumn { ty: f.ty.unwrap_or(RawType::Text), name: f.name }).collect(),
    })
}

/// Reads a Parquet file, a row group a chunk.
pub(super) fn parquet_rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<Done, Diagnostic> {
    let file = request.file;
    let places = places(request)?;
    let metadata = polars(file, || ParquetReader::new(open(file)?).get_metadata().cloned())?;
    let mut groups = Vec::new();
    let mut start = 0;
    for group in &metadata.row_groups {
        groups.push((start, group.num_rows()));
        start += group.num_rows();
    }
    let mut groups = groups.into_iter();
    let nulls = Nulls::new(&request.source.nulls);
    let read = |(start, rows): (usize, usize)| {
        if places.is_empty() {
            return Ok(Part { rows, ..Part::default() });
        }
        let frame = polars(file, || {
            let mut reader = ParquetReader::new(open(file)?);
            reader.set_metadata(metadata.clone());
            reader
                .with_projection(Some(places.clone()))
                .with_slice(Some((start, rows)))
                .read_parallel(ParallelStrategy::Columns)
                .finish()
        })?;
        part(request, &frame, rows, &nulls)
    };
    hashed(request, sink, |delivery| {
        in_order(
            || Ok(groups.next()),
            read,
            |reason| fault::unreadable(file, reason),
            |part| delivery.take(part),
        )
    })
}

/// Reads an Arrow file: the wanted columns at once, handed on in slices.
pub(super) fn arrow_rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<Done, Diagnostic> {
    let file = request.file;
    let places = places(request)?;
    let frame = polars(file, || {
        IpcReader::new(open(file)?).with_projection(Some(places)).set_rechunk(false).finish()
    })?;
    let mut starts = (0..frame.height()).step_by(CHUNK);
    let nulls = Nulls::new(&request.source.nulls);
    let read = |start: usize| {
        let rows = CHUNK.min(frame.height() - start);
        let start = i64::try_from(start).map_err(|error| fault::unreadable(file, error))?;
        part(request, &frame.slice(start, rows), rows, &nulls)
    };
    hashed(request, sink, |delivery| {
        in_order(
            || Ok(starts.next()),
            read,
            |reason| fault::unreadable(file, reason),
            |part| delivery.take(part),
        )
    })
}

/// Delivers while another thread hashes the file.
fn hashed<'r, 'k>(
    request: Request<'r>,
    sink: &mut Sink<'k>,
    deliver: impl FnOnce(&mut Delivery<'r, '_, 'k>) -> Result<(), Diagnostic>,
) -> Result<Done, Diagnostic> {
    let Request { file, header, .. } = request;
    thread::scope(|scope| {
        let hash = scope.spawn(|| sha256(&file.path));
        let mut delivery = Delivery { request, expected: header.columns.len(), sink, records: 0 };
        deliver(&mut delivery)?;
        let rows = delivery.records;
        match hash.join() {
            Ok(Ok(sha256)) => Ok(Done { rows, sha256 }),
            Ok(Err(error)) => Err(fault::unreadable(file, error)),
            Err(_) => Err(fault::unreadable(file, "its bytes could not be hashed")),
        }
    })
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut bytes = vec![0; READ];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(input::hex(hash)),
            read => hash.update(&bytes[..read]),
        }
    }
}

/// The wanted columns of a frame.
fn part(request: Request<'_>, frame: &DataFrame, rows: usize, nulls: &Nulls<'_>) -> Result<Part, Diagnostic> {
    let unreadable = |reason: String| fault::unreadable(request.file, reason);
    if frame.height() != rows && !request.wanted.is_empty() {
        return Err(unreadable(format!("it has {} rows where it says {rows}", frame.height())));
    }
    let columns = request
        .names()
        .into_iter()
        .map(|name| frame.column(name).map_err(|error| error.to_string()).and_then(|c| to_arrow(c, nulls)))
        .collect::<Result<Vec<_>, String>>()
        .map_err(unreadable)?;
    Ok(Part { columns, rows, ..Part::default() })
}

/// A column of a typed file.
struct Field {
    name: String,
    /// `None`: of no use in a rule.
    ty: Option<RawType>,
    kind: String,
}

impl From<&ArrowField> for Field {
    fn from(field: &ArrowField) -> Self {
        Self { name: field.name.to_string(), ty: raw_type(&field.dtype), kind: format!("{:?}", field.dtype) }
    }
}

fn raw_type(kind: &ArrowDataType) -> Option<RawType> {
    use ArrowDataType as Kind;
    match kind {
        Kind::Null | Kind::Utf8 | Kind::LargeUtf8 | Kind::Utf8View => Some(RawType::Text),
        Kind::Boolean => Some(RawType::Boolean),
        Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => Some(RawType::Number),
        Kind::UInt8 | Kind::UInt16 | Kind::UInt32 | Kind::UInt64 => Some(RawType::Number),
        Kind::Float32 | Kind::Float64 => Some(RawType::Number),
        Kind::Decimal(..) | Kind::Decimal32(..) | Kind::Decimal64(..) | Kind::Decimal256(..) => {
            Some(RawType::Number)
        }
        Kind::Date32 | Kind::Date64 | Kind::Timestamp(..) => Some(RawType::Date),
        Kind::Dictionary(_, values, _) => raw_type(values),
        _ => None,
    }
}

/// All columns of the file, in its order.
fn fields(file: &SourceFile) -> Result<Vec<Field>, Diagnostic> {
    let length = std::fs::metadata(&file.path).map_err(|error| fault::unreadable(file, error))?.len();
    if length == 0 {
        return Err(fault::empty_file(file));
    }
    if file.format == Format::Parquet {
        let schema = polars(file, || ParquetReader::new(open(file)?).schema())?;
        Ok(schema.iter_values().map(Field::from).collect())
    } else {
        must_be_a_file_not_a_stream(file)?;
        let schema = polars(file, || IpcReader::new(open(file)?).schema())?;
        Ok(schema.iter_values().map(Field::from).collect())
    }
}

/// Arrow knows files and streams; a stream has no table of contents, and Polars' reader of streams is not compiled in.
fn must_be_a_file_not_a_stream(file: &SourceFile) -> Result<(), Diagnostic> {
    let mut magic = [0; 6];
    let read = File::open(&file.path).and_then(|mut opened| opened.read_exact(&mut magic));
    match read {
        Ok(()) if magic == *b"ARROW1" => Ok(()),
        _ => Err(fault::unreadable(file, "it is no Arrow IPC file")
            .help("an Arrow stream has to be written as an IPC file (Feather version 2), or as Parquet")),
    }
}

/// The places of the wanted columns in the file; ascending, as the header is in file order.
fn places(request: Request<'_>) -> Result<Vec<usize>, Diagnostic> {
    let Request { file, .. } = request;
    let fields = fields(file)?;
    request
        .names()
        .into_iter()
        .map(|name| match fields.iter().position(|field| field.name == name) {
            Some(at) if fields[at].ty.is_some() => Ok(at),
            Some(at) => Err(fault::unsupported_column(file, name, &fields[at].kind)),
            None => Err(fault::unreadable(file, "its columns changed while it was read")),
        })
        .collect()
}

fn open(file: &SourceFile) -> PolarsResult<File> {
    Ok(File::open(&file.path)?)
}

/// Calls Polars and turns its errors, and its panics, into ours.
fn polars<T>(file: &SourceFile, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, Diagnostic> {
    match fault::guarded(read) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(PolarsError::Duplicate(name))) => Err(fault::duplicate_column(file, &name)),
        Ok(Err(error)) => Err(fault::unreadable(file, error)),
        Err(reason) => Err(fault::unreadable(file, reason)),
    }
}
