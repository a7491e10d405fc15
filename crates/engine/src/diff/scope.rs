//! Which deals a rule that pays by deal matched on one side: those with a line of it, and those that it left uncredited.
//!
//! A deal that was matched by such a rule is one or the other. So nothing needs to be matched again, where stage one does not say what was.

use super::Side;
use crate::credit::{Reason, Uncredited};
use crate::settle::PartedStageOne;
use apportion_data::{DealIx, Tables};
use apportion_rules::{RuleBook, RuleIx};

/// What became of the deals of one side, by rule.
#[derive(Debug)]
pub struct Scopes {
    /// `[rule]`: a bit a deal, set where it was matched and paid.
    paid: Vec<Vec<u64>>,
    /// Rule and deal, in order, with the reason why no one is paid.
    uncredited: Vec<(RuleIx, DealIx, Reason)>,
}

impl Scopes {
    /// Of a side whose lines are all there.
    pub fn of_side(side: &Side) -> Self {
        let lines = side.settlement.lines.iter().map(|line| (line.rule, line.deal));
        Self::new(side.tables, side.rules, lines, side.settlement.uncredited.iter())
    }

    /// Of a side whose payees are not paid yet.
    pub fn of_stage_one(tables: &Tables, rules: &RuleBook, stage_one: &PartedStageOne) -> Self {
        let matched =
            rules.iter().flat_map(|(rule, _)| stage_one.matched(rule).map(move |deal| (rule, deal)));
        Self::new(tables, rules, matched, stage_one.uncredited())
    }

    fn new<'u>(
        tables: &Tables,
        rules: &RuleBook,
        paid: impl Iterator<Item = (RuleIx, DealIx)>,
        uncredited: impl Iterator<Item = &'u Uncredited>,
    ) -> Self {
        let mut bits = vec![vec![0_u64; tables.deals.len().div_ceil(64)]; rules.rules.len()];
        for (rule, deal) in paid {
            bits[rule][deal.at() / 64] |= 1 << (deal.at() % 64);
        }
        // What keeps back a part does not mean that the deal paid nobody.
        let mut uncredited: Vec<(RuleIx, DealIx, Reason)> = uncredited
            .filter(|row| row.reason.leaves_the_whole_deal())
            .filter_map(|row| Some((row.rule?, row.deal, row.reason)))
            .collect();
        uncredited.sort_unstable();
        Self { paid: bits, uncredited }
    }

    /// `None` where the rule did not match the deal; else the reason why it paid no one, if it paid no one.
    pub fn of(&self, rule: Option<RuleIx>, deal: DealIx) -> Option<Option<Reason>> {
        let rule = rule?;
        let index = self.uncredited.partition_point(|&(other, of_deal, _)| (other, of_deal) < (rule, deal));
        let found = self.uncredited.get(index).filter(|row| (row.0, row.1) == (rule, deal));
        match found {
            Some((_, _, reason)) => Some(Some(*reason)),
            None => {
                let (word, bit) = (deal.at() / 64, deal.at() % 64);
                (self.paid[rule][word] & (1 << bit) != 0).then_some(None)
            }
        }
    }
}
