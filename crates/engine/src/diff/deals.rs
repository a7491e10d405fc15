//! What differs by deal. Lines come by payee, so each deal's sum is added to from everywhere: each core does it for a part of the deals, and
//! nobody waits for another's sums.

use rayon::prelude::*;

use super::keys::{CommonDeal, Keys};
use super::line::{LineChange, money};
use super::sums::{differs, size};
use super::{Change, DealChange, SideName, Status};
use crate::settle::PeriodView;

/// What the lines of each deal come to, as far as lines were added.
pub struct DealChanges(Vec<Change>);

impl DealChanges {
    pub fn of_no_lines(keys: &Keys) -> Self {
        Self(vec![Change::default(); keys.deals.len()])
    }

    /// Adds what lines of both sides pay and credit.
    pub fn add(&mut self, keys: &Keys, [before, after]: [&PeriodView; 2]) {
        self.by_all_cores(|deals| {
            for line in before.lines.iter() {
                deals.change(keys.deals.common(SideName::Before, line.deal), |change| {
                    change.before += money(line);
                    change.lines.before += 1;
                });
            }
            for line in after.lines.iter() {
                deals.change(keys.deals.common(SideName::After, line.deal), |change| {
                    change.after += money(line);
                    change.lines.after += 1;
                });
            }
        });
    }

    /// With what became of the lines that differ in what they pay, and of those that are computed otherwise, which have one of these deals each.
    pub fn into_sums(mut self, lines: &[LineChange], restated: &[CommonDeal]) -> DealSums {
        self.by_all_cores(|deals| {
            let differing = lines.iter().map(|line| (line.deal, line.status));
            let restated = restated.iter().map(|deal| (*deal, Status::Restated));
            for (deal, status) in differing.chain(restated) {
                deals.change(deal, |change| change.lines.count(status));
            }
        });
        let (ends, of_deals) = by_deal(self.0.len(), lines);
        let mut sums = DealSums { of_deals, ..DealSums::default() };
        for change in &self.0 {
            sums.with_lines += u64::from(change.lines.before + change.lines.after > 0);
            sums.total += *change;
        }
        let of_deal = |(deal, change): (CommonDeal, &Change)| {
            differs(change).then(|| DealChange {
                deal,
                change: *change,
                lines: ends[deal]..ends[deal.next()],
            })
        };
        sums.deals = CommonDeal::all(self.0.len()).zip(&self.0).filter_map(of_deal).collect();
        // No two have one key.
        sums.deals.par_sort_unstable_by_key(|deal| (size(&deal.change), deal.deal));
        sums
    }

    /// Has each core do the same work, for its part of the deals.
    fn by_all_cores(&mut self, work: impl Fn(&mut SomeDeals<'_>) + Sync) {
        let each = self.0.len().div_ceil(rayon::current_num_threads()).max(1);
        let parts = self.0.par_chunks_mut(each).with_max_len(1).enumerate();
        parts.for_each(|(part, changes)| work(&mut SomeDeals { first: part * each, changes }));
    }
}

/// Deals that follow each other.
struct SomeDeals<'d> {
    first: usize,
    changes: &'d mut [Change],
}

impl SomeDeals<'_> {
    /// Changes what is known of a deal, if it is one of these.
    fn change(&mut self, deal: CommonDeal, change: impl FnOnce(&mut Change)) {
        if let Some(own) = self.changes.get_mut(deal.at().wrapping_sub(self.first)) {
            change(own);
        }
    }
}

/// The deals that differ, and what all of them come to.
#[derive(Default)]
pub struct DealSums {
    /// The biggest movers first.
    pub deals: Vec<DealChange>,
    /// Places of lines that differ, by deal.
    pub of_deals: Vec<usize>,
    /// Deals with a line on either side.
    pub with_lines: u64,
    pub total: Change,
}

/// Places of lines by deal, a counting sort: where each deal's begin, one more than deals, and the places.
fn by_deal(deals: usize, lines: &[LineChange]) -> (Vec<usize>, Vec<usize>) {
    let mut ends = vec![0_usize; deals + 1];
    for line in lines {
        ends[line.deal.next()] += 1;
    }
    for index in 1..ends.len() {
        ends[index] += ends[index - 1];
    }
    let mut next = ends.clone();
    let mut of_deals = vec![0_usize; lines.len()];
    for (index, line) in lines.iter().enumerate() {
        let slot = &mut next[line.deal];
        of_deals[*slot] = index;
        *slot += 1;
    }
    (ends, of_deals)
}
