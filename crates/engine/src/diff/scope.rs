//! Which deals a rule matched on one side: those with a line of it, and those that it left uncredited.
//!
//! A deal that was matched by a rule which pays by deal is one or the other, so nothing needs to be matched again.

use super::Side;
use crate::credit::Reason;
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::RuleIx;

/// What became of the deals of one side, by rule.
#[derive(Debug)]
pub struct Scopes {
    /// `[rule]`: a bit a deal, set where it has a line.
    lines: Vec<Vec<u64>>,
    /// Rule and deal, in order, with the reason why no one is paid.
    uncredited: Vec<(RuleIx, DealIx, Reason)>,
    /// First line of each payee, in order of payee; one more for the end.
    of_payee: Vec<usize>,
}

impl Scopes {
    pub fn of_side(side: &Side) -> Self {
        let deals = side.tables.deals.len();
        let mut bits = vec![vec![0_u64; deals.div_ceil(64)]; side.rules.rules.len()];
        let lines = &side.settlement.lines;
        for line in lines.iter() {
            let deal = line.deal.at();
            bits[line.rule][deal / 64] |= 1 << (deal % 64);
        }
        // What keeps back a part does not mean that the deal paid nobody.
        let mut uncredited: Vec<(RuleIx, DealIx, Reason)> = side
            .settlement
            .uncredited
            .iter()
            .filter(|row| row.reason.leaves_the_whole_deal() || row.reason == Reason::NoQuota)
            .filter_map(|row| Some((row.rule?, row.deal, row.reason)))
            .collect();
        uncredited.sort_unstable();
        let mut of_payee = vec![0_usize; side.tables.payees.len() + 1];
        lines.iter().for_each(|line| of_payee[line.payee.next()] += 1);
        for index in 1..of_payee.len() {
            of_payee[index] += of_payee[index - 1];
        }
        Self { lines: bits, uncredited, of_payee }
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
                (self.lines[rule][word] & (1 << bit) != 0).then_some(None)
            }
        }
    }

    /// Whether a payee has a line of a rule on a deal, all by the side's own indices.
    pub fn has_line(&self, side: &Side, payee: PayeeIx, rule: RuleIx, deal: DealIx) -> bool {
        let lines = &side.settlement.lines;
        let range = self.of_payee[payee]..self.of_payee[payee.next()];
        let day = |deal: DealIx| side.tables.deals.close_date[deal];
        let wanted = (rule, day(deal), deal);
        let place = |row: usize| (lines[row].rule, day(lines[row].deal), lines[row].deal);
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low.midpoint(high);
            if place(middle) < wanted { low = middle + 1 } else { high = middle }
        }
        low < range.end && place(low) == wanted
    }
}
