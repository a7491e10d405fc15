//! Caps per payee: month, then quarter, then year, each on what the last left. See `docs/reference/rules.md#caps`.

use rayon::prelude::*;

use super::LinesByPayee;
use super::calendar::{DayPeriods, PeriodKey};
use crate::credit::{Fault, Line};
use apportion_base::money::Minor;
use apportion_book::Every;
use apportion_rules::Caps;

/// Payees whose lines are capped by one thread at a time, at most.
const PAYEES: usize = 1 << 8;

/// A cap of one length of period, by version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    every: Every,
    caps: Vec<Option<Minor>>,
}

/// What a cap did to one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The length of the period.
    pub every: Every,
    /// The line's place among those of its payee and rule.
    pub row: usize,
    /// The cap.
    pub cap: Minor,
    /// What the line came with.
    pub came_with: Minor,
    /// Running total of the payee and period, before and after what the line came with.
    pub before: i128,
    /// Running total after what the line came with, in minor units.
    pub after: i128,
    /// What the line is left with.
    pub amount: Minor,
}

/// Applies the caps per payee to the lines of one rule. `caps` is by version; a version without a cap pays in full and
/// still adds to the running total.
pub fn apply(
    lines: &mut LinesByPayee,
    caps: &[Caps],
    close_date: &[i32],
    days: &DayPeriods,
) -> Result<(), Fault> {
    let limits = Limit::all(caps);
    if limits.is_empty() {
        return Ok(());
    }
    let of_payee = |lines: &mut [Line]| apply_watched(lines, &limits, close_date, days, |_| ());
    let done = lines.of_payees_mut().into_par_iter().with_max_len(PAYEES).map(of_payee).collect();
    Fault::first(done).map(drop)
}

/// Applies the caps to the lines of one payee, in order of time, and reports every step.
pub fn apply_watched(
    lines: &mut [Line],
    limits: &[Limit],
    close_date: &[i32],
    days: &DayPeriods,
    mut watch: impl FnMut(Step),
) -> Result<(), Fault> {
    let mut totals = CapTotals::new(limits);
    totals.apply(lines, limits, (close_date, days), &mut watch)
}

/// The running totals of a payee under a rule, one for each limit: what came with the lines so far in the period of the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapTotals(Vec<CapTotal>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct CapTotal {
    period: Option<PeriodKey>,
    total: i128,
}

impl CapTotals {
    /// Before any line.
    pub fn new(limits: &[Limit]) -> Self {
        Self(vec![CapTotal::default(); limits.len()])
    }

    /// Applies the caps to the next lines of the payee, in order of time.
    ///
    /// # Errors
    /// An amount that can't be held, with the deal.
    pub fn apply(
        &mut self,
        lines: &mut [Line],
        limits: &[Limit],
        (close_date, days): (&[i32], &DayPeriods),
        watch: &mut impl FnMut(Step),
    ) -> Result<(), Fault> {
        let period = |line: &Line, every| days.key(close_date[line.deal], every);
        limits.iter().zip(&mut self.0).try_for_each(|(limit, total)| {
            limit.apply(lines.iter_mut(), |line| period(line, limit.every), total, watch)
        })
    }
}

impl Limit {
    /// The caps that any version has, in the order in which they apply.
    pub fn all(caps: &[Caps]) -> Vec<Self> {
        let limit = |every, subject: fn(&Caps) -> Option<Minor>| Self {
            every,
            caps: caps.iter().map(subject).collect(),
        };
        let mut limits = vec![
            limit(Every::Month, |caps| caps.per_payee_month),
            limit(Every::Quarter, |caps| caps.per_payee_quarter),
            limit(Every::Year, |caps| caps.per_payee_year),
        ];
        limits.retain(|limit| limit.caps.iter().any(Option::is_some));
        limits
    }

