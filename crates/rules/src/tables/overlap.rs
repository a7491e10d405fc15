//! What is suspicious in a table, seen without data: rows that can match no deal, rows between which nothing decides,
//! and values between two ranges that no row has.
//!
//! A row is a *box*: a code or all values for each condition of equality, an extent for each interval. Nothing decides
//! between two rows of one weight where their boxes have a part in common that no row with more cells covers.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use super::index::{Bucket, Shape};
use super::interval::Interval;
use super::model::{ColumnTest, RateTable, TableCondition};
use apportion_book::TableName;

/// So many pairs of rows and parts of boxes are looked at. Tables that people write need a few for each row.
const MOST_STEPS: usize = 4_000_000;
/// So many pairs are named.
const MOST_PAIRS: usize = 100;

/// Pairs of rows between which nothing decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// In the order of the file, at most [`MOST_PAIRS`].
    pub pairs: Vec<(usize, usize)>,
    /// Whether not all pairs were looked at, because there are too many.
    pub cut: bool,
}

/// Values between two rows that no row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeGap {
    /// The place of the condition in [`RateTable::conditions`].
    pub condition: usize,
    /// The row that ends before the gap, and the one that begins after it.
    pub rows: (usize, usize),
    /// The values that are missing.
    pub gap: Interval,
}

/// A set of values of all conditions.
#[derive(Debug, Clone)]
struct ValueBox {
    /// 0 is all values, also null.
    codes: Vec<u32>,
    extents: Vec<Extent>,
}

/// Some numbers, and perhaps null.
#[derive(Debug, Clone, Copy)]
struct Extent {
    null: bool,
    numbers: Interval,
}

impl Extent {
    fn is_nothing(self) -> bool {
        !self.null && self.numbers.is_empty()
    }
}

impl RateTable {
    /// Rows that can match no deal from `first` to `last` (days since 1970-01-01), by their own dates and ranges.
    pub fn unreachable(&self, first: i32, last: Option<i32>) -> Vec<usize> {
        let days = self.conditions.iter().find(|condition| condition.test == ColumnTest::Days);
        let in_force =
            Interval { low: i128::from(first), below: last.map_or(i128::MAX, |last| i128::from(last) + 1) };
        let never = |row: &usize| {
            let outside = days.is_some_and(|days| self.interval(*row, days).and(in_force).is_empty());
            outside || self.is_empty_row(*row)
        };
        (0..self.len()).filter(never).collect()
    }

    /// Whether a row can match nothing: its range or its days end before they begin.
    pub fn is_empty_row(&self, row: usize) -> bool {
        self.rows.intervals(row).any(Interval::is_empty)
    }

    /// Pairs of rows between which nothing decides for some values.
    pub fn ties(&self) -> Ties {
        let mut search = TieSearch { table: self, ties: Ties::default(), steps: MOST_STEPS };
        let shapes = &self.index.shapes;
        for (place, shape) in shapes.iter().enumerate() {
            for bucket in &shape.buckets {
                search.in_bucket(shape.rows_of(bucket));
            }
            for other in shapes[place + 1..].iter().take_while(|other| other.weight == shape.weight) {
                search.between(shape, other);
            }
        }
        search.ties.cut |= search.steps == 0;
        search.ties.pairs.sort_unstable();
        search.ties
    }

    /// Values between the ranges of rows that are alike in all else, where no other row has them.
    pub fn gaps(&self) -> Vec<RangeGap> {
        let mut gaps = Vec::new();
        let mut steps = MOST_STEPS;
        for (place, condition) in self.conditions.iter().enumerate() {
            if condition.test != ColumnTest::Range {
                continue;
            }
            let slot = condition.slot;
            let mut alike: BTreeMap<(&[u32], Vec<Interval>), Vec<usize>> = BTreeMap::new();
            let mut first_of: Vec<(usize, Vec<usize>)> = Vec::new();
            for row in (0..self.len()).filter(|row| !self.is_empty_row(*row)) {
                if self.rows.interval(row, slot).is_all() {
                    continue;
                }
                let mut others: Vec<Interval> = self.rows.intervals(row).collect();
                others[slot] = Interval::ALL;
                alike.entry((self.rows.codes(row), others)).or_default().push(row);
            }
            for rows in alike.into_values() {
                first_of.push((rows[0], rows));
            }
            first_of.sort_unstable();
            for (_, mut rows) in first_of {
                rows.sort_by_key(|row| (self.rows.interval(*row, slot), *row));
                gaps.extend(self.gaps_between(&rows, (place, slot), &mut steps));
            }
        }
        gaps
    }

    fn gaps_between(
        &self,
        rows: &[usize],
        (condition, slot): (usize, usize),
        steps: &mut usize,
    ) -> Vec<RangeGap> {
        let mut gaps = Vec::new();
        let Some(mut highest) = rows.first().copied() else { return gaps };
        for &row in &rows[1..] {
            let (end, next) = (self.rows.interval(highest, slot).below, self.rows.interval(row, slot));
            if end < next.low {
                let gap = Interval { low: end, below: next.low };
                let mut missing = self.row_box(row);
                missing.extents[slot] = Extent { null: false, numbers: gap };
                if !self.covered(&missing, 0, steps) {
                    gaps.push(RangeGap { condition, rows: (highest, row), gap });
                }
            }
            if next.below > end {
                highest = row;
            }
        }
        gaps
    }

