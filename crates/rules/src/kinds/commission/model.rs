//! A commission, typed.

use rust_decimal::Decimal;

use apportion_book::Every;
use apportion_expr::Expr;

#[derive(Debug, Clone)]
pub struct Commission {
    /// Ids of shared_credit rules, as listed.
    pub credits: Vec<String>,
    /// Over `payees`; who earns it.
    pub payees: Option<Expr>,
    pub every: Every,
    pub tiers: Tiers,
    pub mode: Mode,
}

/// Thresholds in ascending order with the rate from there on.
#[derive(Debug, Clone)]
pub enum Tiers {
    /// `from` is a fraction of the payee's quota for the period.
    OfQuota(Vec<Tier>),
    /// `from` is an amount in the book's major unit.
    Amounts(Vec<Tier>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    pub from: Decimal,
    pub rate: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Marginal,
    Whole,
}
