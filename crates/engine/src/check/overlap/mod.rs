//! Two rules of one kind on one deal: neither pays it (`one_of`), or both do.
//!
//! Deals are gathered by the set of rule versions that match them, which is interned while the rules are walked; pairs
//! are made of the sets, not of the deals. So the work grows with the matches, not with deals × rules². A deal that very many
//! rules match has no pairs: it is one of a crowd, which is one finding.

use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::nature;
use apportion_base::diagnostic::{Code, Span, counted};
use apportion_rules::{Kind, RuleIx};

use super::facts::Facts;
use super::finding::Finding;
use crowds::{CROWD, Crowds};
use sets::{Sets, Token};
use shared::{Shared, one_of, pays, version};

mod crowds;
mod sets;
mod shared;

/// A pair of rules by index, the first one first.
type Pair = (RuleIx, RuleIx);

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut neither: BTreeMap<Pair, Shared> = BTreeMap::new();
    let mut unblocked: BTreeMap<Pair, Shared> = BTreeMap::new();
    let mut crowds = Crowds::default();
    for kind in Kind::ALL.into_iter().filter(|kind| nature(*kind).pays_by_deal()) {
        for set in Sets::of_kind(facts, kind).each() {
            let versions = set.versions();
            let barred = barred(facts, &versions);
            if versions.len() > CROWD {
                crowds.add_set(facts, kind, &set, &barred);
                continue;
            }
            for (pair, blocked) in pairs(facts, &versions, &barred) {
                let shared = if blocked { &mut neither } else { &mut unblocked };
                shared.entry(pair).or_default().add(set.deals, set.first);
            }
        }
    }
    let mut twice = paid_twice(facts, &mut crowds);
    let mut found: Vec<Finding> =
        neither.iter().map(|(pair, shared)| two_rules(facts, *pair, shared)).collect();
    found.extend(crowds.findings(facts));
    // Rules that pay on credits overlap on a deal if both pay the same payee for it.
    let pairs: BTreeSet<Pair> = unblocked.keys().chain(twice.keys()).copied().collect();
    for pair in pairs {
        let matched = unblocked.remove(&pair);
        let finding = match (matched, twice.remove(&pair)) {
            (matched, Some(paid)) => overlapping(facts, pair, matched.as_ref(), &paid),
            (Some(matched), None) if nature(facts.rules.rules[pair.0].kind).excludes => {
                two_pools(facts, pair, &matched)
            }
            (Some(matched), None) => shared_deals(facts, pair, &matched),
            (None, None) => continue,
        };
        found.push(finding);
    }
    found
}

/// The versions of a set that another one of the same `one_of` keeps from paying.
fn barred(facts: &Facts<'_>, set: &[Token]) -> BTreeSet<Token> {
    let named = |token: &Token| one_of(version(facts, *token));
    let mut rules: BTreeMap<&str, BTreeSet<RuleIx>> = BTreeMap::new();
    for token in set {
        if let Some(name) = named(token) {
            rules.entry(name).or_default().insert(token.0);
        }
    }
    let rivals = |token: &&Token| named(token).is_some_and(|name| rules[name].len() > 1);
    set.iter().filter(rivals).copied().collect()
}

/// The pairs of a set that give a finding, each with whether neither of the two pays.
fn pairs(facts: &Facts<'_>, set: &[Token], barred: &BTreeSet<Token>) -> Vec<(Pair, bool)> {
    let mut pairs = Vec::new();
    for (index, first) in set.iter().enumerate() {
        for second in &set[index + 1..] {
            let (a, b) = (version(facts, *first), version(facts, *second));
            let pair = (first.0, second.0);
            if one_of(a).is_some() && one_of(a) == one_of(b) {
                pairs.push((pair, true));
            } else if pays(a) && pays(b) && !barred.contains(first) && !barred.contains(second) {
                pairs.push((pair, false));
            }
        }
    }
    pairs
}

