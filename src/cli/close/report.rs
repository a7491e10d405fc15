//! A draft for people: it reads like a close report.

use std::collections::BTreeMap;

use crate::cli::number::{count, counted, grouped, money};
use crate::cli::table::Table;
use apportion_base::money::{Minor, format_scaled};
use apportion_book::display_day;
use apportion_ledger::balances::Balance;
use apportion_ledger::closing::DraftReport;
use apportion_ledger::entry::{EntryType, Subject};
use apportion_ledger::folder::CloseTotals;

/// Findings, payees and changes that are listed; the files have all of them.
const LISTED: usize = 10;

/// The report; `posted` is the name of the close, where it was posted.
pub fn text(report: &DraftReport, posted: Option<&str>) -> String {
    let mut text = head(report, posted);
    text.push_str(&posted_table(report));
    text.push_str(&true_ups(report));
    text.push_str(&payment(report));
    text.push_str(&currencies(report));
    text.push_str(&findings(report));
    text.push_str(&against_before(report));
    text.push_str(&next(report, posted));
    text
}

fn head(report: &DraftReport, posted: Option<&str>) -> String {
    let record = &report.draft.record;
    let (first, last) = report.computed.days;
    let what = match posted {
        Some(close) => format!("{} is closed, as {close}", record.period),
        None => format!("Draft of {}, prepared by {}", record.period, record.preparer),
    };
    format!(
        "{what}\n{}, {} to {}, in {}\n\n",
        report.book.name,
        display_day(first),
        display_day(last),
        report.book.currency.code()
    )
}

/// What is posted: entries by what they are.
fn posted_table(report: &DraftReport) -> String {
    let digits = report.book.currency.digits();
    let mut rows: BTreeMap<(usize, &str), (u64, i128, i128)> = BTreeMap::new();
    let mut releases = (0_u64, 0_i128);
    for entry in &report.computed.entries {
        let is_line = matches!(entry.subject, Subject::Line { .. });
        if is_line && entry.earned.is_zero() {
            releases = (releases.0 + 1, releases.1 + entry.released.wide());
            continue;
        }
        let row = match entry.entry {
            _ if entry.is_clawback() => (2, "clawbacks"),
            EntryType::New => (0, "new lines"),
            EntryType::TrueUp => (1, "true-ups"),
            EntryType::Adjustment => (3, "adjustments"),
        };
        let sums = rows.entry(row).or_default();
        *sums = (sums.0 + 1, sums.1 + entry.earned.wide(), sums.2 + entry.released.wide());
    }
    let mut table = Table::new(&["posted", "entries", "earned", "released"]);
    let (mut entries, mut earned, mut released) = (0, 0, 0);
    for ((_, name), (count_of, sum_earned, sum_released)) in rows {
        table.row(vec![
            name.to_owned(),
            count(count_of),
            money(sum_earned, digits),
            money(sum_released, digits),
        ]);
        (entries, earned, released) = (entries + count_of, earned + sum_earned, released + sum_released);
    }
    if releases.0 > 0 {
        table.row(vec![
            "let go of what was held".to_owned(),
            count(releases.0),
            money(0, digits),
            money(releases.1, digits),
        ]);
        (entries, released) = (entries + releases.0, released + releases.1);
    }
    table.total(vec!["total".to_owned(), count(entries), money(earned, digits), money(released, digits)]);
    table.text() + "\n"
}

fn true_ups(report: &DraftReport) -> String {
    let groups: Vec<_> = report.computed.true_ups.iter().filter(|group| group.absolute != 0).collect();
    if groups.is_empty() {
        return String::new();
    }
    let digits = report.book.currency.digits();
    let mut table = Table::new(&["true-ups by cause", "month", "entries", "earned"]);
    for group in groups {
        table.row(vec![
            group.cause.clone(),
            group.of_period.to_string(),
            count(group.entries),
            money(group.earned, digits),
        ]);
    }
    table.text() + "\n"
}

/// How what is posted becomes a payment.
fn payment(report: &DraftReport) -> String {
    let totals = &report.draft.record.totals;
    let digits = report.book.currency.digits();
    let net: i128 = report.computed.balances.iter().map(Balance::net).sum();
    let mut table = Table::new(&["payment", report.book.currency.code()]);
    let mut row = |name: &str, amount: &str| {
        table.row(vec![name.to_owned(), grouped(amount)]);
    };
    row("carried from the month before", &totals.carried_in);
    row("released and adjusted", &format_scaled(net, digits));
    let is_zero = |amount: &str| amount.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    for (name, amount) in [
        ("guarantees", &totals.guarantee),
        ("advances of draws", &totals.advance),
        ("recovered of draws, less", &totals.recovery),
    ] {
        if !is_zero(amount) {
            row(name, amount);
        }
    }
    row("carried to the next month, less", &totals.carried_out);
    table.total(vec![format!("to pay, to {}", counted(totals.paid_payees, "payee")), grouped(&totals.paid)]);
    table.text() + &beside(totals) + "\n"
}

