//! Pictures of tables: what a chart draws, in whole numbers, from the cells of a table.

use apportion_base::money::pow10;

use super::{Cell, Table};
use crate::language::Language;
use crate::page::chart::{Bar, Bin, Dot, Side};

/// A table with a picture of it. Where none can be drawn, the table stands in its place.
///
/// A column `n` says how many rows a number rests on, and stands beside it in the picture.
#[derive(Debug, Clone)]
pub struct Chart {
    /// How it is drawn.
    pub shape: Shape,
    /// What is drawn: a mark for each row. Its first column names the mark.
    pub table: Table,
    /// The key of the column that is drawn.
    pub value: &'static str,
    /// What the picture leaves out, and how it is to be read.
    pub note: Option<String>,
}

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A bar for each row.
    Bars,
    /// A bar for each range of values, in order.
    Histogram,
    /// A dot for each row, over a column of numbers or days.
    Dots {
        /// The key of the column that goes to the right.
        across: &'static str,
        /// The key of the column with the most that is allowed; a line stands at each.
        allowed: &'static str,
    },
}

impl Chart {
    /// Bars from a table without rows.
    pub fn bars(table: Table, value: &'static str) -> Self {
        Self { shape: Shape::Bars, table, value, note: None }
    }

    /// The place of a column.
    pub(super) fn place(&self, key: &str) -> Option<usize> {
        self.table.columns.iter().position(|column| column.key == key)
    }

    /// The most decimals that a number of a column has.
    fn scale(&self, key: &str) -> u32 {
        let Some(place) = self.place(key) else { return 0 };
        let numbers = self.table.rows.iter().filter_map(|row| magnitude(&row[place]));
        numbers.map(|(_, scale)| scale).max().unwrap_or(0)
    }

    /// The numbers of a column with so many decimals, a row each; rows without a number have none.
    fn numbers(&self, key: &str, scale: u32) -> Vec<Option<i128>> {
        let Some(place) = self.place(key) else { return Vec::new() };
        let cells = self.table.rows.iter().map(|row| magnitude(&row[place]));
        let in_unit = |(number, own): (i128, u32)| {
            pow10(scale - own).ok().and_then(|ten| number.checked_mul(ten)).or(Some(i128::MAX))
        };
        cells.map(|cell| cell.and_then(in_unit)).collect()
    }

    /// A number as people read it, with the number of rows it rests on.
    fn shown(&self, language: Language, row: &[Cell]) -> String {
        let cell = |key: &str| self.place(key).map(|place| row[place].shown(language, None));
        let value = cell(self.value).unwrap_or_default();
        match cell("n") {
            Some(n) => format!("{value} (n {n})"),
            None => value,
        }
    }

    /// The bars, those without a number left out.
    pub(super) fn marks(&self, language: Language) -> Vec<Bar> {
        let rows = self.table.rows.iter().zip(self.numbers(self.value, self.scale(self.value)));
        let bar = |(row, value): (&Vec<Cell>, Option<i128>)| {
            let label = row.first().map(|cell| cell.shown(language, None)).unwrap_or_default();
            Some(Bar { label, value: value?, shown: self.shown(language, row) })
        };
        rows.filter_map(bar).collect()
    }

    /// The ranges of a histogram.
    pub(super) fn bins(&self, language: Language) -> Vec<Bin> {
        let bin = |bar: Bar| Bin {
            side: if bar.label.starts_with(['-', '−']) { Side::Below } else { Side::Above },
            count: u64::try_from(bar.value).unwrap_or(0),
            label: bar.label,
            shown: bar.shown,
        };
        self.marks(language).into_iter().map(bin).collect()
    }

    /// The dots, and the heights of what is allowed, the lowest first.
    pub(super) fn dots(&self, across: &str, allowed: &str) -> (Vec<Dot>, Vec<i128>) {
        // Heights and what is allowed are of one unit.
        let scale = self.scale(self.value).max(self.scale(allowed));
        let (heights, most) = (self.numbers(self.value, scale), self.numbers(allowed, scale));
        let places = self.numbers(across, self.scale(across));
        let dot = |((across, height), most): ((&Option<i128>, &Option<i128>), &Option<i128>)| {
            let (across, height) = ((*across)?, (*height)?);
            let side = if most.is_some_and(|most| height > most) { Side::Below } else { Side::Above };
            Some(Dot { across, height, side })
        };
        let dots = places.iter().zip(&heights).zip(&most).filter_map(dot).collect();
        let mut lines: Vec<i128> = most.into_iter().flatten().collect();
        lines.sort_unstable();
        lines.dedup();
        (dots, lines)
    }
}

/// A number and its decimals; days count as numbers.
fn magnitude(cell: &Cell) -> Option<(i128, u32)> {
    match cell {
        Cell::Amount(money) | Cell::Change(money) => Some((money.minor, money.currency.digits())),
        Cell::Rate(number, scale) | Cell::Number(number, scale) => Some((*number, *scale)),
        Cell::Count(count) => Some(((*count).into(), 0)),
        Cell::Date(day) => Some(((*day).into(), 0)),
        Cell::Empty | Cell::Text(_) | Cell::Rich(_) | Cell::Lines(_) => None,
    }
}
