//! What open conflicts hold of the lines of the period: the lines are asked as a close asks them.

use std::collections::HashMap;

use crate::Outcome;
use apportion_channel::{FoundConflict, Subject};
use apportion_data::DealIx;
use apportion_engine::credit::Line;
use apportion_engine::holds::{AskedLine, conflicts};

/// Sums by deal and conflict, in minor units.
pub(super) struct Held<'a>(HashMap<(DealIx, &'a str), i128>);

impl<'a> Held<'a> {
    pub(super) fn new(outcome: &Outcome<'a>) -> Self {
        let held = &outcome.tables.effects.held;
        let is_disputed = |line: &&Line| held.binary_search_by_key(&line.deal, |one| one.deal).is_ok();
        let lines: Vec<&Line> = outcome.settlement.lines.iter().filter(is_disputed).collect();
        let asked: Vec<AskedLine<'_>> = lines.iter().map(|line| asked(outcome, line)).collect();
        let mut sums = HashMap::new();
        for (line, conflict) in conflicts::holding(outcome.tables, outcome.rules, &asked) {
            let (line, held) = (lines[line], &held[conflict]);
            *sums.entry((held.deal, held.conflict.as_str())).or_default() += i128::from(line.amount);
        }
        Self(sums)
    }

    /// What a conflict holds; 0 where it holds nothing.
    pub(super) fn of(&self, conflict: &FoundConflict) -> i128 {
        let Some(Subject::Deal(deal)) = conflict.subject else { return 0 };
        self.0.get(&(deal, conflict.id.as_str())).copied().unwrap_or_default()
    }
}

/// A line as holds are asked about it.
fn asked<'o>(outcome: &'o Outcome<'_>, line: &Line) -> AskedLine<'o> {
    AskedLine {
        rule: &outcome.rules[line.rule].id,
        deal: line.deal,
        payee: Some(line.payee),
        role: line.role.get().map(|role| outcome.settlement.roles[role.at()].as_str()),
        credit_of: Some(line.from_payee.get().unwrap_or(line.payee)),
    }
}
