//! Every format and its edges, over files made in a folder of the test.

mod paths;
mod place;
mod reshaped;
mod sheets;
mod text;
mod typed;
mod unpivot;
pub(crate) mod workbook;

use std::fs;
use std::path::Path;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use arrow_cast::cast;
use tempfile::TempDir;

use super::*;
use apportion_base::diagnostic::{Diagnostic, FileId, Span};
use apportion_base::notation::NumberNotation;
use apportion_base::world::Disk;
use apportion_book::{Dates, Encoding, Numbers, RateQuotation, Source, SourceValue, TableEnd, TableName};

fn span() -> Span {
    Span { file: FileId(0), range: 0..1 }
}

fn placed<T>(value: T) -> SourceValue<T> {
    SourceValue { value, span: span() }
}

fn source(paths: &[&str]) -> Source {
    Source {
        table: TableName::Deals,
        with_channel: false,
        span: span(),
        paths: paths.iter().map(|path| placed((*path).to_owned())).collect(),
        columns: Default::default(),
        condition: None,
        dates: Dates::All("%Y-%m-%d".to_owned()),
        types: Default::default(),
        values: Default::default(),
        defaults: Default::default(),
        nulls: Vec::new(),
        delimiter: None,
        quote: b'"',
        encoding: Encoding::Utf8,
        numbers: Numbers::All(NumberNotation::PLAIN),
        marks: Default::default(),
        sheet: None,
        unpivot: None,
        quoted: RateQuotation::BookPerUnit,
        layout: Default::default(),
        reshape: Default::default(),
    }
}

/// A folder with one file, and its source.
fn folder(name: &str, bytes: impl AsRef<[u8]>) -> (TempDir, Source) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    (folder, source(&[name]))
}

fn only_file(root: &Path, source: &Source) -> SourceFile {
    resolve(&Disk::shared(), root, source).unwrap().remove(0)
}

/// Everything that a file says, as text.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    header: Vec<(String, RawType)>,
    /// With the number of the row.
    rows: Vec<(u64, Vec<String>)>,
    ragged: Vec<(u64, usize, usize)>,
    /// First and last line.
    misquoted: Vec<(u64, u64)>,
    count: u64,
    passed_over: u64,
}

impl Read {
    fn cells(&self) -> Vec<Vec<&str>> {
        self.rows.iter().map(|(_, cells)| cells.iter().map(String::as_str).collect()).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.header.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// The values of a column as text; null is `-`.
fn texts(column: &ArrayRef) -> Vec<String> {
    let column = cast(column, &DataType::Utf8).unwrap();
    let column = column.as_any().downcast_ref::<arrow::array::StringArray>().unwrap();
    column.iter().map(|value| value.unwrap_or("-").to_owned()).collect()
}

fn try_read(root: &Path, source: &Source) -> Result<Read, Diagnostic> {
    let file = only_file(root, source);
    let header = file.header(source)?;
    let wanted: Vec<usize> = (0..header.columns.len()).collect();
    let mut read = Read {
        header: header.columns.iter().map(|column| (column.name.clone(), column.ty)).collect(),
        rows: Vec::new(),
        ragged: Vec::new(),
        misquoted: Vec::new(),
        count: 0,
        passed_over: 0,
    };
    let mut last = 0;
    let done = file.rows(source, &header, &wanted, &mut |chunk| {
        assert!(chunk.columns.iter().all(|column| column.len() == chunk.rows));
        if source.unpivot.is_none() && source.reshape.explode.is_none() {
            for row in 0..chunk.rows {
                assert!(chunk.row_number(row) > last);
                last = chunk.row_number(row);
            }
        }
        let columns: Vec<Vec<String>> = chunk.columns.iter().map(texts).collect();
        for row in 0..chunk.rows {
            read.rows
                .push((chunk.row_number(row), columns.iter().map(|column| column[row].clone()).collect()));
        }
        for record in &chunk.broken {
            match record.fault {
                RecordFault::Ragged { cells, expected } => read.ragged.push((record.row, cells, expected)),
                RecordFault::BadQuote { last } => read.misquoted.push((record.row, last)),
            }
        }
        Ok(())
    })?;
    read.count = done.rows;
    read.passed_over = done.passed_over;
    let bytes = fs::read(&file.path).unwrap();
    assert_eq!(done.sha256, input::hex(<sha2::Sha256 as sha2::Digest>::new_with_prefix(bytes)));
    Ok(read)
}

fn read(root: &Path, source: &Source) -> Read {
    try_read(root, source).unwrap()
}

/// What a file of this name and these bytes says.
fn read_bytes(name: &str, bytes: impl AsRef<[u8]>) -> Read {
    let (folder, source) = folder(name, bytes);
    read(folder.path(), &source)
}

/// The error that a file of this name and these bytes makes.
fn error_of(name: &str, bytes: impl AsRef<[u8]>) -> Diagnostic {
    let (folder, source) = folder(name, bytes);
    try_read(folder.path(), &source).unwrap_err()
}
