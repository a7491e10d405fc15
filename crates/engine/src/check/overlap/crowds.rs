//! Deals that very many rules of one kind match or pay: as pairs they would be millions of findings.

use apportion_data::DealIx;
use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::nature;
use apportion_base::diagnostic::{Code, count, counted};
use apportion_rules::{Kind, RuleIx};

use super::super::facts::Facts;
use super::super::finding::Finding;
use super::sets::{FIRST, Set, Token};
use super::shared::{Shared, pays, version};

/// So many rules of a kind are looked at in pairs; more on one deal are a crowd.
pub const CROWD: usize = 12;

/// What happens on the deals of a crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Rules of one `one_of` keep each other from paying.
    Barred,
    /// Several of them pay the deal.
    Paid,
    /// Several of them, which pay on credits, pay one payee for it.
    PaidTwice,
}

/// The deals of a kind's crowds, and the rules of the largest.
#[derive(Debug, Default)]
struct Crowd {
    shared: Shared,
    rules: usize,
    first: Vec<RuleIx>,
}

impl Crowd {
    fn add(&mut self, deals: u64, first: &[DealIx], rules: &[RuleIx]) {
        self.shared.add(deals, first);
        if rules.len() > self.rules {
            self.rules = rules.len();
            self.first = rules[..FIRST.min(rules.len())].to_vec();
        }
    }
}

/// The crowds of all kinds.
#[derive(Debug, Default)]
pub struct Crowds(BTreeMap<(Fate, Kind), Crowd>);

impl Crowds {
    /// Adds a set of versions that is one.
    pub fn add_set(&mut self, facts: &Facts<'_>, kind: Kind, set: &Set<'_>, barred: &BTreeSet<Token>) {
        let versions = set.versions();
        let pays_deal = |token: &&Token| pays(version(facts, **token)) && !barred.contains(token);
        let paying: Vec<RuleIx> = versions.iter().filter(pays_deal).map(|token| token.0).collect();
        let barred: Vec<RuleIx> = barred.iter().map(|token| token.0).collect();
        for (fate, rules) in [(Fate::Barred, barred), (Fate::Paid, paying)] {
            if rules.len() > 1 {
                self.0.entry((fate, kind)).or_default().add(set.deals, set.first, &rules);
            }
        }
    }

    /// The rules, ascending, that pay one payee for a deal, without those that are so many of a kind that they are one.
    pub fn without_crowds(&mut self, facts: &Facts<'_>, deal: DealIx, rules: Vec<RuleIx>) -> Vec<RuleIx> {
        let mut by_kind: BTreeMap<Kind, Vec<RuleIx>> = BTreeMap::new();
        for rule in rules {
            by_kind.entry(facts.rules.rules[rule].kind).or_default().push(rule);
        }
        let mut few = Vec::new();
        for (kind, mut rules) in by_kind {
            if rules.len() <= CROWD {
                few.append(&mut rules);
            } else if !nature(kind).pays_by_deal() {
                // Those that pay by deal were found by what they match.
                let crowd = self.0.entry((Fate::PaidTwice, kind)).or_default();
                let again = crowd.shared.examples.last() == Some(&deal);
                crowd.add(u64::from(!again), if again { &[] } else { std::slice::from_ref(&deal) }, &rules);
            }
        }
        few.sort_unstable();
        few
    }

    /// A finding for each kind.
    pub fn findings(&self, facts: &Facts<'_>) -> Vec<Finding> {
        self.0.iter().map(|((fate, kind), crowd)| finding(facts, *fate, *kind, crowd)).collect()
    }
}

fn finding(facts: &Facts<'_>, fate: Fate, kind: Kind, crowd: &Crowd) -> Finding {
    let rule = |rule: &RuleIx| &facts.rules.rules[*rule];
    let named: Vec<String> = crowd.first.iter().map(|index| format!("`{}`", rule(index).id)).collect();
    let more = if crowd.rules > crowd.first.len() { ", …" } else { "" };
    let (deals, plural) = (counted(crowd.shared.deals, "deal"), nature(kind).plural);
    let most = format!("up to {} on one deal: {}{more}", count(crowd.rules as u64), named.join(", "));
    let (code, message) = match fate {
        Fate::Barred => (
            Code::TwoRules,
            format!("on {deals} very many {plural} of the same `one_of` keep each other from paying, {most}"),
        ),
        Fate::Paid => (Code::OverlappingRules, format!("very many {plural} pay {deals} each, {most}")),
        Fate::PaidTwice => (
            Code::OverlappingRules,
            format!("very many {plural} pay the same payee for {deals} each, {most}"),
        ),
    };
    let finding = crowd
        .first
        .iter()
        .fold(Finding::warning(code, message), |finding, index| finding.rule(&rule(index).id));
    let places = crowd.first.iter().take(2).map(|index| {
        let version = facts.last_version(rule(index)).unwrap_or(&rule(index).versions[0]);
        (version.place("when"), format!("`{}`", rule(index).id))
    });
    let finding = places.fold(finding, |finding, (place, label)| finding.at(place, label));
    finding
        .counted(crowd.shared.deals, "deal")
        .examples(crowd.shared.examples.iter().map(|deal| facts.deal_id(*deal)))
        .help(format!(
            "nothing to do if all of them are meant to pay; otherwise make their `when` exclude each other (pairs are listed where up \
             to {CROWD} rules match a deal)"
        ))
}