    /// Makes each amount of a payee the change of `min(running total, cap)`; the running total starts at 0 in each
    /// period.
    fn apply<'l>(
        &self,
        lines: impl Iterator<Item = &'l mut Line>,
        period: impl Fn(&Line) -> PeriodKey,
        CapTotal { period: subject, total: reached }: &mut CapTotal,
        watch: &mut impl FnMut(Step),
    ) -> Result<(), Fault> {
        let mut total = *reached;
        for (row, line) in lines.enumerate() {
            let current = period(line);
            if *subject != Some(current) {
                (*subject, total) = (Some(current), 0);
            }
            let after = total + i128::from(line.amount);
            if let Some(cap) = self.caps[line.version] {
                let change = after.min(cap.wide()) - total.min(cap.wide());
                let came_with = line.amount;
                line.amount = Minor::from_wide(change).map_err(Fault::overflow(line.deal))?;
                watch(Step {
                    every: self.every,
                    row,
                    cap,
                    came_with,
                    before: total,
                    after,
                    amount: line.amount,
                });
            }
            total = after;
        }
        *reached = total;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_book::FiscalCalendar;
    use apportion_data::{DealIx, PayeeIx};
    use apportion_rules::{RuleIx, VersionIx};

    fn capped(amounts: &[i64], days_apart: i32, caps: Caps) -> Vec<i64> {
        let calendar = FiscalCalendar { starts: 1 };
        let close_date: Vec<i32> = (0..amounts.len() as i32).map(|index| index * days_apart).collect();
        let days = DayPeriods::new(0, 364, |day, every| calendar.period_of(day, every));
        let line = |(deal, &amount): (DealIx, &i64)| {
            let amount = Minor::new(amount);
            let line = Line::new(RuleIx::FIRST, VersionIx::FIRST, deal, PayeeIx::FIRST);
            Line { uncapped: amount, amount, ..line }
        };
        let lines = DealIx::all(amounts.len()).zip(amounts).map(line).collect();
        let mut lines = LinesByPayee { stretches: vec![lines] };
        apply(&mut lines, &[caps], &close_date, &days).unwrap();
        lines.iter().map(|line| line.amount.raw()).collect()
    }

    #[test]
    fn a_cap_is_reached_in_a_line_and_given_back_by_a_refund() {
        let caps = Caps { per_payee_quarter: Some(Minor::new(100)), ..Caps::default() };
        assert_eq!(capped(&[60, 60, 60, -100, 50], 1, caps), [60, 40, 0, -20, 20]);
    }

    #[test]
    fn a_new_quarter_starts_at_zero() {
        let caps = Caps { per_payee_quarter: Some(Minor::new(100)), ..Caps::default() };
        assert_eq!(capped(&[80, 80, 80], 45, caps), [80, 20, 80]);
    }

    #[test]
    fn lines_can_be_capped_in_two_goes() {
        let calendar = FiscalCalendar { starts: 1 };
        let close_date: Vec<i32> = (0..6).map(|index| index * 20).collect();
        let days = DayPeriods::new(0, 364, |day, every| calendar.period_of(day, every));
        let caps = Caps {
            per_payee_month: Some(Minor::new(50)),
            per_payee_year: Some(Minor::new(120)),
            ..Caps::default()
        };
        let limits = Limit::all(&[caps]);
        let line = |(deal, amount)| Line {
            amount: Minor::new(amount),
            ..Line::new(RuleIx::FIRST, VersionIx::FIRST, deal, PayeeIx::FIRST)
        };
        let lines: Vec<Line> = DealIx::all(6).zip([40, 30, -20, 60, 45, 45]).map(line).collect();
        let mut whole = lines.clone();
        apply_watched(&mut whole, &limits, &close_date, &days, |_| ()).unwrap();
        for cut in 0..=lines.len() {
            let mut parts = lines.clone();
            let (first, second) = parts.split_at_mut(cut);
            let mut totals = CapTotals::new(&limits);
            for part in [first, second] {
                totals.apply(part, &limits, (&close_date, &days), &mut |_| ()).unwrap();
            }
            assert_eq!(parts, whole, "{cut}");
        }
    }

    #[test]
    fn the_year_sees_what_the_month_left() {
        let caps = Caps {
            per_payee_month: Some(Minor::new(50)),
            per_payee_year: Some(Minor::new(120)),
            ..Caps::default()
        };
        assert_eq!(capped(&[80, 80, 80], 40, caps), [50, 50, 20]);
    }
}
