//! What a file looks like where it is not what its extension says: the first thing to know of one that can't be read.

use std::io::Read;

use apportion_book::{HeaderRow, Source, SourceValue};

use super::file::SourceFile;
use super::format::{Compression, Format, Workbook};

/// How many bytes are looked at.
const FIRST: u64 = 512;
/// The largest file that is read once more for a message.
const SMALL: u64 = 64 << 20;

/// What files begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Zip,
    OldOffice,
    Gzip,
    Zstd,
    Parquet,
    Arrow,
    Pdf,
    Markup,
    Json,
    Utf16,
    Text,
    Nothing,
}

impl Look {
    fn of(first: &[u8]) -> Self {
        let magic: [(&[u8], Self); 9] = [
            (b"PK\x03\x04", Self::Zip),
            (b"\xD0\xCF\x11\xE0", Self::OldOffice),
            (b"\x1F\x8B", Self::Gzip),
            (b"\x28\xB5\x2F\xFD", Self::Zstd),
            (b"PAR1", Self::Parquet),
            (b"ARROW1", Self::Arrow),
            (b"%PDF", Self::Pdf),
            (b"\xFF\xFE", Self::Utf16),
            (b"\xFE\xFF", Self::Utf16),
        ];
        if let Some((_, look)) = magic.into_iter().find(|(begin, _)| first.starts_with(begin)) {
            return look;
        }
        let text = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first).trim_ascii_start();
        // In texts of Latin letters every other byte of UTF-16 is 0.
        let zeros = first.iter().filter(|byte| **byte == 0).count();
        match text.first() {
            None => Self::Nothing,
            Some(_) if zeros > first.len() / 3 => Self::Utf16,
            Some(_) if zeros > 0 => Self::Nothing,
            Some(b'<') => Self::Markup,
            Some(b'{' | b'[') => Self::Json,
            Some(_) => Self::Text,
        }
    }

    /// What to do where a file of this format looks like this; `None` where nothing is wrong.
    fn help(self, format: Format) -> Option<&'static str> {
        let is_text = matches!(format, Format::Delimited { .. } | Format::Ndjson { .. });
        let packed = match format {
            Format::Delimited { packed, .. } | Format::Ndjson { packed } => packed,
            Format::Parquet | Format::Arrow | Format::Sheet(_) => Compression::Plain,
        };
        match (self, format, packed) {
            (Self::Gzip, _, Compression::Gzip) | (Self::Zstd, _, Compression::Zstd) => None,
            (Self::Zip, Format::Sheet(Workbook::Xlsx | Workbook::Xlsb | Workbook::Ods), _)
            | (Self::OldOffice, Format::Sheet(Workbook::Xls), _)
            | (Self::Parquet, Format::Parquet, _)
            | (Self::Arrow, Format::Arrow, _)
            | (Self::Nothing, ..) => None,
            (Self::Json, Format::Ndjson { .. }, _) => None,
            (Self::Text, ..) if is_text && packed == Compression::Plain => None,
            (Self::Zip, ..) => Some(
                "it begins like a workbook or another ZIP archive: give it the extension `.xlsx`, `.xlsb` or `.ods` that it is, or unpack it",
            ),
            (Self::OldOffice, ..) => Some(
                "it begins like a workbook of Excel 97, or one with a password: give it the extension `.xls`, or save it without the password",
            ),
            (Self::Gzip, ..) => Some("it begins like a gzip file: add `.gz` to its name, as in `.csv.gz`"),
            (Self::Zstd, ..) => {
                Some("it begins like a Zstandard file: add `.zst` to its name, as in `.csv.zst`")
            }
            (Self::Parquet, ..) => Some("it begins like a Parquet file: give it the extension `.parquet`"),
            (Self::Arrow, ..) => Some("it begins like an Arrow file: give it the extension `.arrow`"),
            (Self::Pdf, ..) => Some("it is a PDF document: export the table as CSV or as a workbook"),
            (Self::Markup, ..) => Some(
                "it is a web page or XML, whatever its name says: open it in a spreadsheet and save it as `.xlsx` or `.csv`",
            ),
            (Self::Json, ..) => Some(
                "it is JSON: one object a line is read from `.ndjson` (for a list of objects: jq -c '.[]')",
            ),
            (Self::Utf16, ..) if is_text => Some(
                "it looks like UTF-16: say so, encoding = \"utf-16\", or save it as UTF-8 (as it must be without a byte-order mark)",
            ),
            (Self::Utf16 | Self::Text, ..) => {
                Some("it is a text: give it the extension `.csv`, and the source its `delimiter`")
            }
        }
    }
}

impl SourceFile {
    /// What to do with a file that begins like one of another format than its extension says; `None` where it does not.
    pub fn looks_like(&self) -> Option<&'static str> {
        let mut first = Vec::new();
        self.handle.get()?.reader().take(FIRST).read_to_end(&mut first).ok()?;
        Look::of(&first).help(self.format)
    }

    /// The number of a row with a cell of this text, where nothing says which row names the columns.
    pub fn header_row_with(&self, source: &Source, text: &str) -> Option<u64> {
        let is_free = matches!(source.layout.header, HeaderRow::First) && source.layout.range.is_none();
        if !is_free || !self.has_header_row() || self.handle.get()?.length() > SMALL {
            return None;
        }
        let mut source = source.clone();
        let (value, span) = (text.to_owned(), source.span.clone());
        source.layout.header = HeaderRow::Text(SourceValue { value, span });
        self.layout(&source).ok()?.header_row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let csv = Format::Delimited { delimiter: b',', packed: Compression::Plain };
        let gzip = Format::Delimited { delimiter: b',', packed: Compression::Gzip };
        let (xlsx, xls) = (Format::Sheet(Workbook::Xlsx), Format::Sheet(Workbook::Xls));
        for (first, format, word) in [
            (&b"PK\x03\x04rest"[..], csv, Some("workbook")),
            (b"PK\x03\x04rest", xlsx, None),
            (b"PK\x03\x04rest", xls, Some(".xlsx")),
            (b"\xD0\xCF\x11\xE0", xls, None),
            (b"\xD0\xCF\x11\xE0", xlsx, Some("password")),
            (b"\x1F\x8B\x08", csv, Some(".csv.gz")),
            (b"\x1F\x8B\x08", gzip, None),
            (b"a,b\n", gzip, Some("a text")),
            (b"\xEF\xBB\xBF <html>", xls, Some("web page")),
            (b"a\tb\n", xls, Some("a text")),
            (b"[{}]", csv, Some("JSON")),
            (b"{}", Format::Ndjson { packed: Compression::Plain }, None),
            (b"\xFF\xFEa\0", csv, Some("utf-16")),
            (b"a\0b\0", csv, Some("utf-16")),
            (b"a,b\n1,\0\n", csv, None),
            (b"a,b\n", csv, None),
            (b"a,b\n", Format::Parquet, Some("a text")),
            (b"PAR1", Format::Parquet, None),
            (b"", csv, None),
        ] {
            let help = Look::of(first).help(format);
            assert!(
                help.is_some() == word.is_some() && help.is_none_or(|help| help.contains(word.unwrap())),
                "{first:?} {format:?}: {help:?}"
            );
        }
    }
}
