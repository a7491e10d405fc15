//! A renewal bonus, typed.

use rust_decimal::Decimal;

use crate::model::{Engaged, Value};
use apportion_expr::Expr;

#[derive(Debug, Clone)]
pub struct RenewalBonus {
    pub engaged: Engaged,
    /// Over `deals`; `None` is `amount`.
    pub basis: Option<Expr>,
    pub measure: Measure,
    /// In ascending order of `from`.
    pub rates: Vec<RateFrom>,
    pub rate_by: RateBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Weight,
    Touches,
}

#[derive(Debug, Clone)]
pub struct RateFrom {
    pub from: Decimal,
    pub rate: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateBy {
    Deal,
    Payee,
}
