//! Each payee's credits: one for each deal, over the rules that count and over roles.

use rayon::prelude::*;

use super::ledger::Ledger;
use crate::credit::Line;

/// What a payee was credited with on a deal, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    pub payee: u32,
    pub deal: u32,
    /// Days since 1970-01-01.
    pub close_date: i32,
    pub credited: i128,
}

/// The credits in the ledgers of the shared_credit rules that count, in order of payee and deal: the order of close date
/// and deal_id, in which stage two adds them up.
pub fn credits<'a>(ledgers: impl Iterator<Item = &'a Ledger>, close_date: &[i32]) -> Vec<Credit> {
    let of_line = |line: &Line| Credit {
        payee: line.payee,
        deal: line.deal,
        close_date: close_date[line.deal as usize],
        credited: i128::from(line.credited),
    };
    let mut credits: Vec<Credit> = Vec::new();
    for ledger in ledgers {
        credits.reserve(ledger.earlier.len() + ledger.paid.len());
        for (earlier, paid) in ledger.of_payees() {
            credits.extend(earlier.iter().chain(paid).map(of_line));
        }
    }
    let place = |credit: &Credit| (credit.payee, credit.deal);
    // Of several rules: runs that are in order already, which a stable sort merges.
    if !credits.is_sorted_by_key(place) {
        credits.par_sort_by_key(place);
    }
    credits.dedup_by(|next, kept| {
        let same = (next.payee, next.deal) == (kept.payee, kept.deal);
        if same {
            kept.credited += next.credited;
        }
        same
    });
    credits
}