    fn row_box(&self, row: usize) -> ValueBox {
        let intervals = self.conditions.iter().filter(|condition| condition.test != ColumnTest::Equal);
        let extents = intervals.map(|condition| {
            let numbers = self.rows.interval(row, condition.slot);
            Extent { null: numbers.is_all() && may_be_null(condition), numbers }
        });
        ValueBox { codes: self.rows.codes(row).to_vec(), extents: extents.collect() }
    }

    /// The values that two rows have in common.
    fn common(&self, one: usize, other: usize) -> Option<ValueBox> {
        let (mut both, other) = (self.row_box(one), self.row_box(other));
        for (code, other) in both.codes.iter_mut().zip(other.codes) {
            match (*code, other) {
                (0, other) => *code = other,
                (own, other) if other != 0 && own != other => return None,
                _ => {}
            }
        }
        for (extent, other) in both.extents.iter_mut().zip(other.extents) {
            extent.null &= other.null;
            extent.numbers = extent.numbers.and(other.numbers);
        }
        (!both.extents.iter().any(|extent| extent.is_nothing())).then_some(both)
    }

    /// Whether each value of a box is in a row of at least `least` cells; also where it can't be found out.
    fn covered(&self, values: &ValueBox, least: usize, steps: &mut usize) -> bool {
        // Parts of the box that no row was found for yet.
        let mut open = vec![values.clone()];
        while let Some(mut rest) = open.pop() {
            if *steps == 0 {
                return true;
            }
            *steps -= 1;
            let Some(row) = self.one_inside(&rest, least, steps) else { return false };
            let intervals = self.rows.intervals(row).enumerate();
            for (slot, interval) in intervals.filter(|(_, interval)| !interval.is_all()) {
                let Extent { null, numbers } = rest.extents[slot];
                let part = |low, below| Extent { null: false, numbers: Interval { low, below } };
                let outside = [
                    Extent { null, ..part(0, 0) },
                    part(numbers.low, numbers.below.min(interval.low)),
                    part(numbers.low.max(interval.below), numbers.below),
                ];
                for extent in outside.into_iter().filter(|extent| !extent.is_nothing()) {
                    let mut outside = rest.clone();
                    outside.extents[slot] = extent;
                    open.push(outside);
                }
                rest.extents[slot] = Extent { null: false, numbers: numbers.and(interval) };
            }
        }
        true
    }

    /// A row of at least `least` cells that has all codes of a box and some of its numbers.
    fn one_inside(&self, values: &ValueBox, least: usize, steps: &mut usize) -> Option<usize> {
        for shape in self.index.shapes.iter().take_while(|shape| shape.weight >= least) {
            let Some(bucket) = shape.bucket(&self.rows, &values.codes) else { continue };
            for row in shape.rows_of(bucket).iter().map(|row| *row as usize) {
                *steps = steps.saturating_sub(1);
                let meets = |(slot, interval): (usize, Interval)| {
                    let extent = values.extents[slot];
                    interval.is_all() || !extent.numbers.and(interval).is_empty()
                };
                if self.rows.intervals(row).enumerate().all(meets) {
                    return Some(row);
                }
            }
        }
        None
    }
}

/// Deals have an amount and a day; everything else may be empty.
fn may_be_null(condition: &TableCondition) -> bool {
    let column = &condition.column;
    !(column.table == TableName::Deals && matches!(column.column.as_str(), "amount" | "close_date"))
}

struct TieSearch<'a> {
    table: &'a RateTable,
    ties: Ties,
    steps: usize,
}

impl TieSearch<'_> {
    /// Rows of one key: those whose intervals overlap.
    fn in_bucket(&mut self, rows: &[u32]) {
        let mut rows: Vec<usize> = rows.iter().map(|row| *row as usize).collect();
        let first = |row: usize| self.table.rows.intervals(row).next().unwrap_or(Interval::ALL);
        rows.sort_by_key(|row| (first(*row), *row));
        for (place, &row) in rows.iter().enumerate() {
            let below = first(row).below;
            for &other in rows[place + 1..].iter().take_while(|other| first(**other).low < below) {
                if !self.look(row, other) {
                    return;
                }
            }
        }
    }

    /// Rows of two shapes: those that have one value in the columns that both have.
    fn between(&mut self, one: &Shape, other: &Shape) {
        let rows = &self.table.rows;
        let shared: Vec<usize> =
            one.equal.iter().copied().filter(|slot| other.equal.contains(slot)).collect();
        let key = |bucket: &Bucket, shape: &Shape| -> Vec<u32> {
            let codes = rows.codes(shape.rows_of(bucket)[0] as usize);
            shared.iter().map(|slot| codes[*slot]).collect()
        };
        let mut by_key: HashMap<Vec<u32>, Vec<u32>> = HashMap::new();
        for bucket in &other.buckets {
            by_key.entry(key(bucket, other)).or_default().extend(other.rows_of(bucket));
        }
        for bucket in &one.buckets {
            let Some(others) = by_key.get(&key(bucket, one)) else { continue };
            for row in one.rows_of(bucket) {
                for other in others {
                    if !self.look(*row as usize, *other as usize) {
                        return;
                    }
                }
            }
        }
    }

    /// Looks at a pair; whether to go on.
    fn look(&mut self, one: usize, other: usize) -> bool {
        if self.steps == 0 {
            return false;
        }
        if self.ties.pairs.len() == MOST_PAIRS {
            self.ties.cut = true;
            return false;
        }
        self.steps -= 1;
        let table = self.table;
        if table.is_empty_row(one) || table.is_empty_row(other) {
            return true;
        }
        if let Some(common) = table.common(one, other)
            && !table.covered(&common, table.weight(one) + 1, &mut self.steps)
        {
            self.ties.pairs.push((one.min(other), one.max(other)));
        }
        true
    }
}
