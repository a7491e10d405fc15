//! Reads files into columns of cells, before anything is checked: `docs/reference/project.md#formats`.
//!
//! Every format arrives in one shape: a [`Header`], then [`Chunk`]s of Arrow columns in file order. Text formats and
//! spreadsheets are untyped ([`RawType::Cells`]); Parquet and Arrow files keep their types. The readers trim cells,
//! make empty ones null, and find records that do not fit the header. They do not know our columns and judge no
//! value: the next step applies `nulls` and parses dates and numbers.
//!
//! Details that are decided here:
//!
//! - A blank is what Unicode calls white space, the no-break space among it. Header names of untyped files are trimmed
//!   too, and a column without a name is never delivered.
//! - A blank line of a text file and an empty row of a sheet are no records, but have a number.
//! - A line of NDJSON that is no JSON object, or that has one key twice, is a ragged record: its cells can't be placed.
//! - A row of a sheet that is shorter than its header lacks nothing (a sheet has no short rows); one with a filled cell
//!   right of the header is ragged.
//! - `unpivot`: see [`unpivot`].

pub(crate) mod cells;
pub(crate) mod chunk;
mod convert;
mod decimals;
mod delimited;
mod fault;
pub(crate) mod file;
mod format;
mod handle;
pub(crate) mod header;
mod input;
mod ipc;
mod joins;
mod layout;
mod long_texts;
mod looks;
mod messages;
mod ndjson;
mod ordered;
mod parquet;
mod percent;
mod picked;
mod quotes;
mod raw_columns;
pub(crate) mod request;
mod reshape;
mod resolve;
mod row_group;
mod rows;
mod sample;
mod sheet;
#[cfg(test)]
mod tests;
mod typed;
mod unpivot;
mod workbook;

pub use cells::{CellKind, cell_as_day, cell_as_text, cell_in_expressions, cell_kind};
pub use chunk::{BrokenRecord, Chunk, FileSummary, RecordFault, Sink};
pub use fault::{guarded, hush_guarded_panics};
pub use file::SourceFile;
pub use format::has_known_format;
pub use header::{Header, RawColumn, RawType};
pub use layout::FileLayout;
pub use request::Projection;
pub(crate) use reshape::reshapes;
pub use resolve::resolve;
pub use sample::{RowSample, SampleCell};
#[cfg(test)]
pub(crate) use tests::workbook::workbook;
