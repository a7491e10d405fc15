//! How the deals ended on which payees worked.

use std::collections::BTreeMap;

use apportion_data::{DealIx, PayeeIx};

use super::Subjects;

/// The deals on which payees worked, in order of their days, with running totals.
#[derive(Debug, Default)]
pub(super) struct History(BTreeMap<PayeeIx, Vec<Total>>);

/// The deals of a payee up to one, itself included.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    close_date: i32,
    record: Record,
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
        let mut deals = subjects.deals_worked_on(&|payee| payees.binary_search(&payee).is_ok());
        deals.sort_by_key(|(payee, deal)| (*payee, subjects.closed(*deal).close_date, *deal));
        deals.dedup();
        let mut history: BTreeMap<PayeeIx, Vec<Total>> = BTreeMap::new();
        for (payee, deal) in deals {
            let totals = history.entry(payee).or_default();
            let before = totals.last().copied().unwrap_or_default();
            totals.push(before.with(subjects, deal));
        }
        Self(history)
    }

    /// The deals that closed in the 365 days before a day.
    pub fn before(&self, payee: PayeeIx, day: i32) -> Record {
        let totals = self.0.get(&payee).map_or(&[][..], Vec::as_slice);
        let up_to = |day: i32| {
            let count = totals.partition_point(|total| total.close_date < day);
            count
                .checked_sub(1)
                .and_then(|last| totals.get(last))
                .map_or(Record::default(), |total| total.record)
        };
        let (all, older) = (up_to(day), up_to(day.saturating_sub(365)));
        Record {
            won: all.won - older.won,
            lost: all.lost - older.lost,
            revenue_e6: all.revenue_e6 - older.revenue_e6,
        }
    }
}

impl Total {
    fn with(self, subjects: &dyn Subjects, deal: DealIx) -> Self {
        let closed = subjects.closed(deal);
        let Record { won, lost, revenue_e6 } = self.record;
        let record = if closed.won {
            Record { won: won + 1, lost, revenue_e6: revenue_e6 + i128::from(closed.amount_e6) }
        } else {
            Record { won, lost: lost + 1, revenue_e6 }
        };
        Self { close_date: closed.close_date, record }
    }
}
