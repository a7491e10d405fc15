//! Policies that capitalise no cost.

use std::collections::BTreeSet;

use crate::capitalise::Capitalised;
use apportion_base::diagnostic::{Code, Diagnostic, counted};
use apportion_data::DealIx;
use apportion_rules::{Capitalise, Kind, Months, PolicyKind, PolicyTerms};

use super::super::facts::Facts;
use super::super::finding::Finding;
use super::{PolicyPlace, versions};

pub fn findings(facts: &Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>> {
    let policies = &facts.rules.policies;
    if policies.of_kind(PolicyKind::Capitalise).next().is_none() {
        return Ok(Vec::new());
    }
    let costs = costs(facts);
    let deals: Vec<DealIx> = costs.iter().map(|(deal, _)| *deal).collect();
    let capitalised = Capitalised::new(facts.tables, policies, &deals).map_err(|error| vec![error])?;
    let mut found = Vec::new();
    for subject in versions(facts) {
        let PolicyTerms::Capitalise(terms) = &subject.version.terms else { continue };
        found.extend(of_nothing(facts, &subject, terms, (&costs, &capitalised)));
    }
    Ok(found)
}

/// The deals of these days that cost something, each with a rule, in order.
fn costs<'f>(facts: &'f Facts<'_>) -> Vec<(DealIx, &'f str)> {
    let settlement = &facts.settlement;
    let pays = settlement.lines.iter().filter(|line| {
        let applies = settlement.applies[line.rule][line.version].amount;
        applies && !matches!(facts.rules[line.rule].kind, Kind::Clawback | Kind::Milestone)
    });
    let costs: BTreeSet<(DealIx, &str)> =
        pays.map(|line| (line.deal, facts.rules[line.rule].id.as_str())).collect();
    costs.into_iter().collect()
}

/// A policy by which no cost of the days is an asset.
fn of_nothing(
    facts: &Facts<'_>,
    subject: &PolicyPlace<'_>,
    terms: &Capitalise,
    (costs, capitalised): (&[(DealIx, &str)], &Capitalised<'_>),
) -> Option<Finding> {
    let close_date = &facts.tables.deals.close_date;
    let in_force: Vec<(usize, &str)> = costs
        .iter()
        .enumerate()
        .filter(|(_, (deal, _))| subject.version.in_force(close_date[*deal]))
        .map(|(place, (_, rule))| (place, *rule))
        .collect();
    let is_asset = |(place, rule): &(usize, &str)| {
        let policy = capitalised.terms(*place, rule).map(|terms| &facts.rules.policies[terms.policy].id);
        policy == Some(&subject.policy.id)
    };
    if in_force.is_empty() || in_force.iter().any(is_asset) {
        return None;
    }
    let of_rules: Vec<&(usize, &str)> = in_force.iter().filter(|(_, rule)| terms.covers(rule)).collect();
    let matches =
        of_rules.iter().filter(|(place, _)| capitalised.matches(*place, &subject.policy.id)).count();
    let (path, help) = if of_rules.is_empty() {
        ("rules", "its `rules` cost nothing on deals that closed while it was in force".to_owned())
    } else if matches == 0 {
        (
            "when",
            "`when` matches no deal of theirs that was won, is of 0 or more and reverses nothing".to_owned(),
        )
    } else {
        let what = match (&terms.months, terms.expedient) {
            (Months::Column(column), false) => format!("deals.{column} has no whole number above 0"),
            (_, true) => "they have 12 months or less, or none".to_owned(),
            (Months::Fixed(_), false) => "another policy is for them".to_owned(),
        };
        (
            "months",
            format!(
                "it matches {}, and {what}; or a policy before it decides",
                counted(matches as u64, "cost")
            ),
        )
    };
    let message = format!("`{}` capitalises no cost {}", subject.policy.id, facts.in_days());
    let finding = match facts.period {
        // Another month may have some.
        Some(_) => subject.note(Code::CapitalisesNothing, message, path),
        None => subject.warning(Code::CapitalisesNothing, message, path),
    };
    Some(finding.counted(in_force.len() as u64, "cost").help(help))
}
