//! What is told of a source.

use apportion_book::TableName;

use crate::contract::Kind;
use crate::read::FileLayout;

/// What is known of one source.
#[derive(Debug, Clone)]
pub struct SourceProfile {
    /// The table that it feeds.
    pub table: TableName,
    /// Which of the book's sources it is.
    pub source: usize,
    /// Its files, in the order in which they are read.
    pub files: Vec<FileProfile>,
    /// The columns of the table and the attributes that the project names.
    pub columns: Vec<ColumnProfile>,
    /// Columns of the files that only expressions name.
    pub expression_columns: Vec<String>,
    /// Columns of the files that nothing reads.
    pub not_read: Vec<String>,
    /// The first rows that are kept: the number of each and its cells, by column; `None` is null.
    pub first_rows: Vec<(u64, Vec<Option<String>>)>,
}

/// What is known of one file of a source.
#[derive(Debug, Clone)]
pub struct FileProfile {
    /// Its path as outputs name it.
    pub shown: String,
    /// How it is laid out, as it is understood.
    pub layout: FileLayout,
    /// Rows read.
    pub rows: u64,
    /// Rows that `where` leaves out.
    pub filtered: u64,
    /// Records whose cells can't be placed.
    pub broken: u64,
    /// Rows behind the end of the table.
    pub passed_over: u64,
}

/// Where the cells of a column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnOrigin {
    /// A column of the file that `columns` names.
    Mapped(String),
    /// An expression over the file's columns.
    Expression(String),
    /// The marks of currencies beside the numbers of a column of the file.
    Marks(String),
    /// A column of the file that has our name; nothing in the project says that it is meant.
    OwnName,
    /// Nothing but a default: its text.
    Default(String),
    /// Nothing.
    Absent,
}

/// What is known of one of our columns in a source.
#[derive(Debug, Clone)]
pub struct ColumnProfile {
    /// Our name.
    pub name: String,
    /// Where it comes from, in the first file that has it.
    pub origin: ColumnOrigin,
    /// Files that lack it although others of the source have it.
    pub lacking: Vec<String>,
    /// What its cells are read as.
    pub kind: Kind,
    /// How they are written, where that can differ: `1,234.50`, `%d.%m.%Y`.
    pub written: Option<String>,
    /// Whether a row needs a value.
    pub required: bool,
    /// What a null becomes.
    pub default: Option<String>,
    /// Cells without a value, the default applied.
    pub nulls: u64,
    /// Different values.
    pub distinct: u64,
    /// Cells that can't be read.
    pub unreadable: u64,
    /// The first of them.
    pub example: Option<UnreadableCell>,
}

/// A cell that can't be read as its column's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableCell {
    /// Its file, as outputs name it.
    pub file: String,
    /// The number of its row.
    pub row: u64,
    /// What is in it.
    pub text: String,
    /// What would have been accepted, as the end of a sentence.
    pub accepted: String,
}
