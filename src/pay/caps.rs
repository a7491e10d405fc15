//! Caps per payee: month, then quarter, then year, each on what the last left. Contract, section 4, "caps".

use rayon::prelude::*;

use super::calendar::{DayPeriods, PeriodKey};
use super::ledger::Ledger;
use crate::book::Every;
use crate::credit::{Fault, Line};
use crate::money::amount_minor;
use crate::rules::Caps;

/// A cap of one length of period, by version.
struct Limit {
    every: Every,
    caps: Vec<Option<i64>>,
}

/// Applies the caps per payee to the lines of one rule. `caps` is by version; a version without a cap pays in full and
/// still adds to the running total.
pub fn apply(ledger: &mut Ledger, caps: &[Caps], close_date: &[i32], days: &DayPeriods) -> Result<(), Fault> {
    let limit = |every, of: fn(&Caps) -> Option<i64>| Limit { every, caps: caps.iter().map(of).collect() };
    let mut limits = vec![
        limit(Every::Month, |caps| caps.per_payee_month),
        limit(Every::Quarter, |caps| caps.per_payee_quarter),
        limit(Every::Year, |caps| caps.per_payee_year),
    ];
    limits.retain(|limit| limit.caps.iter().any(Option::is_some));
    if limits.is_empty() {
        return Ok(());
    }
    let period = |line: &Line, every| days.key(close_date[line.deal as usize], every);
    let of_payee = |(earlier, paid): (&mut [Line], &mut [Line])| {
        limits.iter().try_for_each(|limit| limit.apply(earlier, paid, |line| period(line, limit.every)))
    };
    let done = ledger.of_payees_mut().into_par_iter().map(of_payee).collect();
    Fault::first(done).map(drop)
}

impl Limit {
    /// Makes each amount of a payee the change of `min(running total, cap)`; the running total starts anew with each
    /// period.
    fn apply(
        &self,
        earlier: &mut [Line],
        paid: &mut [Line],
        period: impl Fn(&Line) -> PeriodKey,
    ) -> Result<(), Fault> {
        let mut of = None;
        let mut total = 0_i128;
        for line in earlier.iter_mut().chain(paid) {
            let this = period(line);
            if of != Some(this) {
                (of, total) = (Some(this), 0);
            }
            let after = total + i128::from(line.amount);
            if let Some(cap) = self.caps[usize::from(line.version)] {
                let cap = i128::from(cap);
                let change = after.min(cap) - total.min(cap);
                line.amount = amount_minor(change).map_err(Fault::overflow(line.deal))?;
            }
            total = after;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::FiscalCalendar;

    fn capped(amounts: &[i64], days_apart: i32, caps: Caps) -> Vec<i64> {
        let calendar = FiscalCalendar { starts: 1 };
        let close_date: Vec<i32> = (0..amounts.len() as i32).map(|at| at * days_apart).collect();
        let days = DayPeriods::new(0, 364, |day, every| calendar.period_of(day, every));
        let line = |(deal, &amount): (usize, &i64)| Line {
            uncapped: amount,
            amount,
            ..Line::new(0, 0, deal as u32, 0)
        };
        // Some of them closed before the period: it is one running total.
        let mut earlier: Vec<Line> = amounts.iter().enumerate().map(line).collect();
        let paid = earlier.split_off(amounts.len() / 2);
        let mut ledger = Ledger { earlier, paid };
        apply(&mut ledger, &[caps], &close_date, &days).unwrap();
        ledger.iter().map(|line| line.amount).collect()
    }

    #[test]
    fn a_cap_is_reached_in_a_line_and_given_back_by_a_refund() {
        let caps = Caps { per_payee_quarter: Some(100), ..Caps::default() };
        assert_eq!(capped(&[60, 60, 60, -100, 50], 1, caps), [60, 40, 0, -20, 20]);
    }

    #[test]
    fn a_new_quarter_starts_at_zero() {
        let caps = Caps { per_payee_quarter: Some(100), ..Caps::default() };
        assert_eq!(capped(&[80, 80, 80], 45, caps), [80, 20, 80]);
    }

    #[test]
    fn the_year_sees_what_the_month_left() {
        let caps = Caps { per_payee_month: Some(50), per_payee_year: Some(120), ..Caps::default() };
        assert_eq!(capped(&[80, 80, 80], 40, caps), [50, 50, 20]);
    }
}
