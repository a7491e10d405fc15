//! The close of the month by both sides: as text, as rows of CSV, as JSON, and in the document.

use serde_json::{Value, json};

use super::view::DifferenceView;
use crate::cli::number::count;
use crate::cli::table::Table;
use crate::{CloseComparison, ComparedCloses};
use apportion_base::diagnostic::{Diagnostic, counted};
use apportion_base::money::format_scaled;
use apportion_base::terminal::escaped;
use apportion_book::display_day;
use apportion_documents::block::{Block, Cell, Column, Document, Table as BlockTable};
use apportion_engine::diff::policies::{PolicyChange, policy_changes};
use apportion_engine::diff::{ParameterChange, words};
use apportion_ledger::closing::Rehearsal;
use apportion_ledger::compare::{BalanceChanges, Figure, PaidAmount, PayeeFiguresChange};
use apportion_ledger::folder::digits_of;
use apportion_ledger::stopped::diagnostics;

/// Payees on the page; CSV and JSON have all of them.
const PAYEES: usize = 1_000;

/// What is in the way of a close.
struct Obstacle {
    /// `before` or `after`.
    side: &'static str,
    /// Whether the close was rehearsed nevertheless.
    is_rehearsed: bool,
    found: Diagnostic,
}

/// Why a side can't be closed; what would stop a close that was rehearsed.
fn obstacles(sides: &ComparedCloses) -> Vec<Obstacle> {
    let of_side = |side: &Result<Rehearsal, Vec<Diagnostic>>| match side {
        Err(found) => found.clone(),
        Ok(rehearsal) => {
            let stops = rehearsal.stops.iter();
            let period = rehearsal.computed.period;
            stops.flat_map(|stop| diagnostics(stop, period, sides.currency)).collect()
        }
    };
    let obstacle = |name, side: &Result<Rehearsal, Vec<Diagnostic>>| {
        let is_rehearsed = side.is_ok();
        of_side(side).into_iter().map(move |found| Obstacle { side: name, is_rehearsed, found })
    };
    obstacle("before", &sides.before).chain(obstacle("after", &sides.after)).collect()
}

fn heading(shown: &DifferenceView, sides: &ComparedCloses) -> String {
    let since = match &sides.last {
        Some(close) => format!("after {close}"),
        None => "as the first close".to_owned(),
    };
    format!("The close of {}, {since}, with the ledger as it stands", shown.period)
}

/// The versions of holds, draws and payment terms that differ.
fn policies(shown: &DifferenceView) -> Vec<PolicyChange> {
    let difference = shown.difference;
    policy_changes(difference.before.rules, difference.after.rules, shown.digits)
}

/// What changed in them, for people.
fn policies_text(shown: &DifferenceView) -> String {
    let changes = policies(shown);
    if changes.is_empty() {
        return String::new();
    }
    let mut text = "\nWhat changed in holds, draws and payment terms\n".to_owned();
    for change in &changes {
        let places = shown.places(change.places.0.as_ref(), change.places.1.as_ref());
        text.push_str(&format!("  {} {}  {places}\n", change.kind.word(), escaped(&policy_title(change))));
        for parameter in &change.parameters {
            text.push_str(&format!("    {}\n", escaped(&words::parameter(parameter))));
        }
    }
    text
}

/// `ramp (new, from 2026-01-01)`.
fn policy_title(change: &PolicyChange) -> String {
    format!("{} ({}, from {})", change.id, change.status.word(), display_day(change.from))
}

/// The section for people; empty where there is nothing to compare.
pub fn text(shown: &DifferenceView) -> String {
    let closes = match shown.closes {
        CloseComparison::NothingToCompare => String::new(),
        CloseComparison::NoClose(why) => format!("\nHolds, draws and payment are not compared: {why}.\n"),
        CloseComparison::Sides(sides) => sides_text(shown, sides),
    };
    format!("{}{closes}", policies_text(shown))
}

