//! What contracts have cost so far: Σ earned of the ledger's entries, by contract, rule and payee.

use std::collections::BTreeMap;

use super::contracts::Contracts;
use crate::entry::{Entry, Subject};
use crate::key::{Key, MaybeName, Names};
use crate::posted::Posted;
use apportion_base::money::{Minor, Overflow};
use apportion_contract::RuleKind;

/// Deal, rule and payee, in the order of bytes.
pub(super) type CostKey<'n> = (&'n str, &'n str, &'n str);

/// What contracts have cost.
pub(super) type Costs<'n> = BTreeMap<CostKey<'n>, i128>;

/// What contracts have cost with the entries of a close, under the rules that are asked for. What a clawback takes back is less of the line
/// that it is of, and what else a reversal earns is its original's.
///
/// # Errors
/// A sum of more than 18 digits.
pub(super) fn costs<'n>(
    posted: &Posted,
    entries: &[Entry],
    (contracts, names): (&'n Contracts, &'n Names),
    is_asked: impl Fn(&str) -> bool,
) -> Result<Costs<'n>, Overflow> {
    let mut costs = Costs::new();
    let mut add = |key: &Key, kind: MaybeKind<'_>, earned: Minor| {
        // A milestone is no contract.
        if kind == Some(RuleKind::Milestone.word()) {
            return;
        }
        let (rule, deal) = key.asked();
        let (rule, deal) = (names.text(rule), names.text(deal));
        if !is_asked(rule) {
            return;
        }
        let deal = if key.is_clawback() { deal } else { contracts.original(deal).unwrap_or(deal) };
        *costs.entry((deal, rule, names.text(key.payee))).or_default() += earned.wide();
    };
    let word = |kind: MaybeName| names.maybe_text(kind);
    for posted in posted.keys() {
        add(&posted.key, word(posted.kind), posted.earned);
    }
    for entry in entries {
        if let Subject::Line { key, .. } = &entry.subject {
            add(key, entry.kind.as_deref(), entry.earned);
        }
    }
    costs.values().try_for_each(|cost| Minor::from_wide(*cost).map(drop))?;
    Ok(costs)
}

/// The word of a kind of rule.
type MaybeKind<'k> = Option<&'k str>;
