//! A document as Markdown.

use std::fmt::Write as _;

use super::{Block, Cell, Document, StepRole, Table, Waterfall, contents};
use crate::language::Language;
use apportion_engine::charter::document::anchor;
use apportion_engine::charter::escape_markdown;

/// The document as Markdown. Texts of the data are escaped.
pub fn markdown(document: &Document) -> String {
    let mut out = String::new();
    if let Some(mark) = &document.mark {
        let _ = writeln!(out, "**{}**\n", escape_markdown(mark));
    }
    let _ = writeln!(out, "# {}", escape_markdown(&document.title));
    if !document.lead.is_empty() {
        out.push('\n');
    }
    for line in &document.lead {
        // Two blanks at the end begin a new line.
        let _ = writeln!(out, "{}  ", escape_markdown(line));
    }
    for block in &document.blocks {
        write_block(&mut out, document, block);
    }
    if !document.footer.is_empty() {
        out.push_str("\n---\n\n");
    }
    for line in &document.footer {
        let _ = writeln!(out, "{}  ", escape_markdown(line));
    }
    out
}

fn write_block(out: &mut String, document: &Document, block: &Block) {
    let language = document.language;
    out.push('\n');
    match block {
        Block::Heading(level, text) => {
            let _ = writeln!(out, "{} {}", "#".repeat(usize::from(*level)), escape_markdown(text));
        }
        Block::Paragraph(text) => {
            let _ = writeln!(out, "{}", text.markdown());
        }
        Block::Quote(text) => {
            let _ = writeln!(out, "> {}", text.markdown());
        }
        Block::Note(text) => {
            let _ = writeln!(out, "> **{}**", escape_markdown(text));
        }
        Block::List(items) => {
            for item in items {
                let _ = writeln!(out, "- {}", item.markdown());
            }
        }
        Block::Facts(facts) => {
            for (name, cell) in facts {
                let _ = writeln!(out, "- **{}:** {}", escape_markdown(name), shown(language, cell, None));
            }
        }
        Block::Waterfall(waterfall) => write_waterfall(out, language, waterfall),
        Block::Table(table) => write_table(out, language, table),
        Block::Chart(chart) => {
            write_table(out, language, &chart.table);
            if let Some(note) = &chart.note {
                let _ = writeln!(out, "\n{}", escape_markdown(note));
            }
        }
        Block::Drawing(_) => {}
        Block::Contents => {
            for (level, text) in contents(&document.blocks) {
                let indent = "  ".repeat(usize::from(level) - 2);
                let _ = writeln!(out, "{indent}- [{}](#{})", escape_markdown(text), anchor(text));
            }
        }
        Block::Signatures(people) => {
            for person in people {
                let _ = writeln!(out, "{}  \n{}\n", "\\_".repeat(40), escape_markdown(person));
            }
        }
    }
}

fn shown(language: Language, cell: &Cell, column: Option<apportion_base::money::Currency>) -> String {
    match cell {
        Cell::Rich(words) => words.markdown(),
        // A line of a table has no lines in it.
        Cell::Lines(lines) => lines.iter().map(|line| escape_markdown(line)).collect::<Vec<_>>().join("<br>"),
        other => escape_markdown(&other.shown(language, column)),
    }
}

fn write_waterfall(out: &mut String, language: Language, waterfall: &Waterfall) {
    let (steps, amounts) =
        (escape_markdown(&waterfall.steps_title), escape_markdown(&waterfall.amounts_title));
    let _ = writeln!(out, "| {steps} | {amounts} |\n| --- | ---: |");
    for step in &waterfall.steps {
        let detail =
            step.detail.as_ref().map_or(String::new(), |detail| format!(" ({})", escape_markdown(detail)));
        let label = escape_markdown(&step.label);
        let amount = language.money(step.amount.minor, step.amount.currency);
        let _ = match step.role {
            StepRole::Total => writeln!(out, "| **{label}**{detail} | **{amount}** |"),
            StepRole::Change | StepRole::Beside => writeln!(out, "| {label}{detail} | {amount} |"),
        };
    }
}

fn write_table(out: &mut String, language: Language, table: &Table) {
    let places = table.on_page();
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    out.push_str(&row(places.iter().map(|place| escape_markdown(&table.heading(*place))).collect()));
    let rules = places.iter().map(|place| if table.columns[*place].is_number { "---:" } else { "---" });
    out.push_str(&row(rules.map(str::to_owned).collect()));
    let currencies: Vec<_> = places.iter().map(|place| table.currency(*place)).collect();
    let cells = |cells: &[Cell], bold: bool| {
        let texts = places.iter().zip(&currencies).map(|(place, currency)| {
            let text = shown(language, &cells[*place], *currency);
            if bold && !text.is_empty() { format!("**{text}**") } else { text }
        });
        row(texts.collect())
    };
    for line in &table.rows {
        out.push_str(&cells(line, false));
    }
    if let Some(total) = &table.total {
        out.push_str(&cells(total, true));
    }
}