fn beside(totals: &CloseTotals) -> String {
    let mut text = String::new();
    let is_zero = |amount: &str| amount.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if !is_zero(&totals.held_in) || !is_zero(&totals.held_out) {
        text.push_str(&format!(
            "held: {} before, {} now\n",
            grouped(&totals.held_in),
            grouped(&totals.held_out)
        ));
    }
    if !is_zero(&totals.owed_in) || !is_zero(&totals.owed_out) {
        text.push_str(&format!(
            "owed of draws: {} before, {} now, {} forgiven\n",
            grouped(&totals.owed_in),
            grouped(&totals.owed_out),
            grouped(&totals.forgiven)
        ));
    }
    text
}

/// What is paid in other currencies.
fn currencies(report: &DraftReport) -> String {
    let mut sums: BTreeMap<&str, (u64, i128)> = BTreeMap::new();
    let own = report.book.currency.code();
    for row in report.computed.balances.iter().filter(|row| !row.payment.paid.is_zero()) {
        let sum = sums.entry(&row.paid_currency).or_default();
        *sum = (sum.0 + 1, sum.1 + row.payment.paid_amount.wide());
    }
    if sums.keys().all(|currency| *currency == own) {
        return String::new();
    }
    let mut table = Table::new(&["paid in", "payees", "amount"]);
    for (currency, (payees, amount)) in sums {
        let digits = apportion_ledger::folder::digits_of(currency);
        table.row(vec![currency.to_owned(), count(payees), money(amount, digits)]);
    }
    table.text() + "\n"
}

fn findings(report: &DraftReport) -> String {
    let computed = &report.computed;
    let mut lines = Vec::new();
    for payee in &computed.changed_payees {
        let changes: Vec<String> = payee
            .changes
            .iter()
            .map(|(column, was, is)| format!("{column} was {} and is {}", or_nothing(was), or_nothing(is)))
            .collect();
        lines.push(format!("payee-changed: {}: {}", payee.payee_id, changes.join("; ")));
    }
    let digits = report.book.currency.digits();
    for row in computed.findings.iter().filter(|row| row.code != "payee-changed") {
        let subject = [&row.deal_id, &row.rule_id, &row.payee_id];
        let subject: Vec<&str> =
            subject.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let amount = row
            .amount
            .map_or_else(String::new, |amount: Minor| format!(", {}", money(amount.wide(), digits)));
        lines.push(format!("{}: {}{amount}", row.code, subject.join(", ")));
    }
    for thing in &computed.decided {
        let action = thing.accepted.map_or("", apportion_contract::AcceptanceAction::word);
        lines.push(format!(
            "vanished: {} {}, {} posted: {action}",
            thing.kind.word(),
            thing.id,
            money(thing.amount, digits)
        ));
    }
    if lines.is_empty() {
        return String::new();
    }
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    let mut text = "To know:\n".to_owned();
    lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    if more > 0 {
        text.push_str(&format!("  … and {more} more; findings.csv has all of them\n"));
    }
    text + "\n"
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") }
}

/// What changed against the draft before.
fn against_before(report: &DraftReport) -> String {
    let Some(before) = report.before.as_ref().filter(|before| before.period == report.draft.period) else {
        return String::new();
    };
    if before.digest == report.draft.digest {
        return "The same as the draft before; its approvals still count.\n\n".to_owned();
    }
    let (was, is) = (&before.record.totals, &report.draft.record.totals);
    let pairs = [
        ("lines", &was.lines, &is.lines),
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
    let mut table = Table::new(&["against the draft before", "was", "is"]);
    for (name, was, is) in changed {
        table.row(vec![name.to_owned(), grouped(was), grouped(is)]);
    }
    table.text() + "\n"
}

fn next(report: &DraftReport, posted: Option<&str>) -> String {
    let path = report.book.ledger.as_ref().map_or("ledger", |ledger| ledger.path.as_str());
    if let Some(close) = posted {
        return format!("Files: {path}/closes/{close}\n");
    }
    let (have, need) = (report.draft.approvals.len(), report.draft.record.approvals_needed as usize);
    let next = match need.saturating_sub(have) {
        0 => "`apportion post` closes it for good".to_owned(),
        1 => "one approval is missing: `apportion approve --by NAME`".to_owned(),
        missing => format!("{missing} approvals are missing: `apportion approve --by NAME`"),
    };
    format!("Files: {path}/draft\nNext: {next}\n")
}
