//! Stage two of a commission: the credits of each payee, in stretches of payees on all cores.

use apportion_rules::RuleIx;
use rayon::prelude::*;

use super::kernel;
use super::plan::CommissionPlan;
use crate::credit::{Fault, Line, Reason, Uncredited};
use crate::pay::Credit;
use crate::pay::credits::credits;
use crate::settle::{RuleResult, StageTwoRule};

/// Payees whose commissions make a stretch.
const PAYEES: usize = 1 << 8;

/// Pays a rule.
///
/// # Errors
/// A number that can't be held, with the deal.
pub(super) fn pay(stage: &StageTwoRule) -> Result<RuleResult, Fault> {
    let Some(plan) = CommissionPlan::new(stage.inputs, stage.rule, stage.deals, stage.days)? else {
        return Ok(RuleResult::default());
    };
    let (rounding, digits) = (stage.inputs.book.rounding, stage.inputs.digits());
    let close_date = &stage.inputs.tables.deals.close_date;
    let of_some = |some: &[Vec<&[Line]>]| -> Result<(Vec<Line>, Vec<Uncredited>), Fault> {
        // There are no more lines than credits that they pay on.
        let mut lines = Vec::with_capacity(some.iter().flatten().map(|lines| lines.len()).sum());
        let mut uncredited = Vec::new();
        let of_payee = |of_rules: &Vec<&[Line]>| {
            let made = kernel::pay(stage.index, &credits(of_rules, close_date), &plan, rounding, digits)?;
            lines.extend_from_slice(&made.lines);
            uncredited.extend(made.no_quota.iter().map(|credit| without_quota(stage.index, credit)));
            Ok(())
        };
        Fault::first::<()>(some.iter().map(of_payee).collect())?;
        Ok((lines, uncredited))
    };
    let mut result = RuleResult::default();
    let stretches = stage.of_payees.par_chunks(PAYEES).with_max_len(1).map(of_some).collect();
    for (lines, uncredited) in Fault::first(stretches)? {
        result.lines.stretches.push(lines);
        result.uncredited.extend(uncredited);
    }
    Ok(result)
}

fn without_quota(rule: RuleIx, credit: &Credit) -> Uncredited {
    Uncredited {
        deal: credit.deal,
        rule: Some(rule),
        payee: Some(credit.payee),
        reason: Reason::NoQuota,
        retained: None,
        retained_credit: None,
    }
}
