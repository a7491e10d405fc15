//! A commission, typed.

use rust_decimal::Decimal;

use apportion_book::{Every, choices};
use apportion_expr::Expr;

/// Tiers over a payee's credit in a period.
#[derive(Debug, Clone)]
pub struct Commission {
    /// Ids of shared_credit rules, as listed.
    pub credits: Vec<String>,
    /// Over `payees`; who earns it.
    pub payees: Option<Expr>,
    /// The period over which credit is added up.
    pub every: Every,
    /// The thresholds and their rates.
    pub tiers: Tiers,
    /// What the rate reached applies to.
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

/// A threshold, the rate from there on, and what reaching it adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// A fraction of the quota, or an amount in the major unit of the book's currency.
    pub from: Decimal,
    /// A fraction of one; that of the tier before where the tier has a bonus alone.
    pub rate: Decimal,
    /// What reaching the threshold adds, in the major unit of the book's currency.
    pub bonus: Option<Decimal>,
}

choices! {
    /// What the rate that is reached applies to.
    pub enum Mode {
        Marginal = "marginal", "Each part of the credit earns the rate of its tier";
        Whole = "whole", "The rate reached applies from the first cent";
        Sliding = "sliding", "The rate moves in a line from one threshold to the next, and applies from the first cent";
    }
}
