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
    /// What the thresholds are compared with; `None` is the credit.
    pub tiers_by: Option<TiersBy>,
    /// The `measure` of the quotas; `None` is those without one.
    pub quota_measure: Option<String>,
    /// How quotas count for payees who are not there for all of a period, or not full time; `None`: as they are.
    pub prorate: Option<Prorate>,
    /// Whose credit counts.
    pub credit_of: CreditOf,
    /// How many levels of managers a team has below the payee; `None` is all.
    pub levels: Option<u8>,
}

/// Thresholds in ascending order with the rate from there on.
#[derive(Debug, Clone)]
pub enum Tiers {
    /// `from` is a fraction of the payee's quota for the period.
    OfQuota(Vec<Tier>),
    /// `from` is an amount in the book's major unit, or a number of what `tiers_by` counts.
    Amounts(Vec<Tier>),
}

impl Tiers {
    /// The tiers, in either unit.
    pub fn list(&self) -> &[Tier] {
        match self {
            Self::OfQuota(tiers) | Self::Amounts(tiers) => tiers,
        }
    }
}

/// What the thresholds are compared with, where it is not the credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TiersBy {
    /// The number of deals.
    Deals,
    /// The sum of a number column of deals.
    Column(String),
}

impl TiersBy {
    /// As it is written: `deals`, or the name of the column.
    pub fn text(&self) -> &str {
        match self {
            Self::Deals => TiersBy::DEALS,
            Self::Column(column) => column,
        }
    }

    /// The word for the number of deals.
    pub const DEALS: &str = "deals";
}

choices! {
    /// How a quota counts for a payee who is not there for all of its period, or not full time.
    pub enum Prorate {
        Days = "days", "By the days of its period on which the payee is there, each by the part of full time";
    }
}

choices! {
    /// Whose credit a commission is paid on.
    pub enum CreditOf {
        Own = "own", "The payee's own";
        Team = "team", "The payee's own, and that of everyone below them in the chain of managers";
    }
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
