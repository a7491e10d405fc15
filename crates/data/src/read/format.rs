//! Which format a file has: its extension says it.

use std::path::Path;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Records of cells between delimiters; `delimiter` is the one of the extension.
    Delimited {
        delimiter: u8,
        packed: Compression,
    },
    /// One JSON object a line.
    Ndjson {
        packed: Compression,
    },
    Parquet,
    /// An Arrow IPC file.
    Arrow,
    /// A workbook of sheets.
    Sheet(Workbook),
}

/// The kind of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Workbook {
    /// Excel, also with macros.
    Xlsx,
    /// Excel's binary form.
    Xlsb,
    /// Excel before 2007.
    Xls,
    /// LibreOffice.
    Ods,
}

/// How the bytes of a text file are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Plain,
    Gzip,
    Zstd,
}

/// The extensions that [`of`] knows, for messages.
pub(super) const KNOWN: &str = "`.csv`, `.tsv`, `.txt`, `.ndjson`, `.jsonl` (these also with `.gz` or `.zst`), `.parquet`, `.arrow`, `.ipc`, `.xlsx`, `.xlsm`, `.xlsb`, `.xls`, `.ods`";

/// Whether the name of a file says that it holds data.
pub fn has_known_format(path: &Path) -> bool {
    of(path).is_some()
}

/// The format of a path, in any case of its extension.
pub(super) fn of(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let (name, packed) = if let Some(name) = name.strip_suffix(".gz") {
        (name, Compression::Gzip)
    } else if let Some(name) = name.strip_suffix(".zst") {
        (name, Compression::Zstd)
    } else {
        (name.as_str(), Compression::Plain)
    };
    let (_, extension) = name.rsplit_once('.')?;
    let text = match extension {
        "csv" | "txt" => Some(Format::Delimited { delimiter: b',', packed }),
        "tsv" => Some(Format::Delimited { delimiter: b'\t', packed }),
        "ndjson" | "jsonl" => Some(Format::Ndjson { packed }),
        _ => None,
    };
    text.or(match (extension, packed) {
        ("parquet", Compression::Plain) => Some(Format::Parquet),
        ("arrow" | "ipc", Compression::Plain) => Some(Format::Arrow),
        ("xlsx" | "xlsm", Compression::Plain) => Some(Format::Sheet(Workbook::Xlsx)),
        ("xlsb", Compression::Plain) => Some(Format::Sheet(Workbook::Xlsb)),
        ("xls", Compression::Plain) => Some(Format::Sheet(Workbook::Xls)),
        ("ods", Compression::Plain) => Some(Format::Sheet(Workbook::Ods)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_says_the_format() {
        let plain = Compression::Plain;
        assert_eq!(of(Path::new("a/Deals.CSV")), Some(Format::Delimited { delimiter: b',', packed: plain }));
        assert_eq!(
            of(Path::new("a.tsv.gz")),
            Some(Format::Delimited { delimiter: b'\t', packed: Compression::Gzip })
        );
        assert_eq!(of(Path::new("a.b.ndjson.zst")), Some(Format::Ndjson { packed: Compression::Zstd }));
        assert_eq!(of(Path::new("a.parquet")), Some(Format::Parquet));
        assert_eq!(of(Path::new("a.arrow")), Some(Format::Arrow));
        assert_eq!(of(Path::new("a.xlsx")), Some(Format::Sheet(Workbook::Xlsx)));
        assert_eq!(of(Path::new("A.XLSM")), Some(Format::Sheet(Workbook::Xlsx)));
        assert_eq!(of(Path::new("a.xls")), Some(Format::Sheet(Workbook::Xls)));
        assert_eq!(of(Path::new("a.parquet.gz")), None);
        assert_eq!(of(Path::new("a.gz")), None);
        assert_eq!(of(Path::new("csv")), None);
    }
}
