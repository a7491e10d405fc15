//! Engagements that are grouped by deal for some deals at a time. What is in memory of all of them is packed rows, of some ten bytes each.
//!
//! ```text
//! staging table, checked ─► packed rows by range of deals ─► the engagements of a range, grouped
//! ```

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, StringArray};
use rayon::prelude::*;

use super::grouping::{Row, Source};
use super::parted::PartedRows;
use super::{Assembly, DealOfRow, DealsNamed, Roles, ids_in_order};
use crate::contract::engagements::{ACCOUNT_ID, DEAL_ID, OCCURRED_ON, PAYEE_ID, ROLE, WEIGHT};
use crate::intern::{Interner, Names};
use crate::references::KeyIndex;
use crate::staging::StagingTable;
use crate::tables::engagements::{Engagements, GroupedDeals};
use crate::tables::indices::DealIx;
use crate::texts::Texts;

/// What is known of engagements once they are checked, beside their staging table.
pub(crate) struct Checked {
    pub(crate) deals: DealsNamed,
    pub(crate) payees: KeyIndex,
    pub(crate) deal_ids: StringArray,
    pub(crate) payee_ids: StringArray,
}

/// Engagements that were read and checked, and are not grouped by deal yet.
pub struct ReadEngagements {
    staging: StagingTable,
    names: Names,
    used: BTreeSet<String>,
    roles: Roles,
    ids: Option<Arc<Texts>>,
    checked: Checked,
}

/// Engagements that are grouped for one range of deals after the other.
pub struct EngagementRanges {
    read: ReadEngagements,
    deals: Range<DealIx>,
    /// Deals of a range; the last may have fewer.
    of_range: usize,
    rows: PartedRows,
    /// Deals that are reached from a range to which they don't belong, each with that range, ascending.
    reached: Vec<(DealIx, u32)>,
    all: bool,
}

/// How engagements are parted into ranges of deals.
#[derive(Debug, Clone)]
pub struct Parting {
    /// The deals that are wanted.
    pub deals: Range<DealIx>,
    /// Rows that a range has, more or less, if all deals are wanted.
    pub rows: usize,
    /// Whether all rows can still be had together ([`EngagementRanges::all`]), which takes more memory.
    pub all: bool,
}

impl ReadEngagements {
    pub(crate) fn new(
        mut staging: StagingTable,
        names: Names,
        used: BTreeSet<String>,
        checked: Checked,
    ) -> Self {
        let roles = Roles::new(&staging, &names);
        let ids = ids_in_order(&mut staging, &used);
        // Their deals are known by row, and no column is made of these texts.
        staging.forget(&[DEAL_ID]);
        let names = Names { deals: Interner::default(), payees: Interner::default(), ..names };
        Self { staging, names, used, roles, ids, checked }
    }

    /// Roles that engagements have, distinct and in byte order.
    pub fn roles(&self) -> &[String] {
        &self.roles.names
    }

    /// Parts some deals into ranges. `reaches` gives another deal whose engagements are reached from a deal.
    pub fn in_ranges(
        mut self,
        Parting { deals, rows, all }: Parting,
        reaches: impl Fn(DealIx) -> Option<DealIx> + Sync,
    ) -> EngagementRanges {
        let count = deals.end.at().saturating_sub(deals.start.at()).max(1);
        let ranges = (self.staging.len() / rows.max(1)).clamp(1, count);
        let of_range = count.div_ceil(ranges);
        let ranges = count.div_ceil(of_range);
        let range_of =
            |deal: DealIx| deals.contains(&deal).then(|| (deal.at() - deals.start.at()) / of_range);
        let beyond = |deal: DealIx| {
            let reached = reaches(deal)?;
            let from = range_of(deal)?;
            // Ranges are fewer than deals.
            (range_of(reached) != Some(from)).then_some((reached, from as u32))
        };
        let mut reached: Vec<(DealIx, u32)> = (deals.start.raw()..deals.end.raw())
            .into_par_iter()
            .filter_map(|deal| beyond(DealIx::from_raw(deal)))
            .collect();
        reached.par_sort_unstable();
        reached.dedup();
        let is_reached = flags(&reached, self.checked.deal_ids.len());
        let ranges_of = |row: &Row, ranges: &mut Vec<u32>| {
            let Some(deal) = row.deal.get() else { return };
            ranges.extend(range_of(deal).map(|range| range as u32));
            if is_reached.get(deal.at()).is_some_and(|reached| *reached) {
                let from = reached.partition_point(|(one, _)| *one < deal);
                let others = reached[from..].iter().take_while(|(one, _)| *one == deal);
                ranges.extend(others.map(|(_, range)| *range));
            }
        };
        let rows = PartedRows::new(&self.source(), ranges, ranges_of);
        if !all {
            self.staging.forget(&[PAYEE_ID, ROLE, OCCURRED_ON, WEIGHT]);
            self.checked.deals.first = DealOfRow::default();
            if !self.used.contains("account_id") {
                self.staging.forget(&[ACCOUNT_ID]);
            }
        }
        EngagementRanges { read: self, deals, of_range, rows, reached, all }
    }

    fn source(&self) -> Source<'_> {
        Source {
            staging: &self.staging,
            deal_of: &self.checked.deals.first,
            others: &self.checked.deals.others,
            payees: &self.checked.payees,
            role_rank: &self.roles.rank,
        }
    }

    fn assembly(&self) -> Assembly<'_> {
        Assembly {
            staging: &self.staging,
            names: &self.names,
            used: &self.used,
            roles: &self.roles,
            others: &self.checked.deals.others,
            ids: self.ids.as_ref(),
            deal_ids: &self.checked.deal_ids,
            payee_ids: &self.checked.payee_ids,
        }
    }
}

impl EngagementRanges {
    /// The deals of each range, in order.
    pub fn deals(&self) -> impl ExactSizeIterator<Item = Range<DealIx>> + use<> {
        let (start, end, of_range) = (self.deals.start.raw(), self.deals.end.raw(), self.of_range as u32);
        let count = (end - start).div_ceil(of_range).max(1) as usize;
        (0..count).map(move |range| {
            let first = start + range as u32 * of_range;
            DealIx::from_raw(first)..DealIx::from_raw(end.min(first + of_range))
        })
    }

    /// The engagements of the deals of a range, and of those reached from there.
    pub fn grouped(&self, range: usize) -> Engagements {
        let deals = self.deals().nth(range).unwrap_or(self.deals.end..self.deals.end);
        let from_here = self.reached.iter().filter(|(_, from)| *from as usize == range);
        let others = from_here.map(|(deal, _)| *deal).collect();
        self.read.assembly().table(self.rows.grouped(range, GroupedDeals::some(&deals, others)))
    }

    /// All engagements, grouped at once, where the parting says so.
    pub fn all(&self) -> Option<Engagements> {
        let deals = self.read.checked.deal_ids.len();
        self.all.then(|| self.read.assembly().table(self.read.source().by_bucket(deals).grouped()))
    }
}

/// By deal: whether it is among some; empty where there are none.
fn flags(some: &[(DealIx, u32)], deals: usize) -> Vec<bool> {
    let mut flags = if some.is_empty() { Vec::new() } else { vec![false; deals] };
    some.iter().for_each(|(deal, _)| flags[*deal] = true);
    flags
}