fn sides_text(shown: &DifferenceView, sides: &ComparedCloses) -> String {
    let mut text = format!("\n{}\n", heading(shown, sides));
    for Obstacle { side, is_rehearsed, found } in obstacles(sides) {
        let stopped = match is_rehearsed {
            false => "it can't be closed",
            true => "its close would be stopped, and is compared as if it went on",
        };
        text.push_str(&format!("  {side}: {stopped}: {} [{}]\n", escaped(&found.message), found.code));
    }
    let Some(changes) = &sides.changes else { return text };
    if changes.payees.is_empty() {
        let paid = shown.money(changes.total.paid().0);
        text.push_str(&format!(
            "  the same for all {}: {} {paid} to pay on both sides\n",
            counted(changes.all, "payee"),
            shown.currency
        ));
        return text;
    }
    text.push_str(&totals(shown, changes).text());
    text.push('\n');
    text.push_str(&payees(shown, changes));
    text
}

fn totals(shown: &DifferenceView, changes: &BalanceChanges) -> Table {
    let mut table = Table::new(&["all payees", "before", "after", "change"]);
    for (figure, before, after) in
        changes.total.iter().filter(|(_, before, after)| (*before, *after) != (0, 0))
    {
        table.row(vec![
            figure.word().to_owned(),
            shown.money(before),
            shown.money(after),
            shown.signed(after - before),
        ]);
    }
    table
}

fn payees(shown: &DifferenceView, changes: &BalanceChanges) -> String {
    let mut table = Table::new(&["payee", "paid before", "paid after", "change"]);
    let shown_payees = &changes.payees[..changes.payees.len().min(shown.top)];
    for payee in shown_payees {
        let (before, after) = payee.figures.paid();
        table.row(vec![named(payee), shown.money(before), shown.money(after), shown.signed(after - before)]);
    }
    let mut text = format!(
        "{} of {} would have other figures\n{}",
        count(changes.payees.len() as u64),
        counted(changes.all, "payee"),
        table.text()
    );
    for payee in shown_payees {
        text.push_str(&format!("  {}: {}\n", escaped(&payee.payee_id), escaped(&what_differs(shown, payee))));
    }
    let left = changes.payees.len() - shown_payees.len();
    if left > 0 {
        text.push_str(&format!(
            "  and {} (--top {})\n",
            counted(left as u64, "more payee"),
            changes.payees.len()
        ));
    }
    text
}

fn named(payee: &PayeeFiguresChange) -> String {
    match payee.name.as_str() {
        "" => payee.payee_id.clone(),
        name if name == payee.payee_id => payee.payee_id.clone(),
        name => format!("{} {name}", payee.payee_id),
    }
}

/// `held 0.00 → 20.00; draw none → ramp`.
fn what_differs(shown: &DifferenceView, payee: &PayeeFiguresChange) -> String {
    let figure = |(figure, before, after): (Figure, i128, i128)| {
        format!("{} {} → {}", figure.word(), shown.money(before), shown.money(after))
    };
    let mut parts: Vec<String> = payee.figures.changed().map(figure).collect();
    let or_none = |id: &str| if id.is_empty() { "none".to_owned() } else { id.to_owned() };
    for (what, pair) in [("guarantee by", &payee.guarantee), ("draw", &payee.draw)] {
        parts.extend(pair.iter().map(|(was, is)| format!("{what} {} → {}", or_none(was), or_none(is))));
    }
    if let Some((was, is)) = payee.paid_amount.as_ref().filter(|(was, is)| in_another(shown, was, is)) {
        parts.push(format!("paid as {} → {}", paid(was), paid(is)));
    }
    parts.join("; ")
}

/// Whether an amount says more than that of the book's currency.
fn in_another(shown: &DifferenceView, was: &PaidAmount, is: &PaidAmount) -> bool {
    [was, is].into_iter().any(|amount| !amount.currency.is_empty() && amount.currency != shown.currency)
}

