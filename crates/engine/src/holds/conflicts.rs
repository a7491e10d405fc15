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
    let disputed = effects.disputed(tables.deals.len());
    holding_among(tables, rules, asked.iter().enumerate().filter(|(_, line)| disputed[line.deal]))
}

/// The same of lines on deals that conflicts hold something of, each with its place.
pub fn holding_among<'a>(
    tables: &Tables,
    rules: &RuleBook,
    asked: impl Iterator<Item = (usize, &'a AskedLine<'a>)>,
) -> Vec<(usize, usize)> {
    let effects = &tables.effects;
    let rules = RulesById::new(rules);
    let mut holding = Vec::new();
    for (place, line) in asked {
        let day = tables.deals.close_date[line.deal];
        let holds = |at: &usize| is_held(&effects.held[*at], line, &rules, day);
        holding.extend(effects.held_on(line.deal).filter(holds).map(|at| (place, at)));
    }
    holding
}

/// The places of those lines that a conflict can hold, be it open, decided or withdrawn.
pub fn can_hold<'a>(
    tables: &'a Tables,
    rules: &'a RuleBook,
    asked: &'a [AskedLine<'_>],
) -> impl Iterator<Item = usize> + 'a {
    let rules = RulesById::new(rules);
    let can_be_held = move |line: &AskedLine<'_>| {
        let day = tables.deals.close_date[line.deal];
        tables.effects.can_hold_on(line.deal).any(|conflict| is_held(conflict, line, &rules, day))
    };
    asked.iter().enumerate().filter(move |(_, line)| can_be_held(line)).map(|(place, _)| place)
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

impl<'a> RulesById<'a> {
    fn new(rules: &'a RuleBook) -> Self {
        Self { rules: rules.iter().map(|(_, rule)| (rule.id.as_str(), rule)).collect() }
    }

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
