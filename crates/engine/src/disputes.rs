//! What open conflicts hold of the lines of a settlement.

use std::collections::HashMap;

use crate::credit::Line;
use crate::settle::PeriodView;
use apportion_channel::{FoundConflict, Subject};
use apportion_data::{DealIx, HeldConflict, HeldLines, Tables};
use apportion_rules::{Body, Rule, RuleBook, Sharing};

/// Sums by deal and conflict, in minor units.
#[derive(Debug)]
pub struct HeldSums<'a>(HashMap<(DealIx, &'a str), i128>);

impl<'a> HeldSums<'a> {
    /// Adds up what is held of the lines of a period.
    pub fn new(tables: &'a Tables, rules: &RuleBook, settlement: &PeriodView) -> Self {
        let effects = &tables.effects.held;
        let mut sums = HashMap::new();
        if effects.is_empty() {
            return Self(sums);
        }
        for line in settlement.lines.iter() {
            let from = effects.partition_point(|held| held.deal < line.deal);
            for held in effects.iter().skip(from).take_while(|held| held.deal == line.deal) {
                let day = tables.deals.close_date[line.deal];
                let role = line.role.get().map(|role| settlement.roles[role.at()].as_str());
                if holds(held, line, role, |held| pays_on_role(rules, held, line, day)) {
                    *sums.entry((held.deal, held.conflict.as_str())).or_default() += i128::from(line.amount);
                }
            }
        }
        Self(sums)
    }

    /// What a conflict holds; 0 where it holds nothing.
    pub fn of(&self, conflict: &FoundConflict) -> i128 {
        let Some(Subject::Deal(deal)) = conflict.subject else { return 0 };
        self.0.get(&(deal, conflict.id.as_str())).copied().unwrap_or_default()
    }
}

/// Whether a conflict holds a line of its deal.
fn holds(
    held: &HeldConflict,
    line: &Line,
    role: Option<&str>,
    pays_on_role: impl Fn(&HeldConflict) -> bool,
) -> bool {
    let theirs = held.claimants.contains(&line.payee);
    let from = line.from_payee.get();
    let from_them = from.is_some_and(|payee| held.claimants.contains(&payee));
    match held.what {
        HeldLines::Deal => true,
        HeldLines::Claimants => theirs || from_them,
        HeldLines::Share => {
            let in_role = theirs && role == Some(held.role.as_str());
            let on_their_credit = if from.is_some() { from_them } else { theirs };
            in_role || (on_their_credit && pays_on_role(held))
        }
    }
}

/// Whether a line is paid on the credit of a rule that splits by the disputed role.
fn pays_on_role(rules: &RuleBook, held: &HeldConflict, line: &Line, day: i32) -> bool {
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
