//! Deals by the set of rule versions that match them, and lines by deal: both in time linear in what there is.

use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeMap;

use crate::credit::Line;
use apportion_rules::{Kind, RuleIx, VersionIx};

use super::super::facts::Facts;

/// A rule version by its indices.
pub type Token = (RuleIx, VersionIx);

/// How many deals of a set are kept as examples. One more than a message names, to know whether there are more.
pub const FIRST: usize = 6;

/// The sets of versions that occur together on a deal.
pub struct Sets {
    sets: Vec<Vec<Token>>,
    /// By set: how many deals have it, and the first of them.
    deals: Vec<(u64, Vec<DealIx>)>,
}

impl Sets {
    /// The sets of the rules of one kind over the matched deals of the days.
    pub fn of_kind(facts: &Facts<'_>, kind: Kind) -> Self {
        let mut sets: Vec<Vec<Token>> = vec![Vec::new()];
        if facts.rules.rules.iter().filter(|rule| rule.kind == kind).count() < 2 {
            return Self { sets, deals: vec![(0, Vec::new())] };
        }
        let mut known: BTreeMap<(usize, Token), usize> = BTreeMap::new();
        let mut set_of = vec![0_usize; facts.tables.deals.len()];
        for (index, rule) in facts.each_rule().filter(|(_, rule)| rule.kind == kind) {
            for (version, _) in rule.iter() {
                let token = (index, version);
                for deal in &facts.matched[index][version] {
                    let set = &mut set_of[*deal];
                    *set = *known.entry((*set, token)).or_insert_with(|| {
                        let mut wider = sets[*set].clone();
                        wider.push(token);
                        sets.push(wider);
                        sets.len() - 1
                    });
                }
            }
        }
        let mut deals = vec![(0, Vec::new()); sets.len()];
        for deal in &facts.won {
            let (count, first): &mut (u64, Vec<DealIx>) = &mut deals[set_of[*deal]];
            *count += 1;
            if first.len() < FIRST {
                first.push(*deal);
            }
        }
        Self { sets, deals }
    }

    /// Each set of two or more that a deal has, with how many deals have it and the first of them.
    pub fn each(&self) -> impl Iterator<Item = (&[Token], u64, &[DealIx])> {
        let all = self.sets.iter().zip(&self.deals);
        all.filter(|(set, (deals, _))| set.len() > 1 && *deals > 0)
            .map(|(set, (deals, first))| (set.as_slice(), *deals, first.as_slice()))
    }
}

/// Calls `each` with every deal of the days and the payee and rule of its lines that pay an amount, in order of payee
/// and rule.
pub fn each_deal(facts: &Facts<'_>, mut each: impl FnMut(DealIx, &[(PayeeIx, RuleIx)])) {
    let pays =
        |line: &&Line| facts.settlement.applies[line.rule][line.version].amount && !line.amount.is_zero();
    let paying = || facts.settlement.lines.iter().filter(pays);
    let mut offsets = vec![0_usize; facts.tables.deals.len() + 1];
    paying().for_each(|line| offsets[line.deal.next()] += 1);
    for deal in 1..offsets.len() {
        offsets[deal] += offsets[deal - 1];
    }
    let mut sorted = vec![(PayeeIx::FIRST, RuleIx::FIRST); offsets.last().copied().unwrap_or(0)];
    let mut next = offsets.clone();
    // Lines are in order of payee and rule, and placing them in sequence keeps that order.
    for line in paying() {
        let slot = &mut next[line.deal];
        sorted[*slot] = (line.payee, line.rule);
        *slot += 1;
    }
    for deal in &facts.won {
        each(*deal, &sorted[offsets[*deal]..offsets[deal.next()]]);
    }
}
