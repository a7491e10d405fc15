//! The rows of a rate table, column by column.
//!
//! A table of exceptions has thousands of rows with few different values, dates and ranges, so these are kept once.

use std::hash::Hash;

use foldhash::{HashMap, HashMapExt};
use rust_decimal::Decimal;

use super::interval::Interval;

/// The rows, column by column. A code of 0 is an empty cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// Codes of one row after the other, one for each condition of equality.
    codes: Vec<u32>,
    /// Of one row after the other, one for each condition of intervals.
    intervals: Vec<u32>,
    distinct_intervals: Vec<Interval>,
    values: Vec<u32>,
    distinct_values: Vec<Decimal>,
    /// The line of the file on which the row begins.
    lines: Vec<u32>,
    /// Bytes of the file.
    spans: Vec<(u32, u32)>,
    /// Conditions of equality.
    pub of_equality: usize,
    /// Conditions of intervals.
    pub of_intervals: usize,
}

/// A row as it is read.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub codes: &'a [u32],
    pub intervals: &'a [Interval],
    pub value: Decimal,
    pub line: u32,
    pub span: (u32, u32),
}

/// Rows while they are read.
#[derive(Debug)]
pub(super) struct RowsBuilder {
    rows: Rows,
    of_intervals: HashMap<Interval, u32>,
    of_values: HashMap<Decimal, u32>,
}

impl RowsBuilder {
    /// With room for some rows.
    pub fn new(rows: usize, of_equality: usize, of_intervals: usize) -> Self {
        let rows = Rows {
            codes: Vec::with_capacity(rows * of_equality),
            intervals: Vec::with_capacity(rows * of_intervals),
            values: Vec::with_capacity(rows),
            lines: Vec::with_capacity(rows),
            spans: Vec::with_capacity(rows),
            of_equality,
            of_intervals,
            ..Rows::default()
        };
        Self { rows, of_intervals: HashMap::new(), of_values: HashMap::new() }
    }

    pub fn push(&mut self, row: &Row<'_>) {
        let rows = &mut self.rows;
        rows.codes.extend_from_slice(row.codes);
        for interval in row.intervals {
            rows.intervals.push(place(*interval, &mut self.of_intervals, &mut rows.distinct_intervals));
        }
        rows.values.push(place(row.value, &mut self.of_values, &mut rows.distinct_values));
        rows.lines.push(row.line);
        rows.spans.push(row.span);
    }

    /// How many rows were read.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn finish(self) -> Rows {
        self.rows
    }
}

/// The place of a value among the distinct ones.
fn place<T: Copy + Eq + Hash>(value: T, places: &mut HashMap<T, u32>, distinct: &mut Vec<T>) -> u32 {
    *places.entry(value).or_insert_with(|| {
        distinct.push(value);
        // A table has a million rows at most.
        u32::try_from(distinct.len() - 1).unwrap_or(u32::MAX)
    })
}

impl Rows {
    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn codes(&self, row: usize) -> &[u32] {
        &self.codes[row * self.of_equality..(row + 1) * self.of_equality]
    }

    /// Which cells of a row are not empty, as bits: those of equality, then those of intervals. There are no more than 60.
    pub fn mask(&self, row: usize) -> u64 {
        let codes = self.codes(row).iter().map(|code| *code != 0);
        let all = codes.chain(self.intervals(row).map(|interval| !interval.is_all()));
        all.enumerate().fold(0, |mask, (place, is)| mask | u64::from(is) << place)
    }

    pub fn interval(&self, row: usize, slot: usize) -> Interval {
        self.distinct_intervals[self.intervals[row * self.of_intervals + slot] as usize]
    }

    pub fn intervals(&self, row: usize) -> impl ExactSizeIterator<Item = Interval> + Clone {
        let places = &self.intervals[row * self.of_intervals..(row + 1) * self.of_intervals];
        places.iter().map(|place| self.distinct_intervals[*place as usize])
    }

    pub fn value(&self, row: usize) -> Decimal {
        self.distinct_values[self.value_place(row)]
    }

    /// The place of a row's value among the distinct ones.
    pub fn value_place(&self, row: usize) -> usize {
        self.values[row] as usize
    }

    pub fn distinct_values(&self) -> &[Decimal] {
        &self.distinct_values
    }

    pub fn line(&self, row: usize) -> u32 {
        self.lines[row]
    }

    pub fn span(&self, row: usize) -> (u32, u32) {
        self.spans[row]
    }
}
