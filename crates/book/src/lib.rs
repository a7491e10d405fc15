//! The project file `apportion.toml`, typed: currency, rounding, fiscal calendar, sources, rule files. Contract, section 2.
//!
//! Nothing here opens a data file; paths are as written, resolved against the project's folder.

pub mod config;
mod parse;
mod source;

use std::collections::BTreeMap;
use std::path::PathBuf;

use apportion_base::diagnostic::Span;
use apportion_base::digest::FileDigest;
use apportion_base::money::{Currency, Rounding};
use apportion_expr::{ExprText, Type};

pub use apportion_contract::{Incomplete, PROJECT_FILE, TableName};
pub use parse::read;

pub use apportion_base::calendar::{
    Every, FiscalCalendar, Period, civil_from_days, day_of_date, days_from_civil, display_day,
};

/// A value with its place in the project file.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    pub value: T,
    pub span: Span,
}

/// The project: everything that `apportion.toml` says.
#[derive(Debug, Clone)]
pub struct Book {
    /// Folder of the project file.
    pub root: PathBuf,
    /// The project file itself: it decides amounts as much as a rule does.
    pub file: FileDigest,
    pub name: String,
    pub currency: Currency,
    /// Month in which a fiscal year starts, 1 to 12.
    pub fiscal_year_starts: u8,
    pub rounding: Rounding,
    /// Globs of the rule files, relative to `root`.
    pub rules: Vec<Placed<String>>,
    /// An older rate is no rate.
    pub fx_max_age_days: u32,
    pub incomplete: Incomplete,
    pub sources: Vec<Source>,
}

impl Book {
    /// The fiscal calendar, for everything that asks in which period a day lies.
    pub fn calendar(&self) -> FiscalCalendar {
        FiscalCalendar { starts: self.fiscal_year_starts }
    }
}

/// One `[sources.…]` table: where rows of a contract table come from and how they are read.
#[derive(Debug, Clone)]
pub struct Source {
    pub table: TableName,
    /// The `[sources.deals]` header or the element of `[[sources.engagements]]`.
    pub span: Span,
    /// Paths or globs, relative to the project's folder.
    pub paths: Vec<Placed<String>>,
    /// Contract or extra column → where its value comes from.
    pub columns: BTreeMap<String, ColumnFrom>,
    pub condition: Option<ExprText>,
    pub dates: Dates,
    /// Types of extra columns of untyped files.
    pub types: BTreeMap<String, Placed<ColumnType>>,
    /// Column → text in the file → text that is meant.
    pub values: BTreeMap<String, Placed<BTreeMap<String, String>>>,
    /// Column → text (numbers and booleans as they were written) used where a cell is null or the column absent.
    pub defaults: BTreeMap<String, Placed<String>>,
    /// Texts that mean nothing.
    pub nulls: Vec<String>,
    /// `None`: by the extension of the file (comma, or tab for `.tsv`).
    pub delimiter: Option<u8>,
    pub quote: u8,
    pub encoding: Encoding,
    pub decimal_comma: bool,
    pub sheet: Option<Placed<String>>,
    pub unpivot: Option<Placed<Unpivot>>,
    /// Of fx_rates.
    pub quoted: Quoted,
}

/// Where a column's value comes from.
#[derive(Debug, Clone)]
pub enum ColumnFrom {
    /// A column of the file.
    Name(Placed<String>),
    /// An expression over the file's columns.
    Expr(ExprText),
}

/// The `dates` of a source: strftime formats.
#[derive(Debug, Clone)]
pub enum Dates {
    /// One format for all columns (`%Y-%m-%d` unless said).
    All(String),
    /// By contract or extra column; the others have the default format.
    ByColumn(BTreeMap<String, Placed<String>>),
}

/// What `types` may say of an extra column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Text,
    Number,
    Money,
    Date,
    Boolean,
}

impl ColumnType {
    /// As it is written in `types`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::Boolean => "boolean",
        }
    }

    /// The type that expressions see.
    pub fn expr_type(self) -> Type {
        match self {
            Self::Text => Type::Text,
            Self::Number | Self::Money => Type::Number,
            Self::Date => Type::Date,
            Self::Boolean => Type::Boolean,
        }
    }
}

/// Encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    Windows1252,
}

/// Turns wide rows into long ones: every column but `keep` becomes a row.
#[derive(Debug, Clone)]
pub struct Unpivot {
    /// Name of the new column that holds the old column's name.
    pub name: String,
    /// Name of the new column that holds the cell.
    pub value: String,
    pub keep: Vec<String>,
}

/// How an exchange rate is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoted {
    /// The amount is multiplied by the rate.
    BookPerUnit,
    /// The amount is divided by the rate.
    UnitPerBook,
}

apportion_base::overflow_probe!();
