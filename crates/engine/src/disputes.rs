//! What open conflicts hold of the lines of a settlement: the lines are asked as a close asks them.

use crate::credit::Line;
use crate::holds::{AskedLine, conflicts};
use crate::settle::PeriodView;
use apportion_channel::{FoundConflict, Subject};
use apportion_data::{HeldConflict, Tables};
use apportion_rules::RuleBook;

/// What is held, in minor units, by the conflicts that hold something.
#[derive(Debug)]
pub struct HeldSums<'a> {
    conflicts: &'a [HeldConflict],
    /// By conflict; `None` where it holds no line.
    sums: Vec<Option<i128>>,
    disputed: Disputed,
}

impl<'a> HeldSums<'a> {
    /// Of no lines so far.
    pub fn of_none(tables: &'a Tables) -> Self {
        let conflicts = tables.effects.held.as_slice();
        Self { conflicts, sums: vec![None; conflicts.len()], disputed: Disputed::new(tables) }
    }

    /// Adds up what is held of the lines of a period.
    pub fn new(tables: &'a Tables, rules: &RuleBook, settlement: &PeriodView) -> Self {
        let mut sums = Self::of_none(tables);
        sums.add(tables, rules, settlement);
        sums
    }

    /// Adds what is held of the lines of other payees of the period.
    pub fn add(&mut self, tables: &Tables, rules: &RuleBook, settlement: &PeriodView) {
        for (line, conflict) in self.disputed.holding(tables, rules, settlement) {
            *self.sums[conflict].get_or_insert(0) += i128::from(line.amount);
        }
    }

    /// What each conflict holds of each deal on which it holds lines, by deal.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, i128)> + '_ {
        let held = self.conflicts.iter().zip(&self.sums);
        held.filter_map(|(conflict, sum)| Some((conflict.conflict.as_str(), (*sum)?)))
    }

    /// What a conflict holds; 0 where it holds nothing.
    pub fn of(&self, conflict: &FoundConflict) -> i128 {
        let Some(Subject::Deal(deal)) = conflict.subject else { return 0 };
        let wanted = (deal, conflict.id.as_str());
        let found = self.conflicts.binary_search_by(|held| (held.deal, held.conflict.as_str()).cmp(&wanted));
        found.ok().and_then(|place| self.sums[place]).unwrap_or_default()
    }
}

/// The lines of a period that an open conflict holds, each once however many hold it.
pub fn held_lines<'s>(tables: &Tables, rules: &RuleBook, settlement: &'s PeriodView) -> Vec<&'s Line> {
    let holding = Disputed::new(tables).holding(tables, rules, settlement);
    let mut held: Vec<&Line> = holding.into_iter().map(|(line, _)| line).collect();
    held.dedup_by(|one, other| std::ptr::eq(*one, *other));
    held
}

/// By deal: whether an open conflict holds something of it. Empty where none does.
#[derive(Debug)]
struct Disputed(Vec<bool>);

impl Disputed {
    fn new(tables: &Tables) -> Self {
        let none = tables.effects.held.is_empty();
        Self(if none { Vec::new() } else { tables.effects.disputed(tables.deals.len()) })
    }

    /// The lines of a period that open conflicts hold, each with the place of every one that does among those that hold something.
    fn holding<'s>(
        &self,
        tables: &Tables,
        rules: &RuleBook,
        settlement: &'s PeriodView,
    ) -> Vec<(&'s Line, usize)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let lines = settlement.lines.iter().filter(|line| self.0[line.deal]);
        let lines: Vec<&Line> = lines.collect();
        let asked: Vec<AskedLine<'_>> = lines.iter().map(|line| asked(rules, settlement, line)).collect();
        let holding = conflicts::holding_among(tables, rules, asked.iter().enumerate());
        holding.into_iter().map(|(line, conflict)| (lines[line], conflict)).collect()
    }
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
