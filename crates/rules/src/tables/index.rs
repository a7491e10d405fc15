//! Finds the row of a table for some values without looking at the others.
//!
//! Rows that leave the same cells empty have one *shape*. Within a shape the codes of the other cells are a key, and the
//! rows of a key differ in their intervals, which are kept as a tree. So a lookup costs a hash for each shape, however
//! many rows there are.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::model::NO_LOW;
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
        let mask = |row: usize| {
            let codes = rows.codes(row).iter().map(|code| *code != 0);
            let all = codes.chain(rows.intervals(row).map(|interval| !interval.is_all()));
            all.enumerate().fold(0_u64, |mask, (place, is)| mask | u64::from(is) << place.min(63))
        };
        let mut order: Vec<(u64, u32)> =
            (0..rows.len()).map(|row| (mask(row), u32::try_from(row).unwrap_or(u32::MAX))).collect();
        let key = |row: u32| rows.codes(row as usize);
        order.sort_unstable_by(|a, b| (a.0, key(a.1), a.1).cmp(&(b.0, key(b.1), b.1)));
        let mut shapes: Vec<Shape> = order
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|part| {
                let (mask, _) = part.first()?;
                Some(Shape::new(rows, *mask, part.iter().map(|(_, row)| *row).collect()))
            })
            .collect();
        shapes.sort_by_key(|shape| std::cmp::Reverse(shape.weight));
        Self { shapes }
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

impl Shape {
    fn new(rows: &Rows, mask: u64, mut order: Vec<u32>) -> Self {
        let has = |place: usize| mask & 1 << place.min(63) != 0;
        let equal: Vec<usize> = (0..rows.of_equality).filter(|slot| has(*slot)).collect();
        let ranges: Vec<usize> = (0..rows.of_intervals).filter(|slot| has(rows.of_equality + slot)).collect();
        let mut buckets = Vec::new();
        let mut start = 0;
        while start < order.len() {
            let codes = rows.codes(order[start] as usize);
            let same = |row: &&u32| rows.codes(**row as usize) == codes;
            let end = start + order[start..].iter().take_while(same).count();
            let tree = (end - start >= TREE && !ranges.is_empty())
                .then(|| Box::new(Tree::new(rows, &ranges, &mut order[start..end])));
            let place = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
            buckets.push(Bucket { start: place(start), end: place(end), tree });
            start = end;
        }
        let mut by_key = HashTable::with_capacity(buckets.len());
        let hash_of = |codes: &[u32]| hash(equal.iter().map(|slot| codes[*slot]));
        for (place, bucket) in buckets.iter().enumerate() {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            let codes = |place: u32| rows.codes(order[buckets[place as usize].start as usize] as usize);
            let own = hash_of(rows.codes(order[bucket.start as usize] as usize));
            by_key.insert_unique(own, place, |other| hash_of(codes(*other)));
        }
        Self { weight: equal.len() + ranges.len(), equal, ranges, order, buckets, by_key }
    }

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
            Some(tree) => {
                let number = numbers[tree.range].unwrap_or(NO_LOW);
                tree.search(0..order.len(), number, &mut |place| visit(order[place]));
            }
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
        let intervals = order.iter().map(|row| interval(*row, range));
        let mut nodes: Vec<Node> =
            intervals.map(|interval| Node { low: interval.low, highest: interval.below }).collect();
        fill(&mut nodes);
        Self { range, nodes }
    }

    /// Calls `on` for each place whose interval may have the number.
    fn search(&self, places: Range<usize>, number: i128, on: &mut impl FnMut(usize)) {
        let mut places = places;
        while !places.is_empty() {
            let middle = places.start + places.len() / 2;
            let node = self.nodes[middle];
            if node.highest <= number {
                return;
            }
            self.search(places.start..middle, number, on);
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
        let inside = |(interval, number): (super::model::Interval, &Option<i128>)| {
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
