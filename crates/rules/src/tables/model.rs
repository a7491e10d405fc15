//! A rate table: its conditions and its rows.

use rust_decimal::Decimal;

use super::dictionary::Dictionary;
use super::index::{Found, Index};
use super::interval::{Interval, NO_BELOW, NO_LOW};
use super::rows::Rows;
use crate::ByColumn;
use apportion_base::diagnostic::{FileId, Span};
use apportion_base::notation::shortest;
use apportion_book::display_day;
use apportion_expr::Type;

/// The rows of a CSV file by which a rate or an amount is looked up.
#[derive(Debug, Clone)]
pub struct RateTable {
    /// The file, as it is shown: relative to the project file.
    pub path: String,
    /// The column of the values.
    pub value: String,
    /// Its text, into which spans of rows point.
    pub file: FileId,
    /// What its columns are compared with, in the order of the header.
    pub conditions: Vec<TableCondition>,
    pub(super) rows: Rows,
    pub(super) index: Index,
    /// Which of the tables that the rules ask for it is, while they are read.
    pub(crate) request: usize,
}

/// A column of the file, or two that make a range, and the column in scope that it is compared with.
#[derive(Debug, Clone)]
pub struct TableCondition {
    /// Its name in the file; of a range the name without `_from` and `_below`.
    pub header: String,
    /// The column in scope.
    pub column: ByColumn,
    /// What its cells are.
    pub column_type: Type,
    /// How it is compared.
    pub test: ColumnTest,
    /// Its place among the conditions of the same kind: of equality, or of intervals.
    pub slot: usize,
    pub(super) dictionary: Dictionary,
}

/// How the cells of a table are compared with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnTest {
    /// The column has the value of the cell.
    Equal,
    /// The column is at or above one cell and below the other.
    Range,
    /// The deal closed on a day from one cell to the other, both counted.
    Days,
}

impl RateTable {
    /// What takes the place of a table until its file is read.
    pub(crate) fn pending(path: String, value: String, request: usize) -> Self {
        Self {
            path,
            value,
            file: FileId(u32::MAX),
            conditions: Vec::new(),
            rows: Rows::default(),
            index: Index::default(),
            request,
        }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows; a table that was read has one at least.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// The value of a row.
    pub fn value(&self, row: usize) -> Decimal {
        self.rows.value(row)
    }

    /// The values that rows have, each once.
    pub fn distinct_values(&self) -> &[Decimal] {
        self.rows.distinct_values()
    }

    /// The place of a row's value among the distinct ones.
    pub fn value_place(&self, row: usize) -> usize {
        self.rows.value_place(row)
    }

    /// The line of the file on which a row begins; the header is line 1.
    pub fn line(&self, row: usize) -> u32 {
        self.rows.line(row)
    }

    /// Where a row is.
    pub fn span(&self, row: usize) -> Span {
        let (start, end) = self.rows.span(row);
        Span { file: self.file, range: start as usize..end as usize }
    }

    /// The interval of a row, for a condition of intervals.
    pub fn interval(&self, row: usize, condition: &TableCondition) -> Interval {
        self.rows.interval(row, condition.slot)
    }

    /// Conditions of equality, and of intervals.
    pub fn counts(&self) -> (usize, usize) {
        (self.rows.of_equality, self.rows.of_intervals)
    }

    /// The row for some values: codes of the conditions of equality (0 for null and for values that no row has), and
    /// the numbers of those of intervals (`None` for null).
    pub fn find(&self, codes: &[u32], numbers: &[Option<i128>]) -> Found {
        self.index.find(&self.rows, codes, numbers)
    }

    /// How many cells of a row are not empty; a range and the days are one.
    pub fn weight(&self, row: usize) -> usize {
        let codes = self.rows.codes(row).iter().filter(|code| **code != 0).count();
        codes + self.rows.intervals(row).filter(|interval| !interval.is_all()).count()
    }

    /// What a row asks for, condition by condition, without those that it leaves open: `tier 'gold'`,
    /// `amount from 1000 to below 5000`.
    pub fn parts(&self, row: usize) -> Vec<String> {
        self.conditions.iter().filter_map(|condition| self.part(row, condition)).collect()
    }

    fn part(&self, row: usize, condition: &TableCondition) -> Option<String> {
        let name = &condition.header;
        match condition.test {
            ColumnTest::Equal => {
                let code = self.rows.codes(row)[condition.slot];
                (code != 0).then(|| format!("{name} {}", condition.written(code)))
            }
            ColumnTest::Range | ColumnTest::Days => {
                let interval = self.rows.interval(row, condition.slot);
                (!interval.is_all()).then(|| condition.interval_text(interval))
            }
        }
    }

    /// What a row asks for apart from days, in a line, and the first and the last day on which it counts.
    pub fn undated(&self, row: usize) -> (String, Option<i32>, Option<i32>) {
        let (mut parts, mut from, mut until) = (Vec::new(), None, None);
        for condition in &self.conditions {
            match condition.test {
                ColumnTest::Days => {
                    let Interval { low, below } = self.interval(row, condition);
                    let day = |number: i128| i32::try_from(number).ok();
                    from = Some(low).filter(|low| *low != NO_LOW).and_then(day);
                    until = Some(below).filter(|below| *below != NO_BELOW).and_then(|below| day(below - 1));
                }
                ColumnTest::Equal | ColumnTest::Range => parts.extend(self.part(row, condition)),
            }
        }
        (if parts.is_empty() { "any".to_owned() } else { parts.join(", ") }, from, until)
    }

    /// What a row asks for, in a line; `any` where it leaves all open.
    pub fn text(&self, row: usize) -> String {
        let parts = self.parts(row);
        if parts.is_empty() { "any".to_owned() } else { parts.join(", ") }
    }

    /// The cell of a row under a condition as a person reads it; empty where it is left open.
    pub fn cell(&self, row: usize, condition: &TableCondition) -> String {
        match condition.test {
            ColumnTest::Equal => {
                let code = self.rows.codes(row)[condition.slot];
                if code == 0 { String::new() } else { condition.plain(code) }
            }
            ColumnTest::Range | ColumnTest::Days => {
                let interval = self.rows.interval(row, condition.slot);
                if interval.is_all() { String::new() } else { condition.ends(interval) }
            }
        }
    }
}

impl TableCondition {
    /// The code of a text, for a condition of equality with a text column; 0 where no row has it.
    pub fn code_of_text(&self, text: &str) -> u32 {
        self.dictionary.code_of_text(text)
    }

