//! Control totals: per rule, month by month (`docs/reference/outputs.md#control-totals`).

use rayon::prelude::*;

use crate::credit::{Line, RuleTotals, Sums, runs};
use crate::kinds::Nature;
use crate::plan::{MonthIx, Months};

/// Totals of one rule in a month, or in several.
#[derive(Debug, Clone, Copy, Default)]
pub struct MonthTotals {
    /// Won deals that the rule matched.
    pub matched: u64,
    /// Of its lines.
    pub lines: u64,
    pub basis: i128,
    pub credited: i128,
    pub uncapped: i128,
    pub amount: i128,
    /// Sums over its deals, as stage one saw them.
    pub sums: Sums,
}

impl MonthTotals {
    /// Adds the lines up.
    fn add_lines(&mut self, lines: &[Line]) {
        self.lines += lines.len() as u64;
        for line in lines {
            self.basis += i128::from(line.basis);
            self.credited += i128::from(line.credited);
            self.uncapped += i128::from(line.uncapped);
            self.amount += i128::from(line.amount);
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.matched += other.matched;
        self.lines += other.lines;
        self.basis += other.basis;
        self.credited += other.credited;
        self.uncapped += other.uncapped;
        self.amount += other.amount;
        self.sums += other.sums;
    }

    /// The pool: what stage one set aside; for rules that pay on credits, the amounts before caps.
    fn pool(&self, nature: &Nature) -> i128 {
        if nature.pays_by_deal() { self.sums.pool } else { self.uncapped }
    }

    /// Asserts that the totals add up, before they are used.
    pub fn prove(&self, nature: &Nature) {
        let sums = self.sums;
        if nature.pays_by_deal() {
            assert_eq!(
                self.uncapped, sums.uncapped,
                "the lines before caps add up to what the deals came to"
            );
        }
        assert_eq!(
            sums.credit_total,
            sums.credited + sums.credit_retained,
            "credit total = credited + retained"
        );
        assert_eq!(self.pool(nature), self.uncapped + sums.retained, "pool = uncapped + retained");
    }
}

/// The lines of one rule, month by month.
pub fn of_lines(stretches: &[Vec<Line>], months: &Months) -> Vec<MonthTotals> {
    let none = || vec![MonthTotals::default(); months.count()];
    let of_stretch = |stretch: &Vec<Line>| {
        let mut totals = none();
        for lines in runs(stretch) {
            let mut rest = lines;
            for (month, totals) in MonthIx::all(totals.len()).zip(totals.iter_mut()) {
                // A payee's lines ascend by deal, and so by month.
                let beyond = months.deals(month..month.next()).end;
                let (of_month, after) = rest.split_at(rest.partition_point(|line| line.deal < beyond));
                totals.add_lines(of_month);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
        }
        totals
    };
    let add = |mut all: Vec<MonthTotals>, added: Vec<MonthTotals>| {
        all.iter_mut().zip(&added).for_each(|(all, added)| all.add(added));
        all
    };
    stretches.par_iter().with_max_len(1).map(of_stretch).reduce(none, add)
}

/// The totals of one rule over some months.
pub fn of_months(nature: &Nature, pays: bool, months: &[MonthTotals]) -> RuleTotals {
    let mut all = MonthTotals::default();
    months.iter().for_each(|month| all.add(month));
    let basis = if nature.pays_by_deal() { all.sums.basis } else { all.basis };
    let credits = nature.credits;
    RuleTotals {
        deals_matched: all.matched,
        lines: all.lines,
        basis: nature.basis.then_some(basis),
        credit_total: credits.then_some(all.sums.credit_total),
        credited: credits.then_some(all.sums.credited),
        credit_retained: credits.then_some(all.sums.credit_retained),
        pool: pays.then_some(all.pool(nature)),
        retained: pays.then_some(all.sums.retained),
        uncapped: pays.then_some(all.uncapped),
        withheld: pays.then_some(all.uncapped - all.amount),
        amount: pays.then_some(all.amount),
    }
}
