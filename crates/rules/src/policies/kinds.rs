//! The descriptions and the readers of all kinds. The compiler requires each arm.

use super::description::{PolicyDescription, PolicyKind};
use super::model::PolicyTerms;
use super::{draw, hold, payment};
use crate::context::Context;
use apportion_book::config::Table;

/// The description of a kind.
pub fn describe_policy(kind: PolicyKind) -> &'static PolicyDescription {
    match kind {
        PolicyKind::Hold => &hold::DESCRIPTION,
        PolicyKind::Draw => &draw::DESCRIPTION,
        PolicyKind::Payment => &payment::DESCRIPTION,
    }
}

/// Reads the keys that belong to the kind; problems are reported to the table's text.
pub(super) fn read(kind: PolicyKind, context: &Context<'_>, table: &Table<'_>) -> Option<PolicyTerms> {
    match kind {
        PolicyKind::Hold => hold::read(context, table).map(PolicyTerms::Hold),
        PolicyKind::Draw => draw::read(context, table).map(PolicyTerms::Draw),
        PolicyKind::Payment => payment::read(context, table).map(PolicyTerms::Payment),
    }
}
