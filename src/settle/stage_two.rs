//! Stage two of a run: the rules that pay on credits, commission and override, payee by payee.

use rayon::prelude::*;

use super::{RuleFault, RuleResult, Run};
use crate::credit::{Fault, Line, Reason, Uncredited};
use crate::pay::commission;
use crate::pay::credits::credits;
use crate::pay::overrides::{self, Levels};
use crate::pay::{Credit, DayPeriods, Ledger};
use crate::plan::{CommissionPlan, Matched, Matches, earns, rate_e8};
use crate::rules::{Body, Rule};

/// Payees that commissions are paid to at once.
const PAYEES: usize = 1 << 12;
/// Credits that one piece of work pays overrides on.
const CREDITS: usize = 1 << 13;

/// Adds the lines of every commission and override rule to `results`, from the credits that stage one left there.
pub fn run(
    run: &Run,
    matches: &Matches,
    days: &DayPeriods,
    results: &mut [RuleResult],
) -> Result<(), RuleFault> {
    for (at, rule) in run.rules.rules.iter().enumerate() {
        let Some(names) = credited_rules(rule) else { continue };
        let of_payees = gather(run, names, results);
        let deals = &matches.deals[at];
        let made = match &rule.versions[0].body {
            Body::Commission(_) => pay_commission(run, at, rule, deals, days, &of_payees),
            _ => pay_override(run, at, rule, deals, &of_payees),
        };
        results[at] = made.map_err(|fault| (at, fault))?;
    }
    Ok(())
}

/// The shared_credit rules whose credit counts; `None` for a rule that does not pay on credits.
fn credited_rules(rule: &Rule) -> Option<&[String]> {
    match &rule.versions.first()?.body {
        Body::Commission(commission) => Some(&commission.credits),
        Body::Override(levels) => Some(&levels.credits),
        _ => None,
    }
}

/// The credits of the named rules, in order of payee, close date and deal.
fn gather(run: &Run, names: &[String], results: &[RuleResult]) -> Vec<Credit> {
    let of_rules = run.rules.rules.iter().zip(results).filter(|(rule, _)| names.contains(&rule.id));
    credits(of_rules.map(|(_, result)| &result.ledger), &run.inputs.tables.deals.close_date)
}

fn pay_commission(
    run: &Run,
    at: usize,
    rule: &Rule,
    deals: &[Vec<u32>],
    days: &DayPeriods,
    of_payees: &[Credit],
) -> Result<RuleResult, Fault> {
    let Some(plan) = CommissionPlan::new(run.inputs, rule, deals, days)? else {
        return Ok(RuleResult::default());
    };
    let payees: Vec<&[Credit]> = of_payees.chunk_by(|a, b| a.payee == b.payee).collect();
    let (rounding, digits) = (run.inputs.book.rounding, run.inputs.digits());
    let of_payee = |credits: &&[Credit]| commission::pay(at as u16, credits, &plan, rounding, digits);
    let mut result = RuleResult::default();
    let first_paid = run.first_paid();
    let mut faults = Vec::new();
    // Some payees at a time, so that few lines stand in memory twice.
    let some = payees.chunks(PAYEES).flat_map(|some| some.par_iter().map(of_payee).collect::<Vec<_>>());
    for commissions in some {
        let commissions = match commissions {
            Ok(commissions) => commissions,
            Err(fault) => {
                faults.push(Err(fault));
                continue;
            }
        };
        // A payee's lines are in order of time, and payees follow each other.
        let (earlier, paid) =
            commissions.lines.split_at(commissions.lines.partition_point(|line| line.deal < first_paid));
        result.ledger.earlier.extend_from_slice(earlier);
        result.ledger.paid.extend_from_slice(paid);
        let in_period = |credit: &&Credit| run.inputs.window.pays(credit.close_date);
        result.uncredited.extend(commissions.no_quota.iter().filter(in_period).map(|credit| Uncredited {
            deal: credit.deal,
            rule: Some(at as u16),
            payee: Some(credit.payee),
            reason: Reason::NoQuota,
            retained: None,
            retained_credit: None,
        }));
    }
    Fault::first::<()>(faults)?;
    Ok(result)
}

fn pay_override(
    run: &Run,
    at: usize,
    rule: &Rule,
    deals: &[Vec<u32>],
    of_payees: &[Credit],
) -> Result<RuleResult, Fault> {
    let mut levels = Vec::new();
    for version in &rule.versions {
        let Body::Override(body) = &version.body else { continue };
        let rates = body.levels.iter().map(|&rate| rate_e8(rate)).collect::<Result<_, _>>();
        let rates_e8 = rates.map_err(Fault::overflow(deals.iter().flatten().copied().next().unwrap_or(0)))?;
        levels.push(Levels { rates_e8, earns: earns(run.inputs, body.payees.as_ref())? });
    }
    let how = (run.inputs.book.rounding, run.inputs.digits());
    let manager = &run.inputs.tables.payees.manager;
    let matched = Matched::new(deals, run.inputs.tables.deals.won.len());
    let of_credits = |credits: &[Credit]| {
        let mut lines: Vec<Line> = Vec::new();
        for credit in credits {
            if let Some(version) = matched.version(credit.deal) {
                let levels = &levels[usize::from(version)];
                overrides::pay(at as u16, version, credit, levels, manager, how, &mut lines)?;
            }
        }
        Ok(lines)
    };
    let lines = Fault::first(of_payees.par_chunks(CREDITS).map(of_credits).collect())?.concat();
    let ledger = Ledger::of_unordered(lines, run.first_paid(), run.payees());
    Ok(RuleResult { ledger, ..RuleResult::default() })
}
