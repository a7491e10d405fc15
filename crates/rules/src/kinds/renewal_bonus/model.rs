//! A renewal bonus, typed.

use rust_decimal::Decimal;

use crate::model::{EngagementTerms, Value};
use apportion_book::choices;
use apportion_expr::Expr;

/// A rate of a renewal that grows with the work done.
#[derive(Debug, Clone)]
pub struct RenewalBonus {
    /// Whose engagements count.
    pub engaged: EngagementTerms,
    /// Over `deals`; `None` is `amount`.
    pub basis: Option<Expr>,
    /// What the work is measured in.
    pub measure: Measure,
    /// In ascending order of `from`.
    pub rates: Vec<RateFrom>,
    /// Whose measure sets the rate.
    pub rate_by: RateBy,
}

choices! {
    /// What the work on a renewal is measured in.
    pub enum Measure {
        Weight = "weight", "The sum of weights";
        Touches = "touches", "The number of engagements";
    }
}

/// A rate and the measure from which it holds.
#[derive(Debug, Clone)]
pub struct RateFrom {
    /// A sum of weights or a number of engagements.
    pub from: Decimal,
    /// A fraction of one.
    pub rate: Value,
}

choices! {
    /// Whose measure sets the rate.
    pub enum RateBy {
        Deal = "deal", "One rate for the deal, whose pool the payees share";
        Payee = "payee", "Each payee has the rate of its own measure";
    }
}
