//! Finds the row of a table for some values without looking at the others.
//!
//! Rows that leave the same cells empty have one *shape*. Within a shape the codes of the other cells are a key, and the
//! rows of a key differ in their intervals, which are kept as a tree. So a lookup costs a hash for each shape, however
//! many rows there are.

use std::cmp::Reverse;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt};
use hashbrown::HashTable;

use super::interval::{Interval, NO_LOW};
use super::rows::Rows;

/// From so many rows on, those of a key are searched by a tree.
const TREE: usize = 8;

/// What a lookup finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No row matches.
    None,
    /// The row that counts.
    Row(usize),
    /// The first two rows that match with as many cells as each other, and more than all others.
    Tie(usize, usize),
}

/// The rows of a table by shape.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Those with most cells first.
    pub(super) shapes: Vec<Shape>,
}

/// The rows that have the same cells empty.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// How many cells are not.
    pub weight: usize,
    /// Which conditions of equality they have.
    pub equal: Vec<usize>,
    /// Which conditions of intervals they have.
    pub ranges: Vec<usize>,
    /// The rows, key by key.
    pub order: Vec<u32>,
    pub buckets: Vec<Bucket>,
    by_key: HashTable<u32>,
}

/// The rows of a key: a part of the order of their shape.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    start: u32,
    end: u32,
    tree: Option<Box<Tree>>,
}

/// Rows in order of the low end of one interval, as a balanced tree: the root is in the middle.
#[derive(Debug, Clone)]
struct Tree {
    range: usize,
    nodes: Vec<Node>,
    /// Which numbers of each interval any of the rows may have: most searches end here.
    extents: Vec<(usize, Interval)>,
}

/// A row of a tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// The low end of its interval.
    low: i128,
    /// The highest end in the part of the tree below it.
    highest: i128,
}

impl Index {
    pub(super) fn new(rows: &Rows) -> Self {
        let mut by_mask: HashMap<u64, Gathered> = HashMap::new();
        for row in 0..rows.len() {
            let mask = rows.mask(row);
            by_mask.entry(mask).or_insert_with(|| Gathered::new(rows, mask)).add(rows, row);
        }
        let mut gathered: Vec<(u64, Gathered)> = by_mask.into_iter().collect();
        gathered.sort_unstable_by_key(|(mask, _)| (Reverse(mask.count_ones()), *mask));
        Self { shapes: gathered.into_iter().map(|(_, shape)| shape.finish(rows)).collect() }
    }

    pub(super) fn find(&self, rows: &Rows, codes: &[u32], numbers: &[Option<i128>]) -> Found {
        let mut found = Found::None;
        let mut weight = 0;
        for shape in &self.shapes {
            if found != Found::None && shape.weight < weight {
                break;
            }
            weight = shape.weight;
            if shape.ranges.iter().any(|range| numbers[*range].is_none()) {
                continue;
            }
            let Some(bucket) = shape.bucket(rows, codes) else { continue };
            shape.each(rows, bucket, numbers, &mut |row| found = found.and(row));
        }
        found
    }
}

impl Found {
    /// With one more row of the same weight; the two that come first in the file are kept.
    fn and(self, row: usize) -> Self {
        match self {
            Self::None => Self::Row(row),
            Self::Row(first) => Self::Tie(first.min(row), first.max(row)),
            Self::Tie(first, second) if row < first => Self::Tie(row, first.min(second)),
            Self::Tie(first, second) => Self::Tie(first, second.min(row)),
        }
    }
}

/// The rows of a shape while they are gathered.
struct Gathered {
    equal: Vec<usize>,
    ranges: Vec<usize>,
    by_key: HashTable<u32>,
    /// By key: its first row.
    first: Vec<u32>,
    /// Of each row: its key, and itself.
    rows: Vec<(u32, u32)>,
}

