//! Stage two of a commission: the credits of each payee, in stretches of payees on all cores.

use std::borrow::Cow;

use apportion_rules::RuleIx;
use rayon::prelude::*;

use super::kernel;
use super::plan::CommissionPlan;
use super::team::credits_of_teams;
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
    let tables = stage.inputs.tables;
    let close_date = &tables.deals.close_date;
    let stretches: Vec<Result<Stretch, Fault>> = match plan.team() {
        None => {
            let of_some = |some: &[Vec<&[Line]>]| {
                // There are no more lines than credits that they pay on.
                let lines = some.iter().flatten().map(|lines| lines.len()).sum();
                pay_some(stage, &plan, some.iter().map(|lines| Cow::Owned(credits(lines, close_date))), lines)
            };
            stage.of_payees.par_chunks(PAYEES).with_max_len(1).map(of_some).collect()
        }
        Some(team) => {
            let own: Vec<Vec<Credit>> =
                stage.of_payees.par_iter().map(|lines| credits(lines, close_date)).collect();
            let of_some = |some: &[Vec<Credit>]| {
                let lines = some.iter().map(Vec::len).sum();
                pay_some(stage, &plan, some.iter().map(|credits| Cow::Borrowed(credits.as_slice())), lines)
            };
            let teams = credits_of_teams(&own, &tables.payees, team);
            teams.par_chunks(PAYEES).with_max_len(1).map(of_some).collect()
        }
    };
    let mut result = RuleResult { attainment: Some(plan.attainment()), ..RuleResult::default() };
    for (lines, uncredited) in Fault::first(stretches)? {
        result.lines.stretches.push(lines);
        result.uncredited.extend(uncredited);
    }
    Ok(result)
}

/// The lines of some payees, and what they are not paid for want of a quota.
type Stretch = (Vec<Line>, Vec<Uncredited>);

/// Pays some payees. There will be no more than `lines` lines.
fn pay_some<'c>(
    stage: &StageTwoRule,
    plan: &CommissionPlan,
    some: impl Iterator<Item = Cow<'c, [Credit]>>,
    lines: usize,
) -> Result<Stretch, Fault> {
    let (rounding, digits) = (stage.inputs.book.rounding, stage.inputs.digits());
    let mut lines = Vec::with_capacity(lines);
    let mut uncredited = Vec::new();
    let pay = |credits: Cow<[Credit]>| {
        let made = kernel::pay(stage.index, &credits, plan, rounding, digits)?;
        lines.extend_from_slice(&made.lines);
        uncredited.extend(made.no_quota.iter().map(|credit| without_quota(stage.index, credit)));
        Ok(())
    };
    Fault::first::<()>(some.map(pay).collect())?;
    // A payee without a quota is listed once for a deal, however many of a team have credit on it.
    uncredited.dedup_by_key(|row: &mut Uncredited| (row.payee, row.deal));
    Ok((lines, uncredited))
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
