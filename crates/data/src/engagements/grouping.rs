//! Rows of a staging table by the deal they name: a counting sort in two steps, so that neither accesses memory at random.

use std::ops::Range;

use rayon::prelude::*;

use super::named::DealOfRow;
use crate::buckets::{Buckets, PIECES, Segments};
use crate::contract::engagements::{ACCOUNT_ID, OCCURRED_ON, PAYEE_ID, ROLE, WEIGHT};
use crate::references::KeyIndex;
use crate::staging::{StagingTable, Status};
use crate::tables::engagements::GroupedDeals;
use crate::tables::indices::{AccountIx, DealIx, PayeeIx};
use apportion_base::index::Optional;

/// Deals of a bucket, as a power of two: its rows stay in a processor's cache while they are put in order.
const BUCKET_BITS: u32 = 12;

/// Buckets that are put in order at once.
const BUCKETS_AT_ONCE: usize = 64;

/// Where the rows come from.
pub(super) struct Source<'a> {
    pub(super) staging: &'a StagingTable,
    pub(super) deal_of: &'a DealOfRow,
    /// Rows once more for a further deal, by row.
    pub(super) others: &'a [(u32, DealIx)],
    pub(super) payees: &'a KeyIndex,
    /// By code of a role.
    pub(super) role_rank: &'a [u32],
}

/// A kept row of the staging table. All its fields are in one place, because it is moved twice and then read as a
/// whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) deal: Optional<DealIx>,
    /// Of the staging table.
    pub(super) row: u32,
    pub(super) payee: PayeeIx,
    pub(super) role: u32,
    pub(super) account: Optional<AccountIx>,
    pub(super) occurred_on: i32,
    pub(super) weight_e9: i64,
}

/// Rows by deal, those of no deal last, each group in the order of the staging table; and where the groups begin.
pub(super) struct DealGroups {
    pub(super) deals: GroupedDeals,
    pub(super) by_deal: Vec<u32>,
    pub(super) columns: Columns,
}

#[derive(Default)]
pub(super) struct Columns {
    pub(super) rows: Vec<u32>,
    pub(super) deal: Vec<Optional<DealIx>>,
    pub(super) payee: Vec<PayeeIx>,
    pub(super) role: Vec<u32>,
    pub(super) account: Vec<Optional<AccountIx>>,
    pub(super) occurred_on: Vec<i32>,
    pub(super) weight_e9: Vec<i64>,
}

/// The place of a row's deal.
fn place(deals: &GroupedDeals, row: &Row) -> Option<usize> {
    row.deal.get().and_then(|deal| deals.place(deal))
}

impl Source<'_> {
    /// The first step, of all rows that are kept: they go to buckets of some thousand deals.
    pub(super) fn by_bucket(&self, deals: usize) -> ByBucket {
        let rows = |range: Range<usize>| {
            let mut rows: Vec<Row> = self.kept(range.clone()).collect();
            rows.extend(self.copies(range));
            if !self.others.is_empty() {
                rows.sort_by_key(|row| row.row);
            }
            rows
        };
        ByBucket::new(GroupedDeals::all(deals), |count, bucket| {
            Segments::new((self.staging.len(), PIECES), rows, count, bucket)
        })
    }

    /// The payee of a kept row, which is known.
    fn payee(&self, row: usize) -> PayeeIx {
        PayeeIx::from_raw(self.payees.index(self.staging.column(PAYEE_ID).code(row)))
    }

    fn role(&self, row: usize) -> u32 {
        self.role_rank[self.staging.column(ROLE).code(row) as usize]
    }

    fn account(&self, row: usize) -> Optional<AccountIx> {
        Optional::from_raw(self.staging.column(ACCOUNT_ID).code(row))
    }

    /// Rows among some of the staging table once more, for each further deal that they name.
    fn copies(&self, range: Range<usize>) -> impl Iterator<Item = Row> + '_ {
        let from = self.others.partition_point(|(row, _)| (*row as usize) < range.start);
        let until = self.others.partition_point(|(row, _)| (*row as usize) < range.end);
        self.others[from..until].iter().flat_map(|(row, deal)| {
            let row = *row as usize;
            self.kept(row..row + 1).map(|row| Row { deal: Optional::some(*deal), ..row })
        })
    }

    /// The kept rows among some of the staging table.
    pub(super) fn kept(&self, range: Range<usize>) -> impl Iterator<Item = Row> + '_ {
        let (occurred_on, weight) = (self.staging.column(OCCURRED_ON), self.staging.column(WEIGHT));
        range.filter(|row| self.staging.status[*row] == Status::Kept).map(move |row| Row {
            deal: self.deal_of.get(row),
            row: row as u32,
            payee: self.payee(row),
            role: self.role(row),
            account: self.account(row),
            occurred_on: occurred_on.day(row),
            weight_e9: weight.fixed(row),
        })
    }
}

/// Rows by bucket: one for some deals each, and the last for rows without a deal.
pub(super) struct ByBucket {
    deals: GroupedDeals,
    rows: Segments<Row>,
}

