//! Control totals: per rule over the period, and month by month before it. Contract, section 5.

use std::collections::BTreeMap;

use super::RuleResult;
use crate::credit::{Applies, Lines, PriorMonth, RuleTotals, Sums};
use crate::plan::Inputs;
use crate::rules::{Every, Kind};

/// The totals of one rule; proves that they add up before anybody sees them.
/// `matched` is the number of won deals of the period that the rule matched.
pub fn of_rule(kind: Kind, applies: &[Applies], sums: Sums, matched: u64, paid: &Lines) -> RuleTotals {
    let sum = |column: &[i64]| -> i128 { column.iter().map(|&minor| i128::from(minor)).sum() };
    let (uncapped, amount) = (sum(&paid.uncapped), sum(&paid.amount));
    let pays = applies.iter().any(|applies| applies.amount);
    let credits = kind == Kind::SharedCredit;
    let by_deal = matches!(kind, Kind::SharedCredit | Kind::Stipend | Kind::RenewalBonus);
    let (basis, pool) = if by_deal {
        assert_eq!(uncapped, sums.uncapped, "the lines before caps add up to what the deals came to");
        (sums.basis, sums.pool)
    } else {
        (sum(&paid.basis), uncapped)
    };
    assert_eq!(sums.credit_total, sums.credited + sums.credit_retained, "credit total = credited + retained");
    assert_eq!(pool, uncapped + sums.retained, "pool = uncapped + retained");
    RuleTotals {
        deals_matched: matched,
        lines: paid.len() as u64,
        basis: (kind != Kind::Stipend).then_some(basis),
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

/// Lines, credit and amount of each month of the fiscal year before the period.
pub fn prior(inputs: &Inputs, results: &[RuleResult]) -> Vec<PriorMonth> {
    let window = inputs.window;
    let mut months: BTreeMap<_, PriorMonth> = window
        .prior_months()
        .into_iter()
        .map(|month| (month, PriorMonth { month, lines: 0, credited: 0, amount: 0 }))
        .collect();
    if months.is_empty() {
        return Vec::new();
    }
    for lines in results.iter().map(|result| &result.lines) {
        for row in 0..lines.len() {
            let day = inputs.tables.deals.close_date[lines.deal[row] as usize];
            if day < window.paid_from
                && let Some(month) = months.get_mut(&window.period_of(day, Every::Month))
            {
                month.lines += 1;
                month.credited += i128::from(lines.credited[row]);
                month.amount += i128::from(lines.amount[row]);
            }
        }
    }
    months.into_values().collect()
}
