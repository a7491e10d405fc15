//! Texts that the expressions of rules were to read as something else and could not: they are null there, and somebody should know.

use arrow::array::UInt32Array;

use super::Bound;
use crate::kinds;
use crate::kinds::clawback::plan::original_array;
use apportion_data::{DealIx, Tables};
use apportion_expr::Expr;
use apportion_rules::{RuleBook, Version};

/// Texts that an expression of a rule could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRuleTexts {
    /// The id of the rule.
    pub rule_id: String,
    /// The key of the expression: `when`, `basis` or `payees`.
    pub key: &'static str,
    /// How many of them.
    pub count: u64,
}

/// What the expressions of rules over deals and payees could not read, by rule and key. `won` are the deals that are looked at. Those over
/// engagements and splits are not counted: their rows are gone when a period is settled.
pub fn unread_texts(tables: &Tables, rules: &RuleBook, won: &[DealIx]) -> Vec<UnreadRuleTexts> {
    let mut found = Vec::new();
    for rule in &rules.rules {
        let mut counts = [("when", 0), ("basis", 0), ("payees", 0)];
        for version in &rule.versions {
            let of_version = of_version(tables, version, won);
            counts.iter_mut().zip(of_version).for_each(|((_, sum), count)| *sum += count);
        }
        let counted = counts.into_iter().filter(|(_, count)| *count > 0);
        found.extend(counted.map(|(key, count)| UnreadRuleTexts { rule_id: rule.id.clone(), key, count }));
    }
    found
}

/// The texts that `when`, `basis` and `payees` of a version could not read.
fn of_version(tables: &Tables, version: &Version, won: &[DealIx]) -> [u64; 3] {
    let kind = kinds::of(&version.body);
    let reads = |expr: Option<&Expr>| expr.is_some_and(Expr::reads_texts);
    let mut counts = [0; 3];
    if reads(kind.payees())
        && let Some(payees) = kind.payees()
    {
        let frame = &tables.payees.states.frame;
        counts[2] = Bound::new(payees, &[Some(frame)]).unread(frame.rows, &[None]);
    }
    if !reads(version.when.as_ref()) && !reads(kind.basis()) {
        return counts;
    }
    let close_date = &tables.deals.close_date;
    let in_force = won.iter().filter(|deal| version.in_force(close_date[**deal]));
    let mut rows: Vec<u32> = in_force.map(|deal| deal.raw()).collect();
    let over_deals = |expr| Bound::new(expr, &[Some(&tables.deals.frame)]);
    if version.body.clawback().is_some() {
        rows.retain(|row| tables.deals.reversal(DealIx::from_raw(*row)).is_some());
    }
    if let Some(when) = &version.when {
        let bound = Bound::new(when, &[Some(&tables.deals.frame); 2]);
        let index = UInt32Array::from(rows.clone());
        // Only a clawback sees originals.
        let originals = version.body.clawback().map(|_| {
            let deals: Vec<DealIx> = rows.iter().copied().map(DealIx::from_raw).collect();
            original_array(&tables.deals, &deals)
        });
        let indices = [Some(&index), originals.as_ref()];
        counts[0] = bound.unread(rows.len(), &indices);
        // A basis is computed on the deals that match.
        let Ok(mask) = bound.mask(rows.len(), &indices) else { return counts };
        let mut row = 0;
        rows.retain(|_| {
            row += 1;
            mask.value(row - 1)
        });
    }
    if reads(kind.basis())
        && let Some(basis) = kind.basis()
    {
        let index = UInt32Array::from(rows.clone());
        counts[1] = over_deals(basis).unread(rows.len(), &[Some(&index)]);
    }
    counts
}
