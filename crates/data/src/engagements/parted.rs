//! Rows of engagements by range of deals, packed: what is kept of all of them while one range after the other is grouped.

use rayon::prelude::*;

use super::grouping::{ByBucket, DealGroups, Row, Source};
use crate::buckets::{Buckets, Segments};
use crate::packed::Block;
use crate::tables::engagements::GroupedDeals;
use crate::tables::indices::PayeeIx;
use apportion_base::index::Optional;

/// Rows of the staging table that are parted together.
const SEGMENT: usize = 1 << 18;

/// Packed rows of a range that are put in order together, at least.
const UNPACKED: usize = 1 << 16;

/// Rows by range, in the order of the staging table.
pub(super) struct PartedRows {
    /// By segment of the staging table, by range.
    segments: Vec<Vec<PackedRows>>,
}

impl PartedRows {
    /// Parts all rows that are kept. `ranges` appends the ranges to which a row goes, which are fewer than `count`.
    pub(super) fn new(
        source: &Source<'_>,
        count: usize,
        ranges: impl Fn(&Row, &mut Vec<u32>) + Sync,
    ) -> Self {
        let len = source.staging.len();
        let segment = |first: usize| {
            let rows: Vec<Row> = source.kept(first..len.min(first + SEGMENT)).collect();
            let (mut to, mut of_row) = (Vec::with_capacity(rows.len()), Vec::new());
            for (place, row) in (0_u32..).zip(&rows) {
                ranges(row, &mut of_row);
                to.extend(of_row.drain(..).map(|range| (range, place)));
            }
            let by_range = Buckets::new(to.iter(), count, |(range, _)| *range as usize);
            let packed = |range: usize| {
                let rows = by_range.bucket(range).iter().map(|(_, place)| &rows[*place as usize]);
                PackedRows::new(&rows.collect::<Vec<_>>())
            };
            (0..count).map(packed).collect()
        };
        let firsts: Vec<usize> = (0..len).step_by(SEGMENT).collect();
        Self { segments: firsts.into_par_iter().with_max_len(1).map(segment).collect() }
    }

    /// The rows of a range by deal.
    pub(super) fn grouped(&self, range: usize, deals: GroupedDeals) -> DealGroups {
        let of_range: Vec<&PackedRows> = self.segments.iter().map(|ranges| &ranges[range]).collect();
        let rows = of_range.iter().map(|packed| packed.count).sum::<usize>();
        let at_once = (of_range.len() * UNPACKED).div_ceil(rows.max(1)).max(1);
        let parts: Vec<&[&PackedRows]> = of_range.chunks(at_once).collect();
        let unpacked = |part: usize| parts[part].iter().flat_map(|packed| packed.rows()).collect();
        let by_bucket = ByBucket::new(deals, |count, bucket| {
            Segments::of_segments((parts.len(), 1), unpacked, count, bucket)
        });
        by_bucket.grouped(0)
    }
}

/// Some rows, column by column.
struct PackedRows {
    count: usize,
    deal: Block,
    row: Block,
    payee: Block,
    role: Block,
    account: Block,
    occurred_on: Block,
    weight_e9: Block,
}

impl PackedRows {
    fn new(rows: &[&Row]) -> Self {
        let numbers =
            |number: fn(&Row) -> u32| Block::new(&rows.iter().map(|row| number(row)).collect::<Vec<u32>>());
        Self {
            count: rows.len(),
            deal: numbers(|row| row.deal.code()),
            row: numbers(|row| row.row),
            payee: numbers(|row| row.payee.raw()),
            role: numbers(|row| row.role),
            account: numbers(|row| row.account.code()),
            occurred_on: Block::new(&rows.iter().map(|row| row.occurred_on).collect::<Vec<i32>>()),
            weight_e9: Block::new(&rows.iter().map(|row| row.weight_e9).collect::<Vec<i64>>()),
        }
    }

    fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        (0..self.count).map(|place| Row {
            deal: Optional::from_raw(self.deal.get(place)),
            row: self.row.get(place),
            payee: PayeeIx::from_raw(self.payee.get(place)),
            role: self.role.get(place),
            account: Optional::from_raw(self.account.get(place)),
            occurred_on: self.occurred_on.get(place),
            weight_e9: self.weight_e9.get(place),
        })
    }
}
