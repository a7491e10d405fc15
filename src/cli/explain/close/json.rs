//! The explanation of a close as JSON: every number of every step.

use serde_json::{Map, Value, json};

use crate::{CloseExplanation, ExplainedEntry, ExplainedMove, ExplainedPayment, ExplainedSubject};
use apportion_base::money::format_scaled;
use apportion_engine::diff::cells::CellChange;
use apportion_engine::explain::tree::Place;
use apportion_ledger::explain::held::HeldLine;
use apportion_ledger::explain::moved::{LineBehind, LineKey, MovedLine};
use apportion_ledger::explain::payment::{PaymentStep, Quantity};
use apportion_ledger::explain::reversals::Reversal;
use apportion_ledger::folder::digits_of;

pub fn json(answer: &CloseExplanation) -> Value {
    let people = answer.people.iter().flat_map(|payee| {
        payee.changes.iter().map(|(column, was, is)| {
            json!({ "payee_id": payee.payee_id, "column": column, "before": was, "after": is })
        })
    });
    json!({
        "close": answer.close,
        "period": answer.period.to_string(),
        "currency": answer.currency,
        "payee_id": answer.inquiry.payee,
        "deal_id": answer.inquiry.deal,
        "not_kept": answer.not_kept,
        "payment": answer.payment.as_ref().map(|payment| of_payment(answer, payment)),
        "payees_changed": people.collect::<Vec<_>>(),
        "reversals": answer.reversals.iter().map(|event| of_event(answer, event)).collect::<Vec<_>>(),
        "entries": answer.entries.iter().map(|entry| of_entry(answer, entry)).collect::<Vec<_>>(),
    })
}

fn money(answer: &CloseExplanation, minor: i128) -> String {
    format_scaled(minor, answer.digits)
}

fn of_payment(answer: &CloseExplanation, payment: &ExplainedPayment) -> Value {
    let row = &payment.row;
    json!({
        "name": row.name,
        "paid": money(answer, row.payment.paid.wide()),
        "currency": answer.currency,
        "held_in": money(answer, row.held_in.wide()),
        "held_out": money(answer, row.held_out.wide()),
        "guarantee_id": row.guarantee_id,
        "draw_id": row.draw.as_ref().map(|(id, _)| id),
        "terms_known": payment.steps.with_terms,
        "proven": payment.steps.proven,
        "steps": payment.steps.steps.iter().map(|step| of_step(answer, step)).collect::<Vec<_>>(),
    })
}

fn of_step(answer: &CloseExplanation, step: &PaymentStep) -> Value {
    let inputs: Map<String, Value> =
        step.inputs.iter().map(|(name, input)| ((*name).to_owned(), quantity(answer, input))).collect();
    json!({
        "step": step.name,
        "formula": step.formula,
        "inputs": inputs,
        "result": quantity(answer, &step.result),
    })
}

/// Amounts, shares and rates as decimals in texts: `0.25` is a quarter.
fn quantity(answer: &CloseExplanation, quantity: &Quantity) -> Value {
    match quantity {
        Quantity::Amount(minor) => json!(money(answer, *minor)),
        Quantity::Share(share_e8) => json!(format_scaled(i128::from(*share_e8), 8)),
        Quantity::Rate(rate_e9, quoted) => {
            json!({ "rate": format_scaled(i128::from(*rate_e9), 9), "quoted": quoted.word() })
        }
        Quantity::Foreign(minor, code) => {
            json!({ "amount": format_scaled(*minor, digits_of(code)), "currency": code })
        }
        Quantity::Is(so) => json!(so),
        Quantity::None => Value::Null,
    }
}

fn of_event(answer: &CloseExplanation, (reversal, moved): &(Reversal, Vec<usize>)) -> Value {
    let earned: i128 = moved.iter().map(|place| answer.entries[*place].posted.entry.earned.wide()).sum();
    json!({
        "deal_id": reversal.deal,
        "of_deal_id": reversal.of_deal,
        "rule_id": reversal.rule,
        "method": reversal.method,
        "size": reversal.size,
        "currency": answer.currency,
        "earned": money(answer, earned),
        "entries": moved,
    })
}

