//! The tables of a difference: rules, reasons, payees and deals, each adding up to the total.

use crate::cli::diff::view::{DifferenceView, status};
use crate::cli::number::counted;
use apportion_documents::block::{Cell, Column, Document, Mark, Rich, Table};
use apportion_engine::diff::{Change, ParameterChange, Part, Status, words};

/// Deals on the page; the CSV and JSON forms have all of them.
const DEALS: usize = 1_000;
/// Reasons of one payee or deal.
const REASONS: usize = 4;

/// Before, after and change.
const AMOUNTS: [&str; 3] = ["before", "after", "change"];
/// What became of lines.
const LINES: [&str; 3] = ["new", "gone", "changed"];

/// Every parameter that differs, with both values and their places.
pub fn changed_rules(document: &mut Document, shown: &DifferenceView) {
    let columns = Column::texts(["rule", "what", "before", "after", "where"]).into();
    let mut table = Table::new("changed_rules", "What changed in the rules", columns);
    for rule in &shown.difference.rules {
        for version in &rule.versions {
            let title = format!("{} ({})", rule.id, shown.version_title(rule, version));
            if version.parameters.is_empty() {
                let place = shown.places(version.places.0.as_ref(), version.places.1.as_ref());
                table.row(vec![Cell::text(&title), Cell::Empty, Cell::Empty, Cell::Empty, code(&place)]);
            }
            for change in &version.parameters {
                table.row(parameter(shown, &title, change));
            }
        }
    }
    if !table.rows.is_empty() {
        document.heading(2, "What changed in the rules");
        document.table(table);
    }
}

fn parameter(shown: &DifferenceView, title: &str, change: &ParameterChange) -> Vec<Cell> {
    let value = |side: &Option<String>| side.as_ref().map_or_else(|| Cell::text("none"), |text| code(text));
    let place = shown.places(change.before_at.as_ref(), change.after_at.as_ref());
    vec![
        Cell::text(title),
        Cell::text(change.name()),
        value(&change.before),
        value(&change.after),
        code(&place),
    ]
}

/// Something to be taken letter by letter.
fn code(text: &str) -> Cell {
    let mut words = Rich::default();
    words.push(Mark::Code, text);
    if text.is_empty() { Cell::Empty } else { Cell::Rich(words) }
}

/// Every rule whose lines differ, and what the others pay together.
pub fn rules(document: &mut Document, shown: &DifferenceView) {
    let mut columns = Column::texts(["rule"]).to_vec();
    columns.extend(Column::numbers(AMOUNTS));
    columns.extend(Column::numbers(["more", "less"]));
    columns.extend(Column::numbers(LINES));
    columns.extend(Column::numbers(["credit"]));
    let mut table = Table::new("rules", "Rules", columns).sortable();
    let (differ, same): (Vec<_>, Vec<_>) =
        shown.difference.rules.iter().partition(|rule| rule.status() != Status::Same);
    for rule in differ {
        let mut cells = vec![Cell::text(with_status(&rule.id, rule.status()))];
        cells.extend(amounts(shown, &rule.change));
        cells.extend([rule.payees_up, rule.payees_down].map(Cell::Count));
        cells.extend(lines(&rule.change));
        let credited = rule.change.credited();
        cells.push(if credited == 0 { Cell::Empty } else { shown.change(credited) });
        table.row(cells);
    }
    if !same.is_empty() {
        let amount: i128 = same.iter().map(|rule| rule.change.before.amount).sum();
        let mut cells = vec![Cell::text(format!("{} as before", counted(same.len() as u64, "rule")))];
        cells.extend([shown.amount(amount), shown.amount(amount), shown.change(0)]);
        cells.resize(table.columns.len(), Cell::Empty);
        table.row(cells);
    }
    let mut total = vec![Cell::text("total")];
    total.extend(amounts(shown, &shown.difference.total));
    total.extend([shown.difference.payees_up, shown.difference.payees_down].map(Cell::Count));
    total.extend(lines(&shown.difference.total));
    total.push(Cell::Empty);
    table.total = Some(total);
    document.heading(2, "Rules");
    document.paragraph(
        "more, less: payees who get more or less by the rule; new, gone, changed: its lines; credit: change of the credit that it \
         recognises.",
    );
    document.table(table);
}

