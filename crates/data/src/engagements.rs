//! Engagements: the dense table, grouped by deal, as offsets and columns.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use arrow::array::StringArray;
use arrow::buffer::ScalarBuffer;
use rayon::prelude::*;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::TableName;

use super::buckets::{Buckets, Segments};
use super::channel::DealsOf;
use super::column::Column;
use super::contract::engagements::{
    ACCOUNT_ID, DEAL_ID, ENGAGEMENT_ID, OCCURRED_ON, OPPORTUNITY_ID, PAYEE_ID, ROLE, WEIGHT,
};
use super::frames::{FrameSource, days, fixed, frame, indexed, indexed_all};
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::{StagingTable, Status};
use super::tables::catalogue::ORDER_OF_WORK;
use super::tables::engagements::Engagements;
use super::tables::frame::Frame;
use super::tables::indices::{AccountIx, DealIx, EngagementIx, NONE, PayeeIx};
use super::tables::{OpportunityIx, WorkIds};
use apportion_base::index::Optional;

/// Deals of a bucket, as a power of two: its rows stay in a processor's cache while they are put in order.
const BUCKET_BITS: u32 = 12;

/// Buckets that are put in order at once.
const BUCKETS_AT_ONCE: usize = 64;

/// The key indexes of deals and payees, and the ids by dense index.
#[derive(Clone, Copy)]
pub(super) struct Keys<'a> {
    pub(super) deals: &'a KeyIndex,
    pub(super) payees: &'a KeyIndex,
    pub(super) deal_ids: &'a StringArray,
    pub(super) payee_ids: &'a StringArray,
}

/// The dense table. `deal_of` gives the deal that each row of the staging table names. It frees the columns of the
/// staging table that are copied here.
pub(super) fn build(
    staging: Option<&mut StagingTable>,
    names: &Names,
    Keys { deals, payees, deal_ids, payee_ids }: Keys,
    DealsNamed { first: deal_of, others }: DealsNamed,
    used: &BTreeSet<String>,
) -> Engagements {
    let Some(staging) = staging else { return none(deals.len(), names, used) };
    let roles = staging.texts(names, ROLE);
    let is_kept = |row: &usize| staging.status[*row] == Status::Kept;
    let role_codes =
        roles.sorted((0..staging.len()).filter(is_kept).map(|row| staging.column(ROLE).code(row)));
    let role_rank = roles.rank(&role_codes);
    let roles: Vec<String> = role_codes.iter().map(|code| roles.get(*code).to_string()).collect();
    let by_bucket = Source { staging, deal_of: &deal_of, others: &others, payees, role_rank: &role_rank }
        .by_bucket(deals.len());
    drop(deal_of);
    let texts_of_ids = used.contains(ORDER_OF_WORK).then(|| staging.take_texts(ENGAGEMENT_ID));
    staging.forget(&[PAYEE_ID, ROLE, OCCURRED_ON, WEIGHT]);
    if !used.contains("account_id") {
        staging.forget(&[ACCOUNT_ID]);
    }
    let staging = &*staging;
    let DealGroups { by_deal, columns } = by_bucket.grouped();
    let Columns { rows, deal, payee, role, account, occurred_on, weight_e9 } = columns;
    let copies = first_copies(&rows, &others);
    let opportunity = opportunities(staging, &rows);
    let names_no_deal = |row: &u32| staging.column(DEAL_ID).code(*row as usize) == NONE;
    let named = rows.iter().zip(&opportunity);
    let by_opportunity =
        named.map(|(row, opportunity)| !opportunity.is_none() && names_no_deal(row)).collect();
    // What expressions see of these is the same memory.
    let (role, occurred_on) = (ScalarBuffer::from(role), ScalarBuffer::from(occurred_on));
    let source =
        FrameSource { table: TableName::Engagements, staging: Some(staging), names, rows: &rows, used };
    let frame = frame(source, |name| match name {
        "deal_id" => Some(indexed(deal.iter().map(|deal| deal.code()), deal_ids.clone())),
        "payee_id" => Some(indexed(payee.iter().map(|payee| payee.raw()), payee_ids.clone())),
        "role" => Some(indexed_all(role.clone(), roles.iter().map(Some).collect())),
        "occurred_on" => Some(days(occurred_on.clone())),
        "weight" => Some(fixed(weight_e9.iter().copied(), 9)),
        _ => None,
    });
    let ids = match frame.column("engagement_id") {
        Some(column) => WorkIds::of_column(column),
        None => texts_of_ids.map_or_else(WorkIds::default, |texts| WorkIds::new(texts, rows)),
    };
    Engagements {
        by_deal,
        added_by_deal: Vec::new(),
        added: 0,
        deal,
        account,
        opportunity,
        by_opportunity,
        copies,
        payee,
        role,
        roles,
        occurred_on,
        weight_e9,
        ids,
        frame,
    }
}

