//! What an explanation says to people: a summary, each amount with its steps, what gave nothing, and the result it was
//! compared with.

use apportion_base::money::Minor;
use apportion_rules::RuleIx;
use std::collections::BTreeMap;

use super::super::number::money;
use super::ExplanationView;
use super::case;
use super::comparison::{Difference, FileChange, ResultComparison};
use super::nothing;
use super::page::{Page, amount_or_dash};
use super::steps::Blocks;
use apportion_base::diagnostic::{count, counted};
use apportion_book::display_day;
use apportion_documents::block::{Cell, Column, Table};
use apportion_engine::explain::tree::{Amount, LineFacts, VersionFacts};
use apportion_engine::explain::words::named;

/// How many of each kind of difference are listed.
const SHOWN: usize = 10;

pub fn page(shown: &ExplanationView) -> Page {
    let mut page = Page::default();
    page.title(&title(shown));
    page.blank();
    summary(shown, &mut page);
    let explanation = shown.explanation;
    let of_version = |amount: &Amount| amount.version;
    for amounts in explanation.amounts.chunk_by(|a, b| of_version(a) == of_version(b)) {
        section(shown, amounts, &mut page);
    }
    nothing::section(shown, &mut page);
    if let Some(of_deal) = shown.case {
        case::deal_text(of_deal, shown.book, &mut page);
    }
    if let Some((folder, held)) = &shown.held {
        held_against(shown, folder, held, &mut page);
    }
    page
}

/// `P-10 (Contoso), 2014-Q2 (2013-08-01 to 2013-10-31), amounts in USD`.
fn title(shown: &ExplanationView) -> String {
    let explanation = shown.explanation;
    let mut what: Vec<String> = explanation.payee.iter().map(named).collect();
    what.extend(explanation.deal.as_ref().map(|deal| format!("deal {}", deal.id)));
    what.extend(explanation.rule.as_ref().map(|rule| format!("rule {rule}")));
    format!(
        "{}: {} ({} to {}), amounts in {}",
        what.join(", "),
        explanation.period,
        display_day(explanation.first_day),
        display_day(explanation.last_day),
        shown.book.currency.code()
    )
}

/// A row for each rule, where there is more than one amount.
fn summary(shown: &ExplanationView, page: &mut Page) {
    let (explanation, currency) = (shown.explanation, shown.book.currency);
    if explanation.lines.len() < 2 {
        return;
    }
    let mut rules: BTreeMap<RuleIx, Vec<&LineFacts>> = BTreeMap::new();
    for amount in &explanation.lines {
        rules.entry(amount.version.0).or_default().push(amount);
    }
    let mut columns = Column::texts(["rule"]).to_vec();
    columns.extend(Column::numbers(["amounts", "credited", "paid"]));
    let mut table = Table::new("rules", "Amounts by rule", columns);
    let row = |name: &str, amounts: &mut dyn Iterator<Item = &LineFacts>| {
        let (mut lines, mut credited, mut paid) = (0, None, None);
        for amount in amounts {
            lines += 1;
            let add = |sum: &mut Option<i128>, minor: Option<Minor>| {
                if let Some(minor) = minor {
                    *sum = Some(sum.unwrap_or(0) + minor.wide());
                }
            };
            add(&mut credited, amount.credited);
            add(&mut paid, amount.amount);
        }
        vec![
            Cell::text(name),
            Cell::Count(lines),
            amount_or_dash(credited, currency),
            amount_or_dash(paid, currency),
        ]
    };
    for amounts in rules.values() {
        let name = explanation.versions.get(&amounts[0].version).map_or("", |version| &version.rule_id);
        table.row(row(name, &mut amounts.iter().copied()));
    }
    if rules.len() > 1 {
        table.total = Some(row("total", &mut explanation.lines.iter()));
    }
    page.table(table);
    page.blank();
    let (with_steps, all) = (explanation.amounts.len() as u64, explanation.lines.len() as u64);
    if with_steps < all {
        page.prose(&format!(
            "The {} largest of {} with their steps; --all shows every one, --deal DEAL those of a deal.",
            count(with_steps),
            counted(all, "amount"),
        ));
        page.blank();
    }
}

