//! Caps per payee: month, then quarter, then year, each on what the last left. Contract, section 4, "caps".

use rayon::prelude::*;

use super::calendar::DayPeriods;
use crate::book::Every;
use crate::credit::{Fault, Lines};
use crate::money::amount_minor;
use crate::rules::Caps;

/// What a cap did to one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub every: Every,
    pub row: usize,
    pub cap: i64,
    /// Running total of the payee and period, before and after what the line came with.
    pub before: i128,
    pub after: i128,
    /// What the line is left with.
    pub amount: i64,
}

/// Applies the caps per payee to the lines of one rule, which stand in any order. `caps` is by version; a version
/// without a cap pays in full and still adds to the running total.
pub fn apply(lines: &mut Lines, caps: &[Caps], close_date: &[i32], days: &DayPeriods) -> Result<(), Fault> {
    apply_watched(lines, caps, close_date, days, |_| ())
}

/// The same, with every step told.
pub fn apply_watched(
    lines: &mut Lines,
    caps: &[Caps],
    close_date: &[i32],
    days: &DayPeriods,
    mut watch: impl FnMut(Step),
) -> Result<(), Fault> {
    type Of = fn(&Caps) -> Option<i64>;
    let lengths: [(Every, Of); 3] = [
        (Every::Month, |caps| caps.per_payee_month),
        (Every::Quarter, |caps| caps.per_payee_quarter),
        (Every::Year, |caps| caps.per_payee_year),
    ];
    if lengths.iter().all(|(_, of)| caps.iter().all(|caps| of(caps).is_none())) {
        return Ok(());
    }
    let order = in_order(lines, close_date);
    for (every, of) in lengths {
        let by_version: Vec<Option<i64>> = caps.iter().map(of).collect();
        if by_version.iter().any(Option::is_some) {
            let period = |deal: u32| days.key(close_date[deal as usize], every);
            limit(lines, &order, &by_version, period, |row, cap, before, after, amount| {
                watch(Step { every, row, cap, before, after, amount });
            })?;
        }
    }
    Ok(())
}

/// Rows in order of payee, close date, deal, role, from_payee.
fn in_order(lines: &Lines, close_date: &[i32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..lines.len() as u32).collect();
    order.par_sort_unstable_by_key(|&row| {
        let row = row as usize;
        let deal = lines.deal[row];
        let none_first = |ix: u32| ix.wrapping_add(1);
        (
            lines.payee[row],
            close_date[deal as usize],
            deal,
            none_first(lines.role[row]),
            none_first(lines.from_payee[row]),
        )
    });
    order
}

/// Makes each amount the change of `min(running total, cap)`; the running total starts anew with each payee and period.
fn limit(
    lines: &mut Lines,
    order: &[u32],
    caps: &[Option<i64>],
    period: impl Fn(u32) -> u32,
    mut watch: impl FnMut(usize, i64, i128, i128, i64),
) -> Result<(), Fault> {
    let mut of = None;
    let mut total = 0_i128;
    for &row in order {
        let row = row as usize;
        let this = (lines.payee[row], period(lines.deal[row]));
        if of != Some(this) {
            (of, total) = (Some(this), 0);
        }
        let after = total + i128::from(lines.amount[row]);
        if let Some(cap) = caps[usize::from(lines.version[row])] {
            let change = after.min(i128::from(cap)) - total.min(i128::from(cap));
            lines.amount[row] = amount_minor(change).map_err(Fault::overflow(lines.deal[row]))?;
            watch(row, cap, total, after, lines.amount[row]);
        }
        total = after;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::FiscalCalendar;
    use crate::credit::Line;

    fn capped(amounts: &[i64], days_apart: i32, caps: Caps) -> Vec<i64> {
        let calendar = FiscalCalendar { starts: 1 };
        let close_date: Vec<i32> = (0..amounts.len() as i32).map(|at| at * days_apart).collect();
        let days = DayPeriods::new(0, 364, |day, every| calendar.period_of(day, every));
        let mut lines = Lines::default();
        for (deal, &amount) in amounts.iter().enumerate() {
            lines.push(Line { uncapped: amount, amount, ..Line::new(0, 0, deal as u32, 0) });
        }
        apply(&mut lines, &[caps], &close_date, &days).unwrap();
        lines.amount
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
