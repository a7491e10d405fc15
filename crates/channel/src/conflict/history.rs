//! How the deals ended on which payees worked.

use apportion_base::sorted::offsets;
use apportion_data::{DealIx, PayeeIx};
use rayon::prelude::*;

use super::Subjects;

/// The deals on which payees worked, in order of their days, with running totals.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Offsets, one more than payees: the deals of payee `p` are `by_payee[p]..by_payee[p + 1]`.
    by_payee: Vec<usize>,
    deals: Vec<Total>,
}

/// The deals of a payee up to one, itself included. A payee has no more deals than can be numbered.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    close_date: i32,
    won: u32,
    lost: u32,
    revenue_e6: i128,
}

/// How some deals ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Won deals.
    pub won: i128,
    /// Lost deals.
    pub lost: i128,
    /// The sum of the amounts of the won, in millionths: 4 billion amounts of 10^18 fit.
    pub revenue_e6: i128,
}

impl History {
    /// Of some payees, ascending.
    pub fn of(subjects: &dyn Subjects, payees: &[PayeeIx]) -> Self {
        let mut is_asked = vec![false; payees.last().map_or(0, |last| last.at() + 1)];
        payees.iter().for_each(|payee| is_asked[*payee] = true);
        let worked = subjects.deals_worked_on(&|payee| is_asked.get(payee.at()).copied().unwrap_or(false));
        let dated = |(payee, deal): (PayeeIx, DealIx)| (payee, subjects.closed(deal).close_date, deal);
        let mut worked: Vec<(PayeeIx, i32, DealIx)> = worked.into_par_iter().map(dated).collect();
        worked.par_sort_unstable();
        worked.dedup();
        let by_payee = offsets(is_asked.len(), worked.iter().map(|(payee, ..)| payee.at()));
        let mut so_far: Option<(PayeeIx, Total)> = None;
        let total = |(payee, _, deal): (PayeeIx, i32, DealIx)| {
            let before =
                so_far.take().filter(|(of, _)| *of == payee).map_or_else(Total::default, |(_, total)| total);
            let total = before.with(subjects, deal);
            so_far = Some((payee, total));
            total
        };
        Self { by_payee, deals: worked.into_iter().map(total).collect() }
    }

    /// The deals that closed in the 365 days before a day.
    pub fn before(&self, payee: PayeeIx, day: i32) -> Record {
        let totals = match self.by_payee.get(payee.at()..=payee.next().at()) {
            Some(&[from, until]) => &self.deals[from..until],
            _ => &[],
        };
        let up_to = |day: i32| {
            let count = totals.partition_point(|total| total.close_date < day);
            count.checked_sub(1).and_then(|last| totals.get(last)).copied().unwrap_or_default()
        };
        let (all, older) = (up_to(day), up_to(day.saturating_sub(365)));
        Record {
            won: i128::from(all.won) - i128::from(older.won),
            lost: i128::from(all.lost) - i128::from(older.lost),
            revenue_e6: all.revenue_e6 - older.revenue_e6,
        }
    }
}

impl Total {
    fn with(self, subjects: &dyn Subjects, deal: DealIx) -> Self {
        let closed = subjects.closed(deal);
        let (won, revenue) = if closed.won { (1, i128::from(closed.amount_e6)) } else { (0, 0) };
        Self {
            close_date: closed.close_date,
            won: self.won + won,
            lost: self.lost + 1 - won,
            revenue_e6: self.revenue_e6 + revenue,
        }
    }
}