impl ByBucket {
    /// `sorted` sorts rows of these deals, and of none, into so many buckets.
    pub(super) fn new(
        deals: GroupedDeals,
        sorted: impl FnOnce(usize, &(dyn Fn(&Row) -> usize + Sync)) -> Segments<Row>,
    ) -> Self {
        let last = deals.len().div_ceil(1 << BUCKET_BITS);
        let bucket = |row: &Row| place(&deals, row).map_or(last, |place| place >> BUCKET_BITS);
        let rows = sorted(last + 1, &bucket);
        Self { deals, rows }
    }

    /// The second step: each bucket is put in order by itself. Columns get room for `added` more rows, which costs nothing until they come.
    pub(super) fn grouped(mut self, added: usize) -> DealGroups {
        let mut columns = Columns::with_room(self.rows.len().saturating_add(added));
        let mut by_deal = Vec::with_capacity(self.deals.len() + 1);
        // Some at a time, and freed when they are taken, so that rows are not in memory three times. While some are put in order,
        // those before them are appended.
        let mut firsts = (0..=self.last()).step_by(BUCKETS_AT_ONCE);
        let mut made = firsts.next().map(|first| self.buckets(first));
        while let Some(buckets) = made {
            let (starts, parts): (Vec<Vec<u32>>, Vec<Columns>) = buckets.into_iter().unzip();
            let mut before = columns.rows.len() as u32;
            for (starts, part) in starts.iter().zip(&parts) {
                // The last bucket is of the rows without a deal: where it begins, the last deal's end.
                by_deal.extend(starts.iter().map(|start| before + start));
                before += part.rows.len() as u32;
            }
            let next = firsts.next();
            self.rows.free_before(next.unwrap_or(0));
            ((), made) = rayon::join(|| columns.append(&parts), || next.map(|first| self.buckets(first)));
        }
        DealGroups { deals: self.deals, by_deal, columns }
    }

    /// Some buckets from this one on, as [`Self::bucket`] makes them.
    fn buckets(&self, first: usize) -> Vec<(Vec<u32>, Columns)> {
        let some = first..(first + BUCKETS_AT_ONCE).min(self.last() + 1);
        some.into_par_iter().with_max_len(1).map(|bucket| self.bucket(bucket)).collect()
    }

    /// The bucket of rows without a deal.
    fn last(&self) -> usize {
        self.deals.len().div_ceil(1 << BUCKET_BITS)
    }

    /// The rows of a bucket by deal, and where each of its deals begins.
    fn bucket(&self, bucket: usize) -> (Vec<u32>, Columns) {
        let rows = self.rows.bucket(bucket);
        if bucket == self.last() {
            let count = rows.clone().count();
            return (vec![0], Columns::from_rows(rows, count));
        }
        let first = bucket << BUCKET_BITS;
        let deals = (self.deals.len() - first).min(1 << BUCKET_BITS);
        // Only rows of these deals are in it.
        let of_row = |row: &Row| place(&self.deals, row).map_or(0, |place| place - first);
        let Buckets { rows, mut starts } = Buckets::new(rows, deals, of_row);
        starts.pop();
        (starts, Columns::from_rows(rows.iter(), rows.len()))
    }
}

impl Columns {
    fn with_room(count: usize) -> Self {
        Self {
            rows: Vec::with_capacity(count),
            deal: Vec::with_capacity(count),
            payee: Vec::with_capacity(count),
            role: Vec::with_capacity(count),
            account: Vec::with_capacity(count),
            occurred_on: Vec::with_capacity(count),
            weight_e9: Vec::with_capacity(count),
        }
    }

    fn from_rows<'a>(rows: impl Iterator<Item = &'a Row>, count: usize) -> Self {
        let mut columns = Self::with_room(count);
        for row in rows {
            columns.rows.push(row.row);
            columns.deal.push(row.deal);
            columns.payee.push(row.payee);
            columns.role.push(row.role);
            columns.account.push(row.account);
            columns.occurred_on.push(row.occurred_on);
            columns.weight_e9.push(row.weight_e9);
        }
        columns
    }

    /// Appends parts, one after the other.
    fn append(&mut self, parts: &[Self]) {
        let Self { rows, deal, payee, role, account, occurred_on, weight_e9 } = self;
        rayon::scope(|scope| {
            scope.spawn(|_| parts.iter().for_each(|part| rows.extend_from_slice(&part.rows)));
            scope.spawn(|_| parts.iter().for_each(|part| deal.extend_from_slice(&part.deal)));
            scope.spawn(|_| parts.iter().for_each(|part| payee.extend_from_slice(&part.payee)));
            scope.spawn(|_| parts.iter().for_each(|part| role.extend_from_slice(&part.role)));
            scope.spawn(|_| parts.iter().for_each(|part| account.extend_from_slice(&part.account)));
            scope.spawn(|_| parts.iter().for_each(|part| occurred_on.extend_from_slice(&part.occurred_on)));
            scope.spawn(|_| parts.iter().for_each(|part| weight_e9.extend_from_slice(&part.weight_e9)));
        });
    }
}
