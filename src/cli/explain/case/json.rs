//! Whose a deal is, and what two dispute, as JSON.

use serde_json::{Value, json};

use super::super::governed;
use super::super::json::{named, row};
use crate::ConflictExplanation;
use apportion_base::money::{Minor, format_scaled};
use apportion_book::{Book, display_day};
use apportion_engine::explain::Exact;
use apportion_engine::explain::case::tree::{
    ClaimFacts, ConflictCase, ConflictFacts, CriterionFacts, DealCase, GateOnDeal, InquiryFacts, LevelFacts,
    Outcome, OutcomeFacts, PolicyFacts, Precedent, PriceFacts, SoldFacts,
};
use apportion_engine::explain::case::words;

/// Whose a deal is.
pub fn deal(case: &DealCase, book: &Book) -> Value {
    json!({
        "as_of": display_day(case.as_of),
        "judged_on": display_day(case.day),
        "claims": case.claims.iter().map(claim).collect::<Vec<_>>(),
        "holder": case.held_by.map(|why| json!({ "because": why.word(), "sentence": words::holder(why) })),
        "conflicts": case.conflicts.iter().map(|found| conflict_facts(found, book)).collect::<Vec<_>>(),
        "price": case.price.as_ref().map(|facts| price(facts, book)),
        "unmet_gates": case.gates.iter().map(gate).collect::<Vec<_>>(),
        "inquiries": case.inquiries.iter().map(inquiry).collect::<Vec<_>>(),
    })
}

/// A conflict, once for each deal that it is about.
pub fn conflict(answer: &ConflictExplanation) -> Value {
    let book = &*answer.traced().book;
    let case = |case: &ConflictCase| {
        json!({
            "as_of": display_day(case.as_of),
            "conflict": conflict_facts(&case.conflict, book),
            "seen_as_won": case.as_won,
            "precedents": case.precedents.iter().map(precedent).collect::<Vec<_>>(),
        })
    };
    json!({
        "book": book.name,
        "currency": book.currency.code(),
        "conflicts": answer.cases().iter().map(case).collect::<Vec<_>>(),
    })
}

fn day(day: Option<i32>) -> Option<String> {
    day.map(display_day)
}

fn policy(policy: &PolicyFacts) -> Value {
    json!({ "id": policy.id, "title": policy.title, "why": policy.why })
}

fn claim(claim: &ClaimFacts) -> Value {
    let decided = claim.decided.as_ref().map(|decided| {
        json!({
            "decision": decided.word,
            "decided_on": display_day(decided.day),
            "decided_by": decided.by,
            "by_silence": decided.by_silence,
            "reason": decided.why,
        })
    });
    let protection = claim.protection.map(|protection| {
        json!({
            "from": display_day(protection.from),
            "until": display_day(protection.until),
            "extensions": protection.extensions,
            "grace_until": day(protection.grace_until),
            "lapsed_on": day(protection.lapsed.map(|(lapsed, _)| lapsed)),
            "no_work_after": day(protection.lapsed.map(|(_, counted_from)| counted_from)),
        })
    });
    json!({
        "registration_id": claim.registration_id,
        "payee": named(&claim.payee),
        "members": claim.members.iter().map(governed::shared).collect::<Vec<_>>(),
        "policy": claim.policy.as_ref().map(policy),
        "role": claim.role,
        "rank": claim.rank,
        "state": claim.state,
        "holder": claim.is_holder,
        "reason": claim.reason,
        "submitted_at": claim.submitted_at,
        "submitted_on": display_day(claim.submitted),
        "decided": decided,
        "protection": protection,
        "withdrawn_on": day(claim.withdrawn),
        "customer_choices": claim.chosen.iter().map(|day| display_day(*day)).collect::<Vec<_>>(),
    })
}