/// The deals that engagements name.
#[derive(Debug, Default)]
pub(super) struct DealsNamed {
    /// By row of the staging table: the deal that it names, or the first of its opportunity.
    pub(super) first: Vec<Optional<DealIx>>,
    /// Rows that name an opportunity with each further deal of it, by row.
    pub(super) others: Vec<(u32, DealIx)>,
}

/// The most further deals: each is a row more, though no file has it.
const MOST_OTHERS: usize = 1 << 28;

impl DealsNamed {
    /// What rows name by their deal, and those that name none by their opportunity.
    ///
    /// # Errors
    /// The engagements with the deals of opportunities are more rows than can be held.
    pub(super) fn new(
        staging: Option<&StagingTable>,
        mut first: Vec<Optional<DealIx>>,
        deals_of: &DealsOf,
    ) -> Result<Self, Diagnostic> {
        let mut others = Vec::new();
        let Some(staging) = staging.filter(|_| !deals_of.of_deal.is_empty()) else {
            return Ok(Self { first, others });
        };
        let (deal, opportunity) = (staging.column(DEAL_ID), staging.column(OPPORTUNITY_ID));
        for row in staging.kept() {
            if deal.code(row as usize) != NONE {
                continue;
            }
            let mut deals = deals_of.opportunity(opportunity.code(row as usize));
            first[row as usize] = deals.next().into();
            others.extend(deals.map(|deal| (row, deal)));
            if others.len() > MOST_OTHERS {
                let message = "engagements that name opportunities, with all their deals, are more rows than can be held";
                return Err(Diagnostic::error(Code::TooManyRows, message.to_owned()));
            }
        }
        Ok(Self { first, others })
    }

    /// By row of the dense table: the row of the staging table.
    pub(super) fn dense_rows(&self, staging: &StagingTable, deals: usize) -> Vec<u32> {
        let kept = staging.kept().into_iter().map(|row| (row, self.first[row as usize].code()));
        let mut rows: Vec<(u32, u32)> = kept.collect();
        if !self.others.is_empty() {
            rows.extend(self.others.iter().map(|(row, deal)| (*row, deal.raw())));
            rows.sort_by_key(|(row, _)| *row);
        }
        let by_deal = Buckets::new(rows.iter(), deals + 1, |(_, deal)| (*deal as usize).min(deals));
        by_deal.rows.into_iter().map(|(row, _)| row).collect()
    }
}

/// The opportunities that rows name; empty where engagements have none.
fn opportunities(staging: &StagingTable, rows: &[u32]) -> Vec<Optional<OpportunityIx>> {
    if staging.spec.columns.len() <= OPPORTUNITY_ID || !staging.column(OPPORTUNITY_ID).present {
        return Vec::new();
    }
    let column = staging.column(OPPORTUNITY_ID);
    rows.iter().map(|row| Optional::from_raw(column.code(*row as usize))).collect()
}

/// By row of the dense table: the first that is the same row of the staging table; empty where none is there twice.
fn first_copies(rows: &[u32], others: &[(u32, DealIx)]) -> Vec<EngagementIx> {
    if others.is_empty() {
        return Vec::new();
    }
    let mut first: HashMap<u32, EngagementIx> = HashMap::new();
    let repeated: HashSet<u32> = others.iter().map(|(row, _)| *row).collect();
    let first_of = |(place, row): (EngagementIx, &u32)| match repeated.contains(row) {
        true => *first.entry(*row).or_insert(place),
        false => place,
    };
    EngagementIx::all(rows.len()).zip(rows).map(first_of).collect()
}

/// Where the rows come from.
struct Source<'a> {
    staging: &'a StagingTable,
    /// By row of the staging table.
    deal_of: &'a [Optional<DealIx>],
    /// Rows once more for a further deal, by row.
    others: &'a [(u32, DealIx)],
    payees: &'a KeyIndex,
    /// By code of a role.
    role_rank: &'a [u32],
}

/// A kept row of the staging table. All its fields are in one place, because it is moved twice and then read as a
/// whole.
#[derive(Debug, Clone, Copy)]
struct Row {
    deal: Optional<DealIx>,
    /// Of the staging table.
    row: u32,
    payee: PayeeIx,
    role: u32,
    account: Optional<AccountIx>,
    occurred_on: i32,
    weight_e9: i64,
}

/// Rows by deal, those of no deal last, each group in the order of the staging table; and where the groups begin.
struct DealGroups {
    by_deal: Vec<u32>,
    columns: Columns,
}

#[derive(Default)]
struct Columns {
    rows: Vec<u32>,
    deal: Vec<Optional<DealIx>>,
    payee: Vec<PayeeIx>,
    role: Vec<u32>,
    account: Vec<Optional<AccountIx>>,
    occurred_on: Vec<i32>,
    weight_e9: Vec<i64>,
}

