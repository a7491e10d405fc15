//! A difference as one CSV table: `level` says what a row is about, and the rows of one level add up to the total. Levels of the
//! close have a row for each figure.

use std::io::{self, Write};

use super::closes::{self, FigureRow};
use super::view::{DifferenceView, status};
use apportion_base::spreadsheet::guarded;
use apportion_engine::diff::{Change, LineChange, Money, words};

const HEADER: [&str; 20] = [
    "level",
    "rule_id",
    "payee_id",
    "name",
    "deal_id",
    "role",
    "from_payee_id",
    "status",
    "before",
    "after",
    "change",
    "credited_before",
    "credited_after",
    "credited_change",
    "lines_new",
    "lines_gone",
    "lines_changed",
    "currency",
    "reason",
    "figure",
];

/// Joins the reasons of a deal or payee in one cell. Each line that differs also has its own row.
const SEPARATOR: &str = " | ";

/// The cells of a row that say what it is about; the others are empty.
#[derive(Default)]
struct RowSubject<'a> {
    level: &'static str,
    rule: &'a str,
    payee: &'a str,
    name: String,
    deal: &'a str,
    role: &'a str,
    from_payee: &'a str,
    status: &'static str,
    reason: String,
}

pub fn write(shown: &DifferenceView, sink: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(sink);
    csv.write_record(HEADER)?;
    let difference = shown.difference;
    let mut row = |about: RowSubject, change: &Change| {
        let cells = cells(shown, about, change);
        match shown.raw {
            true => csv.write_record(cells),
            false => csv.write_record(cells.iter().map(|cell| guarded(cell).into_owned())),
        }
    };
    let total_status = if difference.is_empty() { "same" } else { "changed" };
    row(RowSubject { level: "total", status: total_status, ..RowSubject::default() }, &difference.total)?;
    for rule in &difference.rules {
        let about = RowSubject {
            level: "rule",
            rule: &rule.id,
            status: rule.status().word(),
            ..RowSubject::default()
        };
        row(about, &rule.change)?;
    }
    let sentences: Vec<String> =
        difference.reasons.iter().map(|reason| words::sentence(difference, reason)).collect();
    for (reason, sentence) in difference.reasons.iter().zip(&sentences) {
        let about = RowSubject {
            level: "reason",
            rule: difference.rule_id(reason.rule),
            status: reason.status.word(),
            reason: sentence.clone(),
            ..RowSubject::default()
        };
        row(about, &counted(reason.before, reason.after, reason.status.word(), reason.lines))?;
    }
    for payee in &difference.payees {
        let about = RowSubject {
            level: "payee",
            payee: difference.payee_id(payee.payee),
            name: difference.payee_name(payee.payee).unwrap_or_default(),
            status: status(&payee.change).word(),
            reason: why(shown, difference.lines_of_payee(payee).iter()),
            ..RowSubject::default()
        };
        row(about, &payee.change)?;
    }
    for deal in &difference.deals {
        let about = RowSubject {
            level: "deal",
            deal: difference.deal_id(deal.deal),
            status: status(&deal.change).word(),
            reason: deal_why(shown, deal),
            ..RowSubject::default()
        };
        row(about, &deal.change)?;
    }
    for line in &difference.lines {
        let view = difference.line(line);
        let about = RowSubject {
            level: "line",
            rule: view.rule,
            payee: view.payee,
            deal: view.deal,
            role: view.role.unwrap_or_default(),
            from_payee: view.from_payee.unwrap_or_default(),
            status: view.status.word(),
            reason: sentences[line.reason].clone(),
            ..RowSubject::default()
        };
        let (before, after) = (view.before.unwrap_or_default(), view.after.unwrap_or_default());
        row(about, &counted(before, after, view.status.word(), 1))?;
    }
    for figure in closes::rows(shown) {
        let cells = figure_cells(shown, &figure);
        match shown.raw {
            true => csv.write_record(cells)?,
            false => csv.write_record(cells.iter().map(|cell| guarded(cell).into_owned()))?,
        }
    }
    csv.flush()
}

/// A figure of the close: what is before, after and in between, and which figure it is.
fn figure_cells(shown: &DifferenceView, row: &FigureRow<'_>) -> Vec<String> {
    let status = if row.before == row.after { "same" } else { "changed" };
    let mut cells: Vec<String> =
        [row.level, "", row.payee, row.name, "", "", "", status].map(str::to_owned).to_vec();
    cells.extend([row.before, row.after, row.after - row.before].map(|minor| shown.plain(minor)));
    cells.extend(vec![String::new(); 6]);
    cells.extend([shown.currency.to_owned(), String::new(), row.figure.to_owned()]);
    cells
}

fn cells(shown: &DifferenceView, about: RowSubject, change: &Change) -> Vec<String> {
    let money = [
        change.before.amount,
        change.after.amount,
        change.amount(),
        change.before.credited,
        change.after.credited,
        change.credited(),
    ];
    let lines = &change.lines;
    let mut cells: Vec<String> =
        [about.level, about.rule, about.payee].map(str::to_owned).into_iter().collect();
    cells.push(about.name);
    cells.extend([about.deal, about.role, about.from_payee, about.status].map(str::to_owned));
    cells.extend(money.map(|minor| shown.plain(minor)));
    cells.extend([lines.new, lines.gone, lines.changed].map(|lines| lines.to_string()));
    cells.push(shown.currency.to_owned());
    cells.extend([about.reason, String::new()]);
    cells
}

/// A change of `lines` lines of one status.
fn counted(before: Money, after: Money, status: &str, lines: u64) -> Change {
    let mut change = Change { before, after, ..Change::default() };
    let lines = lines.try_into().unwrap_or(u32::MAX);
    match status {
        "new" => change.lines.new = lines,
        "gone" => change.lines.gone = lines,
        "changed" => change.lines.changed = lines,
        _ => {}
    }
    change
}

fn why<'b>(shown: &DifferenceView, lines: impl Iterator<Item = &'b LineChange>) -> String {
    let parts = shown.difference.parts(lines);
    let reasons: Vec<String> = parts.iter().map(|part| shown.reason(part.reason)).collect();
    reasons.join(SEPARATOR)
}

/// The reasons of a deal, after what the data say otherwise of it.
fn deal_why(shown: &DifferenceView, deal: &apportion_engine::diff::DealChange) -> String {
    let mut parts: Vec<String> = shown.difference.deal_fields(deal.deal).iter().map(words::field).collect();
    parts.push(why(shown, shown.difference.lines_of_deal(deal)));
    parts.join(SEPARATOR)
}