impl Gathered {
    fn new(rows: &Rows, mask: u64) -> Self {
        let has = |place: &usize| mask & 1 << place != 0;
        let all = rows.of_equality + rows.of_intervals;
        Self {
            equal: (0..rows.of_equality).filter(has).collect(),
            ranges: (rows.of_equality..all).filter(has).map(|place| place - rows.of_equality).collect(),
            by_key: HashTable::new(),
            first: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn add(&mut self, rows: &Rows, row: usize) {
        let Self { equal, by_key, first, .. } = self;
        let codes = |row: u32| rows.codes(row as usize);
        let hash_of = |row: u32| hash(equal.iter().map(|slot| codes(row)[*slot]));
        // A table has a million rows at most.
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let same = |key: &u32| codes(first[*key as usize]) == codes(row);
        let key = match by_key.find(hash_of(row), same) {
            Some(key) => *key,
            None => {
                let key = u32::try_from(first.len()).unwrap_or(u32::MAX);
                by_key.insert_unique(hash_of(row), key, |key| hash_of(first[*key as usize]));
                first.push(row);
                key
            }
        };
        self.rows.push((key, row));
    }

    /// Puts the rows in order by key, and each key's by intervals where there are many.
    fn finish(self, rows: &Rows) -> Shape {
        let Self { equal, ranges, by_key, first, rows: mut keyed } = self;
        keyed.sort_unstable();
        let mut order: Vec<u32> = keyed.iter().map(|(_, row)| *row).collect();
        let mut buckets = Vec::with_capacity(first.len());
        let mut start = 0;
        for of_key in keyed.chunk_by(|a, b| a.0 == b.0) {
            let end = start + of_key.len();
            let tree = (of_key.len() >= TREE && !ranges.is_empty())
                .then(|| Box::new(Tree::new(rows, &ranges, &mut order[start..end])));
            let place = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
            buckets.push(Bucket { start: place(start), end: place(end), tree });
            start = end;
        }
        Shape { weight: equal.len() + ranges.len(), equal, ranges, order, buckets, by_key }
    }
}

impl Shape {
    /// The rows with these codes where the shape has any; a code of 0 is one that no row has.
    pub(super) fn bucket(&self, rows: &Rows, codes: &[u32]) -> Option<&Bucket> {
        if self.equal.iter().any(|slot| codes[*slot] == 0) {
            return None;
        }
        let own = hash(self.equal.iter().map(|slot| codes[*slot]));
        let same = |place: &u32| {
            let of_bucket = rows.codes(self.order[self.buckets[*place as usize].start as usize] as usize);
            self.equal.iter().all(|slot| of_bucket[*slot] == codes[*slot])
        };
        self.by_key.find(own, same).map(|place| &self.buckets[*place as usize])
    }

    /// The rows of a key.
    pub(super) fn rows_of(&self, bucket: &Bucket) -> &[u32] {
        &self.order[bucket.start as usize..bucket.end as usize]
    }

    /// Calls `on` for each row of a key whose intervals have the numbers, all of which are there.
    fn each(&self, rows: &Rows, bucket: &Bucket, numbers: &[Option<i128>], on: &mut impl FnMut(usize)) {
        let order = self.rows_of(bucket);
        let mut visit = |row: u32| {
            let inside = |range: &usize| {
                numbers[*range].is_some_and(|number| rows.interval(row as usize, *range).contains(number))
            };
            if self.ranges.iter().all(inside) {
                on(row as usize);
            }
        };
        match &bucket.tree {
            None => order.iter().for_each(|row| visit(*row)),
            Some(tree) => tree.search(numbers, &mut |place| visit(order[place])),
        }
    }
}

impl Tree {
    /// Orders rows by the interval that differs most among them.
    fn new(rows: &Rows, ranges: &[usize], order: &mut [u32]) -> Self {
        let interval = |row: u32, range: usize| rows.interval(row as usize, range);
        let distinct = |range: usize| {
            let mut lows: Vec<i128> = order.iter().map(|row| interval(*row, range).low).collect();
            lows.sort_unstable();
            lows.dedup();
            lows.len()
        };
        let range = ranges.iter().copied().max_by_key(|range| distinct(*range)).unwrap_or(0);
        order.sort_unstable_by_key(|row| (interval(*row, range).low, *row));
        let of_range = |range: usize| order.iter().map(move |row| interval(*row, range));
        let mut nodes: Vec<Node> =
            of_range(range).map(|interval| Node { low: interval.low, highest: interval.below }).collect();
        fill(&mut nodes);
        let extents =
            ranges.iter().map(|range| (*range, of_range(*range).fold(Interval::NONE, Interval::or)));
        Self { range, nodes, extents: extents.collect() }
    }

    /// Calls `on` for each place whose interval may have the number. All numbers of the shape's intervals are there.
    fn search(&self, numbers: &[Option<i128>], on: &mut impl FnMut(usize)) {
        let number = |range: usize| numbers[range].unwrap_or(NO_LOW);
        if self.extents.iter().all(|(range, extent)| extent.contains(number(*range))) {
            self.search_below(0..self.nodes.len(), number(self.range), on);
        }
    }

    fn search_below(&self, mut places: Range<usize>, number: i128, on: &mut impl FnMut(usize)) {
        while !places.is_empty() {
            let middle = places.start + places.len() / 2;
            let node = self.nodes[middle];
            if node.highest <= number {
                return;
            }
            self.search_below(places.start..middle, number, on);
            if node.low > number {
                return;
            }
            on(middle);
            places.start = middle + 1;
        }
    }
}

/// Makes the end of each node the highest of the part of the tree below it, which it returns.
fn fill(nodes: &mut [Node]) -> i128 {
    if nodes.is_empty() {
        return NO_LOW;
    }
    let (before, after) = nodes.split_at_mut(nodes.len() / 2);
    let Some((middle, after)) = after.split_first_mut() else { return NO_LOW };
    middle.highest = middle.highest.max(fill(before)).max(fill(after));
    middle.highest
}

fn hash(codes: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    codes.for_each(|code| hasher.write_u32(code));
    hasher.finish()
}

/// All rows that match, as a reader of the table would find them: what tests compare the index with.
#[cfg(test)]
pub(super) fn by_hand(rows: &Rows, codes: &[u32], numbers: &[Option<i128>]) -> Found {
    let matches = |row: &usize| {
        let equal = rows.codes(*row).iter().zip(codes).all(|(cell, code)| *cell == 0 || cell == code);
        let inside = |(interval, number): (Interval, &Option<i128>)| {
            interval.is_all() || number.is_some_and(|number| interval.contains(number))
        };
        equal && rows.intervals(*row).zip(numbers).all(inside)
    };
    let weight = |row: usize| {
        let codes = rows.codes(row).iter().filter(|code| **code != 0).count();
        codes + rows.intervals(row).filter(|interval| !interval.is_all()).count()
    };
    let all: Vec<usize> = (0..rows.len()).filter(matches).collect();
    let most = all.iter().map(|row| weight(*row)).max().unwrap_or(0);
    let best: Vec<usize> = all.into_iter().filter(|row| weight(*row) == most).collect();
    match best.as_slice() {
        [] => Found::None,
        [row] => Found::Row(*row),
        [first, second, ..] => Found::Tie(*first, *second),
    }
}
