//! The typed rules: a public type for each idea of the contract, named with its word.
//!
//! Amounts and rates are [`Decimal`] as written; the kernels get scaled integers from `plan`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use apportion_base::diagnostic::Span;
pub use apportion_book::Every;
pub use apportion_contract::RuleKind as Kind;
use apportion_expr::Expr;

/// All rules, in byte order of id.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    pub rules: Vec<Rule>,
}

/// A rule: the versions that share an id and a kind.
#[derive(Debug, Clone)]
pub struct Rule {
    pub id: String,
    pub kind: Kind,
    /// In order of `from`; they do not overlap.
    pub versions: Vec<Version>,
}

/// One table of a rule file.
#[derive(Debug, Clone)]
pub struct Version {
    /// The whole table in its file (its header line at least).
    pub span: Span,
    pub title: Option<String>,
    pub why: Option<String>,
    /// First day in force, days since 1970-01-01.
    pub from: i32,
    /// Last day in force, inclusive: its own `until`, or the day before the next version's `from`.
    pub until: Option<i32>,
    /// Over `deals`; `None` is every won deal.
    pub when: Option<Expr>,
    pub body: Body,
    pub caps: Caps,
    /// Where its values stand.
    pub places: Places,
}

impl Version {
    /// Where a value stands, by the path of its keys (`tiers.0.rate`, `amount.is.gold`, `effective.from`); the nearest
    /// that holds it, at last the table's header, where there is no such value.
    pub fn place(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            if let Some(span) = self.places.get(path) {
                return span.clone();
            }
            match path.rsplit_once('.') {
                Some((above, _)) => path = above,
                None => return self.span.clone(),
            }
        }
    }
}

/// Where the values of a table stand, by the path of their keys; elements of a list count from 0.
#[derive(Debug, Clone, Default)]
pub struct Places(pub(super) BTreeMap<String, Span>);

impl Places {
    /// Where the value stands, if there is one.
    pub fn get(&self, path: &str) -> Option<&Span> {
        self.0.get(path)
    }
}

/// What differs between the kinds.
#[derive(Debug, Clone)]
pub enum Body {
    SharedCredit(SharedCredit),
    Stipend(Stipend),
    RenewalBonus(RenewalBonus),
    Commission(Commission),
    Override(Override),
}

impl Body {
    /// The shared_credit rules whose credit it pays on; `None` for the kinds that pay by deal.
    pub fn credits(&self) -> Option<&[String]> {
        match self {
            Self::Commission(commission) => Some(&commission.credits),
            Self::Override(levels) => Some(&levels.credits),
            Self::SharedCredit(_) | Self::Stipend(_) | Self::RenewalBonus(_) => None,
        }
    }
}

/// Whose engagements count for a deal.
#[derive(Debug, Clone)]
pub struct Engaged {
    /// Over `engagements`, `payees`, `deals`, in this order; `None` counts all.
    pub condition: Option<Expr>,
    pub reach: Reach,
}

/// `reach`: each listed source of engagements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    pub deal: bool,
    pub prior: bool,
    pub account: bool,
}

#[derive(Debug, Clone)]
pub struct SharedCredit {
    /// Over `deals`; `None` is `amount`.
    pub basis: Option<Expr>,
    /// Absent: credit only, no pay. Depends on columns of deals only.
    pub rate: Option<Value>,
    pub sharing: Sharing,
    pub one_of: Option<String>,
}

/// How a deal is shared among payees.
#[derive(Debug, Clone)]
pub enum Sharing {
    Roles {
        engaged: Engaged,
        roles: Vec<RoleShare>,
        within: Within,
        unfilled: Unfilled,
    },
    Model {
        engaged: Engaged,
        model: Model,
    },
    /// The `splits` source; `condition` is over `splits`, `payees`, `deals`, in this order.
    Declared {
        condition: Option<Expr>,
        overlay: bool,
    },
}

#[derive(Debug, Clone)]
pub struct RoleShare {
    pub role: String,
    /// A fraction of one; the shares of a version add up to one.
    pub share: Decimal,
}

/// The units by which payees of one role share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    Weight,
    Touches,
    Equal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfilled {
    Redistribute,
    Retain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    Weight,
    Touches,
    Equal,
    FirstTouch,
    LastTouch,
    Position,
    TimeDecay { half_life_days: u32 },
}

impl Model {
    /// Whether the order of engagements decides units.
    pub fn is_ordered(self) -> bool {
        match self {
            Self::Weight | Self::Touches | Self::Equal => false,
            Self::FirstTouch | Self::LastTouch | Self::Position | Self::TimeDecay { .. } => true,
        }
    }
}

/// A rate (fraction of one) or an amount, plain or by a text column.
#[derive(Debug, Clone)]
pub enum Value {
    Plain(Decimal),
    By {
        /// `deals.…` or `payees.…`.
        column: ByColumn,
        is: BTreeMap<String, Decimal>,
        otherwise: Option<Decimal>,
    },
}

/// The text column that a [`Value`] depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByColumn {
    pub table: apportion_book::TableName,
    pub column: String,
}

#[derive(Debug, Clone)]
pub struct Stipend {
    pub engaged: Engaged,
    /// Over `payees`, `deals` and the group, in this order; the third table is named `group` (bare names suffice) and has
    /// `touches` number, `weight` number, `first_on` date, `last_on` date.
    pub require: Option<Expr>,
    pub amount: Value,
    pub per: Per,
}

/// What a stipend's amount is multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Deal,
    Touch,
    Weight,
}

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

#[derive(Debug, Clone)]
pub struct Override {
    pub credits: Vec<String>,
    /// Over `payees`; which managers earn.
    pub payees: Option<Expr>,
    /// Rate of the credited payee's manager, of their manager, and so on.
    pub levels: Vec<Decimal>,
}

/// The caps of one version, in minor units of the book's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    pub per_deal: Option<i64>,
    pub per_payee_month: Option<i64>,
    pub per_payee_quarter: Option<i64>,
    pub per_payee_year: Option<i64>,
}
