//! Each payee's credits: one for each deal, over the rules that count and over roles.

use crate::credit::Line;
use apportion_data::{DealIx, Optional, PayeeIx};

/// What a payee was credited with on a deal, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// Who is paid on it.
    pub payee: PayeeIx,
    /// Whose credit it is, where it is not the payee's own.
    pub from: Optional<PayeeIx>,
    /// The deal.
    pub deal: DealIx,
    /// Days since 1970-01-01.
    pub close_date: i32,
    /// The credit, in minor units.
    pub credited: i128,
}

/// The credits of one payee's lines under the shared_credit rules that count, in order of deal: the order of close date
/// and deal_id, in which stage two adds them up. Each run of lines is in that order.
pub fn credits(runs: &[&[Line]], close_date: &[i32]) -> Vec<Credit> {
    let of_line = |line: &Line| Credit {
        payee: line.payee,
        from: Optional::NONE,
        deal: line.deal,
        close_date: close_date[line.deal],
        credited: i128::from(line.credited),
    };
    let mut credits = Vec::with_capacity(runs.iter().map(|run| run.len()).sum());
    runs.iter().for_each(|run| credits.extend(run.iter().map(of_line)));
    // The run of each rule is already sorted, so that a stable sort only merges them.
    credits.sort_by_key(|credit| credit.deal);
    credits.dedup_by(|next, kept| {
        let same = next.deal == kept.deal;
        if same {
            kept.credited += next.credited;
        }
        same
    });
    credits
}
