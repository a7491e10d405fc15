//! The files of a result: names, columns, types and order. run.json is described in [`super::run_json`].

pub mod assets;
mod channel;
pub mod ledger;
mod lines;
mod shapes;
mod tables;

pub use channel::{CLAIM_FILE, CONFLICT_FILE, PRICE_AUDIT_FILE};
pub use lines::{LINE_COLUMNS, LINE_FILE, LineColumn};
pub use shapes::{LINE_SHAPES, LineShape};
pub use tables::{
    ATTAINMENT_FILE, PAYOUT_FILE, RECONCILIATION_FILE, REJECT_FILE, STATEMENT_FILE, UNCREDITED_FILE,
};

use super::Words;

/// All lines, with everything they were computed from.
pub const LINES: &str = "lines.parquet";
/// What each payee has by rule.
pub const STATEMENTS: &str = "statements.csv";
/// What payroll pays.
pub const PAYOUTS: &str = "payouts.csv";
/// Deals that paid nobody, and why.
pub const UNCREDITED: &str = "uncredited.csv";
/// Rows of inputs that could not be used, and why.
pub const REJECTS: &str = "rejects.csv";
/// What became of the won deals of the period.
pub const RECONCILIATION: &str = "reconciliation.csv";
/// What was read and written, and the control totals.
pub const RUN: &str = "run.json";

/// Names of the files of a result, in the order in which they are written. `run.json` is always the last.
pub const FILES: [&str; 7] = [LINES, STATEMENTS, PAYOUTS, UNCREDITED, REJECTS, RECONCILIATION, RUN];

/// All lines as CSV, for people.
pub const LINES_CSV: &str = "lines.csv";
/// All lines as a workbook, for people.
pub const LINES_XLSX: &str = "lines.xlsx";

/// Names of files that a result has only where they were asked for, in the order in which they are written, before `run.json`.
pub const FURTHER_FILES: [&str; 2] = [LINES_CSV, LINES_XLSX];

/// What payees have reached against their quotas, where a rule pays on a running total.
pub const ATTAINMENT: &str = "attainment.csv";

/// Which registrations claim the deals of the period.
pub const CLAIMS: &str = "claims.csv";
/// Which payees are in conflict, about what, and what was decided.
pub const CONFLICTS: &str = "conflicts.csv";
/// What the won deals of the period were sold at, and who approved it.
pub const PRICE_AUDIT: &str = "price_audit.csv";

/// Names of files that only some results have: those of projects with the rules or tables that fill them. They are written
/// in this order, before `run.json`.
pub const OPTIONAL_FILES: [&str; 4] = [ATTAINMENT, CLAIMS, CONFLICTS, PRICE_AUDIT];

/// Whether a file of this name belongs to a result.
pub fn is_of_a_result(name: &str) -> bool {
    FILES.contains(&name) || OPTIONAL_FILES.contains(&name) || FURTHER_FILES.contains(&name)
}

/// Files that operating systems put into folders on their own. A result's folder may hold them.
pub const SYSTEM_FILES: [&str; 2] = [".DS_Store", "Thumbs.db"];

/// The files that are tables.
pub static TABLES: [&OutputFile; 10] = [
    &LINE_FILE,
    &STATEMENT_FILE,
    &PAYOUT_FILE,
    &UNCREDITED_FILE,
    &REJECT_FILE,
    &RECONCILIATION_FILE,
    &ATTAINMENT_FILE,
    &CLAIM_FILE,
    &CONFLICT_FILE,
    &PRICE_AUDIT_FILE,
];

/// A file of a result that is a table.
#[derive(Debug)]
pub struct OutputFile {
    /// Its name in the result's folder.
    pub name: &'static str,
    /// What a row is, in a sentence.
    pub meaning: &'static str,
    /// Its columns, in order.
    pub columns: &'static [OutputColumn],
    /// Names of the columns by which rows are sorted, by bytes; an empty or null cell comes first.
    pub sorted_by: &'static [&'static str],
}

impl OutputFile {
    /// The names of its columns, in order: the header of a CSV file.
    pub fn header(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.columns.iter().map(|column| column.name)
    }

    /// The position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// A column of a result's file.
#[derive(Debug, Clone, Copy)]
pub struct OutputColumn {
    /// Its name in the header or schema.
    pub name: &'static str,
    /// What a cell holds.
    pub holds: OutputType,
    /// Whether a cell may be null (in CSV: empty).
    pub nullable: bool,
    /// What it says, in a sentence.
    pub meaning: &'static str,
}

impl OutputColumn {
    /// A column that always has a value.
    const fn new(name: &'static str, holds: OutputType, meaning: &'static str) -> Self {
        Self { name, holds, nullable: false, meaning }
    }

    /// The same, and it may be null.
    const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }
}

/// What a cell of a result holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputType {
    /// Any text.
    Text,
    /// One of a few words.
    Word(Words),
    /// The code of a currency, ISO 4217.
    Currency,
    /// A day; in CSV as `2026-07-31`.
    Date,
    /// A whole number, at least 0.
    Count,
    /// A whole number of 32 bits.
    Integer,
    /// A rate as a fraction: 0.05 is 5%.
    Rate,
    /// What a split goes by: weights, touches, percents.
    Units,
    /// An amount in the book's currency, with the decimals of its minor unit.
    Money,
    /// A sum of amounts as they were read, in the book's currency: with the decimals of its minor unit, and more where amounts have more.
    Sum,
    /// A number with as many decimals.
    Number(u8),
    /// `true` or `false`.
    Flag,
}

impl OutputType {
    /// Digits and decimals of a decimal type; `None` where it is not decimal. `digits` are those of the currency's minor unit.
    pub const fn decimal(self, digits: u8) -> Option<(u8, u8)> {
        match self {
            Self::Rate => Some((18, 8)),
            Self::Units => Some((38, 9)),
            Self::Money => Some((18, digits)),
            Self::Number(decimals) => Some((38, decimals)),
            Self::Text
            | Self::Word(_)
            | Self::Currency
            | Self::Date
            | Self::Count
            | Self::Integer
            | Self::Flag
            | Self::Sum => None,
        }
    }

    /// For people: a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Word(_) => "word",
            Self::Currency => "currency code",
            Self::Date => "date",
            Self::Count => "count",
            Self::Integer => "integer",
            Self::Rate => "rate",
            Self::Units => "units",
            Self::Money => "money",
            Self::Sum => "sum of amounts",
            Self::Number(_) => "number",
            Self::Flag => "`true` or `false`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_described_in_their_order() {
        let described: Vec<&str> = TABLES.iter().map(|file| file.name).chain([RUN]).collect();
        let always = described.iter().copied().filter(|name| !OPTIONAL_FILES.contains(name));
        assert!(always.eq(FILES) && described.iter().all(|name| is_of_a_result(name)));
        for file in TABLES {
            for column in file.columns {
                let times = file.header().filter(|name| *name == column.name).count();
                assert_eq!(times, 1, "{} of {}", column.name, file.name);
                assert!(column.meaning.ends_with('.'), "{}", column.name);
            }
            assert!(file.sorted_by.iter().all(|name| file.position(name).is_some()), "{}", file.name);
        }
    }
}
