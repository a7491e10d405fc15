//! A difference as a document of blocks: one offline page with charts, or Markdown.

mod charts;
mod tables;

use super::closes;
use super::view::DifferenceView;
use apportion_documents::block::{Block, Cell, Document, Mark, Rich, html, markdown};
use apportion_documents::language::Language;
use apportion_engine::diff::words;

/// One offline page with charts.
pub fn page(shown: &DifferenceView) -> String {
    html(&document(shown, true))
}

/// The same as Markdown, without the charts.
pub fn in_markdown(shown: &DifferenceView) -> String {
    markdown(&document(shown, false))
}

fn document(shown: &DifferenceView, has_charts: bool) -> Document {
    let difference = shown.difference;
    let title = format!("{}: what changes in {}", difference.before.book.name, shown.period);
    let mut document = Document::new(Language::English, title);
    document.lead.push(format!("{} to {}, amounts in {}", shown.first_day, shown.last_day, shown.currency));
    document.lead.push(format!("Before: {}", shown.before));
    document.lead.push(format!("After: {}", shown.after));
    if difference.is_empty() {
        let amount = shown.money(difference.total.before.amount);
        document.blocks.push(Block::Paragraph(stressed(
            "No line differs",
            &format!(": {} {amount} to pay on both sides.", shown.currency),
        )));
        tables::changed_rules(&mut document, shown);
    } else {
        facts(&mut document, shown);
        settings(&mut document, shown);
        tables::changed_rules(&mut document, shown);
        if has_charts {
            charts::cost_by_rule(&mut document, shown);
        }
        tables::rules(&mut document, shown);
        if has_charts {
            charts::distribution(&mut document, shown);
            charts::top_movers(&mut document, shown);
        }
        tables::reasons(&mut document, shown);
        tables::payees(&mut document, shown);
        tables::deals(&mut document, shown);
    }
    closes::add(&mut document, shown);
    document.footer.push(
        "Made by apportion diff. Every line of both sides was compared, by rule, deal, payee, role and from_payee; the changes of the \
         rules, the payees and the deals each add up to the change of the total."
            .to_owned(),
    );
    document
}

/// Stressed words, and others behind them.
fn stressed(words: &str, rest: &str) -> Rich {
    let mut all = Rich::default();
    all.push(Mark::Strong, words);
    all.push(Mark::Plain, rest);
    all
}

fn facts(document: &mut Document, shown: &DifferenceView) {
    let difference = shown.difference;
    let total = &difference.total;
    let percent = shown.percent(total.before.amount, total.amount());
    let change = if percent.is_empty() { "Change".to_owned() } else { format!("Change ({percent})") };
    let facts = [
        ("To pay before".to_owned(), shown.amount(total.before.amount)),
        ("To pay after".to_owned(), shown.amount(total.after.amount)),
        (change, shown.change(total.amount())),
        ("Payees who get more".to_owned(), Cell::Count(difference.payees_up)),
        ("Payees who get less".to_owned(), Cell::Count(difference.payees_down)),
        ("Deals with lines".to_owned(), Cell::Count(difference.deals_with_lines)),
        ("Deals that differ".to_owned(), Cell::Count(difference.deals.len() as u64)),
        ("Lines before".to_owned(), Cell::Count(total.lines.before.into())),
        ("Lines after".to_owned(), Cell::Count(total.lines.after.into())),
        ("Lines that differ".to_owned(), Cell::text(shown.line_counts(total))),
    ];
    document.blocks.push(Block::Facts(facts.into()));
}

/// What differs between the two books.
fn settings(document: &mut Document, shown: &DifferenceView) {
    let settings = &shown.difference.settings;
    if !settings.is_empty() {
        document.heading(2, "What changed in the book");
        let items = settings.iter().map(|change| words::parameter(change).as_str().into());
        document.blocks.push(Block::List(items.collect()));
    }
}