/// The amounts of one version of a rule.
fn section(shown: &ExplanationView, amounts: &[Amount], page: &mut Page) {
    let Some(version) = shown.explanation.versions.get(&amounts[0].version) else { return };
    page.indent(0);
    heading(shown, version, page);
    page.blank();
    let with_payee = shown.explanation.payee.is_none();
    for amount in amounts {
        Blocks::new(page, shown.book.currency).amount(amount, version, with_payee);
    }
}

/// A rule: title, days, place, reason.
fn heading(shown: &ExplanationView, version: &VersionFacts, page: &mut Page) {
    let title = version.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
    page.heading(2, &format!("{}{title}", version.rule_id));
    let until = version.until.map(|until| format!(" to {}", display_day(until))).unwrap_or_default();
    let from = display_day(version.from);
    page.indent(2);
    page.line(&format!("in force from {from}{until}, {}", place(shown, version)));
    if let Some(why) = &version.why {
        page.prose(why);
    }
    page.indent(0);
}

/// The file and line of a version.
pub fn place(shown: &ExplanationView, version: &VersionFacts) -> String {
    let Some(file) = shown.files.get(version.span.file) else { return String::new() };
    let before = file.text.get(..version.span.range.start).unwrap_or("");
    format!("{}:{}", file.name, before.matches('\n').count() + 1)
}

/// Whether a result that was written says the same.
fn held_against(shown: &ExplanationView, folder: &str, held: &ResultComparison, page: &mut Page) {
    page.indent(0);
    page.heading(2, &format!("Compared with {folder}"));
    page.indent(2);
    let files: Vec<String> = held
        .rule_files
        .iter()
        .chain(&held.inputs)
        .map(|(path, change)| match change {
            FileChange::Changed => format!("{path} has changed since"),
            FileChange::New => format!("{path} was not there then"),
            FileChange::Gone => format!("{path} is not used any more"),
        })
        .collect();
    if held.same_files() {
        page.line("inputs and rules are the same");
    }
    for file in files.iter().take(SHOWN) {
        page.line(file);
    }
    if files.len() > SHOWN {
        page.line(&format!("and {} more files", count((files.len() - SHOWN) as u64)));
    }
    if held.differences.is_empty() {
        let lines = counted(held.lines as u64, "amount");
        page.line(&format!("the same {lines}, to the cent"));
    }
    for difference in held.differences.iter().take(SHOWN) {
        page.line(&difference_line(shown, difference));
    }
    if held.differences.len() > SHOWN {
        page.line(&format!("and {} more that differ", count((held.differences.len() - SHOWN) as u64)));
    }
}

fn difference_line(shown: &ExplanationView, difference: &Difference) -> String {
    let digits = shown.book.currency.digits();
    let line = &difference.line;
    let mut name = format!("{}, deal {}", line.rule_id, line.deal_id);
    if shown.explanation.payee.is_none() {
        name.push_str(&format!(", {}", line.payee_id));
    }
    if let Some(role) = &line.role {
        name.push_str(&format!(", as {role}"));
    }
    if let Some(from) = &line.from_payee_id {
        name.push_str(&format!(", for {from}"));
    }
    if let Some(rule) = &line.of_rule_id {
        name.push_str(&format!(", of {rule}"));
    }
    let said = |numbers: &Option<(Option<Minor>, Option<Minor>)>| match numbers {
        None => "no amount".to_owned(),
        Some((_, Some(amount))) => money((*amount).into(), digits),
        Some((Some(credited), None)) => format!("credit {}", money((*credited).into(), digits)),
        Some((None, None)) => "-".to_owned(),
    };
    format!("{name}: {} there, {} now", said(&difference.stored), said(&difference.explained))
}
