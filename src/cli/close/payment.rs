//! The report's part on payment: from what may be paid to what is paid, and what stands open afterwards.

use std::collections::BTreeMap;

use super::LISTED;
use crate::cli::names::named;
use crate::cli::number::{count, counted, money};
use crate::cli::table::Table;
use apportion_base::money::Minor;
use apportion_ledger::balances::Balance;
use apportion_ledger::closing::DraftReport;

/// A figure of a balance, in minor units.
type Figure = fn(&Balance) -> i128;

fn sum(report: &DraftReport, figure: impl Fn(&Balance) -> i128) -> i128 {
    report.computed.balances.iter().map(figure).sum()
}

/// How what may be paid becomes a payment. All amounts have the sign with which they add up.
pub fn from_released_to_paid(report: &DraftReport) -> String {
    let digits = report.book.currency.digits();
    let mut table = Table::new(&["payment", report.book.currency.code()]);
    let mut row = |name: &str, minor: i128, always: bool| {
        if always || minor != 0 {
            table.row(vec![name.to_owned(), money(minor, digits)]);
        }
    };
    let adjustments = sum(report, |row| row.adjustments.wide());
    row("carried from the month before", sum(report, |row| row.carried_in.wide()), true);
    row("lines that may be paid", sum(report, Balance::net) - adjustments, true);
    row("adjustments", adjustments, false);
    row("guarantees of draws", sum(report, |row| row.payment.guarantee.wide()), false);
    row("advances of draws", sum(report, |row| row.payment.advance.wide()), false);
    row("recovered of earlier advances", -sum(report, |row| row.payment.recovery.wide()), false);
    row("carried to the next month", -sum(report, |row| row.payment.carried_out.wide()), true);
    let paid = sum(report, |row| row.payment.paid.wide());
    let payees = counted(report.draft.record.totals.paid_payees, "payee");
    table.total(vec![format!("to pay, to {payees}"), money(paid, digits)]);
    table.text() + "\n"
}

/// What is paid in other currencies; nothing where all is paid in that of the book.
pub fn currencies(report: &DraftReport) -> String {
    let mut sums: BTreeMap<&str, (u64, i128, i128)> = BTreeMap::new();
    let own = report.book.currency.code();
    for row in report.computed.balances.iter().filter(|row| !row.payment.paid.is_zero()) {
        let sum = sums.entry(&row.paid_currency).or_default();
        let (amount, paid) = (row.payment.paid_amount.wide(), row.payment.paid.wide());
        *sum = (sum.0 + 1, sum.1 + amount, sum.2 + paid);
    }
    if sums.keys().all(|currency| *currency == own) {
        return String::new();
    }
    let in_book = format!("in {own}");
    let mut table = Table::new(&["paid in", "payees", "amount", &in_book]);
    for (currency, (payees, amount, paid)) in sums {
        let digits = apportion_ledger::folder::digits_of(currency);
        table.row(vec![
            currency.to_owned(),
            count(payees),
            money(amount, digits),
            money(paid, report.book.currency.digits()),
        ]);
    }
    table.text() + "\n"
}

/// Payees who are not paid just what may be paid of their lines: draws, debts, minimum and maximum.
pub fn exceptions(report: &DraftReport) -> String {
    let is_exception = |row: &&Balance| {
        let paid = &row.payment;
        let amounts =
            [row.carried_in, row.owed_in, paid.guarantee, paid.advance, paid.recovery, paid.forgiven];
        amounts.iter().chain([&paid.carried_out, &paid.owed_out]).any(|amount| !amount.is_zero())
    };
    let mut rows: Vec<&Balance> = report.computed.balances.iter().filter(is_exception).collect();
    // Where not all are listed, those with most open are.
    rows.sort_by_key(|row| {
        let open = row.payment.carried_out.wide().abs() + row.payment.owed_out.wide();
        (std::cmp::Reverse(open), row.payee_id.clone())
    });
    if rows.is_empty() {
        return String::new();
    }
    let digits = report.book.currency.digits();
    let columns: [(&str, Figure); 9] = [
        ("carried in", |row| row.carried_in.wide()),
        ("may be paid", Balance::net),
        ("guarantee", |row| row.payment.guarantee.wide()),
        ("advance", |row| row.payment.advance.wide()),
        ("recovered", |row| -row.payment.recovery.wide()),
        ("forgiven", |row| row.payment.forgiven.wide()),
        ("paid", |row| row.payment.paid.wide()),
        ("carried on", |row| row.payment.carried_out.wide()),
        ("owed of draws", |row| row.payment.owed_out.wide()),
    ];
    // A column that says nothing of anybody is left out.
    let silent = |figure: Figure| rows.iter().all(|row| figure(row) == 0);
    let columns: Vec<_> = columns.into_iter().filter(|(_, figure)| !silent(*figure)).collect();
    let header: Vec<&str> =
        std::iter::once("draws, debts, minimums").chain(columns.iter().map(|(name, _)| *name)).collect();
    let mut table = Table::new(&header);
    for row in rows.iter().take(LISTED) {
        let amounts = columns.iter().map(|(_, figure)| money(figure(row), digits));
        table.row(std::iter::once(named(&row.payee_id, &row.name)).chain(amounts).collect());
    }
    table.text() + &more(rows.len(), "balances.csv") + "\n"
}

/// What stands open before and after the close.
pub fn balances(report: &DraftReport) -> String {
    let digits = report.book.currency.digits();
    let above = |amount: Minor| amount.wide().max(0);
    let below = |amount: Minor| (-amount.wide()).max(0);
    let rows: [(&str, i128, i128); 4] = [
        (
            "held, earned and not payable yet",
            sum(report, |row| row.held_in.wide()),
            sum(report, |row| row.held_out.wide()),
        ),
        (
            "carried, due to payees",
            sum(report, |row| above(row.carried_in)),
            sum(report, |row| above(row.payment.carried_out)),
        ),
        (
            "carried, owed by payees",
            sum(report, |row| below(row.carried_in)),
            sum(report, |row| below(row.payment.carried_out)),
        ),
        (
            "advances of draws, owed by payees",
            sum(report, |row| row.owed_in.wide()),
            sum(report, |row| row.payment.owed_out.wide()),
        ),
    ];
    let rows: Vec<_> = rows.into_iter().filter(|(_, before, after)| (*before, *after) != (0, 0)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["open", "before", "change", "now"]);
    for (name, before, after) in rows {
        let amounts = [before, after - before, after].map(|minor| money(minor, digits));
        table.row(std::iter::once(name.to_owned()).chain(amounts).collect());
    }
    table.text() + "\n"
}

/// How many rows are not listed, as a line; nothing where all are.
pub fn more(rows: usize, file: &str) -> String {
    match rows.saturating_sub(LISTED) {
        0 => String::new(),
        hidden => format!("… and {} more; {file} has all of them\n", count(hidden as u64)),
    }
}
