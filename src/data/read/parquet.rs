//! Parquet files: the row groups are read side by side, handed on in file order, and dropped.

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use arrow::array::RecordBatchReader;
use arrow::error::ArrowError;

use super::ordered::{Part, in_order};
use super::typed::{CHUNK, guarded, hashed, open, part, places};
use super::{Chunk, Done, Header, Request, Sink, SourceFile, fault, typed};
use crate::diagnostic::Diagnostic;

pub(super) fn header(file: &SourceFile) -> Result<Header, Diagnostic> {
    typed::header(file, metadata(file)?.schema())
}

/// How many rows the file says that it has; a damaged file may say anything, so no more than a row for each two bits.
pub(super) fn rows_said(file: &SourceFile) -> usize {
    let Ok(metadata) = metadata(file) else { return 0 };
    let bytes = std::fs::metadata(&file.path).map_or(0, |found| found.len());
    let said = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    usize::try_from(said.min(bytes.saturating_mul(4))).unwrap_or(0)
}

/// Reads a file, a row group a piece of work, as [`taken`] does.
pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<Done, Diagnostic> {
    taken(request, Ok, sink)
}

/// Reads a file, a row group a piece of work: what was just decoded is turned into what `take` makes of it while it is
/// still near the processor, and `append` gets that in file order.
pub(super) fn taken<T: Send>(
    request: Request<'_>,
    take: impl Fn(Chunk) -> Result<T, Diagnostic> + Sync,
    mut append: impl FnMut(T) -> Result<(), Diagnostic>,
) -> Result<Done, Diagnostic> {
    let file = request.file;
    let metadata = metadata(file)?;
    let places = places(request, metadata.schema())?;
    let mut groups = row_groups(file, &metadata)?.into_iter();
    let mut records = 0;
    let of_group = |group: RowGroup| {
        let mut parts = Vec::new();
        let mut rows = 0;
        let mut chunk = |part: Part| {
            let first_row = group.before + rows as u64 + 1;
            rows += part.rows;
            let Part { columns, rows, .. } = part;
            take(Chunk { first_row, rows, columns, row_numbers: None, ragged: Vec::new() })
        };
        if places.is_empty() {
            parts.push(chunk(Part { rows: group.rows, ..Part::default() })?);
            return Ok((group.rows, parts));
        }
        let mut batches = guarded(file, || batches(request, &metadata, group.at, &places))?;
        while let Some(batch) = guarded(file, || batches.next().transpose())? {
            parts.push(chunk(part(request, &batch)?)?);
        }
        if rows != group.rows {
            let said = format!("row group {} has {rows} rows, and says {}", group.at, group.rows);
            return Err(fault::unreadable(file, said));
        }
        Ok((rows, parts))
    };
    let sha256 = hashed(file, || {
        in_order(
            || Ok(groups.next()),
            of_group,
            |reason| fault::unreadable(file, reason),
            |(rows, parts): (usize, Vec<T>)| {
                records += rows as u64;
                parts.into_iter().try_for_each(&mut append)
            },
        )
    })?;
    Ok(Done { rows: records, sha256 })
}

/// A row group as the file describes it.
struct RowGroup {
    at: usize,
    /// Rows of the file before it.
    before: u64,
    rows: usize,
}

fn row_groups(file: &SourceFile, metadata: &ArrowReaderMetadata) -> Result<Vec<RowGroup>, Diagnostic> {
    let mut before = 0;
    let groups = metadata.metadata().row_groups().iter().enumerate();
    groups
        .map(|(at, group)| {
            let rows = usize::try_from(group.num_rows()).map_err(|error| fault::unreadable(file, error))?;
            before += rows as u64;
            Ok(RowGroup { at, before: before - rows as u64, rows })
        })
        .collect()
}

/// The wanted columns of a row group, in pieces of a size that does not depend on what the file claims.
fn batches(
    request: Request<'_>,
    metadata: &ArrowReaderMetadata,
    group: usize,
    places: &[usize],
) -> Result<ParquetRecordBatchReader, ArrowError> {
    let opened = std::fs::File::open(&request.file.path)?;
    let mask = ProjectionMask::roots(metadata.parquet_schema(), places.iter().copied());
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata.clone())
        .with_projection(mask)
        .with_row_groups(vec![group])
        .with_batch_size(CHUNK)
        .build()?;
    debug_assert_eq!(reader.schema().fields().len(), places.len());
    Ok(reader)
}

fn metadata(file: &SourceFile) -> Result<ArrowReaderMetadata, Diagnostic> {
    let opened = open(file)?;
    guarded(file, || ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new()))
}
