//! The one place where the kinds of rule are listed.
//!
//! Everything that a kind means to this crate is in its folder: `model` (its types), `reader` (from a table to these
//! types) and `parameters` (their description, and their values as texts). The compiler requires each arm below; a test
//! checks the constant [`Kind::ALL`].

mod clawback;
mod commission;
mod milestone;
mod overrides;
mod renewal_bonus;
mod shared_credit;
mod stipend;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::Value;
use crate::context::Context;
use crate::description::Description;
use crate::values::Values;
use apportion_book::config::Table;

pub use clawback::*;
pub use commission::*;
pub use milestone::Milestone;
pub(crate) use milestone::WHEN as WHEN_OF_MILESTONES;
pub use overrides::*;
pub use renewal_bonus::*;
pub use shared_credit::*;
pub use stipend::*;

/// The kinds, in the words of the files.
pub use apportion_contract::RuleKind as Kind;

/// Where a key is listed among the changes of a rule: the days first, then which deals and which engagements, then the
/// keys of each kind in their order, caps last. Keys that no kind has come after all others.
pub fn rank(key: &str) -> usize {
    let first = ["from", "until", "when", "engaged", "reach"];
    let own = Kind::ALL.into_iter().flat_map(|kind| describe(kind).table.parameters).map(|own| own.key);
    first.into_iter().chain(own).chain(["cap"]).position(|known| known == key).unwrap_or(usize::MAX)
}

/// What differs between the kinds.
#[derive(Debug, Clone)]
pub enum Body {
    /// Of a `[[shared_credit]]`.
    SharedCredit(SharedCredit),
    /// Of a `[[stipend]]`.
    Stipend(Stipend),
    /// Of a `[[renewal_bonus]]`.
    RenewalBonus(RenewalBonus),
    /// Of a `[[commission]]`.
    Commission(Commission),
    /// Of an `[[override]]`.
    Override(Override),
    /// Of a `[[clawback]]`.
    Clawback(Clawback),
    /// Of a `[[milestone]]`.
    Milestone(Milestone),
}

impl Body {
    /// The shared_credit rules whose credit it pays on; `None` for the kinds that pay by deal.
    pub fn credits(&self) -> Option<&[String]> {
        self.part().credits()
    }

    /// What it says of reversals, if it is about them.
    pub fn clawback(&self) -> Option<&Clawback> {
        match self {
            Self::Clawback(rule) => Some(rule),
            Self::SharedCredit(_)
            | Self::Stipend(_)
            | Self::RenewalBonus(_)
            | Self::Commission(_)
            | Self::Override(_)
            | Self::Milestone(_) => None,
        }
    }

    /// Its rates and amounts that a table may decide.
    pub(crate) fn values_mut(&mut self) -> Vec<&mut Value> {
        match self {
            Self::SharedCredit(rule) => rule.rate.iter_mut().collect(),
            Self::Stipend(rule) => vec![&mut rule.amount],
            Self::RenewalBonus(rule) => rule.rates.iter_mut().map(|step| &mut step.rate).collect(),
            Self::Milestone(rule) => vec![&mut rule.amount],
            Self::Commission(_) | Self::Override(_) | Self::Clawback(_) => Vec::new(),
        }
    }

    /// What all kinds have in common.
    pub(crate) fn part(&self) -> &dyn Part {
        match self {
            Self::SharedCredit(rule) => rule,
            Self::Stipend(rule) => rule,
            Self::RenewalBonus(rule) => rule,
            Self::Commission(rule) => rule,
            Self::Override(rule) => rule,
            Self::Clawback(rule) => rule,
            Self::Milestone(rule) => rule,
        }
    }
}

/// What the typed rule of a kind answers. No method has a default, so that a new kind must answer them all.
pub(crate) trait Part {
    /// The shared_credit rules whose credit it pays on; `None` for the kinds that pay by deal.
    fn credits(&self) -> Option<&[String]>;

    /// Lists the kind's own parameters as texts.
    fn values(&self, values: &mut Values);

    /// What versions of one rule must agree on, because running totals go on from one to the next.
    fn agreed(&self) -> Vec<CommonParameter>;
}

/// A parameter on which versions of one rule must agree.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CommonParameter {
    /// Its key.
    pub key: &'static str,
    /// What must agree, in a message: `` `mode` ``.
    pub what: String,
    /// Its value in words.
    pub value: String,
}

impl CommonParameter {
    /// The rules on whose credit a rule pays; their order means nothing.
    pub(crate) fn credits(ids: &[String]) -> Self {
        let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        Self::key("credits", ids.into_iter().collect::<Vec<_>>().join(", "))
    }

    /// The value of a key.
    pub(crate) fn key(key: &'static str, value: impl Into<String>) -> Self {
        Self { key, what: format!("`{key}`"), value: value.into() }
    }
}

/// The descriptions of all kinds, in their order.
pub(crate) fn descriptions() -> [&'static Description; Kind::ALL.len()] {
    Kind::ALL.map(describe)
}

/// The description of a kind.
pub fn describe(kind: Kind) -> &'static Description {
    match kind {
        Kind::SharedCredit => &shared_credit::DESCRIPTION,
        Kind::Stipend => &stipend::DESCRIPTION,
        Kind::RenewalBonus => &renewal_bonus::DESCRIPTION,
        Kind::Commission => &commission::DESCRIPTION,
        Kind::Override => &overrides::DESCRIPTION,
        Kind::Clawback => &clawback::DESCRIPTION,
        Kind::Milestone => &milestone::DESCRIPTION,
    }
}

/// Reads the keys that belong to the kind; problems are reported to the table's text.
pub(crate) fn read(kind: Kind, context: &Context<'_>, table: &Table<'_>) -> Option<Body> {
    match kind {
        Kind::SharedCredit => shared_credit::read(context, table).map(Body::SharedCredit),
        Kind::Stipend => stipend::read(context, table).map(Body::Stipend),
        Kind::RenewalBonus => renewal_bonus::read(context, table).map(Body::RenewalBonus),
        Kind::Commission => commission::read(context, table).map(Body::Commission),
        Kind::Override => overrides::read(context, table).map(Body::Override),
        Kind::Clawback => clawback::read(context, table).map(Body::Clawback),
        Kind::Milestone => milestone::read(context, table).map(Body::Milestone),
    }
}
