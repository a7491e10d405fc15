//! What moves no amount, and what reports and actions ask.

use super::{Moment, OpportunityIx};
use crate::tables::{DealIx, PayeeIx};
use apportion_base::index::Optional;

/// A row of `handoffs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// `handoff_id`.
    pub id: String,
    /// The deal, as written.
    pub deal_id: Option<String>,
    /// That deal, if it is among the deals.
    pub deal: Optional<DealIx>,
    /// The opportunity.
    pub opportunity: Optional<OpportunityIx>,
    /// Who hands over.
    pub from: PayeeIx,
    /// To whom.
    pub to: PayeeIx,
    /// When it was offered.
    pub offered_at: Moment,
    /// When it was accepted.
    pub accepted_at: Option<Moment>,
    /// When it was rejected.
    pub rejected_at: Option<Moment>,
    /// Why.
    pub why: Option<String>,
}

/// A row of `inquiries`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// `inquiry_id`.
    pub id: String,
    /// Who asks.
    pub payee: PayeeIx,
    /// Days since 1970-01-01.
    pub raised_on: i32,
    /// The deal that it is about, as written.
    pub deal_id: Option<String>,
    /// The rule that it is about, as written.
    pub rule_id: Option<String>,
    /// The close that it is about, as written.
    pub close: Option<String>,
    /// The question.
    pub question: Option<String>,
    /// `open`, `answered`, `accepted` or `rejected`.
    pub state: String,
    /// When it was answered.
    pub answered_on: Option<i32>,
    /// By whom, as written.
    pub answered_by: Option<String>,
    /// The answer.
    pub answer: Option<String>,
    /// The adjustment that came of it, as written.
    pub adjustment_id: Option<String>,
}
