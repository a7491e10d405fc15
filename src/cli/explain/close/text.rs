//! What the explanation of a close says to people: how the payment came about, reversals as events, and each entry with what was posted of
//! it, what differs behind it, and what holds it.

use super::super::page::{self, Page};
use crate::cli::number::{entries, grouped, money};
use crate::{CloseExplanation, ExplainedEntry, ExplainedMove, ExplainedPayment, ExplainedSubject};
use apportion_base::diagnostic::counted;
use apportion_base::money::{Currency, format_scaled};
use apportion_book::display_day;
use apportion_documents::block::{Cell, Column, Table};
use apportion_engine::diff::cells::CellChange;
use apportion_ledger::explain::held::HeldLine;
use apportion_ledger::explain::moved::{LineKey, MovedLine, MovedParameter};
use apportion_ledger::explain::payment::{PaymentStep, Quantity};
use apportion_ledger::explain::reversals::Reversal;
use apportion_ledger::folder::digits_of;

/// Cells of one entry that are listed.
const CELLS: usize = 20;

pub fn page(answer: &CloseExplanation) -> Page {
    let mut page = Page::default();
    page.title(&title(answer));
    page.blank();
    if let Some(payment) = &answer.payment {
        of_payment(answer, payment, &mut page);
    }
    for payee in &answer.people {
        let change = |(column, was, is): &(String, String, String)| {
            format!("{column} {} → {}", or_nothing(was), or_nothing(is))
        };
        let changes: Vec<String> = payee.changes.iter().map(change).collect();
        page.prose(&format!(
            "{} is another than in the close before: {}",
            payee.payee_id,
            changes.join(", ")
        ));
        page.blank();
    }
    for (reversal, moved) in &answer.reversals {
        event(answer, reversal, moved, &mut page);
    }
    page.heading(2, &entries(answer.entries.len()));
    page.blank();
    for entry in &answer.entries {
        of_entry(answer, entry, &mut page);
    }
    page
}

/// An amount of the ledger.
fn amount(answer: &CloseExplanation, minor: impl Into<i128>) -> Cell {
    let minor = minor.into();
    match Currency::from_code(&answer.currency) {
        Some(currency) => page::amount(minor, currency),
        None => Cell::text(money(minor, answer.digits)),
    }
}