fn conflict_facts(found: &ConflictFacts, book: &Book) -> Value {
    let refused = found.refused.iter().map(|(decision, code)| {
        json!({ "decision": governed::decision(decision), "code": code, "sentence": words::refusal(code) })
    });
    json!({
        "conflict_id": found.conflict_id,
        "kind": found.kind,
        "meaning": found.meaning,
        "deal_id": found.deal_id,
        "opportunity_id": found.opportunity_id,
        "policy": found.policy.as_ref().map(policy),
        "role": found.role,
        "claimants": found.claimants.iter().map(named).collect::<Vec<_>>(),
        "day": display_day(found.day),
        "state": found.state,
        "holds": found.holds,
        "level": found.level,
        "due": day(found.due),
        "value": found.value.map(Exact::plain),
        "levels": found.levels.iter().map(level).collect::<Vec<_>>(),
        "criteria": found.criteria.iter().map(criterion).collect::<Vec<_>>(),
        "scores": found.scores.map(|scores| scores.map(Exact::plain)),
        "decision": found.decision.as_ref().map(governed::decision),
        "refused": refused.collect::<Vec<_>>(),
        "outcomes": found.outcomes.iter().map(|facts| outcome(found, facts, book)).collect::<Vec<_>>(),
    })
}

fn level(level: &LevelFacts) -> Value {
    json!({
        "name": level.name,
        "begins": day(level.begins),
        "due": day(level.due),
        "who": level.who,
        "when": level.when,
        "within": level.within,
    })
}

fn criterion(criterion: &CriterionFacts) -> Value {
    json!({
        "name": criterion.name,
        "weight": criterion.weight.plain(),
        "score": criterion.score,
        "scores": criterion.scores.map(|score| score.map(Exact::plain)),
        "points": criterion.points.map(Exact::plain),
    })
}

fn outcome(found: &ConflictFacts, facts: &OutcomeFacts, book: &Book) -> Value {
    let to = match facts.outcome {
        Outcome::Award(place) => found.claimants.get(place).map(named),
        Outcome::AsItStands | Outcome::Halves | Outcome::Void => None,
    };
    let amounts = found.claimants.iter().zip(facts.amounts);
    let amounts =
        amounts.map(|(payee, amount)| json!({ "payee": named(payee), "amount": money(amount, book) }));
    json!({
        "outcome": facts.outcome.word(),
        "to": to,
        "amounts": amounts.collect::<Vec<_>>(),
        "currency": book.currency.code(),
    })
}

fn precedent(precedent: &Precedent) -> Value {
    json!({
        "subject": precedent.subject_id,
        "claimants": precedent.claimants.iter().map(named).collect::<Vec<_>>(),
        "scores": precedent.scores.map(|scores| scores.map(Exact::plain)),
        "decision": governed::decision(&precedent.decision),
    })
}

fn price(price: &PriceFacts, book: &Book) -> Value {
    let approval = price.approval.as_ref().map(|approval| {
        json!({
            "approval_id": approval.approval_id,
            "approved_by": named(&approval.approved_by),
            "approved_on": display_day(approval.day),
            "discount": approval.discount.plain(),
            "why": approval.why,
        })
    });
    json!({
        "policy": policy(&price.policy),
        "price_book": price.book,
        "list": price.list.map(Exact::plain),
        "amount": price.amount.plain(),
        "given": price.given.map(Exact::plain),
        "allowed": price.allowed.map(Exact::plain),
        "over": price.over.map(Exact::plain),
        "approval": approval,
        "breach": price.breach,
        "below_floor": money(price.below_floor, book),
        "lines": price.lines.iter().map(sold).collect::<Vec<_>>(),
        "currency": book.currency.code(),
    })
}

fn inquiry(inquiry: &InquiryFacts) -> Value {
    json!({
        "inquiry_id": inquiry.inquiry_id,
        "payee": named(&inquiry.payee),
        "raised_on": display_day(inquiry.raised_on),
        "rule_id": inquiry.rule_id,
        "close": inquiry.close,
        "question": inquiry.question,
        "state": inquiry.state,
        "answered_on": day(inquiry.answered_on),
        "answered_by": inquiry.answered_by,
        "answer": inquiry.answer,
        "adjustment_id": inquiry.adjustment_id,
    })
}

fn sold(line: &SoldFacts) -> Value {
    json!({
        "line_no": line.line_no,
        "product_id": line.product_id,
        "quantity": line.quantity.plain(),
        "amount": line.amount.plain(),
        "row": line.place.as_ref().map(row),
    })
}

fn gate(gate: &GateOnDeal) -> Value {
    json!({
        "rule_id": gate.rule_id,
        "payee": named(&gate.payee),
        "gate": governed::gate(&gate.gate),
    })
}

fn money(amount: Minor, book: &Book) -> String {
    format_scaled(amount.wide(), book.currency.digits())
}