/// `90.00 EUR`; `nothing` where there is none.
fn paid(amount: &PaidAmount) -> String {
    match amount.currency.as_str() {
        "" => "nothing".to_owned(),
        code => format!("{} {code}", plain(amount)),
    }
}

fn plain(amount: &PaidAmount) -> String {
    format_scaled(amount.minor, digits_of(&amount.currency))
}

/// A row of CSV: the level, the payee and its name, the figure, before and after.
pub struct FigureRow<'a> {
    pub level: &'static str,
    pub payee: &'a str,
    pub name: &'a str,
    pub figure: &'static str,
    pub before: i128,
    pub after: i128,
}

/// All rows: the total of each figure, then those of each payee that differ.
pub fn rows<'a>(shown: &'a DifferenceView) -> Vec<FigureRow<'a>> {
    let CloseComparison::Sides(sides) = shown.closes else { return Vec::new() };
    let Some(changes) = &sides.changes else { return Vec::new() };
    let mut rows: Vec<FigureRow<'a>> = Vec::new();
    for (figure, before, after) in changes.total.iter() {
        rows.push(FigureRow { level: "close", payee: "", name: "", figure: figure.word(), before, after });
    }
    for payee in &changes.payees {
        rows.extend(payee.figures.changed().map(|(figure, before, after)| FigureRow {
            level: "close-payee",
            payee: &payee.payee_id,
            name: &payee.name,
            figure: figure.word(),
            before,
            after,
        }));
    }
    rows
}

/// The versions of holds, draws and payment terms that differ, as data.
pub fn policies_json(shown: &DifferenceView) -> Value {
    let parameter = |change: &ParameterChange| json!({ "key": change.key, "item": change.item, "before": change.before, "after": change.after });
    let one = |change: &PolicyChange| {
        json!({
            "id": change.id,
            "kind": change.kind.word(),
            "status": change.status.word(),
            "from": display_day(change.from),
            "before_at": change.places.0.as_ref().map(|span| shown.place(span)),
            "after_at": change.places.1.as_ref().map(|span| shown.place(span)),
            "parameters": change.parameters.iter().map(parameter).collect::<Vec<_>>(),
        })
    };
    Value::Array(policies(shown).iter().map(one).collect())
}

/// The closes as data; null where there is nothing to compare.
pub fn json(shown: &DifferenceView) -> Value {
    match shown.closes {
        CloseComparison::NothingToCompare => Value::Null,
        CloseComparison::NoClose(why) => json!({ "period": shown.period, "not_compared": why }),
        CloseComparison::Sides(sides) => sides_json(shown, sides),
    }
}

fn sides_json(shown: &DifferenceView, sides: &ComparedCloses) -> Value {
    let obstacles = obstacles(sides);
    let side = |name: &str, is_closed: bool| {
        let found: Vec<Value> = obstacles
            .iter()
            .filter(|obstacle| obstacle.side == name)
            .map(|obstacle| json!({ "code": obstacle.found.code.word(), "message": obstacle.found.message }))
            .collect();
        json!({ "closed": is_closed, "stopped_by": found })
    };
    let mut value = json!({
        "period": shown.period,
        "after_close": sides.last,
        "before": side("before", sides.before.is_ok()),
        "after": side("after", sides.after.is_ok()),
    });
    if let (Some(changes), Some(keys)) = (&sides.changes, value.as_object_mut()) {
        keys.insert("differs".to_owned(), json!(!changes.payees.is_empty()));
        keys.insert("payees_on_either_side".to_owned(), json!(changes.all));
        keys.insert("total".to_owned(), figures(shown, changes.total.iter()));
        let payees: Vec<Value> = changes.payees.iter().map(|payee| payee_json(shown, payee)).collect();
        keys.insert("payees".to_owned(), Value::Array(payees));
    }
    value
}

