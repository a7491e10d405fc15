//! How a file is laid out: what a person is shown before the first run.

use super::format::{Compression, Format, Workbook};

/// How a file is laid out, as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLayout {
    /// The format and how it is compressed: `CSV`, `CSV in gzip`, `Parquet`.
    pub format: String,
    /// What separates the cells of a text.
    pub delimiter: Option<char>,
    /// Whether the first line of the file names the delimiter.
    pub names_delimiter: bool,
    /// The number of the row that names the columns.
    pub header_row: Option<u64>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

impl FileLayout {
    pub(super) fn of(format: Format) -> Self {
        let (format, packed) = match format {
            Format::Delimited { delimiter: b'\t', packed } => ("TSV", packed),
            Format::Delimited { packed, .. } => ("CSV", packed),
            Format::Ndjson { packed } => ("NDJSON", packed),
            Format::Parquet => ("Parquet", Compression::Plain),
            Format::Arrow => ("Arrow", Compression::Plain),
            Format::Sheet(Workbook::Xlsx) => ("Excel workbook", Compression::Plain),
            Format::Sheet(Workbook::Xlsb) => ("binary Excel workbook", Compression::Plain),
            Format::Sheet(Workbook::Xls) => ("Excel 97 workbook", Compression::Plain),
            Format::Sheet(Workbook::Ods) => ("OpenDocument spreadsheet", Compression::Plain),
        };
        let format = match packed {
            Compression::Plain => format.to_owned(),
            Compression::Gzip => format!("{format} in gzip"),
            Compression::Zstd => format!("{format} in zstd"),
        };
        Self { format, delimiter: None, names_delimiter: false, header_row: None, sheet: None }
    }
}