impl Source<'_> {
    /// The first step of a counting sort by deal in two, so that neither accesses memory at random: rows go to
    /// buckets of some thousand deals.
    fn by_bucket(&self, deals: usize) -> ByBucket {
        let last = deals.div_ceil(1 << BUCKET_BITS);
        let bucket = |row: &Row| row.deal.get().map_or(last, |deal| deal.at() >> BUCKET_BITS);
        let rows = |range: Range<usize>| {
            let mut rows: Vec<Row> = self.rows(range.clone()).collect();
            rows.extend(self.copies(range));
            if !self.others.is_empty() {
                rows.sort_by_key(|row| row.row);
            }
            rows
        };
        ByBucket { deals, rows: Segments::new(self.staging.len(), rows, last + 1, bucket) }
    }

    /// Rows among some of the staging table once more, for each further deal that they name.
    fn copies(&self, range: Range<usize>) -> impl Iterator<Item = Row> + '_ {
        let from = self.others.partition_point(|(row, _)| (*row as usize) < range.start);
        let until = self.others.partition_point(|(row, _)| (*row as usize) < range.end);
        self.others[from..until].iter().flat_map(|(row, deal)| {
            let row = *row as usize;
            self.rows(row..row + 1).map(|row| Row { deal: Optional::some(*deal), ..row })
        })
    }

    /// The kept rows among some of the staging table.
    fn rows(&self, range: Range<usize>) -> impl Iterator<Item = Row> + '_ {
        let column = |position: usize| -> &Column { self.staging.column(position) };
        let (payee, role) = (column(PAYEE_ID), column(ROLE));
        let (account, occurred_on, weight) = (column(ACCOUNT_ID), column(OCCURRED_ON), column(WEIGHT));
        range.filter(|row| self.staging.status[*row] == Status::Kept).map(move |row| Row {
            deal: self.deal_of[row],
            row: row as u32,
            // The payee of a kept row is known.
            payee: PayeeIx::from_raw(self.payees.index(payee.code(row))),
            role: self.role_rank[role.code(row) as usize],
            account: Optional::from_raw(account.code(row)),
            occurred_on: occurred_on.day(row),
            weight_e9: weight.fixed(row),
        })
    }
}

/// Rows by bucket: one for some deals each, and the last for rows without a deal.
struct ByBucket {
    /// How many there are.
    deals: usize,
    rows: Segments<Row>,
}

impl ByBucket {
    /// The second step: each bucket is put in order by itself.
    fn grouped(mut self) -> DealGroups {
        let kept = self.rows.len();
        let (mut by_deal, mut columns) = (Vec::with_capacity(self.deals + 1), Columns::with_room(kept));
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
        DealGroups { by_deal, columns }
    }

    /// Some buckets from this one on, as [`Self::bucket`] makes them.
    fn buckets(&self, first: usize) -> Vec<(Vec<u32>, Columns)> {
        let some = first..(first + BUCKETS_AT_ONCE).min(self.last() + 1);
        some.into_par_iter().with_max_len(1).map(|bucket| self.bucket(bucket)).collect()
    }

    /// The bucket of rows without a deal.
    fn last(&self) -> usize {
        self.deals.div_ceil(1 << BUCKET_BITS)
    }

    /// The rows of a bucket by deal, and where each of its deals begins.
    fn bucket(&self, bucket: usize) -> (Vec<u32>, Columns) {
        let rows = self.rows.bucket(bucket);
        if bucket == self.last() {
            let count = rows.clone().count();
            return (vec![0], Columns::from_rows(rows, count));
        }
        let first = bucket << BUCKET_BITS;
        let deals = (self.deals - first).min(1 << BUCKET_BITS);
        let Buckets { rows, mut starts } = Buckets::new(rows, deals, |row| row.deal.code() as usize - first);
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

/// Rows by deal, those of no deal last, each group in the order of the rows; and where the groups begin.
pub(super) fn group(rows: &[u32], deals: usize, deal_of: impl Fn(u32) -> u32) -> (Vec<u32>, Vec<u32>) {
    let Buckets { rows, mut starts } =
        Buckets::new(rows.iter(), deals + 1, |row| (deal_of(*row) as usize).min(deals));
    starts.pop();
    (rows, starts)
}

fn none(deals: usize, names: &Names, used: &BTreeSet<String>) -> Engagements {
    let source = FrameSource { table: TableName::Engagements, staging: None, names, rows: &[], used };
    let frame: Frame = frame(source, |_| None);
    Engagements { by_deal: vec![0; deals + 1], frame, ..Engagements::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_their_order() {
        let deal_of = [1, NONE, 0, 1, 2, NONE];
        let (rows, starts) = group(&[0, 1, 2, 3, 4, 5], 4, |row| deal_of[row as usize]);
        assert_eq!(rows, [2, 0, 3, 4, 1, 5]);
        assert_eq!(starts, [0, 1, 3, 4, 4]);
    }
}
