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
use super::{Assembly, DealOfRow, DealsNamed, Roles, forget_copied, ids_in_order};
use crate::contract::engagements::DEAL_ID;
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
    ranges: DealRanges,
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

/// Deals that follow each other in ranges of as many each, except the last.
struct DealRanges {
    deals: Range<DealIx>,
    of_range: u32,
}

impl DealRanges {
    /// So many ranges at most, and at least one.
    fn new(deals: Range<DealIx>, most: usize) -> Self {
        let count = deals.end.raw().saturating_sub(deals.start.raw()).max(1);
        let most = u32::try_from(most).unwrap_or(count).clamp(1, count);
        Self { deals, of_range: count.div_ceil(most) }
    }

    fn count(&self) -> usize {
        (self.deals.end.raw() - self.deals.start.raw()).div_ceil(self.of_range).max(1) as usize
    }

    /// The range of a deal, if it is one of these.
    fn of(&self, deal: DealIx) -> Option<u32> {
        self.deals.contains(&deal).then(|| (deal.raw() - self.deals.start.raw()) / self.of_range)
    }

    /// The deals of a range, which is one of them.
    fn range(&self, range: usize) -> Range<DealIx> {
        let first = self.deals.start.raw() + range as u32 * self.of_range;
        let end = first.saturating_add(self.of_range).min(self.deals.end.raw());
        DealIx::from_raw(first)..DealIx::from_raw(end)
    }
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
        let ranges = DealRanges::new(deals, self.staging.len() / rows.max(1));
        let beyond = |deal: DealIx| {
            let (reached, from) = (reaches(deal)?, ranges.of(deal)?);
            (ranges.of(reached) != Some(from)).then_some((reached, from))
        };
        let mut reached: Vec<(DealIx, u32)> = (ranges.deals.start.raw()..ranges.deals.end.raw())
            .into_par_iter()
            .filter_map(|deal| beyond(DealIx::from_raw(deal)))
            .collect();
        reached.par_sort_unstable();
        reached.dedup();
        let is_reached = flags(&reached, self.checked.deal_ids.len());
        let ranges_of = |row: &Row, to: &mut Vec<u32>| {
            let Some(deal) = row.deal.get() else { return };
            to.extend(ranges.of(deal));
            if is_reached.get(deal.at()).is_some_and(|reached| *reached) {
                let from = reached.partition_point(|(one, _)| *one < deal);
                let others = reached[from..].iter().take_while(|(one, _)| *one == deal);
                to.extend(others.map(|(_, range)| *range));
            }
        };
        let rows = PartedRows::new(&self.source(), ranges.count(), ranges_of);
        if !all {
            forget_copied(&mut self.staging, &self.used);
            self.checked.deals.first = DealOfRow::default();
        }
        EngagementRanges { read: self, ranges, rows, reached, all }
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
    pub fn deals(&self) -> impl ExactSizeIterator<Item = Range<DealIx>> {
        (0..self.ranges.count()).map(|range| self.ranges.range(range))
    }

    /// The engagements of the deals of a range, and of those reached from there.
    pub fn grouped(&self, range: usize) -> Engagements {
        let deals = self.ranges.range(range);
        let from_here = self.reached.iter().filter(|(_, from)| *from as usize == range);
        let others = from_here.map(|(deal, _)| *deal).collect();
        self.read.assembly().table(self.rows.grouped(range, GroupedDeals::some(&deals, others)))
    }

    /// All engagements, grouped at once, where the parting says so.
    pub fn all(&self) -> Option<Engagements> {
        let deals = self.read.checked.deal_ids.len();
        self.all.then(|| self.read.assembly().table(self.read.source().by_bucket(deals).grouped(0)))
    }
}

/// By deal: whether it is among some; empty where there are none.
fn flags(some: &[(DealIx, u32)], deals: usize) -> Vec<bool> {
    let mut flags = if some.is_empty() { Vec::new() } else { vec![false; deals] };
    some.iter().for_each(|(deal, _)| flags[*deal] = true);
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deal_is_in_one_range() {
        for (first, last, most) in [(0, 10, 3), (5, 12, 100), (5, 6, 1), (7, 7, 4), (0, 9, 0), (3, 11, 8)] {
            let ranges = DealRanges::new(DealIx::from_raw(first)..DealIx::from_raw(last), most);
            assert!((1..=most.max(1)).contains(&ranges.count()), "{first}..{last} in {most}");
            let found = (0..ranges.count())
                .flat_map(|range| DealIx::range(ranges.range(range)).map(move |deal| (deal, range)));
            let found: Vec<(u32, usize)> = found.map(|(deal, range)| (deal.raw(), range)).collect();
            assert!(found.iter().map(|(deal, _)| *deal).eq(first..last));
            let says = |deal: u32| ranges.of(DealIx::from_raw(deal)).map(|range| range as usize);
            assert!(found.iter().all(|(deal, range)| says(*deal) == Some(*range)));
            assert_eq!(says(last), None);
        }
    }
}
