//! Hand-overs and inquiries.

use super::rows::Rows;
use crate::tables::{Handoff, Inquiry};

/// Hand-overs, in byte order of their ids.
pub(super) fn handoffs(rows: Option<Rows<'_>>) -> Vec<Handoff> {
    let Some(source) = rows else { return Vec::new() };
    let id = place!(Handoffs, "handoff_id");
    let handoff = |row: &u32| {
        Some(Handoff {
            id: source.text(id, *row)?,
            deal_id: source.text(place!(Handoffs, "deal_id"), *row),
            deal: source.deal(place!(Handoffs, "deal_id"), *row),
            opportunity: source.opportunity(place!(Handoffs, "opportunity_id"), *row),
            from: source.payee(place!(Handoffs, "from_payee_id"), *row),
            to: source.payee(place!(Handoffs, "to_payee_id"), *row),
            offered_at: source.moment(place!(Handoffs, "offered_at"), *row)?,
            accepted_at: source.moment(place!(Handoffs, "accepted_at"), *row),
            rejected_at: source.moment(place!(Handoffs, "rejected_at"), *row),
            why: source.text(place!(Handoffs, "why"), *row),
        })
    };
    source.by_id(id).rows.iter().filter_map(handoff).collect()
}

/// Inquiries, in byte order of their ids.
pub(super) fn inquiries(rows: Option<Rows<'_>>) -> Vec<Inquiry> {
    let Some(source) = rows else { return Vec::new() };
    let id = place!(Inquiries, "inquiry_id");
    let inquiry = |row: &u32| {
        Some(Inquiry {
            id: source.text(id, *row)?,
            payee: source.payee(place!(Inquiries, "payee_id"), *row),
            raised_on: source.day(place!(Inquiries, "raised_on"), *row)?,
            deal_id: source.text(place!(Inquiries, "deal_id"), *row),
            rule_id: source.text(place!(Inquiries, "rule_id"), *row),
            close: source.text(place!(Inquiries, "close"), *row),
            question: source.text(place!(Inquiries, "question"), *row),
            state: source.text(place!(Inquiries, "state"), *row)?,
            answered_on: source.day(place!(Inquiries, "answered_on"), *row),
            answered_by: source.text(place!(Inquiries, "answered_by"), *row),
            answer: source.text(place!(Inquiries, "answer"), *row),
            adjustment_id: source.text(place!(Inquiries, "adjustment_id"), *row),
        })
    };
    source.by_id(id).rows.iter().filter_map(inquiry).collect()
}
