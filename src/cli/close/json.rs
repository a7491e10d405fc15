//! Drafts, approvals and closes for programs.

use serde_json::{Value, json};

use super::WonDeals;
use crate::cli::Failure;
use crate::session::{ApprovedDraft, PostedClose};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_contract::AcceptanceAction;
use apportion_ledger::closing::{DraftReport, TrueUpGroup};
use apportion_ledger::vanished::Vanished;

/// A value as a text that ends in a newline.
pub fn pretty(value: &Value) -> Result<Vec<u8>, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make the report: {error}"))
    })?;
    Ok((text + "\n").into_bytes())
}

/// True-ups by cause and month.
pub fn true_ups(groups: &[TrueUpGroup], digits: u32) -> Vec<Value> {
    let amount = |minor: i128| format_scaled(minor, digits);
    let group = |group: &TrueUpGroup| {
        json!({
            "cause": group.cause,
            "of_period": group.of_period.to_string(),
            "entries": group.entries,
            "earned": amount(group.earned),
            "absolute": amount(group.absolute),
        })
    };
    groups.iter().map(group).collect()
}

/// What has vanished.
pub fn vanished(things: &[Vanished], digits: u32) -> Vec<Value> {
    let thing = |thing: &Vanished| {
        json!({
            "id": thing.id,
            "what": thing.kind.word(),
            "posted": format_scaled(thing.amount, digits),
            "accepted": thing.accepted.map(AcceptanceAction::word),
        })
    };
    things.iter().map(thing).collect()
}

/// A draft, and the name of the close where it was posted.
pub fn text(report: &DraftReport, won: &[WonDeals], posted: Option<&str>) -> Result<Vec<u8>, Failure> {
    let record = &report.draft.record;
    let digits = report.book.currency.digits();
    let amount = |minor: i128| format_scaled(minor, digits);
    let true_ups = true_ups(&report.computed.true_ups, digits);
    let findings: Vec<Value> = report
        .computed
        .findings
        .iter()
        .map(|row| {
            json!({
                "code": row.code,
                "deal_id": row.deal_id,
                "rule_id": row.rule_id,
                "payee_id": row.payee_id,
                "amount": row.amount.map(|minor| amount(minor.wide())),
            })
        })
        .collect();
    let decided = vanished(&report.computed.decided, digits);
    let won: Vec<Value> = won
        .iter()
        .map(|part| json!({ "part": part.part, "deals": part.deals, "amount": part.amount }))
        .collect();
    let changed_payees: Vec<Value> = report
        .computed
        .changed_payees
        .iter()
        .flat_map(|payee| payee.changes.iter().map(|(column, was, is)| (&payee.payee_id, column, was, is)))
        .map(|(payee, column, was, is)| json!({ "payee_id": payee, "column": column, "was": was, "is": is }))
        .collect();
    let mut text = json!({
        "period": record.period,
        "draft": record.close,
        "posted": posted,
        "digest": report.draft.digest,
        "preparer": record.preparer,
        "currency": record.book.currency,
        "totals": record.totals,
        "won_deals": won,
        "true_ups": true_ups,
        "findings": findings,
        "changed_payees": changed_payees,
        "decided": decided,
        "approvals": report.draft.approvals,
        "approvals_needed": record.approvals_needed,
        "before": report.before.as_ref().map(|before| json!({
            "period": before.record.period, "digest": before.digest, "totals": before.record.totals,
        })),
    });
    if let (Some(assets), Some(keys)) = (super::assets::json(report), text.as_object_mut()) {
        keys.insert("assets".to_owned(), assets);
    }
    pretty(&text)
}

/// A draft that was approved.
pub fn approved(approved: &ApprovedDraft) -> Result<Vec<u8>, Failure> {
    let record = &approved.draft.record;
    pretty(&json!({
        "period": record.period,
        "draft": record.close,
        "digest": approved.draft.digest,
        "approvals": approved.approvals,
        "approvals_needed": record.approvals_needed,
    }))
}

/// A close that was posted.
pub fn posted(posted: &PostedClose) -> Result<Vec<u8>, Failure> {
    let record = &posted.record;
    pretty(&json!({
        "period": record.period,
        "close": record.close,
        "folder": posted.folder.display().to_string(),
        "currency": record.book.currency,
        "totals": record.totals,
    }))
}
