//! The project file `apportion.toml`: currency, rounding, fiscal calendar, sources and rule files.
//! `docs/reference/project.md` describes it.
//!
//! No data file is opened here. Paths stay as they were written, relative to the project's folder.

#![deny(missing_docs)]

mod accounts;
pub mod config;
mod dialect;
pub mod exports;
mod forecast;
mod layout;
mod ledger;
mod numbers;
pub mod parameters;
mod parse;
mod report;
mod reshape;
mod source;
mod statements;
mod values;

use std::collections::BTreeMap;
use std::path::PathBuf;

use apportion_base::diagnostic::Span;
use apportion_base::digest::FileDigest;
use apportion_base::money::{Currency, Rounding};
use apportion_base::notation::Zone;
use apportion_expr::{ExprText, Type};

pub use accounts::{Account, AccountColumn, AccountRole, AccountTable, Accounts};
pub use apportion_contract::{IncompletePolicy, PROJECT_FILE, TableName};
pub use exports::{ExportFamily, ExportFormat, ExportSettings};
pub use forecast::ForecastSettings;
pub use layout::{HeaderRow, Layout, MaxUnpacked, TableEnd};
pub use ledger::{ApprovalBand, LedgerSettings};
pub use numbers::Numbers;
pub use parse::read;
pub use report::ReportSettings;
pub use reshape::{Accept, Explode, Join, Reshape};
pub use statements::{StatementLanguage, StatementSettings};

pub use apportion_base::calendar::{
    Every, FiscalCalendar, Period, civil_from_days, day_of_date, days_from_civil, display_day,
};

/// A value with its place in a project file or a rule file.
#[derive(Debug, Clone)]
pub struct SourceValue<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// The contents of `apportion.toml`.
#[derive(Debug, Clone)]
pub struct Book {
    /// The folder of the project file.
    pub root: PathBuf,
    /// The project file itself: it decides amounts as much as a rule does.
    pub file: FileDigest,
    /// The project's name, for people.
    pub name: String,
    /// The currency in which everything is computed and paid.
    pub currency: Currency,
    /// Month in which a fiscal year starts, 1 to 12.
    pub fiscal_year_starts: u8,
    /// How amounts are rounded to the minor unit.
    pub rounding: Rounding,
    /// Globs of the rule files, relative to `root`.
    pub rules: Vec<SourceValue<String>>,
    /// An exchange rate that is older than this on a deal's close date is not used.
    pub fx_max_age_days: u32,
    /// What happens to deals with rejected engagements or splits.
    pub incomplete: IncompletePolicy,
    /// Where instants have their days; without it, where they say that they are.
    pub timezone: Option<Zone>,
    /// The part of a deal's amount, in hundred-millionths, above which `check` warns of what all rules together
    /// pay.
    pub warn_over_e8: i64,
    /// The sources, by table and then in the order of the file.
    pub sources: Vec<Source>,
    /// The sources of payment_details, which exports and journals read and no run does.
    pub payment_details: Vec<Source>,
    /// What closes are written as for payroll, banks and books, in the order of the file.
    pub exports: Vec<ExportSettings>,
    /// How months are closed; `None` where the project has no ledger.
    pub ledger: Option<LedgerSettings>,
    /// The accounts of journals; `None` where the project names none.
    pub accounts: Option<Accounts>,
    /// What stands on statements.
    pub statements: StatementSettings,
    /// What reports go by.
    pub report: ReportSettings,
    /// What a forecast is held against.
    pub forecast: ForecastSettings,
}

impl Book {
    /// The fiscal calendar, which says in which period a day is.
    pub fn calendar(&self) -> FiscalCalendar {
        FiscalCalendar { starts: self.fiscal_year_starts }
    }
}

