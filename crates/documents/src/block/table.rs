//! Tables with typed cells.

use apportion_base::calendar::display_day;
use apportion_base::money::{Currency, Minor, format_scaled};

use super::Rich;
use crate::language::Language;

/// An amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// In minor units of its currency.
    pub minor: i128,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of a currency.
    pub fn new(minor: impl Into<i128>, currency: Currency) -> Self {
        Self { minor: minor.into(), currency }
    }

    /// An amount of the book.
    pub fn of(minor: Minor, currency: Currency) -> Self {
        Self { minor: minor.wide(), currency }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words or an id.
    Text(String),
    /// Words with marks.
    Rich(Rich),
    /// Short texts, one below the other.
    Lines(Vec<String>),
    /// An amount with its currency.
    Amount(Money),
    /// By how much an amount changes: a plus says that it grows.
    Change(Money),
    /// A fraction that is shown in percent, and its decimals: at least 2.
    Rate(i128, u32),
    /// A number, and its decimals.
    Number(i128, u32),
    /// How many.
    Count(u64),
    /// A day, in days since 1970-01-01.
    Date(i32),
}

impl Cell {
    /// Words or an id; nothing where there are none.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// An amount, where there is one.
    pub fn amount(amount: Option<Money>) -> Self {
        amount.map_or(Self::Empty, Self::Amount)
    }

    /// As people read it. An amount has its currency beside it, unless the column says it.
    pub fn shown(&self, language: Language, column: Option<Currency>) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Rich(words) => words.plain(),
            Self::Lines(lines) => lines.join("; "),
            Self::Change(change) if change.minor > 0 => {
                let mut shown = Self::Amount(*change).shown(language, column);
                // The currency may stand before the number.
                let first = shown.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
                shown.insert(first, '+');
                shown
            }
            Self::Change(change) => Self::Amount(*change).shown(language, column),
            Self::Amount(Money { minor, currency }) if column == Some(*currency) => {
                language.number(*minor, currency.digits())
            }
            Self::Amount(Money { minor, currency }) => language.money(*minor, *currency),
            Self::Rate(mantissa, scale) => language.percent(*mantissa, *scale),
            Self::Number(mantissa, scale) => language.short_number(*mantissa, *scale),
            Self::Count(count) => language.number((*count).into(), 0),
            Self::Date(day) => language.date(*day),
        }
    }

    /// As machines read it: `1234.50`, `2026-07-31`.
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Rich(words) => words.plain(),
            Self::Lines(lines) => lines.join("; "),
            Self::Amount(Money { minor, currency }) | Self::Change(Money { minor, currency }) => {
                format_scaled(*minor, currency.digits())
            }
            Self::Rate(mantissa, scale) | Self::Number(mantissa, scale) => format_scaled(*mantissa, *scale),
            Self::Count(count) => count.to_string(),
            Self::Date(day) => display_day(*day),
        }
    }

    /// Whether it is a number, which stands on the right.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Amount(_) | Self::Change(_) | Self::Rate(..) | Self::Number(..) | Self::Count(_) => true,
            Self::Empty | Self::Text(_) | Self::Rich(_) | Self::Lines(_) | Self::Date(_) => false,
        }
    }
}

/// Where a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In all that is made of a table.
    Everywhere,
    /// In CSV and workbooks alone, where what stands above the table elsewhere is lost.
    Data,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in CSV.
    pub key: &'static str,
    /// Its heading.
    pub title: String,
    /// Whether it holds numbers.
    pub is_number: bool,
    /// Where it is shown.
    pub place: Place,
}

impl Column {
    /// A column of words.
    pub fn text(key: &'static str, title: impl Into<String>) -> Self {
        Self { key, title: title.into(), is_number: false, place: Place::Everywhere }
    }

    /// A column of numbers.
    pub fn number(key: &'static str, title: impl Into<String>) -> Self {
        Self { is_number: true, ..Self::text(key, title) }
    }

