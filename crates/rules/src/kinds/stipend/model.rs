//! A stipend, typed.

use crate::model::{EngagementTerms, Value};
use apportion_book::choices;
use apportion_expr::Expr;

/// An amount for every deal and payee with engagements that count.
#[derive(Debug, Clone)]
pub struct Stipend {
    /// Whose engagements count.
    pub engaged: EngagementTerms,
    /// Over `payees`, `deals` and the group, in this order; the third table is named `group` (bare names suffice) and has
    /// `touches` number, `weight` number, `first_on` date, `last_on` date.
    pub require: Option<Expr>,
    /// In the major unit of the book's currency.
    pub amount: Value,
    /// What the amount is multiplied by.
    pub per: Per,
}

choices! {
    /// What a stipend's amount is multiplied by.
    pub enum Per {
        Deal = "deal", "Once for the deal";
        Touch = "touch", "For each engagement";
        Weight = "weight", "By the sum of weights";
    }
}
