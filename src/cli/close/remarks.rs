//! The report's part on what somebody should know, and on what changed against the draft before.

use super::LISTED;
use super::payment::more;
use crate::cli::names::named;
use crate::cli::number::{grouped, minor, money};
use crate::cli::table::Table;
use apportion_base::diagnostic::{Code, count};
use apportion_base::money::format_scaled;
use apportion_contract::AcceptanceAction;
use apportion_ledger::closing::DraftReport;
use apportion_ledger::folder::FindingRow;
use apportion_ledger::vanished::Vanished;

/// A finding that is told with the values that changed.
const PAYEE_CHANGED: &str = "payee-changed";

/// Findings and decisions; nothing where there are none.
pub fn text(report: &DraftReport) -> String {
    let computed = &report.computed;
    let digits = report.book.currency.digits();
    let mut lines = Vec::new();
    for payee in &computed.changed_payees {
        let changes: Vec<String> = payee
            .changes
            .iter()
            .map(|(column, was, is)| format!("{column} was {} and is {}", or_nothing(was), or_nothing(is)))
            .collect();
        let who = named(&payee.payee_id, name(report, &payee.payee_id));
        lines.push(format!("{PAYEE_CHANGED}: {who}: {}", changes.join("; ")));
    }
    let others = computed.findings.iter().filter(|row| row.code != PAYEE_CHANGED);
    lines.extend(others.map(|row| finding(report, row)));
    lines.extend(computed.decided.iter().map(|thing| decided(thing, digits)));
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("To know ({}):\n", count(lines.len() as u64));
    lines.iter().take(LISTED).for_each(|line| text.push_str(&format!("  {line}\n")));
    text + &more(lines.len(), "findings.csv") + "\n"
}

fn name<'a>(report: &'a DraftReport, payee_id: &str) -> &'a str {
    let balances = &report.computed.balances;
    let found = balances.binary_search_by(|row| row.payee_id.as_str().cmp(payee_id));
    found.map_or("", |place| balances[place].name.as_str())
}

fn finding(report: &DraftReport, row: &FindingRow) -> String {
    let digits = report.book.currency.digits();
    let mut about = Vec::new();
    if !row.payee_id.is_empty() {
        about.push(named(&row.payee_id, name(report, &row.payee_id)));
    }
    if !row.deal_id.is_empty() {
        about.push(format!("deal {}", row.deal_id));
    }
    if !row.rule_id.is_empty() {
        about.push(format!("rule {}", row.rule_id));
    }
    about.extend(row.amount.map(|amount| money(amount.wide(), digits)));
    format!("{}: {}", row.code, about.join(", "))
}

/// What was decided about something that has vanished.
fn decided(thing: &Vanished, digits: u32) -> String {
    let became = match thing.accepted {
        Some(AcceptanceAction::Keep) => "is kept",
        Some(AcceptanceAction::TakeBack) => "is taken back",
        Some(AcceptanceAction::Post) | None => "waits for a decision",
    };
    format!(
        "{}: {} {}: what was posted, {}, {became} as it was decided",
        Code::Vanished,
        thing.kind.word(),
        thing.id,
        money(thing.amount, digits)
    )
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") }
}

/// What changed against the draft before.
pub fn against_before(report: &DraftReport) -> String {
    let Some(before) = report.before.as_ref().filter(|before| before.period == report.draft.period) else {
        return String::new();
    };
    if before.digest == report.draft.digest {
        return "The same as the draft before; its approvals still count.\n\n".to_owned();
    }
    let (was, is) = (&before.record.totals, &report.draft.record.totals);
    let pairs = [
        ("new lines", &was.lines, &is.lines),
        ("true-ups", &was.true_ups, &is.true_ups),
        ("clawbacks", &was.clawbacks, &is.clawbacks),
        ("adjustments", &was.adjustments, &is.adjustments),
        ("held", &was.held_out, &is.held_out),
        ("owed of draws", &was.owed_out, &is.owed_out),
        ("carried on", &was.carried_out, &is.carried_out),
        ("to pay", &was.paid, &is.paid),
    ];
    let changed: Vec<_> = pairs.into_iter().filter(|(_, was, is)| was != is).collect();
    if changed.is_empty() {
        return "The draft before had the same totals, and differs in other things.\n\n".to_owned();
    }
    let digits = report.book.currency.digits();
    let mut table = Table::new(&["against the draft before", "was", "is", "change"]);
    for (name, was, is) in changed {
        let change =
            minor(is, digits).zip(minor(was, digits)).map(|(is, was)| format_scaled(is - was, digits));
        table.row(vec![name.to_owned(), grouped(was), grouped(is), grouped(&change.unwrap_or_default())]);
    }
    table.text() + "\n"
}
