//! All statements of a month as one workbook for finance.

use std::io;

use super::files::{Month, MonthKind};
use super::gather::Gatherer;
use super::known::Known;
use super::model::{RuleName, Statement};
use super::paper::{Letterhead, document};
use crate::block::sheet::{BookWriter, LineStyle};
use crate::block::{Cell, Column, Money, Table};
use crate::language::Language;
use crate::phrase::Phrase;
use apportion_base::money::{Currency, Minor};
use apportion_ledger::balances::Balance;

/// Columns of balances that are amounts of the book.
const FIGURES: [&str; 17] = [
    "carried_in",
    "owed_in",
    "held_in",
    "lines",
    "true_ups",
    "clawbacks",
    "adjustments",
    "held_change",
    "guarantee",
    "taken",
    "advance",
    "recovery",
    "forgiven",
    "paid",
    "carried_out",
    "owed_out",
    "held_out",
];

/// Tables of statements that are sheets of the workbook.
const SHEETS: [(&str, Phrase); 7] = [
    ("rules", Phrase::Rules),
    ("lines", Phrase::Lines),
    ("true_ups", Phrase::TrueUps),
    ("clawbacks", Phrase::Clawbacks),
    ("adjustments", Phrase::Adjustments),
    ("held", Phrase::Held),
    ("attainment", Phrase::Attainment),
];

/// The workbook: a summary, payees, rules, lines, differences, what is held, findings. Each table goes on on further sheets where it
/// has more rows than one holds. The words are of the book's language.
///
/// # Errors
/// A text of more than 32,767 characters, a disk without room for temporary files, and lines that are not those that were written.
pub fn workbook(
    gatherer: &Gatherer<'_>,
    (month, known): (&Month, &Known),
    head: &Letterhead,
    language: Language,
) -> io::Result<Vec<u8>> {
    let mark = (month.kind != MonthKind::Close).then(|| Phrase::Draft.text(language));
    let mut book = BookWriter::new(language, mark, true)?;
    summary(&mut book, month, head, language)?;
    payees(&mut book, month, language)?;
    let mut sheets: Vec<Option<crate::block::sheet::TableSheet>> = SHEETS.iter().map(|_| None).collect();
    for payee in gatherer.payees() {
        let mut statement = gatherer.statement(payee, false).map_err(io::Error::other)?;
        statement.language = language;
        let document = document(&statement, month, known, head);
        for table in document.tables() {
            let Some(place) = SHEETS.iter().position(|(key, _)| *key == table.key) else { continue };
            let sheet = match &mut sheets[place] {
                Some(sheet) => sheet,
                none => {
                    let columns = with_payee(table, language);
                    none.insert(book.table(SHEETS[place].1.text(language), columns)?)
                }
            };
            add_rows(&mut book, sheet, &statement, table)?;
        }
    }
    for sheet in sheets.into_iter().flatten() {
        book.end_table(sheet)?;
    }
    findings(&mut book, (month, known), language)?;
    book.save()
}

/// The columns of a table after those of the payee.
fn with_payee(table: &Table, language: Language) -> Vec<Column> {
    let mut columns = vec![
        Column::text("payee_id", Phrase::Payee.text(language)),
        Column::text("name", Phrase::Name.text(language)),
    ];
    columns.extend(table.columns.iter().cloned());
    columns
}

fn add_rows(
    book: &mut BookWriter,
    sheet: &mut crate::block::sheet::TableSheet,
    statement: &Statement,
    table: &Table,
) -> io::Result<()> {
    let payee = [Cell::text(&statement.payee_id), Cell::text(&statement.name)];
    table.rows.iter().try_for_each(|row| book.row(sheet, payee.iter().chain(row)))
}

fn figures(balance: &Balance) -> [Minor; 17] {
    balance.figures()
}