/// `0007-2026-07: P-10 (Contoso), amounts in USD`.
fn title(answer: &CloseExplanation) -> String {
    let mut what: Vec<String> = Vec::new();
    what.extend(answer.inquiry.payee.as_ref().map(|payee| {
        let name = answer.payment.as_ref().map_or("", |payment| payment.row.name.as_str());
        crate::cli::names::named(payee, name)
    }));
    what.extend(answer.inquiry.deal.as_ref().map(|deal| format!("deal {deal}")));
    format!("{}: {}, amounts in {}", answer.close, what.join(", "), answer.currency)
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn of_payment(answer: &CloseExplanation, payment: &ExplainedPayment, page: &mut Page) {
    let row = &payment.row;
    page.heading(2, &format!("How {} came to be paid", money(row.payment.paid.wide(), answer.digits)));
    page.indent(2);
    for step in payment.steps.steps.iter().filter(|step| is_shown(step, payment)) {
        of_step(answer, step, page);
    }
    page.result("held to the next close", amount(answer, row.held_out.wide()));
    if let Some(id) = &row.guarantee_id {
        page.line(&format!("the guarantee is by `{id}`"));
    }
    if let Some((id, on)) =
        row.draw.as_ref().filter(|_| !row.owed_in.is_zero() || !row.payment.owed_out.is_zero())
    {
        page.line(&format!("the recoverable draw last in force is `{id}`, on {}", display_day(*on)));
    }
    if !payment.steps.with_terms {
        page.prose(
            "The terms that were in force can't be looked into, because the close kept no copies of the data: what rests on them is as it was posted.",
        );
    }
    if !payment.steps.proven {
        page.prose("This version comes to another payment by these terms than the close has posted: `apportion verify ledger --replay` says where.");
    }
    page.indent(0);
    page.blank();
}

/// Whether a step has something to say to people: without debts and draws most of them are 0.
fn is_shown(step: &PaymentStep, payment: &ExplainedPayment) -> bool {
    if step.result != Quantity::Amount(0) {
        return true;
    }
    match step.name {
        "guarantee" | "debt" | "taken" | "forgiven" => false,
        "advance" | "recovery" | "owed_out" => payment.row.draw.is_some() || !payment.row.owed_in.is_zero(),
        _ => true,
    }
}

fn of_step(answer: &CloseExplanation, step: &PaymentStep, page: &mut Page) {
    page.labelled_result(step.name, &format!("= {}", step.formula), result(answer, &step.result));
    // Zeros add nothing to a sum of many.
    let is_said = |(_, input): &&(&str, Quantity)| *input != Quantity::Amount(0) || step.inputs.len() <= 3;
    let said: Vec<String> = step
        .inputs
        .iter()
        .filter(is_said)
        .map(|(name, input)| format!("{name} {}", quantity(answer, input)))
        .collect();
    if !said.is_empty() {
        page.labelled("", &said.join(", "));
    }
}

/// What a step comes to.
fn result(answer: &CloseExplanation, result: &Quantity) -> Cell {
    match result {
        Quantity::Amount(minor) => amount(answer, *minor),
        // In hundred millionths.
        Quantity::Share(share) => Cell::Rate(i128::from(*share), 8),
        other => Cell::text(quantity(answer, other)),
    }
}

/// A number of a step for people.
fn quantity(answer: &CloseExplanation, quantity: &Quantity) -> String {
    match quantity {
        Quantity::Amount(minor) => money(*minor, answer.digits),
        Quantity::Share(share_e8) => {
            let text = format_scaled(i128::from(*share_e8), 6);
            format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
        }
        Quantity::Rate(rate_e9, quoted) => {
            let text = format_scaled(i128::from(*rate_e9), 9);
            format!("{} ({})", text.trim_end_matches('0').trim_end_matches('.'), quoted.word())
        }
        Quantity::Foreign(minor, code) => {
            format!("{} {code}", money(*minor, digits_of(code)))
        }
        Quantity::Is(true) => "yes".to_owned(),
        Quantity::Is(false) => "no".to_owned(),
        Quantity::None => "none".to_owned(),
    }
}

/// A reversal over all lines that it moves.
fn event(answer: &CloseExplanation, reversal: &Reversal, moved: &[usize], page: &mut Page) {
    let Reversal { deal, of_deal, rule, method, size } = reversal;
    page.prose(&format!(
        "Reversal {deal} takes {} {} of deal {of_deal} back, by `{rule}` ({method}), and moves {}:",
        answer.currency,
        grouped(size),
        counted(moved.len() as u64, "line")
    ));
    let mut columns = Column::texts(["payee", "rule", "deal", "of"]).to_vec();
    columns.extend(Column::numbers(["earned", "released"]));
    let mut table = Table::new("reversal", format!("Lines that {deal} moves"), columns);
    let (mut earned, mut released) = (0, 0);
    for place in moved {
        let entry = &answer.entries[*place].posted.entry;
        let Some(key) = answer.entries[*place].line() else { continue };
        earned += entry.earned.wide();
        released += entry.released.wide();
        table.row(vec![
            Cell::text(&key.payee),
            Cell::text(&key.rule),
            Cell::text(&key.deal),
            Cell::text(entry.of_period.to_string()),
            amount(answer, entry.earned.wide()),
            amount(answer, entry.released.wide()),
        ]);
    }
    table.total = Some(vec![
        Cell::text("all"),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        amount(answer, earned),
        amount(answer, released),
    ]);
    page.indent(2);
    page.table(table);
    page.indent(0);
    page.blank();
}

fn of_entry(answer: &CloseExplanation, entry: &ExplainedEntry, page: &mut Page) {
    let posted = &entry.posted.entry;
    let what = match &entry.subject {
        ExplainedSubject::Line(key) => named(key, answer.inquiry.payee.is_none()),
        ExplainedSubject::Adjustment { id, payee, reason } => match answer.inquiry.payee {
            Some(_) => format!("adjustment {id}: {reason}"),
            None => format!("{payee}, adjustment {id}: {reason}"),
        },
    };
    page.heading_with_result(3, &what, amount(answer, posted.earned.wide()));
    page.indent(2);
    page.line(&format!(
        "{} of {}, cause: {}; earned so far {}, may be paid {}",
        posted.entry.word(),
        posted.of_period,
        posted.cause,
        money(posted.earned_to_date.wide(), answer.digits),
        money(posted.released_to_date.wide(), answer.digits)
    ));
    history(answer, entry, page);
    if let Some(moved) = &entry.moved {
        of_move(answer, moved, page);
    }
    held(answer, entry, page);
    if let Some(changes) = &entry.released_by {
        page.indent(4);
        match changes.is_empty() {
            true => page.line("no cell of the deal is another: the end of the month is"),
            false => cells(changes, page),
        }
    }
    page.indent(0);
    page.blank();
}

/// `rule on deal D1 (closed)`, with the payee where all are asked for.
fn named(key: &LineKey, with_payee: bool) -> String {
    let mut text = if with_payee { format!("{}, {}", key.payee, key.rule) } else { key.rule.clone() };
    text.push_str(&format!(" on deal {}", key.deal));
    let mut more: Vec<String> = key.role.iter().cloned().collect();
    more.extend(key.from_payee.as_ref().map(|payee| format!("from {payee}")));
    more.extend(
        key.of_rule
            .as_ref()
            .zip(key.of_deal.as_ref())
            .map(|(rule, deal)| format!("takes back {rule} on {deal}")),
    );
    if !more.is_empty() {
        text.push_str(&format!(" ({})", more.join(", ")));
    }
    text
}

/// What was posted when, where it was posted before.
fn history(answer: &CloseExplanation, entry: &ExplainedEntry, page: &mut Page) {
    let postings = &entry.posted.postings;
    if postings.len() < 2 {
        return;
    }
    let mut columns = Column::texts(["posted by", "cause"]).to_vec();
    columns.extend(Column::numbers(["earned", "released"]));
    let mut table = Table::new("postings", "What was posted", columns);
    for posting in postings {
        table.row(vec![
            Cell::text(&posting.close),
            Cell::text(&posting.cause),
            amount(answer, posting.earned.wide()),
            amount(answer, posting.released.wide()),
        ]);
    }
    page.table(table);
}

fn of_move(answer: &CloseExplanation, moved: &ExplainedMove, page: &mut Page) {
    let Some(line) = &moved.line else {
        page.prose(&format!(
            "By the inputs of {} and by those of this close the line is the same: a decision moved it.",
            moved.since
        ));
        return;
    };
    page.prose(&format!("since {}: {}", moved.since, line.sentence));
    page.indent(4);
    let said = |minor: Option<i128>| minor.map_or("no line".to_owned(), |minor| money(minor, answer.digits));
    page.line(&format!("{} → {}", said(line.before), said(line.after)));
    for (parameter, places) in line.parameters.iter().zip(&moved.places) {
        page.item(&of_parameter(parameter, places));
    }
    cells(&line.cells, page);
    behind(line, page);
    page.indent(2);
}

fn of_parameter(parameter: &MovedParameter, places: &(Option<String>, Option<String>)) -> String {
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let place = match places {
        (Some(was), Some(is)) if was != is => format!(" ({was}, now {is})"),
        (_, Some(is)) => format!(" ({is})"),
        (Some(was), None) => format!(" ({was} then)"),
        (None, None) => String::new(),
    };
    format!("{} {} → {}{place}", parameter.name, side(&parameter.before), side(&parameter.after))
}

fn cells(changes: &[CellChange], page: &mut Page) {
    for change in changes.iter().take(CELLS) {
        page.item(&of_cell(change));
    }
    if changes.len() > CELLS {
        page.item(&format!("and {}", counted((changes.len() - CELLS) as u64, "more cell")));
    }
}

/// `deals D1: amount 1000.00 → 1200.00 (data/deals.csv row 2)`.
fn of_cell(change: &CellChange) -> String {
    let CellChange { table, key, column, before, after, before_at, after_at } = change;
    let row = after_at.as_ref().or(before_at.as_ref());
    let place = row.map_or(String::new(), |place| format!(" ({} row {})", place.file, place.row));
    match (column.as_str(), before, after) {
        (_, Some(was), Some(is)) => {
            format!("{table} {key}: {column} {} → {}{place}", or_nothing(was), or_nothing(is))
        }
        (_, None, Some(is)) => format!("{table} {key}: a new row, {is}{place}"),
        (_, Some(was), None) => format!("{table} {key}: the row is gone, it was {was}{place}"),
        (_, None, None) => format!("{table} {key}"),
    }
}

/// The lines on which it rests and that moved by themselves.
fn behind(line: &MovedLine, page: &mut Page) {
    for behind in &line.behind {
        page.prose(&format!("behind it: {} on deal {}, {}", behind.rule, behind.deal, behind.sentence));
        page.indent(6);
        cells(&behind.cells, page);
        page.indent(4);
    }
    if line.further > 0 {
        page.line(&format!("and {} behind it", counted(line.further, "more line")));
    }
}

fn held(answer: &CloseExplanation, entry: &ExplainedEntry, page: &mut Page) {
    let by = |line: &HeldLine| match line.by.as_str() {
        "" => "as long as its deal is not in the data".to_owned(),
        by => format!("by `{by}`"),
    };
    let now = |line: &HeldLine| {
        format!(
            "{} {} is held {}: a share of {} may be paid",
            answer.currency,
            grouped(&line.held),
            by(line),
            line.share
        )
    };
    match &entry.held {
        (None, None) => {}
        (None, Some(is)) => page.prose(&now(is)),
        (Some(was), Some(is)) => page.prose(&format!("{} (it was {})", now(is), was.share)),
        (Some(was), None) => page.prose(&format!(
            "nothing is held any more; {} {} was, {}, with a share of {}",
            answer.currency,
            grouped(&was.held),
            by(was),
            was.share
        )),
    }
}