    /// Columns of words, whose headings are their names in data.
    pub fn texts<const N: usize>(names: [&'static str; N]) -> [Self; N] {
        names.map(|name| Self::text(name, name))
    }

    /// Columns of numbers, whose headings are their names in data.
    pub fn numbers<const N: usize>(names: [&'static str; N]) -> [Self; N] {
        names.map(|name| Self::number(name, name))
    }

    /// The same, in data alone.
    #[must_use]
    pub fn in_data(self) -> Self {
        Self { place: Place::Data, ..self }
    }
}

/// A table. Tables of one key have the same columns, and are one sheet of a workbook.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name in data.
    pub key: &'static str,
    /// Its name for people, and that of its sheet.
    pub name: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What some columns add up to.
    pub total: Option<Vec<Cell>>,
    /// Whether a reader of a page may sort it by a column.
    pub is_sortable: bool,
}

impl Table {
    /// A table without rows.
    pub fn new(key: &'static str, name: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { key, name: name.into(), columns, rows: Vec::new(), total: None, is_sortable: false }
    }

    /// The same, which a reader of a page may sort.
    #[must_use]
    pub fn sortable(self) -> Self {
        Self { is_sortable: true, ..self }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// Adds a row with a word and the sums of these columns, as far as all their amounts are of one currency and can be held; none where
    /// there are no amounts.
    pub fn add_total(&mut self, word: &str, columns: &[&str]) {
        let mut total = vec![Cell::Empty; self.columns.len()];
        let mut has_sum = false;
        for (place, column) in self.columns.iter().enumerate() {
            if columns.contains(&column.key) {
                total[place] = self.sum(place).map_or(Cell::Empty, Cell::Amount);
                has_sum |= total[place] != Cell::Empty;
            }
        }
        if !has_sum {
            return;
        }
        if let Some(first) = self.columns.iter().position(|column| column.place == Place::Everywhere) {
            total[first] = Cell::text(word);
        }
        self.total = Some(total);
    }

    /// Takes these columns off the page where each of their amounts is 0. In data they stay.
    pub fn hide_zeros(&mut self, columns: &[&str]) {
        let Self { columns: all, rows, .. } = self;
        for (place, column) in all.iter_mut().enumerate().filter(|(_, column)| columns.contains(&column.key))
        {
            let is_zero = |row: &Vec<Cell>| matches!(row[place], Cell::Amount(Money { minor: 0, .. }));
            if rows.iter().all(is_zero) {
                column.place = Place::Data;
            }
        }
    }

    /// The sum of a column of amounts of one currency.
    fn sum(&self, place: usize) -> Option<Money> {
        let mut sum: Option<Money> = None;
        for row in &self.rows {
            if let Cell::Amount(amount) = row[place] {
                sum = Some(match sum {
                    None => amount,
                    Some(sum) if sum.currency == amount.currency => {
                        Money { minor: sum.minor.checked_add(amount.minor)?, ..sum }
                    }
                    Some(_) => return None,
                });
            }
        }
        sum
    }

    /// Places of the columns that stand on a page.
    pub(super) fn on_page(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|place| self.columns[*place].place == Place::Everywhere).collect()
    }

    /// The currency that all numbers of a column have, which its heading says then.
    pub(super) fn currency(&self, place: usize) -> Option<Currency> {
        let cells = self.rows.iter().chain(&self.total).map(|row| &row[place]);
        let mut numbers = cells.filter(|cell| cell.is_number()).map(|cell| match cell {
            Cell::Amount(amount) | Cell::Change(amount) => Some(amount.currency),
            _ => None,
        });
        let first = numbers.next()??;
        numbers.all(|currency| currency == Some(first)).then_some(first)
    }

    /// The heading of a column, with its currency where it has one.
    pub(super) fn heading(&self, place: usize) -> String {
        let title = &self.columns[place].title;
        match self.currency(place) {
            Some(currency) => format!("{title} ({})", currency.code()),
            None => title.clone(),
        }
    }
}
