//! `accept-handoff`: a hand-over waits for an answer.

use apportion_data::Handoff;

use super::ground::{Ground, on};
use super::{ActionKind, Found, Stake};

/// For each hand-over that is neither accepted nor rejected, to whom it was offered.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let handoffs = ground.tables.channel.handoffs.iter();
    let waiting = handoffs.filter(|handoff| handoff.accepted_at.is_none() && handoff.rejected_at.is_none());
    waiting.map(|handoff| found(ground, handoff)).collect()
}

fn found(ground: &Ground<'_>, handoff: &Handoff) -> Found {
    let opportunity = handoff.opportunity.get();
    let opportunity = opportunity.and_then(|named| ground.tables.channel.opportunity_ids.get(named.at()));
    let what = handoff.deal_id.as_deref().or(opportunity.map(String::as_str)).unwrap_or(&handoff.id);
    let (from, day) = (ground.payee_id(handoff.from), on(handoff.offered_at.day));
    Found {
        kind: ActionKind::AcceptHandoff,
        payee: Some(handoff.to),
        subject: handoff.id.clone(),
        due: None,
        stake: Stake::Unknown,
        why: format!("{from} offered to hand over {what} on {day}, and nobody answered."),
    }
}
