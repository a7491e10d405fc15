//! Why there is no draft, and what to do.

use serde_json::json;

use super::json::{true_ups, vanished};
use super::report::true_ups as true_ups_by_cause;
use crate::cli::Failure;
use crate::cli::number::money;
use crate::cli::options::ReportFormat;
use crate::cli::table::Table;
use apportion_base::diagnostic::Code;
use apportion_base::money::format_scaled;
use apportion_book::{Period, display_day};
use apportion_ledger::closing::StoppedClose;

/// What stops a close, as data.
pub fn shown(
    stopped: &StoppedClose,
    period: Period,
    format: ReportFormat,
    digits: u32,
) -> Result<Vec<u8>, Failure> {
    match format {
        ReportFormat::Table => Ok(table(stopped, digits).into_bytes()),
        ReportFormat::Json => {
            let value = json(stopped, period, digits);
            super::json::pretty(&value)
        }
    }
}

fn table(stopped: &StoppedClose, digits: u32) -> String {
    match stopped {
        StoppedClose::RewrittenBook(_) | StoppedClose::RewrittenRules(_) => String::new(),
        StoppedClose::Vanished(things) => {
            let mut table = Table::new(&["vanished", "what", "decided", "posted"]).with_texts(&[1, 2]);
            for thing in things {
                let decided = thing.accepted.map_or("open", apportion_contract::AcceptanceAction::word);
                table.row(vec![
                    thing.id.clone(),
                    thing.kind.word().to_owned(),
                    decided.to_owned(),
                    money(thing.amount, digits),
                ]);
            }
            table.text()
        }
        StoppedClose::LargeTrueUps { by_cause, .. } => true_ups_by_cause(by_cause, digits),
    }
}

fn json(stopped: &StoppedClose, period: Period, digits: u32) -> serde_json::Value {
    let amount = |minor: i128| format_scaled(minor, digits);
    let (code, found) = match stopped {
        StoppedClose::RewrittenBook(changes) => (
            Code::RewrittenBook,
            json!(
                changes
                    .iter()
                    .map(|(key, was, is)| json!({ "key": key, "was": was, "is": is }))
                    .collect::<Vec<_>>()
            ),
        ),
        StoppedClose::RewrittenRules(rules) => {
            let rule = |rule: &apportion_ledger::rewritten::RewrittenRule| {
                let changes: Vec<_> = rule
                    .changes
                    .iter()
                    .map(|(what, was, is)| json!({ "parameter": what, "was": was, "is": is }))
                    .collect();
                json!({
                    "rule_id": rule.rule_id,
                    "month": rule.month.to_string(),
                    "day": display_day(rule.day),
                    "changes": changes,
                })
            };
            (Code::RewrittenRule, rules.iter().map(rule).collect())
        }
        StoppedClose::Vanished(things) => (Code::Vanished, vanished(things, digits).into()),
        StoppedClose::LargeTrueUps { id, sum, by_cause } => (
            Code::LargeTrueUps,
            json!({ "id": id, "sum": amount(*sum), "true_ups": true_ups(by_cause, digits) }),
        ),
    };
    json!({ "period": period.to_string(), "draft": null, "stopped": code.word(), "found": found })
}
