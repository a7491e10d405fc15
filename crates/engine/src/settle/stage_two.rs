//! Stage two of a run: the rules that pay on credits, payee by payee, and those that pay for milestones.

use apportion_data::DealIx;

use super::{RuleFault, RuleResult, Run};
use crate::credit::Line;
use crate::kinds::{PaymentBasis, nature};
use crate::pay::DayPeriods;
use crate::plan::{Inputs, Matches};
use apportion_rules::{Rule, RuleIx};

/// A rule that is paid in stage two, and what it is paid on.
pub(crate) struct StageTwoRule<'a> {
    pub inputs: &'a Inputs<'a>,
    pub rule: &'a Rule,
    pub index: RuleIx,
    /// By version: the deals that it matched, or the milestones.
    pub deals: &'a [Vec<DealIx>],
    pub days: &'a DayPeriods,
    /// The lines of each payee under the rules whose credit counts, in order of payee.
    pub of_payees: &'a [Vec<&'a [Line]>],
}

/// Adds the lines of rules that are paid in stage two to `results`, from the credits that stage one left there.
pub fn run_some(
    run: &Run,
    matches: &Matches,
    days: &DayPeriods,
    results: &mut [RuleResult],
    is_run: impl Fn(&Rule) -> bool,
) -> Result<(), RuleFault> {
    for (index, rule) in run.rules.iter().filter(|(_, rule)| is_run(rule)) {
        let (pay, of_payees) = match nature(rule.kind).pays {
            PaymentBasis::ByDeal | PaymentBasis::OnLines => continue,
            PaymentBasis::OnCredits(pay) => {
                let names = rule.versions.first().and_then(|version| version.body.credits());
                (pay, gather(run, names.unwrap_or_default(), results))
            }
            PaymentBasis::OnMilestones(pay) => (pay, Vec::new()),
        };
        let rule = StageTwoRule {
            inputs: run.inputs,
            rule,
            index,
            deals: &matches.deals[index],
            days,
            of_payees: &of_payees,
        };
        results[index] = pay(&rule).map_err(|fault| (index, fault))?;
    }
    Ok(())
}

/// The lines of each payee under the named rules, in order of payee.
pub fn gather<'r>(run: &Run, names: &[String], results: &'r [RuleResult]) -> Vec<Vec<&'r [Line]>> {
    let mut of_payees: Vec<Vec<&[Line]>> = vec![Vec::new(); run.payees()];
    let of_rules = run.rules.rules.iter().zip(results).filter(|(rule, _)| names.contains(&rule.id));
    for lines in of_rules.flat_map(|(_, result)| result.lines.of_payees()) {
        of_payees[lines[0].payee].push(lines);
    }
    of_payees.retain(|lines| !lines.is_empty());
    of_payees
}