/// Pairs of paying rules of one kind that both pay an amount to one payee for one deal.
fn paid_twice(facts: &Facts<'_>, crowds: &mut Crowds) -> BTreeMap<Pair, Shared> {
    let mut twice: BTreeMap<Pair, Shared> = BTreeMap::new();
    let rules = &facts.rules.rules;
    if Kind::ALL.into_iter().all(|kind| rules.iter().filter(|rule| rule.kind == kind).count() < 2) {
        return twice;
    }
    let mut pairs: Vec<Pair> = Vec::new();
    sets::each_deal(facts, |deal, lines| {
        pairs.clear();
        for of_payee in lines.chunk_by(|a, b| a.0 == b.0) {
            let mut paid: Vec<RuleIx> = of_payee.iter().map(|(_, rule)| *rule).collect();
            paid.dedup();
            if paid.len() > CROWD {
                paid = crowds.without_crowds(facts, deal, paid);
            }
            for (index, first) in paid.iter().enumerate() {
                let same =
                    paid[index + 1..].iter().filter(|second| rules[**second].kind == rules[*first].kind);
                pairs.extend(same.map(|second| (*first, *second)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        for pair in &pairs {
            let shared = twice.entry(*pair).or_default();
            shared.deals += 1;
            if shared.examples.len() < sets::FIRST {
                shared.examples.push(deal);
            }
        }
    });
    twice
}

/// `a` and `b`.
fn both_names(facts: &Facts<'_>, pair: Pair) -> String {
    format!("`{}` and `{}`", facts.rules.rules[pair.0].id, facts.rules.rules[pair.1].id)
}

/// The pair, with the places of both and the deals.
fn placed(facts: &Facts<'_>, finding: Finding, pair: Pair, key: &str, shared: &Shared) -> Finding {
    let place = |rule: RuleIx| -> Span {
        // The finding points to the version that is in force last in these days.
        let rule = &facts.rules.rules[rule];
        facts.last_version(rule).unwrap_or(&rule.versions[0]).place(key)
    };
    let (first, second) = (&facts.rules.rules[pair.0].id, &facts.rules.rules[pair.1].id);
    finding
        .rule(first)
        .rule(second)
        .at(place(pair.0), format!("`{first}`"))
        .at(place(pair.1), format!("`{second}`"))
        .counted(shared.deals, "deal")
        .examples(shared.examples.iter().map(|deal| facts.deal_id(*deal)))
}

fn two_rules(facts: &Facts<'_>, pair: Pair, shared: &Shared) -> Finding {
    let (first, second) = (&facts.rules.rules[pair.0].id, &facts.rules.rules[pair.1].id);
    let message = format!(
        "neither `{first}` nor `{second}` pays {} {}: both match, and their `one_of` is the same",
        counted(shared.deals, "deal"),
        facts.in_days()
    );
    placed(facts, Finding::warning(Code::TwoRules, message), pair, "when", shared)
        .help("make their `when` exclude each other, so that each deal has one of them")
}

fn overlapping(facts: &Facts<'_>, pair: Pair, matched: Option<&Shared>, paid: &Shared) -> Finding {
    let beside = match matched {
        Some(matched) if matched.deals > paid.deals => {
            format!(" (they match {} in common)", counted(matched.deals, "deal"))
        }
        _ => String::new(),
    };
    let message = format!(
        "{}, both {}, pay the same payee on {}{beside}",
        both_names(facts, pair),
        nature(facts.rules.rules[pair.0].kind).plural,
        counted(paid.deals, "deal")
    );
    placed(facts, Finding::warning(Code::OverlappingRules, message), pair, "when", paid)
        .help("nothing to do if both are meant to pay; otherwise make their `when` exclude each other")
}

fn two_pools(facts: &Facts<'_>, pair: Pair, matched: &Shared) -> Finding {
    let message = format!(
        "{} both set a pool aside on {}, for different payees",
        both_names(facts, pair),
        counted(matched.deals, "deal")
    );
    placed(facts, Finding::warning(Code::OverlappingRules, message), pair, "when", matched).help(
        "nothing to do if both are meant to pay; otherwise give both the same `one_of`, or make their `when` exclude each other",
    )
}

fn shared_deals(facts: &Facts<'_>, pair: Pair, matched: &Shared) -> Finding {
    let message = format!(
        "{}, both {}, match {} in common; no payee is paid by both on one deal",
        both_names(facts, pair),
        nature(facts.rules.rules[pair.0].kind).plural,
        counted(matched.deals, "deal")
    );
    placed(facts, Finding::note(Code::SharedDeals, message), pair, "when", matched)
}
