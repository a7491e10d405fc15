//! One file of a source.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use apportion_base::diagnostic::Span;
use apportion_base::notation::Zone;
use apportion_base::world::{FileHandle, World};

use super::format::Format;
use super::joins::Joins;

/// One file of a source.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where it is read from.
    pub path: PathBuf,
    /// Relative to the project's folder, with `/`: the name in all outputs.
    pub shown: String,
    /// The path or glob in the project file that led here.
    pub span: Span,
    pub(super) format: Format,
    /// Instants of typed files have their days there; without it, in the zone of their column.
    pub(super) zone: Option<Zone>,
    /// Columns of typed files that feed points in time: their timestamps are handed out as texts in RFC 3339.
    pub(super) times: BTreeSet<String>,
    pub(super) world: Arc<dyn World>,
    /// Opened when the first byte is wanted, and never again: header, rows and digest are of one file.
    pub(super) handle: OnceLock<FileHandle>,
    /// The other files of its source's joins.
    pub(super) joins: Arc<Joins>,
}

impl SourceFile {
    /// The same file, with its instants dated in a zone.
    #[must_use]
    pub fn dated_in(self, zone: Option<Zone>) -> Self {
        Self { zone, ..self }
    }

    /// Where its instants have their days.
    pub fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }

    /// The same file, with these columns read as points in time.
    #[must_use]
    pub fn with_times(self, times: BTreeSet<String>) -> Self {
        Self { times, ..self }
    }

    /// Whether it is a workbook, whose numbers have 15 digits.
    pub fn is_workbook(&self) -> bool {
        matches!(self.format, Format::Sheet(_))
    }

    /// Whether a column is read without the others.
    pub fn has_columns_apart(&self) -> bool {
        matches!(self.format, Format::Parquet)
    }

    /// What is between the cells of delimited text, by its extension.
    pub fn delimiter(&self) -> Option<u8> {
        match self.format {
            Format::Delimited { delimiter, .. } => Some(delimiter),
            _ => None,
        }
    }

    /// Whether it is a table of cells without types, with a header row: a workbook or delimited text.
    pub fn has_header_row(&self) -> bool {
        matches!(self.format, Format::Sheet(_) | Format::Delimited { .. })
    }

    /// Path and digest of each other file that was read for joins; the same for all files of a source.
    pub fn joined_files(&self) -> Vec<(String, String)> {
        self.joins.read()
    }

    /// Whether it says which columns it has: objects of JSON may lack any.
    pub fn lists_columns(&self) -> bool {
        !matches!(self.format, Format::Ndjson { .. })
    }
}
