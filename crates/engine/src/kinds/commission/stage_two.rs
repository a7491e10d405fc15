//! Stage two of a commission: the credits of each payee, in stretches of payees on all cores.

use rayon::prelude::*;

use super::kernel;
use super::plan::CommissionPlan;
use crate::credit::{Fault, Line, Reason, Uncredited};
use crate::pay::Credit;
use crate::pay::credits::credits;
use crate::settle::{CreditedRule, RuleResult};

/// Payees whose commissions make a stretch.
const PAYEES: usize = 1 << 8;

/// Pays a rule.
///
/// # Errors
/// A number that can't be held, with the deal.
pub(super) fn pay(of: &CreditedRule) -> Result<RuleResult, Fault> {
    let Some(plan) = CommissionPlan::new(of.inputs, of.rule, of.deals, of.days)? else {
        return Ok(RuleResult::default());
    };
    let (rounding, digits) = (of.inputs.book.rounding, of.inputs.digits());
    let close_date = &of.inputs.tables.deals.close_date;
    let in_period = |credit: &Credit| of.inputs.window.pays(credit.close_date);
    let of_some = |some: &[Vec<&[Line]>]| -> Result<Stretch, Fault> {
        let mut stretch = Stretch::with_room(some);
        let of_payee = |lines: &Vec<&[Line]>| {
            let made = kernel::pay(of.at, &credits(lines, close_date), &plan, rounding, digits)?;
            stretch.append(&made.lines, of.first_paid);
            let no_quota = made.no_quota.iter().filter(|credit| in_period(credit));
            stretch.uncredited.extend(no_quota.map(|credit| without_quota(of.at, credit)));
            Ok(())
        };
        Fault::first::<()>(some.iter().map(of_payee).collect())?;
        Ok(stretch)
    };
    let mut result = RuleResult::default();
    for stretch in Fault::first(of.of_payees.par_chunks(PAYEES).with_max_len(1).map(of_some).collect())? {
        result.ledger.earlier.push(stretch.earlier);
        result.ledger.paid.push(stretch.paid);
        result.uncredited.extend(stretch.uncredited);
    }
    Ok(result)
}

/// What is made for some payees that follow each other.
struct Stretch {
    earlier: Vec<Line>,
    paid: Vec<Line>,
    uncredited: Vec<Uncredited>,
}

impl Stretch {
    /// Room for the lines of these payees, which are no more than the credits they pay on.
    fn with_room(of_payees: &[Vec<&[Line]>]) -> Self {
        let room = |of: usize| {
            let runs = of_payees.iter().flat_map(|runs| runs.iter().skip(of).step_by(2));
            Vec::with_capacity(runs.map(|run| run.len()).sum())
        };
        Self { earlier: room(0), paid: room(1), uncredited: Vec::new() }
    }

    /// Appends the lines of a payee, which are in order of time.
    fn append(&mut self, lines: &[Line], first_paid: u32) {
        let (earlier, paid) = lines.split_at(lines.partition_point(|line| line.deal < first_paid));
        self.earlier.extend_from_slice(earlier);
        self.paid.extend_from_slice(paid);
    }
}

fn without_quota(rule: u16, credit: &Credit) -> Uncredited {
    Uncredited {
        deal: credit.deal,
        rule: Some(rule),
        payee: Some(credit.payee),
        reason: Reason::NoQuota,
        retained: None,
        retained_credit: None,
    }
}
