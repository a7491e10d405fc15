//! A document as a workbook: a summary, and a sheet for the tables of each key.

use std::io;

use super::sheet::{BookWriter, LineStyle, PageSheet, is_a_number};
use super::{Block, Cell, Chart, Document, StepRole, Table, Waterfall};
use crate::phrase::Phrase;

/// The document as a workbook. The first sheet has its words, facts and waterfalls; each further one the tables of one key, with all
/// their columns.
///
/// # Errors
/// A text of more than 32,767 characters, which is the most that a cell holds.
pub fn workbook(document: &Document) -> io::Result<Vec<u8>> {
    let mut book = BookWriter::new(document.language, document.mark.as_deref(), false)?;
    summary(&mut book, document)?;
    let mut keys: Vec<&Table> = Vec::new();
    for table in document.tables() {
        if keys.iter().all(|known| known.key != table.key) {
            keys.push(table);
        }
    }
    for first in keys {
        let mut sheet = book.table(&first.name, first.columns.clone())?;
        for table in document.tables().filter(|table| table.key == first.key) {
            for row in &table.rows {
                book.row(&mut sheet, row)?;
            }
        }
        if let Some(chart) = charts(document).find(|chart| chart.table.key == first.key) {
            book.picture(&mut sheet, chart)?;
        }
        book.end_table(sheet)?;
    }
    book.save()
}

fn charts(document: &Document) -> impl Iterator<Item = &Chart> {
    document.blocks.iter().filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    })
}

fn summary(book: &mut BookWriter, document: &Document) -> io::Result<()> {
    let mut page = book.page(Phrase::Summary.text(document.language))?;
    if let Some(mark) = &document.mark {
        page.line(book, mark, LineStyle::Bold)?;
    }
    page.line(book, &document.title, LineStyle::Title)?;
    for line in &document.lead {
        page.line(book, line, LineStyle::Plain)?;
    }
    // A heading is written once something of this sheet follows it.
    let mut heading: Option<&str> = None;
    for block in &document.blocks {
        match block {
            Block::Heading(_, text) => heading = Some(text),
            Block::Table(_) | Block::Chart(_) => {}
            other => {
                if let Some(text) = heading.take() {
                    page.skip();
                    page.line(book, text, LineStyle::Section)?;
                }
                write_block(book, &mut page, other)?;
            }
        }
    }
    if !document.footer.is_empty() {
        page.skip();
    }
    for line in &document.footer {
        page.line(book, line, LineStyle::Plain)?;
    }
    book.end_page(page)
}

fn write_block(book: &mut BookWriter, page: &mut PageSheet, block: &Block) -> io::Result<()> {
    match block {
        Block::Paragraph(text) | Block::Quote(text) => page.line(book, &text.plain(), LineStyle::Plain),
        Block::Note(text) => page.line(book, text, LineStyle::Plain),
        Block::List(items) => {
            items.iter().try_for_each(|item| page.line(book, &item.plain(), LineStyle::Plain))
        }
        Block::Facts(facts) => facts.iter().try_for_each(|(name, cell)| page.fact(book, name, cell, false)),
        Block::Waterfall(waterfall) => write_waterfall(book, page, waterfall),
        Block::Signatures(people) => people.iter().try_for_each(|person| {
            page.skip();
            page.line(book, &format!("{} {person}", "_".repeat(30)), LineStyle::Plain)
        }),
        Block::Heading(..) | Block::Table(_) | Block::Chart(_) | Block::Drawing(_) | Block::Contents => {
            Ok(())
        }
    }
}

fn write_waterfall(book: &mut BookWriter, page: &mut PageSheet, waterfall: &Waterfall) -> io::Result<()> {
    page.line(book, &waterfall.steps_title, LineStyle::Bold)?;
    let mut first = page.next_row();
    let mut numbers = true;
    for step in &waterfall.steps {
        let label = match &step.detail {
            Some(detail) => format!("{} ({detail})", step.label),
            None => step.label.clone(),
        };
        numbers &= is_a_number(step.amount);
        let row = page.next_row();
        page.fact(book, &label, &Cell::Amount(step.amount), step.role == StepRole::Total)?;
        if step.role == StepRole::Total {
            if row > first && numbers {
                page.check(book, (first, row - 1), row, step.amount.currency.digits())?;
            }
            first = page.next_row();
            numbers = true;
        }
    }
    Ok(())
}
