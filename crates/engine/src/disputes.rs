//! What open conflicts hold of the lines of a settlement: the lines are asked as a close asks them.

use std::collections::HashMap;

use crate::credit::Line;
use crate::holds::{AskedLine, conflicts};
use crate::settle::PeriodView;
use apportion_channel::{FoundConflict, Subject};
use apportion_data::{DealIx, Tables};
use apportion_rules::RuleBook;

/// Sums by deal and conflict, in minor units.
#[derive(Debug, Default)]
pub struct HeldSums<'a>(HashMap<(DealIx, &'a str), i128>);

impl<'a> HeldSums<'a> {
    /// Adds up what is held of the lines of a period.
    pub fn new(tables: &'a Tables, rules: &RuleBook, settlement: &PeriodView) -> Self {
        let mut sums = Self::default();
        sums.add(tables, rules, settlement);
        sums
    }

    /// Adds what is held of the lines of other payees of the period.
    pub fn add(&mut self, tables: &'a Tables, rules: &RuleBook, settlement: &PeriodView) {
        for (line, conflict) in holding(tables, rules, settlement) {
            let held = &tables.effects.held[conflict];
            *self.0.entry((held.deal, held.conflict.as_str())).or_default() += i128::from(line.amount);
        }
    }

    /// What each conflict holds of each deal on which it holds lines, in no order.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, i128)> + '_ {
        self.0.iter().map(|((_, conflict), held)| (*conflict, *held))
    }

    /// What a conflict holds; 0 where it holds nothing.
    pub fn of(&self, conflict: &FoundConflict) -> i128 {
        let Some(Subject::Deal(deal)) = conflict.subject else { return 0 };
        self.0.get(&(deal, conflict.id.as_str())).copied().unwrap_or_default()
    }
}

/// The lines of a period that an open conflict holds, each once however many hold it.
pub fn held_lines<'s>(tables: &Tables, rules: &RuleBook, settlement: &'s PeriodView) -> Vec<&'s Line> {
    let mut held: Vec<&Line> = holding(tables, rules, settlement).into_iter().map(|(line, _)| line).collect();
    held.dedup_by(|one, other| std::ptr::eq(*one, *other));
    held
}

/// The lines of a period that open conflicts hold, each with the place of every one that does among those that hold something.
fn holding<'s>(tables: &Tables, rules: &RuleBook, settlement: &'s PeriodView) -> Vec<(&'s Line, usize)> {
    if tables.effects.held.is_empty() {
        return Vec::new();
    }
    let disputed = tables.effects.disputed(tables.deals.len());
    let lines: Vec<&Line> = settlement.lines.iter().filter(|line| disputed[line.deal]).collect();
    let asked: Vec<AskedLine<'_>> = lines.iter().map(|line| asked(rules, settlement, line)).collect();
    let holding = conflicts::holding(tables, rules, &asked).into_iter();
    holding.map(|(line, conflict)| (lines[line], conflict)).collect()
}

/// A line as holds are asked about it.
fn asked<'a>(rules: &'a RuleBook, settlement: &'a PeriodView, line: &Line) -> AskedLine<'a> {
    AskedLine {
        rule: &rules[line.rule].id,
        deal: line.deal,
        payee: Some(line.payee),
        role: line.role.get().map(|role| settlement.roles[role.at()].as_str()),
        credit_of: Some(line.from_payee.get().unwrap_or(line.payee)),
    }
}
