//! Parquet files: chunk after chunk, the columns of a chunk side by side, so that only a few chunks are in memory,
//! however large the row groups are.

use std::vec::IntoIter;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection,
};
use arrow::array::ArrayRef;
use arrow::error::ArrowError;
use rayon::prelude::*;

use super::chunk::{Chunk, FileSummary, Sink};
use super::file::SourceFile;
use super::header::Header;
use super::long_texts::Texts;
use super::ordered::Part;
use super::picked::Picked;
use super::request::Request;
use super::row_group::{RowGroup, SharedFile};
use super::typed::{CHUNK, guarded, hashed, open, part, places};
use super::{fault, typed};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::FileHandle;

pub(super) fn header(file: &SourceFile) -> Result<Header, Diagnostic> {
    Ok(typed::header(metadata(file)?.schema()))
}

/// How many rows the file says that it has; a damaged file may say anything, so no more than a row for each two bits.
pub(super) fn rows_said(file: &SourceFile) -> usize {
    let (Ok(opened), Ok(metadata)) = (file.handle(), metadata(file)) else { return 0 };
    let bytes = opened.length();
    let said = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    usize::try_from(said.min(bytes.saturating_mul(4))).unwrap_or(0)
}

/// Reads a file and hands its chunks on.
pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<FileSummary, Diagnostic> {
    let mut chunks = Chunks::new(request)?;
    let sha256 = hashed(request.file, || {
        while let Some(chunk) = chunks.next()? {
            sink(chunk)?;
        }
        Ok(())
    })?;
    Ok(FileSummary { rows: chunks.rows, passed_over: 0, lines_in_cells: Vec::new(), sheet: None, sha256 })
}

/// Reads a file in three steps that go on at the same time: a chunk is decoded, the one before it is turned into what `take`
/// makes of it, and `append` gets what became of the one before that. So a chunk goes the whole way while it is near the
/// processor, and at most three of them are in memory.
pub(super) fn taken<T: Send>(
    request: Request<'_>,
    take: impl Fn(Chunk) -> Result<T, Diagnostic> + Sync,
    mut append: impl FnMut(T) -> Result<(), Diagnostic> + Send,
) -> Result<FileSummary, Diagnostic> {
    let mut chunks = Chunks::new(request)?;
    let mut read = || {
        let (mut decoded, mut taken) = (chunks.next()?, None);
        while decoded.is_some() || taken.is_some() {
            let (next, (now_taken, appended)) = rayon::join(
                || chunks.next(),
                || {
                    rayon::join(
                        || decoded.take().map(&take).transpose(),
                        || taken.take().map_or(Ok(()), &mut append),
                    )
                },
            );
            // The first fault in the file is reported.
            appended?;
            taken = now_taken?;
            decoded = next?;
        }
        Ok(())
    };
    let sha256 = if request.digest { hashed(request.file, read)? } else { read().map(|()| String::new())? };
    Ok(FileSummary { rows: chunks.rows, passed_over: 0, lines_in_cells: Vec::new(), sheet: None, sha256 })
}

/// The chunks of a file, row group after row group; the columns of a chunk are decoded side by side.
struct Chunks<'r> {
    request: Request<'r>,
    metadata: ArrowReaderMetadata,
    /// Of the wanted columns in the file.
    places: Vec<usize>,
    /// Those that have not been begun.
    groups: IntoIter<RowGroup>,
    current: Option<(RowGroup, Vec<ParquetRecordBatchReader>)>,
    /// Rows of the chunks so far.
    rows: u64,
}

impl<'r> Chunks<'r> {
    fn new(request: Request<'r>) -> Result<Self, Diagnostic> {
        let metadata = metadata(request.file)?;
        let places = places(request, metadata.schema())?;
        let mut groups = row_groups(request.file, &metadata)?;
        if let Some(places) = request.picked {
            for group in &mut groups {
                let picked = Picked::new(places, group);
                group.left = picked.places.len();
                group.picked = Some(picked);
            }
            groups.retain(|group| group.left > 0);
        }
        Ok(Self { request, metadata, places, groups: groups.into_iter(), current: None, rows: 0 })
    }

