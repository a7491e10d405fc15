//! Which deals a rule matched on one side: those with a line of it, and those that it left uncredited.
//!
//! A deal that was matched by a rule which pays by deal is one or the other, so nothing needs to be matched again.

use super::Side;
use crate::credit::Reason;

/// What became of the deals of one side, by rule.
#[derive(Debug)]
pub struct Scopes {
    /// `[rule]`: a bit a deal, set where it has a line.
    lines: Vec<Vec<u64>>,
    /// Rule and deal, in order, with the reason why no one is paid.
    uncredited: Vec<(u16, u32, Reason)>,
    /// First line of each payee, in order of payee; one more for the end.
    of_payee: Vec<u32>,
}

impl Scopes {
    pub fn of_side(side: &Side) -> Self {
        let deals = side.tables.deals.close_date.len();
        let mut bits = vec![vec![0_u64; deals.div_ceil(64)]; side.rules.rules.len()];
        let lines = &side.settlement.lines;
        for line in lines.iter() {
            let deal = line.deal as usize;
            bits[usize::from(line.rule)][deal / 64] |= 1 << (deal % 64);
        }
        // An unfilled role does not mean that the deal paid nobody.
        let mut uncredited: Vec<(u16, u32, Reason)> = side
            .settlement
            .uncredited
            .iter()
            .filter(|row| row.reason != Reason::UnfilledRole)
            .filter_map(|row| Some((row.rule?, row.deal, row.reason)))
            .collect();
        uncredited.sort_unstable();
        let payees = side.tables.payees.manager.len() as u32;
        let mut of_payee = vec![0_u32; payees as usize + 1];
        lines.iter().for_each(|line| of_payee[line.payee as usize + 1] += 1);
        for at in 1..of_payee.len() {
            of_payee[at] += of_payee[at - 1];
        }
        Self { lines: bits, uncredited, of_payee }
    }

    /// `None` where the rule did not match the deal; else the reason why it paid no one, if it paid no one.
    pub fn of(&self, rule: Option<u32>, deal: u32) -> Option<Option<Reason>> {
        let rule = rule?;
        let at = self
            .uncredited
            .partition_point(|&(other, of_deal, _)| (u32::from(other), of_deal) < (rule, deal));
        let found = self.uncredited.get(at).filter(|row| (u32::from(row.0), row.1) == (rule, deal));
        match found {
            Some((_, _, reason)) => Some(Some(*reason)),
            None => {
                let (word, bit) = (deal as usize / 64, deal % 64);
                (self.lines[rule as usize][word] & (1 << bit) != 0).then_some(None)
            }
        }
    }

    /// Whether a payee has a line of a rule on a deal, all by the side's own indices.
    pub fn has_line(&self, side: &Side, payee: u32, rule: u16, deal: u32) -> bool {
        let lines = &side.settlement.lines;
        let range = self.of_payee[payee as usize] as usize..self.of_payee[payee as usize + 1] as usize;
        let day = |deal: u32| side.tables.deals.close_date[deal as usize];
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
