//! Parquet files: the row groups are read side by side, handed on in file order, and dropped.

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::error::ArrowError;

use super::ordered::{Part, in_order};
use super::typed::{CHUNK, guarded, hashed, open, part, places};
use super::{Done, Header, Request, Sink, SourceFile, fault, typed};
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

/// Reads a file, a row group a piece of work.
pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<Done, Diagnostic> {
    let file = request.file;
    let metadata = metadata(file)?;
    let places = places(request, metadata.schema())?;
    let mut groups = 0..metadata.metadata().num_row_groups();
    let read = |group: usize| {
        let said = metadata.metadata().row_group(group).num_rows();
        let said = usize::try_from(said).map_err(|error| fault::unreadable(file, error))?;
        if places.is_empty() {
            return Ok(vec![Part { rows: said, ..Part::default() }]);
        }
        let batches = guarded(file, || batches(request, &metadata, group, &places))?;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if rows != said {
            return Err(fault::unreadable(
                file,
                format!("row group {group} has {rows} rows, and says {said}"),
            ));
        }
        batches.iter().map(|batch| part(request, batch)).collect::<Result<Vec<_>, _>>()
    };
    hashed(request, sink, |delivery| {
        in_order(
            || Ok(groups.next()),
            read,
            |reason| fault::unreadable(file, reason),
            |parts| parts.into_iter().try_for_each(|part| delivery.take(part)),
        )
    })
}

/// The wanted columns of a row group, in pieces of a size that does not depend on what the file claims.
fn batches(
    request: Request<'_>,
    metadata: &ArrowReaderMetadata,
    group: usize,
    places: &[usize],
) -> Result<Vec<RecordBatch>, ArrowError> {
    let opened = std::fs::File::open(&request.file.path)?;
    let mask = ProjectionMask::roots(metadata.parquet_schema(), places.iter().copied());
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata.clone())
        .with_projection(mask)
        .with_row_groups(vec![group])
        .with_batch_size(CHUNK)
        .build()?;
    debug_assert_eq!(reader.schema().fields().len(), places.len());
    reader.collect()
}

fn metadata(file: &SourceFile) -> Result<ArrowReaderMetadata, Diagnostic> {
    let opened = open(file)?;
    guarded(file, || ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new()))
}
