//! The typed rules: a public type for each idea of the contract, named with its word.
//!
//! Amounts and rates are [`Decimal`] as written; the kernels get scaled integers from `plan`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

pub use crate::kinds::*;
use apportion_base::diagnostic::Span;
pub use apportion_book::Every;
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

/// The caps of one version, in minor units of the book's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    pub per_deal: Option<i64>,
    pub per_payee_month: Option<i64>,
    pub per_payee_quarter: Option<i64>,
    pub per_payee_year: Option<i64>,
}
