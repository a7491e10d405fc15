//! Deals by the set of rule versions that match them, and lines by deal: both in time linear in what there is.

use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeMap;

use crate::credit::Line;
use apportion_base::sorted::offsets;
use apportion_rules::{Kind, RuleIx, VersionIx};

use super::super::facts::Facts;

/// A rule version by its indices.
pub type Token = (RuleIx, VersionIx);

/// How many deals of a set are kept as examples. One more than a message names, to know whether there are more.
pub const FIRST: usize = 6;

/// The sets of versions that occur together on a deal.
pub struct Sets {
    /// Each set is another one and a version; the first one is empty. So a set of thousands of versions costs no more than its last
    /// one.
    sets: Vec<Step>,
    /// By set: how many deals have it, and the first of them.
    deals: Vec<(u64, Vec<DealIx>)>,
}

/// A version more than another set has.
#[derive(Debug, Clone, Copy)]
struct Step {
    before: usize,
    token: Token,
    size: usize,
}

/// A set of two or more versions that a deal has.
pub struct Set<'s> {
    all: &'s [Step],
    place: usize,
    /// How many versions it has.
    pub size: usize,
    /// How many deals have it.
    pub deals: u64,
    /// The first of these deals.
    pub first: &'s [DealIx],
}

impl Set<'_> {
    /// The versions, in order of their rules.
    pub fn versions(&self) -> Vec<Token> {
        let mut place = self.place;
        let mut versions = Vec::with_capacity(self.size);
        while place != 0 {
            versions.push(self.all[place].token);
            place = self.all[place].before;
        }
        versions.reverse();
        versions
    }
}

impl Sets {
    /// The sets of the rules of one kind over the matched deals of the days.
    pub fn of_kind(facts: &Facts<'_>, kind: Kind) -> Self {
        let empty = Step { before: 0, token: (RuleIx::FIRST, VersionIx::FIRST), size: 0 };
        let mut sets = vec![empty];
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
                        sets.push(Step { before: *set, token, size: sets[*set].size + 1 });
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

    /// Each set of two or more that a deal has.
    pub fn each(&self) -> impl Iterator<Item = Set<'_>> {
        let all = self.sets.iter().zip(&self.deals).enumerate();
        all.filter(|(_, (step, (deals, _)))| step.size > 1 && *deals > 0).map(
            |(place, (step, (deals, first)))| Set {
                all: &self.sets,
                place,
                size: step.size,
                deals: *deals,
                first,
            },
        )
    }
}

/// Calls `each` with every deal of the days and the payee and rule of its lines that pay an amount, in order of payee
/// and rule.
pub fn each_deal(facts: &Facts<'_>, mut each: impl FnMut(DealIx, &[(PayeeIx, RuleIx)])) {
    let pays =
        |line: &&Line| facts.settlement.applies[line.rule][line.version].amount && !line.amount.is_zero();
    let paying = || facts.settlement.lines.iter().filter(pays);
    let offsets = offsets(facts.tables.deals.len(), paying().map(|line| line.deal.at()));
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