pub fn reasons(document: &mut Document, shown: &DifferenceView) {
    let mut columns = Column::texts(["rule", "lines", "why"]).to_vec();
    columns.extend(Column::numbers(["number"]));
    columns.extend(Column::numbers(AMOUNTS));
    let mut table = Table::new("reasons", "Reasons", columns).sortable();
    for reason in &shown.difference.reasons {
        let mut cells = vec![
            Cell::text(shown.difference.rule_id(reason.rule)),
            Cell::text(reason.status.word()),
            Cell::text(words::sentence(shown.difference, reason)),
            Cell::Count(reason.lines),
        ];
        let change = Change { before: reason.before, after: reason.after, ..Change::default() };
        cells.extend(amounts(shown, &change));
        table.row(cells);
    }
    document.heading(2, "Why");
    document.paragraph(
        "Lines of one rule that differ for one reason. Restated lines pay what they paid and came about otherwise.",
    );
    document.table(table);
}

/// A table of movers of one kind.
fn movers(kind: &'static str, name: &str) -> Table {
    let mut columns = Column::texts([kind]).to_vec();
    columns.extend(Column::numbers(AMOUNTS));
    columns.extend(Column::numbers(LINES));
    columns.extend(Column::texts(["why"]));
    Table::new(kind, name, columns).sortable()
}

/// A mover: a payee or a deal.
fn mover(shown: &DifferenceView, name: &str, change: &Change, why: Cell) -> Vec<Cell> {
    change_row(shown, with_status(name, status(change)), change, why)
}

fn change_row(shown: &DifferenceView, name: String, change: &Change, why: Cell) -> Vec<Cell> {
    let mut cells = vec![Cell::text(name)];
    cells.extend(amounts(shown, change));
    cells.extend(lines(change));
    cells.push(why);
    cells
}

/// All payees that differ.
pub fn payees(document: &mut Document, shown: &DifferenceView) {
    let difference = shown.difference;
    let mut table = movers("payee", "Payees");
    for payee in &difference.payees {
        let fields = difference.payee_fields(payee.payee);
        let parts = difference.parts(difference.lines_of_payee(payee).iter());
        table.row(mover(
            shown,
            &shown.payee(payee.payee),
            &payee.change,
            why(shown, fields.iter().map(words::field), &parts),
        ));
    }
    document.heading(2, "Payees");
    let all = counted(difference.payees.len() as u64, "payee");
    document.paragraph(format!("All {all} whose lines differ, the biggest movers first."));
    document.table(table);
}

/// The deals that differ most, and the others in one row, so that the table adds up.
pub fn deals(document: &mut Document, shown: &DifferenceView) {
    let difference = shown.difference;
    let (first, rest) = difference.deals.split_at(difference.deals.len().min(DEALS));
    let mut table = movers("deal", "Deals");
    for deal in first {
        let fields = difference.deal_fields(deal.deal);
        let parts = difference.parts(difference.lines_of_deal(deal));
        table.row(mover(
            shown,
            difference.deal_id(deal.deal),
            &deal.change,
            why(shown, fields.iter().map(words::field), &parts),
        ));
    }
    if !rest.is_empty() {
        let mut others = Change::default();
        rest.iter().for_each(|deal| others += deal.change);
        let name = counted(rest.len() as u64, "other deal");
        table.total = Some(change_row(shown, name, &others, Cell::text("in the forms csv and json")));
    }
    document.heading(2, "Deals");
    let all = counted(difference.deals.len() as u64, "deal");
    document.paragraph(format!("{all} with lines that differ, the biggest movers first."));
    document.table(table);
}

/// A name, with what became of it where that is more than a change.
fn with_status(name: &str, status: Status) -> String {
    if status == Status::Changed { name.to_owned() } else { format!("{name} ({})", status.word()) }
}

fn amounts(shown: &DifferenceView, change: &Change) -> [Cell; 3] {
    [shown.amount(change.before.amount), shown.amount(change.after.amount), shown.change(change.amount())]
}

fn lines(change: &Change) -> [Cell; 3] {
    let lines = &change.lines;
    [lines.new, lines.gone, lines.changed].map(|lines| Cell::Count(lines.into()))
}

/// What the data say otherwise, then the biggest reasons.
fn why(shown: &DifferenceView, fields: impl Iterator<Item = String>, parts: &[Part]) -> Cell {
    let mut said: Vec<String> = fields.collect();
    for part in parts.iter().take(REASONS) {
        let reason = shown.reason(part.reason);
        said.push(match part.amount {
            0 => reason,
            amount => format!("{} {reason}", shown.signed(amount)),
        });
    }
    if let Some(rest) = parts.len().checked_sub(REASONS).filter(|rest| *rest > 0) {
        said.push(format!("{} more", counted(rest as u64, "reason")));
    }
    if said.is_empty() { Cell::Empty } else { Cell::Lines(said) }
}
