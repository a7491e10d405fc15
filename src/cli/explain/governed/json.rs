//! Registrations, decisions and gates of a line as JSON.

use serde_json::{Value, json};

use super::super::json::{Json, named};
use apportion_book::display_day;
use apportion_engine::explain::Exact;
use apportion_engine::explain::governed::{
    ClaimantPart, DecidedSplit, DecisionFacts, GateFacts, GateNeed, GateStep, RegistrationOfLine,
};
use apportion_engine::explain::tree::PayeeName;

pub fn registration(registration: &RegistrationOfLine) -> Value {
    json!({
        "registration_id": registration.registration_id,
        "role": registration.role,
        "others": registration.others,
        "members": registration.members.iter().map(shared).collect::<Vec<_>>(),
        "is_member": registration.is_member,
    })
}

/// A payee with a share.
pub fn shared((payee, share): &(PayeeName, Exact)) -> Value {
    json!({ "payee": named(payee), "share": share.plain() })
}

pub fn decision(decision: &DecisionFacts) -> Value {
    json!({
        "decision_id": decision.decision_id,
        "conflict_id": decision.conflict_id,
        "level": decision.level,
        "decided_on": display_day(decision.day),
        "decided_by": named(&decision.decided_by),
        "outcome": decision.outcome,
        "shares": decision.shares.iter().map(shared).collect::<Vec<_>>(),
        "why": decision.why,
        "evidence": decision.evidence,
        "supersedes": decision.supersedes,
    })
}

pub fn decided(json: &Json<'_>, decided: &DecidedSplit) -> Value {
    let part = |part: &ClaimantPart| {
        json!({
            "payee": named(&part.payee),
            "before": part.before.map(|before| json.minor(before)),
            "share": part.percent.plain(),
            "after": json.minor(part.after),
            "is_paid": part.is_paid,
            "mine": part.is_mine,
        })
    };
    json!({
        "decision": decision(&decided.decision),
        "claimants": decided.claimants.iter().map(part).collect::<Vec<_>>(),
        "total": json.minor(decided.total),
        "split": decided.split.as_ref().map(|split| json.split(split)),
    })
}

pub fn gate_step(json: &Json<'_>, step: &GateStep) -> Value {
    json!({
        "asks": gate(&step.gate),
        "share": step.share.plain(),
        "retained": json.minor(step.retained),
    })
}

pub fn gate(gate: &GateFacts) -> Value {
    let (at_least, share_at_least) = match gate.need {
        GateNeed::Rows(rows) => (Some(rows), None),
        GateNeed::Part(part) => (None, Some(part.plain())),
    };
    json!({
        "gate_id": gate.gate_id,
        "title": gate.title,
        "why": gate.why,
        "table": gate.table,
        "where": gate.counts,
        "of": gate.of,
        "asked": gate.asked,
        "meet": gate.meet,
        "at_least": at_least,
        "share_at_least": share_at_least,
        "otherwise": gate.otherwise.map_or_else(|| "hold".to_owned(), Exact::plain),
    })
}
