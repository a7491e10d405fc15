//! Control totals: per rule over the period, and month by month before it. Contract, section 5.

use rayon::prelude::*;

use super::RuleResult;
use crate::credit::{Applies, Line, PriorMonth, RuleTotals, Sums};
use crate::kinds::Nature;
use crate::pay::DayPeriods;
use crate::plan::Inputs;
use apportion_book::Every;

/// The totals of one rule; proves that they add up before anybody sees them.
/// `matched` is the number of won deals of the period that the rule matched.
pub fn of_rule(
    nature: &Nature,
    applies: &[Applies],
    sums: Sums,
    matched: u64,
    paid: &[Vec<Line>],
) -> RuleTotals {
    let [all_basis, uncapped, amount] = sums_of(paid);
    let pays = applies.iter().any(|applies| applies.amount);
    let credits = nature.credits;
    let (basis, pool) = if nature.pays_by_deal() {
        assert_eq!(uncapped, sums.uncapped, "the lines before caps add up to what the deals came to");
        (sums.basis, sums.pool)
    } else {
        (all_basis, uncapped)
    };
    assert_eq!(sums.credit_total, sums.credited + sums.credit_retained, "credit total = credited + retained");
    assert_eq!(pool, uncapped + sums.retained, "pool = uncapped + retained");
    RuleTotals {
        deals_matched: matched,
        lines: paid.iter().map(Vec::len).sum::<usize>() as u64,
        basis: nature.basis.then_some(basis),
        credit_total: credits.then_some(sums.credit_total),
        credited: credits.then_some(sums.credited),
        credit_retained: credits.then_some(sums.credit_retained),
        pool: pays.then_some(pool),
        retained: pays.then_some(sums.retained),
        uncapped: pays.then_some(uncapped),
        withheld: pays.then_some(uncapped - amount),
        amount: pays.then_some(amount),
    }
}

/// The sums of basis, uncapped and amount.
fn sums_of(stretches: &[Vec<Line>]) -> [i128; 3] {
    let add = |sums: [i128; 3], more: [i128; 3]| [0, 1, 2].map(|at| sums[at] + more[at]);
    let of_line = |line: &Line| [line.basis, line.uncapped, line.amount].map(i128::from);
    let of_stretch = |lines: &Vec<Line>| lines.iter().map(of_line).fold([0; 3], add);
    stretches.par_iter().with_max_len(1).map(of_stretch).reduce(|| [0; 3], add)
}

/// Lines, credit and amount of each month of the fiscal year before the period.
pub fn prior(inputs: &Inputs, days: &DayPeriods, results: &[RuleResult]) -> Vec<PriorMonth> {
    let window = inputs.window;
    let months: Vec<PriorMonth> = window
        .prior_months()
        .into_iter()
        .map(|month| PriorMonth { month, lines: 0, credited: 0, amount: 0 })
        .collect();
    let of_month = |key: u32| months.iter().position(|month| month.month == days.period(key));
    let places: Vec<Option<usize>> = (0..days.count()).map(of_month).collect();
    let none = || months.clone();
    let add = |mut months: Vec<PriorMonth>, line: &Line| {
        let day = inputs.tables.deals.close_date[line.deal as usize];
        if let Some(at) = places[days.key(day, Every::Month) as usize] {
            months[at].lines += 1;
            months[at].credited += i128::from(line.credited);
            months[at].amount += i128::from(line.amount);
        }
        months
    };
    let both = |mut months: Vec<PriorMonth>, more: Vec<PriorMonth>| {
        for (month, more) in months.iter_mut().zip(more) {
            month.lines += more.lines;
            month.credited += more.credited;
            month.amount += more.amount;
        }
        months
    };
    results.par_iter().flat_map(|result| &result.ledger.earlier).flatten().fold(none, add).reduce(none, both)
}
