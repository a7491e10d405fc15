//! Stage two of a run: the rules that pay on credits, commission and override, payee by payee.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{RuleFault, RuleResult, Run};
use crate::credit::{Fault, Line, Reason, Uncredited};
use crate::kinds::commission::kernel as commission;
use crate::kinds::overrides::kernel::{self as overrides, Levels};
use crate::pay::credits::credits;
use crate::pay::{Credit, DayPeriods, Ledger};
use crate::plan::{CommissionPlan, Matched, Matches, earns, rate_e8};
use apportion_rules::{Body, Rule};

/// Payees whose commissions make a stretch.
const PAYEES: usize = 1 << 8;

/// Adds the lines of every commission and override rule to `results`, from the credits that stage one left there.
pub fn run(
    run: &Run,
    matches: &Matches,
    days: &DayPeriods,
    results: &mut [RuleResult],
) -> Result<(), RuleFault> {
    for (at, rule) in run.rules.rules.iter().enumerate() {
        let Some(names) = rule.versions.first().and_then(|version| version.body.credits()) else { continue };
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

/// The lines of each payee under the named rules, in order of payee.
fn gather<'r>(run: &Run, names: &[String], results: &'r [RuleResult]) -> Vec<Vec<&'r [Line]>> {
    let mut of_payees: BTreeMap<u32, Vec<&[Line]>> = BTreeMap::new();
    let of_rules = run.rules.rules.iter().zip(results).filter(|(rule, _)| names.contains(&rule.id));
    for (earlier, paid) in of_rules.flat_map(|(_, result)| result.ledger.of_payees()) {
        let Some(first) = earlier.first().or(paid.first()) else { continue };
        of_payees.entry(first.payee).or_default().extend([earlier, paid]);
    }
    of_payees.into_values().collect()
}

fn pay_commission(
    run: &Run,
    at: usize,
    rule: &Rule,
    deals: &[Vec<u32>],
    days: &DayPeriods,
    of_payees: &[Vec<&[Line]>],
) -> Result<RuleResult, Fault> {
    let Some(plan) = CommissionPlan::new(run.inputs, rule, deals, days)? else {
        return Ok(RuleResult::default());
    };
    let (rounding, digits) = (run.inputs.book.rounding, run.inputs.digits());
    let close_date = &run.inputs.tables.deals.close_date;
    let first_paid = run.first_paid();
    let in_period = |credit: &Credit| run.inputs.window.pays(credit.close_date);
    let of_some = |some: &[Vec<&[Line]>]| -> Result<Stretch, Fault> {
        let mut stretch = Stretch::with_room(some);
        let of_payee = |lines: &Vec<&[Line]>| {
            let made = commission::pay(at as u16, &credits(lines, close_date), &plan, rounding, digits)?;
            stretch.append(&made.lines, first_paid);
            let no_quota = made.no_quota.iter().filter(|credit| in_period(credit));
            stretch.uncredited.extend(no_quota.map(|credit| without_quota(at as u16, credit)));
            Ok(())
        };
        Fault::first::<()>(some.iter().map(of_payee).collect())?;
        Ok(stretch)
    };
    let mut result = RuleResult::default();
    for stretch in Fault::first(of_payees.par_chunks(PAYEES).with_max_len(1).map(of_some).collect())? {
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

fn pay_override(
    run: &Run,
    at: usize,
    rule: &Rule,
    deals: &[Vec<u32>],
    of_payees: &[Vec<&[Line]>],
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
    let close_date = &run.inputs.tables.deals.close_date;
    let of_payee = |lines: &Vec<&[Line]>| {
        let mut paid: Vec<Line> = Vec::new();
        for credit in &credits(lines, close_date) {
            if let Some(version) = matched.version(credit.deal) {
                let levels = &levels[usize::from(version)];
                overrides::pay(at as u16, version, credit, levels, manager, how, &mut paid)?;
            }
        }
        Ok(paid)
    };
    let lines = Fault::first(of_payees.par_iter().map(of_payee).collect())?.concat();
    let ledger = Ledger::of_unordered(lines, run.first_paid(), run.payees());
    Ok(RuleResult { ledger, ..RuleResult::default() })
}