    fn next(&mut self) -> Result<Option<Chunk>, Diagnostic> {
        loop {
            let Some((group, columns)) = &mut self.current else {
                let Some(group) = self.groups.next() else { return Ok(None) };
                let file = self.request.file;
                let opened = open(file)?;
                let texts = Texts::new(file, &self.metadata, &group, &self.places)?;
                let metadata = texts.metadata.as_ref().unwrap_or(&self.metadata);
                let columns = self.places.iter().map(|place| {
                    let selection = group.picked.as_ref().map(|picked| &picked.selection);
                    guarded(file, || column(opened, metadata, (group.index, selection), (*place, texts.rows)))
                });
                let columns = columns.collect::<Result<_, _>>()?;
                self.current = Some((group, columns));
                continue;
            };
            let read = group.wanted() - group.left;
            let (rows, columns) = if self.places.is_empty() {
                (group.left.min(CHUNK), Vec::new())
            } else {
                next_of_all(self.request.file, columns)?
            };
            if rows > group.left || rows == 0 && group.left > 0 {
                let said =
                    format!("row group {} has {} rows, and says {}", group.index, read + rows, group.rows);
                return Err(fault::unreadable(self.request.file, said));
            }
            if rows == 0 {
                self.current = None;
                continue;
            }
            let row_numbers = group.numbers(rows);
            group.left -= rows;
            let first_row = self.rows + 1;
            self.rows += rows as u64;
            let (broken, several) = (Vec::new(), Vec::new());
            return Ok(Some(Chunk { first_row, rows, columns, row_numbers, broken, several }));
        }
    }
}

/// The next rows of all columns, and how many they are: none at the end.
fn next_of_all(
    file: &SourceFile,
    columns: &mut [ParquetRecordBatchReader],
) -> Result<(usize, Vec<ArrayRef>), Diagnostic> {
    let next = |reader: &mut ParquetRecordBatchReader| {
        let batch = guarded(file, || reader.next().transpose())?;
        batch.map(|batch| part(file, &batch)).transpose()
    };
    let parts: Vec<Result<Option<Part>, Diagnostic>> =
        columns.par_iter_mut().with_max_len(1).map(next).collect();
    let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut rows = parts.iter().map(|part| part.as_ref().map_or(0, |part| part.rows));
    let first = rows.next().unwrap_or(0);
    if rows.any(|rows| rows != first) {
        return Err(fault::unreadable(file, "its columns have different numbers of rows"));
    }
    Ok((first, parts.into_iter().flatten().flat_map(|part| part.columns).collect()))
}

fn row_groups(file: &SourceFile, metadata: &ArrowReaderMetadata) -> Result<Vec<RowGroup>, Diagnostic> {
    let mut before = 0;
    let groups = metadata.metadata().row_groups().iter().enumerate();
    groups
        .map(|(index, group)| {
            let rows = usize::try_from(group.num_rows()).map_err(|error| fault::unreadable(file, error))?;
            let group = RowGroup { index, rows, left: rows, before, picked: None };
            before += rows as u64;
            Ok(group)
        })
        .collect()
}

/// One column of a row group or of some of its rows, in pieces of a size that does not depend on what the file claims.
pub(super) fn column(
    file: &FileHandle,
    metadata: &ArrowReaderMetadata,
    (group, selection): (usize, Option<&RowSelection>),
    (place, rows): (usize, usize),
) -> Result<ParquetRecordBatchReader, ArrowError> {
    let reader =
        ParquetRecordBatchReaderBuilder::new_with_metadata(SharedFile(file.clone()), metadata.clone())
            .with_projection(ProjectionMask::roots(metadata.parquet_schema(), [place]))
            .with_row_groups(vec![group])
            .with_batch_size(rows);
    let reader = match selection {
        Some(selection) => reader.with_row_selection(selection.clone()),
        None => reader,
    };
    Ok(reader.build()?)
}

fn metadata(file: &SourceFile) -> Result<ArrowReaderMetadata, Diagnostic> {
    let opened = SharedFile(open(file)?.clone());
    guarded(file, || ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new()))
}