fn summary(book: &mut BookWriter, month: &Month, head: &Letterhead, language: Language) -> io::Result<()> {
    let mut page = book.page(Phrase::Summary.text(language))?;
    if month.kind != MonthKind::Close {
        page.line(book, Phrase::Draft.text(language), LineStyle::Bold)?;
    }
    page.line(book, &head.book, LineStyle::Title)?;
    page.line(book, &format!("{} · {}", language.period(month.period), month.name), LineStyle::Plain)?;
    page.skip();
    page.fact(book, Phrase::Payees.text(language), &Cell::Count(month.balances.len() as u64), false)?;
    let mut sums = [0_i128; 17];
    for balance in month.balances.values() {
        for (sum, figure) in sums.iter_mut().zip(figures(balance)) {
            *sum += figure.wide();
        }
    }
    for (name, sum) in FIGURES.iter().zip(sums) {
        let cell = Cell::Amount(Money::new(sum, month.currency));
        page.fact(book, name, &cell, *name == "paid")?;
    }
    // What is paid, again, from the figures above: signs as balances.csv adds them up.
    let at = |name: &str| FIGURES.iter().position(|figure| *figure == name).map_or(0, |place| sums[place]);
    page.skip();
    page.line(book, Phrase::Step.text(language), LineStyle::Section)?;
    let first = page.next_row();
    let steps = [
        ("carried_in", 1),
        ("lines", 1),
        ("true_ups", 1),
        ("clawbacks", 1),
        ("held_change", -1),
        ("adjustments", 1),
        ("guarantee", 1),
        ("advance", 1),
        ("recovery", -1),
        ("carried_out", -1),
    ];
    for (name, sign) in steps {
        let shown = if sign < 0 { format!("-{name}") } else { name.to_owned() };
        page.fact(book, &shown, &Cell::Amount(Money::new(sign * at(name), month.currency)), false)?;
    }
    let total = page.next_row();
    page.fact(book, "paid", &Cell::Amount(Money::new(at("paid"), month.currency)), true)?;
    page.check(book, (first, total - 1), total, month.currency.digits())?;
    book.end_page(page)
}

fn payees(book: &mut BookWriter, month: &Month, language: Language) -> io::Result<()> {
    let mut columns = vec![
        Column::text("payee_id", Phrase::Payee.text(language)),
        Column::text("name", Phrase::Name.text(language)),
    ];
    columns.extend(Column::numbers(FIGURES));
    columns.push(Column::number("paid_amount", "paid_amount"));
    let mut sheet = book.table(Phrase::Payees.text(language), columns)?;
    for balance in month.balances.values() {
        let mut cells = vec![Cell::text(&balance.payee_id), Cell::text(&balance.name)];
        cells.extend(figures(balance).map(|figure| Cell::Amount(Money::of(figure, month.currency))));
        let currency = Currency::from_code(&balance.paid_currency);
        cells.push(Cell::amount(currency.map(|currency| Money::of(balance.payment.paid_amount, currency))));
        book.row(&mut sheet, &cells)?;
    }
    book.end_table(sheet)
}

fn findings(book: &mut BookWriter, (month, known): (&Month, &Known), language: Language) -> io::Result<()> {
    let columns = vec![
        Column::text("code", Phrase::Code.text(language)),
        Column::text("deal_id", Phrase::Deal.text(language)),
        Column::text("rule_id", Phrase::Rule.text(language)),
        Column::text("rule", Phrase::Rule.text(language)),
        Column::text("payee_id", Phrase::Payee.text(language)),
        Column::text("amount", Phrase::Amount.text(language)),
    ];
    let mut sheet = book.table(Phrase::Findings.text(language), columns)?;
    for [code, deal, rule, payee, amount] in &month.findings {
        let RuleName { title, .. } = known.rule(rule, None);
        let cells = [
            Cell::text(code),
            Cell::text(deal),
            Cell::text(rule),
            Cell::text(title.unwrap_or_default()),
            Cell::text(payee),
            // What is beyond or carried: no column to add up.
            Cell::text(amount),
        ];
        book.row(&mut sheet, &cells)?;
    }
    book.end_table(sheet)
}
