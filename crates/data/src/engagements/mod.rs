//! Engagements: the dense table, grouped by deal, as offsets and columns.

mod grouping;
mod later;
mod named;
mod parted;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::StringArray;
use arrow::buffer::ScalarBuffer;

use apportion_book::TableName;

use super::buckets::Buckets;
use super::contract::engagements::{
    ACCOUNT_ID, DEAL_ID, ENGAGEMENT_ID, OCCURRED_ON, OPPORTUNITY_ID, PAYEE_ID, ROLE, WEIGHT,
};
use super::frames::{FrameSource, days, fixed, frame, indexed, indexed_all};
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::{StagingTable, Status};
use super::tables::catalogue::ORDER_OF_WORK;
use super::tables::engagements::{Engagements, GroupedDeals};
use super::tables::frame::Frame;
use super::tables::indices::{DealIx, EngagementIx, NONE};
use super::tables::{OpportunityIx, WorkIds};
use super::texts::Texts;
use apportion_base::index::Optional;
use grouping::{Columns, DealGroups, Source};
pub(super) use later::Checked;
pub use later::{EngagementRanges, Parting, ReadEngagements};
pub(super) use named::{DealOfRow, DealsNamed};

/// The key indexes of deals and payees, and the ids by dense index.
#[derive(Clone, Copy)]
pub(super) struct Keys<'a> {
    pub(super) deals: &'a KeyIndex,
    pub(super) payees: &'a KeyIndex,
    pub(super) deal_ids: &'a StringArray,
    pub(super) payee_ids: &'a StringArray,
}

/// The dense table, with room for so many rows as policies may add. It frees the columns of the staging table that are copied here.
pub(super) fn build(
    (staging, added): (Option<&mut StagingTable>, usize),
    names: &Names,
    Keys { deals, payees, deal_ids, payee_ids }: Keys,
    DealsNamed { first: deal_of, others }: DealsNamed,
    used: &BTreeSet<String>,
) -> Engagements {
    let Some(staging) = staging else { return none(deals.len(), names, used) };
    let roles = Roles::new(staging, names);
    let source = Source { staging, deal_of: &deal_of, others: &others, payees, role_rank: &roles.rank };
    let by_bucket = source.by_bucket(deals.len());
    drop(deal_of);
    let ids = ids_in_order(staging, used);
    forget_copied(staging, used);
    let source = Assembly {
        staging,
        names,
        used,
        roles: &roles,
        others: &others,
        ids: ids.as_ref(),
        deal_ids,
        payee_ids,
    };
    source.table(by_bucket.grouped(added))
}

/// Frees the columns that grouped or parted rows have.
fn forget_copied(staging: &mut StagingTable, used: &BTreeSet<String>) {
    staging.forget(&[PAYEE_ID, ROLE, OCCURRED_ON, WEIGHT]);
    // What expressions see of accounts are their texts.
    if !used.contains("account_id") {
        staging.forget(&[ACCOUNT_ID]);
    }
}

/// The roles of kept rows.
#[derive(Debug)]
struct Roles {
    /// Distinct ones, in byte order.
    names: Vec<String>,
    /// By code of a text: its place among them.
    rank: Vec<u32>,
}

impl Roles {
    fn new(staging: &StagingTable, names: &Names) -> Self {
        let texts = staging.texts(names, ROLE);
        let is_kept = |row: &usize| staging.status[*row] == Status::Kept;
        let codes =
            texts.sorted((0..staging.len()).filter(is_kept).map(|row| staging.column(ROLE).code(row)));
        let rank = texts.rank(&codes);
        Self { names: codes.iter().map(|code| texts.get(*code).to_string()).collect(), rank }
    }
}

/// The ids of rows, where rules name the order of work.
fn ids_in_order(staging: &mut StagingTable, used: &BTreeSet<String>) -> Option<Arc<Texts>> {
    used.contains(ORDER_OF_WORK).then(|| Arc::new(staging.take_texts(ENGAGEMENT_ID)))
}

/// What grouped rows become a table with.
struct Assembly<'a> {
    staging: &'a StagingTable,
    names: &'a Names,
    used: &'a BTreeSet<String>,
    roles: &'a Roles,
    others: &'a [(u32, DealIx)],
    ids: Option<&'a Arc<Texts>>,
    deal_ids: &'a StringArray,
    payee_ids: &'a StringArray,
}

impl Assembly<'_> {
    fn table(&self, DealGroups { deals, by_deal, columns }: DealGroups) -> Engagements {
        let Columns { rows, deal, payee, role, account, occurred_on, weight_e9 } = columns;
        let copies = first_copies(&rows, self.others);
        let opportunity = opportunities(self.staging, &rows);
        let names_no_deal = |row: &u32| self.staging.column(DEAL_ID).code(*row as usize) == NONE;
        let named = rows.iter().zip(&opportunity);
        let by_opportunity =
            named.map(|(row, opportunity)| !opportunity.is_none() && names_no_deal(row)).collect();
        // What expressions see of these is the same memory.
        let (role, occurred_on) = (ScalarBuffer::from(role), ScalarBuffer::from(occurred_on));
        let roles = || self.roles.names.iter().map(Some).collect();
        let source = FrameSource {
            table: TableName::Engagements,
            staging: Some(self.staging),
            names: self.names,
            rows: &rows,
            used: self.used,
        };
        let frame = frame(source, |name| match name {
            "deal_id" => Some(indexed(deal.iter().map(|deal| deal.code()), self.deal_ids.clone())),
            "payee_id" => Some(indexed(payee.iter().map(|payee| payee.raw()), self.payee_ids.clone())),
            "role" => Some(indexed_all(role.clone(), roles())),
            "occurred_on" => Some(days(occurred_on.clone())),
            "weight" => Some(fixed(weight_e9.iter().copied(), 9)),
            _ => None,
        });
        let ids = match (frame.column("engagement_id"), self.ids) {
            (Some(column), _) => WorkIds::of_column(column),
            (None, Some(texts)) => WorkIds::new(Arc::clone(texts), rows),
            (None, None) => WorkIds::default(),
        };
        Engagements {
            deals,
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
            roles: self.roles.names.clone(),
            occurred_on,
            weight_e9,
            ids,
            frame,
        }
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
    Engagements {
        deals: GroupedDeals::all(deals),
        by_deal: vec![0; deals + 1],
        frame,
        ..Engagements::default()
    }
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
