//! What open conflicts hold: the lines of their deal, all of them or those that the claimants have something from.

use std::collections::BTreeMap;

use apportion_data::{HeldConflict, HeldLines, PayeeIx, Tables};
use apportion_rules::{Rule, RuleBook};

use super::AskedLine;
use crate::kinds;

/// The lines that open conflicts hold, by their places, with the place of the conflict among those of [`Effects::held`]: of each line all
/// that do. Closes and conflicts.csv ask the same.
///
/// [`Effects::held`]: apportion_data::Effects
pub fn holding(tables: &Tables, rules: &RuleBook, asked: &[AskedLine<'_>]) -> Vec<(usize, usize)> {
    let effects = &tables.effects;
    if effects.held.is_empty() {
        return Vec::new();
    }
    let rules = RulesById { rules: rules.iter().map(|(_, rule)| (rule.id.as_str(), rule)).collect() };
    let disputed = effects.disputed(tables.deals.len());
    let mut holding = Vec::new();
    for (place, line) in asked.iter().enumerate().filter(|(_, line)| disputed[line.deal]) {
        let day = tables.deals.close_date[line.deal];
        let holds = |at: &usize| is_held(&effects.held[*at], line, &rules, day);
        holding.extend(effects.held_on(line.deal).filter(holds).map(|at| (place, at)));
    }
    holding
}

fn is_held(conflict: &HeldConflict, line: &AskedLine<'_>, rules: &RulesById<'_>, day: i32) -> bool {
    let is_claimant = |payee: Option<PayeeIx>| payee.is_some_and(|payee| conflict.claimants.contains(&payee));
    match conflict.what {
        HeldLines::Deal => true,
        HeldLines::Claimants => is_claimant(line.payee) || is_claimant(line.credit_of),
        HeldLines::Share => match line.role {
            Some(role) => role == conflict.role && is_claimant(line.payee),
            None => is_claimant(line.credit_of) && rules.pays_on(line.rule, &conflict.role, day),
        },
    }
}

/// The rules by id.
struct RulesById<'a> {
    rules: BTreeMap<&'a str, &'a Rule>,
}

impl RulesById<'_> {
    /// Whether a rule pays on the credit of one that splits a deal of a day by a role.
    fn pays_on(&self, rule: &str, role: &str, day: i32) -> bool {
        let Some(version) = self.rules.get(rule).and_then(|rule| rule.versions.first()) else { return false };
        let credits = version.body.credits().unwrap_or_default();
        credits.iter().any(|credit| self.splits_by(credit, role, day))
    }

    fn splits_by(&self, rule: &str, role: &str, day: i32) -> bool {
        let mut versions = self.rules.get(rule).into_iter().flat_map(|rule| &rule.versions);
        let in_force = versions.find(|version| version.in_force(day));
        let roles = in_force.and_then(|version| kinds::of(&version.body).roles());
        roles.is_some_and(|(roles, _)| roles.iter().any(|share| share.role == role))
    }
}