fn of_entry(answer: &CloseExplanation, entry: &ExplainedEntry) -> Value {
    let posted = &entry.posted.entry;
    let postings: Vec<Value> = entry
        .posted
        .postings
        .iter()
        .map(|posting| {
            json!({
                "close": posting.close,
                "cause": posting.cause,
                "earned": money(answer, posting.earned.wide()),
                "released": money(answer, posting.released.wide()),
            })
        })
        .collect();
    let mut value = subject(&entry.subject);
    let rest = json!({
        "kind": posted.kind,
        "entry": posted.entry.word(),
        "of_period": posted.of_period.to_string(),
        "cause": posted.cause,
        "earned": money(answer, posted.earned.wide()),
        "released": money(answer, posted.released.wide()),
        "earned_to_date": money(answer, posted.earned_to_date.wide()),
        "released_to_date": money(answer, posted.released_to_date.wide()),
        "currency": answer.currency,
        "postings": postings,
        "held_before": entry.held.0.as_ref().map(held),
        "held": entry.held.1.as_ref().map(held),
        "moved": entry.moved.as_ref().map(|moved| of_move(answer, moved)),
        "released_by": entry.released_by.as_ref().map(|cells| cells.iter().map(cell).collect::<Vec<_>>()),
    });
    if let Value::Object(rest) = rest {
        value.extend(rest);
    }
    Value::Object(value)
}

fn subject(subject: &ExplainedSubject) -> Map<String, Value> {
    let value = match subject {
        ExplainedSubject::Line(key) => line_key(key),
        ExplainedSubject::Adjustment { id, payee, reason } => {
            json!({ "payee_id": payee, "adjustment_id": id, "reason": reason })
        }
    };
    match value {
        Value::Object(keys) => keys,
        _ => Map::new(),
    }
}

fn line_key(key: &LineKey) -> Value {
    json!({
        "payee_id": key.payee,
        "rule_id": key.rule,
        "deal_id": key.deal,
        "role": key.role,
        "from_payee_id": key.from_payee,
        "of_rule_id": key.of_rule,
        "of_deal_id": key.of_deal,
    })
}

fn held(line: &HeldLine) -> Value {
    json!({ "held": line.held, "share": line.share, "by": line.by })
}

fn of_move(answer: &CloseExplanation, moved: &ExplainedMove) -> Value {
    let mut value = json!({ "since": moved.since, "same_inputs": moved.line.is_none() });
    if let (Some(line), Some(keys)) = (&moved.line, value.as_object_mut())
        && let Value::Object(rest) = of_line(answer, line, &moved.places)
    {
        keys.extend(rest);
    }
    value
}

fn of_line(
    answer: &CloseExplanation,
    line: &MovedLine,
    places: &[(Option<String>, Option<String>)],
) -> Value {
    let parameters: Vec<Value> = line
        .parameters
        .iter()
        .zip(places)
        .map(|(parameter, (before_at, after_at))| {
            json!({
                "parameter": parameter.name,
                "before": parameter.before,
                "after": parameter.after,
                "before_at": before_at,
                "after_at": after_at,
            })
        })
        .collect();
    json!({
        "causes": line.causes.iter().map(|cause| cause.word()).collect::<Vec<_>>(),
        "sentence": line.sentence,
        "before": line.before.map(|minor| money(answer, minor)),
        "after": line.after.map(|minor| money(answer, minor)),
        "parameters": parameters,
        "cells": line.cells.iter().map(cell).collect::<Vec<_>>(),
        "behind": line.behind.iter().map(behind).collect::<Vec<_>>(),
        "further_behind": line.further,
    })
}

fn behind(line: &LineBehind) -> Value {
    json!({
        "rule_id": line.rule,
        "deal_id": line.deal,
        "payee_id": line.payee,
        "sentence": line.sentence,
        "cells": line.cells.iter().map(cell).collect::<Vec<_>>(),
    })
}

fn cell(change: &CellChange) -> Value {
    let place =
        |place: &Option<Place>| place.as_ref().map(|place| json!({ "file": place.file, "row": place.row }));
    json!({
        "table": change.table,
        "key": change.key,
        "column": (!change.column.is_empty()).then_some(&change.column),
        "before": change.before,
        "after": change.after,
        "before_at": place(&change.before_at),
        "after_at": place(&change.after_at),
    })
}
