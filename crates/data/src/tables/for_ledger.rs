//! The tables that a close reads: what customers paid, adjustments, decisions.

use std::ops::Range;

use super::indices::{DealIx, PayeeIx};
use apportion_book::Period;
use apportion_contract::AcceptanceAction;

/// Receipts, grouped by deal; within a deal in the order of the files, so nothing may depend on that order. Empty where the project
/// has no source of them.
#[derive(Debug, Clone, Default)]
pub struct Receipts {
    /// Offsets, one more than deals: the rows of deal `d` are `by_deal[d]..by_deal[d + 1]`.
    pub by_deal: Vec<u32>,
    /// Days since 1970-01-01.
    pub received_on: Vec<i32>,
    /// In millionths of the major unit of the deal's currency.
    pub amount_e6: Vec<i64>,
    /// By deal: its amount in its own currency, in millionths of the major unit.
    pub own_amount_e6: Vec<i64>,
}

impl Receipts {
    /// The rows of a deal; none where the project has no receipts.
    pub fn of_deal(&self, deal: DealIx) -> Range<usize> {
        match self.by_deal.get(deal.at()..=deal.next().at()) {
            Some([from, until]) => *from as usize..*until as usize,
            _ => 0..0,
        }
    }
}

/// What a close pays or takes besides what the rules give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// `adjustment_id`.
    pub id: String,
    /// Whom it is for.
    pub payee: PayeeIx,
    /// The month that it is about.
    pub period: Period,
    /// In millionths of the major unit of the book's currency.
    pub amount_e6: i64,
    /// Why.
    pub reason: String,
    /// The deal that it is about, for information.
    pub deal_id: Option<String>,
    /// The rule that it is about, for information.
    pub rule_id: Option<String>,
    /// What it is, for information and for journals.
    pub kind: Option<String>,
}

/// A decision about what stops a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The id of what it is about.
    pub id: String,
    /// What becomes of it.
    pub action: AcceptanceAction,
}
