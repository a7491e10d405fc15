//! The descriptions and the readers of all kinds. The compiler requires each arm.

use super::channel::{self, channel_model, conflict, coverage, gate, price, registration};
use super::description::{PolicyDescription, PolicyKind};
use super::model::PolicyTerms;
use super::{access, capitalise, draw, hold, payment};
use crate::context::Context;
use apportion_book::config::Table;

/// The description of a kind.
pub fn describe_policy(kind: PolicyKind) -> &'static PolicyDescription {
    match kind {
        PolicyKind::Hold => &hold::DESCRIPTION,
        PolicyKind::Draw => &draw::DESCRIPTION,
        PolicyKind::Payment => &payment::DESCRIPTION,
        PolicyKind::Capitalise => &capitalise::DESCRIPTION,
        PolicyKind::ChannelModel => &channel_model::DESCRIPTION,
        PolicyKind::Coverage => &coverage::DESCRIPTION,
        PolicyKind::Registration => &registration::DESCRIPTION,
        PolicyKind::Conflict => &conflict::DESCRIPTION,
        PolicyKind::Price => &price::DESCRIPTION,
        PolicyKind::Gate => &gate::DESCRIPTION,
        PolicyKind::Access => &access::DESCRIPTION,
    }
}

/// Reads the keys that belong to the kind; problems are reported to the table's text.
pub(super) fn read(kind: PolicyKind, context: &Context<'_>, table: &Table<'_>) -> Option<PolicyTerms> {
    if kind.governs_channel() {
        channel::use_columns(context);
    }
    match kind {
        PolicyKind::Hold => hold::read(context, table).map(PolicyTerms::Hold),
        PolicyKind::Draw => draw::read(context, table).map(PolicyTerms::Draw),
        PolicyKind::Payment => payment::read(context, table).map(PolicyTerms::Payment),
        PolicyKind::Capitalise => capitalise::read(context, table).map(PolicyTerms::Capitalise),
        PolicyKind::ChannelModel => channel_model::read(context, table).map(PolicyTerms::ChannelModel),
        PolicyKind::Coverage => coverage::read(context, table).map(PolicyTerms::Coverage),
        PolicyKind::Registration => registration::read(context, table).map(PolicyTerms::Registration),
        PolicyKind::Conflict => conflict::read(context, table).map(PolicyTerms::Conflict),
        PolicyKind::Price => price::read(context, table).map(PolicyTerms::Price),
        PolicyKind::Gate => gate::read(context, table).map(PolicyTerms::Gate),
        PolicyKind::Access => access::read(context, table).map(PolicyTerms::Access),
    }
}