    /// The code of a number in billionths, of a day, or of a boolean (0 or 1).
    pub fn code_of_number(&self, number: i128) -> u32 {
        self.dictionary.code_of_number(number)
    }

    /// The texts that rows name.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.dictionary.texts()
    }

    /// The column in scope with its table: `deals.product`.
    pub fn qualified(&self) -> String {
        format!("{}.{}", self.column.table.word(), self.column.column)
    }

    /// An interval with the name of its column: `amount from 1000 to below 5000`.
    pub fn interval_text(&self, interval: Interval) -> String {
        match self.test {
            ColumnTest::Days => self.ends(interval),
            ColumnTest::Equal | ColumnTest::Range => format!("{} {}", self.header, self.ends(interval)),
        }
    }

    /// A cell other than an empty one, as a rule writes it.
    fn written(&self, code: u32) -> String {
        match self.column_type {
            Type::Text => format!("'{}'", self.dictionary.text(code).replace('\'', "''")),
            Type::Number | Type::Date | Type::Boolean => self.plain(code),
        }
    }

    /// A cell other than an empty one, as a person reads it.
    fn plain(&self, code: u32) -> String {
        match self.column_type {
            Type::Text => self.dictionary.text(code).to_owned(),
            Type::Number => number_text(self.dictionary.number(code)),
            Type::Date => day_text(self.dictionary.number(code)),
            Type::Boolean => (self.dictionary.number(code) != 0).to_string(),
        }
    }

    fn ends(&self, interval: Interval) -> String {
        let end = |number: i128| match self.column_type {
            Type::Date => day_text(number),
            Type::Text | Type::Number | Type::Boolean => number_text(number),
        };
        let (last, word) = match self.test {
            ColumnTest::Days => (interval.below.saturating_sub(1), "until"),
            ColumnTest::Equal | ColumnTest::Range => (interval.below, "below"),
        };
        match (interval.low == NO_LOW, interval.below == NO_BELOW) {
            (true, true) => "any".to_owned(),
            (false, true) => format!("from {}", end(interval.low)),
            (true, false) => format!("{word} {}", end(last)),
            (false, false) => format!("from {} {}{word} {}", end(interval.low), self.to(), end(last)),
        }
    }

    fn to(&self) -> &'static str {
        if self.test == ColumnTest::Days { "" } else { "to " }
    }
}

/// A day, counted from 1970-01-01.
fn day_text(day: i128) -> String {
    i32::try_from(day).map_or_else(|_| String::new(), display_day)
}

/// A number in billionths without needless zeros.
fn number_text(number: i128) -> String {
    shortest(number, 9)
}

/// An empty dictionary for each condition.
impl TableCondition {
    pub(super) fn new(
        header: &str,
        (column, column_type): (ByColumn, Type),
        test: ColumnTest,
        slot: usize,
    ) -> Self {
        let dictionary = Dictionary::default();
        Self { header: header.to_owned(), column, column_type, test, slot, dictionary }
    }
}
