//! Reversals as events: what each one moves.

use std::collections::BTreeSet;

use super::tables::{cell, rows};
use crate::ledger::{Close, Ledger};
use apportion_base::diagnostic::Diagnostic;
use apportion_contract::output::ledger::REVERSALS;

/// A reversal that counts in a close.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reversal {
    /// The reversal.
    pub deal: String,
    /// The deal that it reverses.
    pub of_deal: String,
    /// The clawback rule.
    pub rule: String,
    /// The word of its method.
    pub method: String,
    /// How much it reverses, in the book's currency as it is written.
    pub size: String,
}

/// The reversals that count in a close and did not, or with another size, in the one before.
///
/// # Errors
/// `unreadable-ledger`.
pub fn new_reversals(
    ledger: &Ledger,
    close: &Close,
    before: Option<&Close>,
) -> Result<Vec<Reversal>, Diagnostic> {
    let known: BTreeSet<Reversal> = match before {
        Some(before) => reversals(ledger, before)?.into_iter().collect(),
        None => BTreeSet::new(),
    };
    Ok(reversals(ledger, close)?.into_iter().filter(|reversal| !known.contains(reversal)).collect())
}

fn reversals(ledger: &Ledger, close: &Close) -> Result<Vec<Reversal>, Diagnostic> {
    let all = rows(ledger, close, REVERSALS)?;
    let reversal = |row: &super::tables::Row| Reversal {
        deal: cell(row, "deal_id").to_owned(),
        of_deal: cell(row, "of_deal_id").to_owned(),
        rule: cell(row, "rule_id").to_owned(),
        method: cell(row, "method").to_owned(),
        size: cell(row, "size").to_owned(),
    };
    Ok(all.iter().map(reversal).collect())
}