fn figures(shown: &DifferenceView, pairs: impl Iterator<Item = (Figure, i128, i128)>) -> Value {
    let one = |(figure, before, after): (Figure, i128, i128)| {
        let money = json!({
            "before": shown.plain(before),
            "after": shown.plain(after),
            "change": shown.plain(after - before),
            "currency": shown.currency,
        });
        (figure.word().to_owned(), money)
    };
    Value::Object(pairs.map(one).collect())
}

fn payee_json(shown: &DifferenceView, payee: &PayeeFiguresChange) -> Value {
    let or_null = |id: &str| if id.is_empty() { Value::Null } else { json!(id) };
    let pair = |pair: &Option<(String, String)>| match pair {
        Some((was, is)) => json!({ "before": or_null(was), "after": or_null(is) }),
        None => Value::Null,
    };
    let amount = |amount: &PaidAmount| match amount.currency.as_str() {
        "" => Value::Null,
        code => json!({ "amount": plain(amount), "currency": code }),
    };
    json!({
        "payee_id": payee.payee_id,
        "name": payee.name,
        "figures": figures(shown, payee.figures.iter()),
        "guarantee_id": pair(&payee.guarantee),
        "draw_id": pair(&payee.draw),
        "paid_amount": payee.paid_amount.as_ref().map(|(was, is)| json!({ "before": amount(was), "after": amount(is) })),
    })
}

/// Adds what the closes say to a document.
pub fn add(document: &mut Document, shown: &DifferenceView) {
    let changes = policies(shown);
    if !changes.is_empty() {
        document.heading(2, "What changed in holds, draws and payment terms");
        let item = |change: &PolicyChange| {
            let mut words = vec![format!("{} {}", change.kind.word(), policy_title(change))];
            words.extend(change.parameters.iter().map(words::parameter));
            words.join("; ").as_str().into()
        };
        document.blocks.push(Block::List(changes.iter().map(item).collect()));
    }
    match shown.closes {
        CloseComparison::NothingToCompare => {}
        CloseComparison::NoClose(why) => {
            document.heading(2, format!("The close of {}", shown.period));
            document.paragraph(format!("Holds, draws and payment are not compared: {why}."));
        }
        CloseComparison::Sides(sides) => {
            document.heading(2, heading(shown, sides));
            for Obstacle { side, found, .. } in obstacles(sides) {
                document.paragraph(format!("{side}: {} [{}]", found.message, found.code.word()));
            }
            if let Some(changes) = &sides.changes {
                add_changes(document, shown, changes);
            }
        }
    }
}

fn add_changes(document: &mut Document, shown: &DifferenceView, changes: &BalanceChanges) {
    let columns = |first: &'static str, amounts: [&'static str; 3]| {
        let mut columns = Column::texts([first]).to_vec();
        columns.extend(Column::numbers(amounts));
        columns
    };
    let cells =
        |before: i128, after: i128| [shown.amount(before), shown.amount(after), shown.change(after - before)];
    let mut totals =
        BlockTable::new("figures", "All payees", columns("all payees", ["before", "after", "change"]));
    for (figure, before, after) in changes.total.iter() {
        let mut row = vec![Cell::text(figure.word())];
        row.extend(cells(before, after));
        totals.row(row);
    }
    document.table(totals);
    let (some, all) = (count(changes.payees.len() as u64), counted(changes.all, "payee"));
    document.paragraph(format!("{some} of {all} would have other figures."));
    if changes.payees.is_empty() {
        return;
    }
    let mut all = columns("payee", ["paid before", "paid after", "change"]);
    all.push(Column::text("what differs", "what differs"));
    let mut payees = BlockTable::new("balances", "Payees", all);
    for payee in changes.payees.iter().take(PAYEES) {
        let (before, after) = payee.figures.paid();
        let mut row = vec![Cell::text(named(payee))];
        row.extend(cells(before, after));
        row.push(Cell::text(what_differs(shown, payee)));
        payees.row(row);
    }
    document.table(payees);
}
