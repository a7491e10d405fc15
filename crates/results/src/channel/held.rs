//! What open conflicts hold of the lines of the period.

use std::collections::HashMap;

use crate::Outcome;
use apportion_channel::{FoundConflict, Subject};
use apportion_data::{DealIx, HeldConflict, HeldLines};
use apportion_engine::credit::Line;
use apportion_rules::{Body, Rule, RuleBook, Sharing};

/// Sums by deal and conflict, in minor units.
pub(super) struct Held<'a>(HashMap<(DealIx, &'a str), i128>);

impl<'a> Held<'a> {
    pub(super) fn new(outcome: &Outcome<'a>) -> Self {
        let effects = &outcome.tables.effects.held;
        let mut sums = HashMap::new();
        if effects.is_empty() {
            return Self(sums);
        }
        for line in outcome.settlement.lines.iter() {
            let from = effects.partition_point(|held| held.deal < line.deal);
            for held in effects.iter().skip(from).take_while(|held| held.deal == line.deal) {
                if holds(outcome, held, line) {
                    *sums.entry((held.deal, held.conflict.as_str())).or_default() += i128::from(line.amount);
                }
            }
        }
        Self(sums)
    }

    /// What a conflict holds; 0 where it holds nothing.
    pub(super) fn of(&self, conflict: &FoundConflict) -> i128 {
        let Some(Subject::Deal(deal)) = conflict.subject else { return 0 };
        self.0.get(&(deal, conflict.id.as_str())).copied().unwrap_or_default()
    }
}

/// Whether a conflict holds a line of its deal.
fn holds(outcome: &Outcome<'_>, held: &HeldConflict, line: &Line) -> bool {
    let theirs = held.claimants.contains(&line.payee);
    let from = line.from_payee.get();
    let from_them = from.is_some_and(|payee| held.claimants.contains(&payee));
    match held.what {
        HeldLines::Deal => true,
        HeldLines::Claimants => theirs || from_them,
        HeldLines::Share => {
            let role = line.role.get().map(|role| outcome.settlement.roles[role.at()].as_str());
            let in_role = theirs && role == Some(held.role.as_str());
            let on_their_credit = if from.is_some() { from_them } else { theirs };
            in_role || (on_their_credit && pays_on_role(outcome, held, line))
        }
    }
}

/// Whether a line is paid on the credit of a rule that splits by the disputed role.
fn pays_on_role(outcome: &Outcome<'_>, held: &HeldConflict, line: &Line) -> bool {
    let (rules, day): (&RuleBook, i32) = (outcome.rules, outcome.tables.deals.close_date[line.deal]);
    let credits = rules.version(line.rule, line.version).body.credits().unwrap_or_default();
    let credited = credits.iter().filter_map(|id| rules.find(id)).map(|rule| &rules[rule]);
    credited.into_iter().any(|rule| splits_by(rule, day, &held.role))
}

/// Whether the version of a rule that is in force on a day splits by a role.
fn splits_by(rule: &Rule, day: i32, role: &str) -> bool {
    let Some(version) = rule.in_force(day) else { return false };
    match &rule.versions[version].body {
        Body::SharedCredit(shared) => match &shared.sharing {
            Sharing::Roles { roles, .. } => roles.iter().any(|share| share.role == role),
            _ => false,
        },
        _ => false,
    }
}
