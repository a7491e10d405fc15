//! Which part of a line may be paid, as a close wrote it.

use std::collections::BTreeMap;

use super::moved::LineKey;
use super::tables::{cell, rows};
use crate::ledger::{Close, Ledger};
use apportion_base::diagnostic::Diagnostic;
use apportion_contract::output::ledger::HELD;

/// What is held of a line at the end of a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLine {
    /// In the book's currency, as it is written.
    pub held: String,
    /// Which part may be paid.
    pub share: String,
    /// The hold with the least share; empty where the deal is not in the data any more.
    pub by: String,
}

/// What a close holds, by line.
///
/// # Errors
/// `unreadable-ledger`.
pub fn held(ledger: &Ledger, close: &Close) -> Result<BTreeMap<LineKey, HeldLine>, Diagnostic> {
    let all = rows(ledger, close, HELD)?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let held = all.iter().map(|row| {
        let key = LineKey {
            payee: cell(row, "payee_id").to_owned(),
            rule: cell(row, "rule_id").to_owned(),
            deal: cell(row, "deal_id").to_owned(),
            role: some(cell(row, "role")),
            from_payee: some(cell(row, "from_payee_id")),
            of_rule: some(cell(row, "of_rule_id")),
            of_deal: some(cell(row, "of_deal_id")),
        };
        let held = HeldLine {
            held: cell(row, "held").to_owned(),
            share: cell(row, "share").to_owned(),
            by: cell(row, "by").to_owned(),
        };
        (key, held)
    });
    Ok(held.collect())
}