/// One `[sources.…]` table: where the rows of an input table come from and how they are read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The input table.
    pub table: TableName,
    /// Whether the project has a source of the channel: deals and engagements have more columns then.
    pub with_channel: bool,
    /// The place of the `[sources.deals]` header or the element of `[[sources.engagements]]`.
    pub span: Span,
    /// Paths or globs, relative to the project's folder.
    pub paths: Vec<SourceValue<String>>,
    /// By column of the input table or attribute: where its value comes from.
    pub columns: BTreeMap<String, ColumnFrom>,
    /// The `where`: rows that do not meet it are filtered out.
    pub condition: Option<ExprText>,
    /// How dates are written.
    pub dates: Dates,
    /// Types of attributes in untyped files, and of the file's columns as expressions see them.
    pub types: BTreeMap<String, SourceValue<ColumnType>>,
    /// By column: text in the file → text that replaces it.
    pub values: BTreeMap<String, SourceValue<BTreeMap<String, String>>>,
    /// By column: the text that is used where a cell is null or a file does not have the column.
    pub defaults: BTreeMap<String, SourceValue<String>>,
    /// Texts that are read as null.
    pub nulls: Vec<String>,
    /// ASCII. `None`: by the extension of the file (comma, or tab for `.tsv`).
    pub delimiter: Option<u8>,
    /// The quote character of delimited files, ASCII.
    pub quote: u8,
    /// The encoding of text files.
    pub encoding: Encoding,
    /// How numbers are written in texts.
    pub numbers: Numbers,
    /// By symbol: the currency that it means here.
    pub marks: BTreeMap<String, SourceValue<String>>,
    /// The name of the worksheet. `None`: the first one.
    pub sheet: Option<SourceValue<String>>,
    /// How wide rows are turned into long ones, if they are.
    pub unpivot: Option<SourceValue<Unpivot>>,
    /// How the rates of fx_rates are quoted; other tables have the default.
    pub quoted: RateQuotation,
    /// Where the table is in its files.
    pub layout: Layout,
    /// What becomes of its rows.
    pub reshape: Reshape,
}

/// Where a column's value comes from.
#[derive(Debug, Clone)]
pub enum ColumnFrom {
    /// A column of the file.
    Name(SourceValue<String>),
    /// An expression over the file's columns.
    Expr(ExprText),
    /// The mark of a currency beside the amounts of a column of the file; only `currency` of deals.
    Mark(SourceValue<String>),
}

/// The `dates` of a source: strftime formats, `epoch-s` or `epoch-ms`.
#[derive(Debug, Clone)]
pub enum Dates {
    /// One format for all columns (`%Y-%m-%d` by default).
    All(String),
    /// By column; the others have the default format.
    ByColumn(BTreeMap<String, SourceValue<String>>),
}

/// The type of an attribute in `types`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Any text.
    Text,
    /// A number with at most 9 decimals.
    Number,
    /// An amount with at most 6 decimals.
    Money,
    /// A date in the format of the column's `dates`.
    Date,
    /// A point in time as RFC 3339 has it; rules see its day.
    Time,
    /// `true` or `false`.
    Boolean,
}

impl ColumnType {
    /// The word for it in `types`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::Time => "time",
            Self::Boolean => "boolean",
        }
    }

    /// The type of such a column in expressions.
    pub fn expr_type(self) -> Type {
        match self {
            Self::Text => Type::Text,
            Self::Number | Self::Money => Type::Number,
            Self::Date | Self::Time => Type::Date,
            Self::Boolean => Type::Boolean,
        }
    }
}

/// Encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16 of either byte order.
    Utf16,
    /// Windows code page 1252.
    Windows1252,
}

/// The `unpivot` of a source, which turns wide rows into long ones: every column except `keep` becomes a row.
#[derive(Debug, Clone)]
pub struct Unpivot {
    /// Name of the new column that holds the old column's name.
    pub name: String,
    /// Name of the new column that holds the cell.
    pub value: String,
    /// Columns that every new row keeps.
    pub keep: Vec<String>,
}

/// How an exchange rate is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateQuotation {
    /// The amount is multiplied by the rate.
    BookPerUnit,
    /// The amount is divided by the rate.
    UnitPerBook,
}

apportion_base::overflow_probe!();
