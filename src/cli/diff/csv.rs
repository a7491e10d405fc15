//! A difference as one CSV table: `level` says what a row is about, and the rows of one level add up to the total. Levels of the
//! close have a row for each figure.

use std::borrow::Cow;
use std::io::{self, Write};

use super::closes::{self, FigureRow};
use super::view::{DifferenceView, status};
use apportion_base::spreadsheet::guarded;
use apportion_engine::diff::{Change, LineChange, Money, words};
use apportion_results::{csv_writer, write_header, write_records};

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
    reason: Cow<'a, str>,
}

pub fn write(shown: &DifferenceView, sink: &mut dyn Write) -> io::Result<()> {
    let difference = shown.difference;
    let mut table = Table { shown, sink };
    write_header(table.sink, HEADER)?;
    let total_status = if difference.is_empty() { "same" } else { "changed" };
    table.rows(&[()], |()| {
        (RowSubject { level: "total", status: total_status, ..RowSubject::default() }, difference.total)
    })?;
    table.rows(&difference.rules, |rule| {
        let status = rule.status().word();
        (RowSubject { level: "rule", rule: &rule.id, status, ..RowSubject::default() }, rule.change)
    })?;
    let sentences: Vec<String> =
        difference.reasons.iter().map(|reason| words::sentence(difference, reason)).collect();
    let reasons: Vec<_> = difference.reasons.iter().zip(&sentences).collect();
    table.rows(&reasons, |(reason, sentence)| {
        let about = RowSubject {
            level: "reason",
            rule: difference.rule_id(reason.rule),
            status: reason.status.word(),
            reason: Cow::Borrowed(sentence),
            ..RowSubject::default()
        };
        (about, counted(reason.before, reason.after, reason.status.word(), reason.lines))
    })?;
    table.rows(&difference.payees, |payee| {
        let about = RowSubject {
            level: "payee",
            payee: difference.payee_id(payee.payee),
            name: difference.payee_name(payee.payee).unwrap_or_default(),
            status: status(&payee.change).word(),
            reason: Cow::Owned(why(shown, difference.lines_of_payee(payee).iter())),
            ..RowSubject::default()
        };
        (about, payee.change)
    })?;
    table.rows(&difference.deals, |deal| {
        let about = RowSubject {
            level: "deal",
            deal: difference.deal_id(deal.deal),
            status: status(&deal.change).word(),
            reason: Cow::Owned(deal_why(shown, deal)),
            ..RowSubject::default()
        };
        (about, deal.change)
    })?;
    table.rows(&difference.lines, |line| {
        let view = difference.line(line);
        let about = RowSubject {
            level: "line",
            rule: view.rule,
            payee: view.payee,
            deal: view.deal,
            role: view.role.unwrap_or_default(),
            from_payee: view.from_payee.unwrap_or_default(),
            status: view.status.word(),
            reason: Cow::Borrowed(&sentences[line.reason]),
            ..RowSubject::default()
        };
        let (before, after) = (view.before.unwrap_or_default(), view.after.unwrap_or_default());
        (about, counted(before, after, view.status.word(), 1))
    })?;
    let mut csv = csv_writer(table.sink);
    for figure in closes::rows(shown) {
        figure_cells(shown, &figure).iter().try_for_each(|cell| put(&mut csv, shown, cell))?;
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// A CSV file that is being written.
struct Table<'a> {
    shown: &'a DifferenceView<'a>,
    sink: &'a mut dyn Write,
}

impl Table<'_> {
    /// Writes a row for each of some things, in their order.
    fn rows<'t, T: Sync>(
        &mut self,
        things: &'t [T],
        row: impl Fn(&'t T) -> (RowSubject<'t>, Change) + Sync,
    ) -> io::Result<()> {
        let shown = self.shown;
        write_records(self.sink, things, |thing, csv| {
            let (about, change) = row(thing);
            write_row(csv, shown, &about, &change)
        })
    }
}

fn put<W: Write>(csv: &mut csv::Writer<W>, shown: &DifferenceView, cell: &str) -> csv::Result<()> {
    if shown.raw { csv.write_field(cell) } else { csv.write_field(guarded(cell).as_ref()) }
}

fn write_row(
    csv: &mut csv::Writer<Vec<u8>>,
    shown: &DifferenceView,
    about: &RowSubject<'_>,
    change: &Change,
) -> csv::Result<()> {
    let subject =
        [about.level, about.rule, about.payee, &about.name, about.deal, about.role, about.from_payee];
    subject.into_iter().chain([about.status]).try_for_each(|cell| put(csv, shown, cell))?;
    let money = [
        change.before.amount,
        change.after.amount,
        change.amount(),
        change.before.credited,
        change.after.credited,
        change.credited(),
    ];
    money.into_iter().try_for_each(|minor| put(csv, shown, &shown.plain(minor)))?;
    let lines = [change.lines.new, change.lines.gone, change.lines.changed];
    lines.into_iter().try_for_each(|lines| put(csv, shown, &lines.to_string()))?;
    [shown.currency, &about.reason, ""].into_iter().try_for_each(|cell| put(csv, shown, cell))?;
    csv.write_record(None::<&[u8]>)
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
