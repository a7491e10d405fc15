//! How the deals ended on which payees worked.

use apportion_base::sorted::offsets;
use apportion_data::{DealIx, PayeeIx};
use rayon::prelude::*;

use super::Subjects;

/// How many days before a day a record looks back.
const DAYS: i32 = 365;

/// The records of payees on the days that were asked for.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Ascending, each once.
    asked: Vec<(PayeeIx, i32)>,
    /// For each of `asked`.
    records: Vec<Record>,
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
    /// Of payees on days, in any order, also repeated.
    pub fn of(subjects: &dyn Subjects, mut asked: Vec<(PayeeIx, i32)>) -> Self {
        asked.par_sort_unstable();
        asked.dedup();
        let mut is_asked = vec![false; asked.last().map_or(0, |(last, _)| last.at() + 1)];
        asked.iter().for_each(|(payee, _)| is_asked[*payee] = true);
        let (from, deals) = by_payee(subjects, &is_asked);
        let of_payee = |asked: &[(PayeeIx, i32)]| {
            let deals = asked.first().map_or(&[][..], |(payee, _)| &deals[from[*payee]..from[payee.next()]]);
            let totals = totals(subjects, deals);
            asked.iter().map(|(_, day)| before(&totals, *day)).collect::<Vec<Record>>()
        };
        let payees: Vec<&[(PayeeIx, i32)]> = asked.chunk_by(|one, other| one.0 == other.0).collect();
        let records = payees.into_par_iter().flat_map_iter(of_payee).collect();
        Self { asked, records }
    }

    /// The deals that closed in the 365 days before a day that was asked for.
    pub fn before(&self, payee: PayeeIx, day: i32) -> Record {
        let place = self.asked.binary_search(&(payee, day)).ok();
        place.and_then(|place| self.records.get(place)).copied().unwrap_or_default()
    }
}

/// The deals on which payees worked that are asked for, payee by payee: where those of each begin, one more than payees, and the deals.
fn by_payee(subjects: &dyn Subjects, is_asked: &[bool]) -> (Vec<usize>, Vec<DealIx>) {
    let is_wanted = |payee: PayeeIx| is_asked.get(payee.at()).copied().unwrap_or(false);
    let worked = || subjects.deals_worked_on().filter(|(payee, _)| is_wanted(*payee));
    let from = offsets(is_asked.len(), worked().map(|(payee, _)| payee.at()));
    let mut next = from.clone();
    let mut deals = vec![DealIx::FIRST; from.last().copied().unwrap_or(0)];
    for (payee, deal) in worked() {
        deals[next[payee]] = deal;
        next[payee] += 1;
    }
    (from, deals)
}

/// The deals of a payee up to one, itself included.
#[derive(Debug, Clone, Copy)]
struct Total {
    close_date: i32,
    record: Record,
}

/// Running totals of deals that may come more than once and in any order, by the days on which they closed.
fn totals(subjects: &dyn Subjects, deals: &[DealIx]) -> Vec<Total> {
    let mut closed: Vec<(i32, DealIx)> =
        deals.iter().map(|deal| (subjects.closed(*deal).close_date, *deal)).collect();
    closed.sort_unstable();
    closed.dedup();
    let mut so_far = Record::default();
    let total = |(close_date, deal): (i32, DealIx)| {
        so_far = so_far.with(subjects, deal);
        Total { close_date, record: so_far }
    };
    closed.into_iter().map(total).collect()
}

fn before(totals: &[Total], day: i32) -> Record {
    let up_to = |day: i32| {
        let count = totals.partition_point(|total| total.close_date < day);
        count
            .checked_sub(1)
            .and_then(|last| totals.get(last))
            .map_or_else(Record::default, |last| last.record)
    };
    up_to(day).minus(up_to(day.saturating_sub(DAYS)))
}

impl Record {
    fn with(self, subjects: &dyn Subjects, deal: DealIx) -> Self {
        let closed = subjects.closed(deal);
        match closed.won {
            true => {
                Self { won: self.won + 1, revenue_e6: self.revenue_e6 + i128::from(closed.amount_e6), ..self }
            }
            false => Self { lost: self.lost + 1, ..self },
        }
    }

    fn minus(self, older: Self) -> Self {
        Self {
            won: self.won - older.won,
            lost: self.lost - older.lost,
            revenue_e6: self.revenue_e6 - older.revenue_e6,
        }
    }
}
