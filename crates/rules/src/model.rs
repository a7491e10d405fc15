//! The typed rules: a public type for each idea of `docs/reference/rules.md`, with the same name.
//!
//! Amounts and rates are [`Decimal`] as written; the kernels get scaled integers from `plan`.

use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::Arc;

use rust_decimal::Decimal;

pub use crate::kinds::*;
pub use crate::policies::{
    Access, AccessWord, AmortisationStart, ApprovalStep, AtEnd, Capitalise, ChannelModel, Condition,
    Conflict, ConflictKind, Coverage, Criterion, DenyReason, Draw, DrawPays, DrawProrate, Duration,
    Extension, Gate, GateCount, GateOtherwise, GateTable, Hold, HoldWord, HoldWords, Keyed, Lead, Level,
    MatchColumn, Months, Payment, PaymentCurrency, Policies, Policy, PolicyIx, PolicyKind, PolicyTerms,
    PolicyVersion, Price, ProtectionClock, Recoverable, RegistrationPolicy, SeenGroup, Sees, Segment,
    Silence,
};
pub use crate::tables::RateTable;
use apportion_base::diagnostic::Span;
use apportion_base::money::Minor;
pub use apportion_book::Every;
use apportion_expr::Expr;

apportion_base::indices! {
    /// A rule: its place in the [`RuleBook`], which is its rank by bytes of its id.
    RuleIx(u16);
    /// A version of a rule, in order of its first day.
    VersionIx(u16);
    /// A role that a version of a rule lists, in the order of the file. A version without roles has one slot.
    SlotIx(u16);
}

/// All rules, in byte order of id.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    /// In byte order of id, by [`RuleIx`]; [`RuleIx::LIMIT`] at most.
    pub rules: Vec<Rule>,
    /// Holds, draws and payment terms: they make no lines.
    pub policies: Policies,
}

impl RuleBook {
    /// The rules with their indices, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (RuleIx, &Rule)> + ExactSizeIterator + Clone {
        RuleIx::all(self.rules.len()).zip(&self.rules)
    }

    /// The rule with this id.
    pub fn find(&self, id: &str) -> Option<RuleIx> {
        self.iter().find(|(_, rule)| rule.id == id).map(|(position, _)| position)
    }

    /// A version of a rule.
    #[inline]
    pub fn version(&self, rule: RuleIx, version: VersionIx) -> &Version {
        &self.rules[rule].versions[version]
    }
}

impl Index<RuleIx> for RuleBook {
    type Output = Rule;

    #[inline]
    fn index(&self, rule: RuleIx) -> &Rule {
        &self.rules[rule]
    }
}

/// A rule: the versions that share an id and a kind.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Words of small letters and digits, with hyphens between.
    pub id: String,
    /// The same for all versions.
    pub kind: Kind,
    /// In order of `from`, by [`VersionIx`]; they do not overlap, and are [`VersionIx::LIMIT`] at most.
    pub versions: Vec<Version>,
}

impl Rule {
    /// The versions with their indices, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (VersionIx, &Version)> + ExactSizeIterator + Clone {
        VersionIx::all(self.versions.len()).zip(&self.versions)
    }

    /// The version in force on a day (days since 1970-01-01).
    pub fn in_force(&self, day: i32) -> Option<VersionIx> {
        self.iter().find(|(_, version)| version.in_force(day)).map(|(position, _)| position)
    }
}

/// One table of a rule file.
#[derive(Debug, Clone)]
pub struct Version {
    /// The whole table in its file (its header line at least).
    pub span: Span,
    /// What people call the rule.
    pub title: Option<String>,
    /// The reason for the rule.
    pub why: Option<String>,
    /// Whether it may differ from what was in force when a month was posted.
    pub retroactive: bool,
    /// First day in force, days since 1970-01-01.
    pub from: i32,
    /// Last day in force, inclusive: its own `until`, or the day before the next version's `from`.
    pub until: Option<i32>,
    /// Over `deals`; `None` is every won deal.
    pub when: Option<Expr>,
    /// What only its kind has.
    pub body: Body,
    /// The upper limits of what it pays.
    pub caps: Caps,
    /// The places of its values in the file.
    pub places: Places,
}

impl Version {
    /// Whether it is in force on a day (days since 1970-01-01).
    #[inline]
    pub fn in_force(&self, day: i32) -> bool {
        self.in_force_within((day, day))
    }

    /// Whether it is in force on some day from the first to the last.
    pub fn in_force_within(&self, (first, last): (i32, i32)) -> bool {
        self.from <= last && self.until.is_none_or(|until| first <= until)
    }

    /// Where a value is, by the path of its keys (`tiers.0.rate`, `amount.is.gold`, `effective.from`); the nearest
    /// that holds it, at last the table's header, where there is no such value.
    pub fn place(&self, path: &str) -> Span {
        self.places.nearest(path).unwrap_or(&self.span).clone()
    }
}

/// The places of a table's values, by the path of their keys; elements of a list count from 0.
#[derive(Debug, Clone, Default)]
pub struct Places(pub(super) BTreeMap<String, Span>);

impl Places {
    /// Where the value is, if there is one.
    pub fn get(&self, path: &str) -> Option<&Span> {
        self.0.get(path)
    }

    /// Where the value is, or else the nearest that holds it.
    pub fn nearest(&self, path: &str) -> Option<&Span> {
        fn above(path: &str) -> Option<&str> {
            path.rsplit_once('.').map(|(above, _)| above)
        }
        std::iter::successors(Some(path), |path| above(path)).find_map(|path| self.get(path))
    }
}

/// Whose engagements count for a deal.
#[derive(Debug, Clone)]
pub struct EngagementTerms {
    /// Over `engagements`, `payees`, `deals`, in this order; `None` counts all.
    pub condition: Option<Expr>,
    /// Whose engagements may count.
    pub reach: Reach,
}

/// `reach`: each listed source of engagements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Engagements that name the deal.
    pub deal: bool,
    /// Engagements that name the deal it renews.
    pub prior: bool,
    /// Engagements of its account.
    pub account: bool,
}

/// A rate (fraction of one) or an amount: plain, by a text column, or by the rows of a file.
#[derive(Debug, Clone)]
pub enum Value {
    /// The same for all.
    Plain(Decimal),
    /// By the text of a column.
    By {
        /// `deals.…` or `payees.…`.
        column: ByColumn,
        /// The value for each text.
        is: BTreeMap<String, Decimal>,
        /// The value for any other text, and where there is none; `None` pays nothing.
        otherwise: Option<Decimal>,
    },
    /// By the rows of a file.
    Table(Arc<RateTable>),
}

/// The text column that a [`Value`] depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByColumn {
    /// The table that has it.
    pub table: apportion_book::TableName,
    /// Its name, without the table.
    pub column: String,
}

/// The caps of one version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// Of all that the rule pays on a deal.
    pub per_deal: Option<Minor>,
    /// Of what it pays a payee in a calendar month.
    pub per_payee_month: Option<Minor>,
    /// Of what it pays a payee in a fiscal quarter.
    pub per_payee_quarter: Option<Minor>,
    /// Of what it pays a payee in a fiscal year.
    pub per_payee_year: Option<Minor>,
}
