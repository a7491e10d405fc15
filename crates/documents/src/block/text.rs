//! A document as text for a terminal or a mail.

use std::fmt::Write as _;

use super::{Block, Document, StepRole, Table, Waterfall, contents};
use crate::language::Language;
use apportion_base::terminal::{Side, escaped, padded, width};

/// The document as text. Wide tables make long lines: nothing is cut.
pub fn text(document: &Document) -> String {
    let mut out = String::new();
    if let Some(mark) = &document.mark {
        let _ = writeln!(out, "*** {} ***\n", escaped(mark));
    }
    heading(&mut out, &document.title, '=');
    for line in &document.lead {
        let _ = writeln!(out, "{}", escaped(line));
    }
    for block in &document.blocks {
        write_block(&mut out, document, block);
    }
    if !document.footer.is_empty() {
        out.push('\n');
    }
    for line in &document.footer {
        let _ = writeln!(out, "{}", escaped(line));
    }
    out
}

fn heading(out: &mut String, text: &str, rule: char) {
    let text = escaped(text);
    let _ = writeln!(out, "{text}");
    let _ = writeln!(out, "{}", String::from(rule).repeat(width(&text)));
}

fn write_block(out: &mut String, document: &Document, block: &Block) {
    let language = document.language;
    out.push('\n');
    match block {
        Block::Heading(2, text) => heading(out, text, '-'),
        Block::Heading(_, text) => {
            let _ = writeln!(out, "{}:", escaped(text));
        }
        Block::Paragraph(text) | Block::Quote(text) => {
            let _ = writeln!(out, "{}", escaped(&text.plain()));
        }
        Block::Note(text) => {
            let _ = writeln!(out, "! {}", escaped(text));
        }
        Block::List(items) => {
            for item in items {
                let _ = writeln!(out, "- {}", escaped(&item.plain()));
            }
        }
        Block::Facts(facts) => {
            let rows = facts.iter().map(|(name, cell)| {
                vec![escaped(name).into_owned(), escaped(&cell.shown(language, None)).into_owned()]
            });
            write_rows(out, &rows.collect::<Vec<_>>(), &[false, false], None);
        }
        Block::Waterfall(waterfall) => write_waterfall(out, language, waterfall),
        Block::Table(table) => write_table(out, language, table),
        Block::Chart(chart) => {
            write_table(out, language, &chart.table);
            if let Some(note) = &chart.note {
                let _ = writeln!(out, "{}", escaped(note));
            }
        }
        Block::Drawing(_) => {}
        Block::Contents => {
            for (level, text) in contents(&document.blocks) {
                let indent = "  ".repeat(usize::from(level) - 2);
                let _ = writeln!(out, "{indent}- {}", escaped(text));
            }
        }
        Block::Signatures(people) => {
            for person in people {
                let _ = writeln!(out, "\n{}\n{}", "_".repeat(40), escaped(person));
            }
        }
    }
}

fn write_waterfall(out: &mut String, language: Language, waterfall: &Waterfall) {
    let mut rows = Vec::with_capacity(waterfall.steps.len());
    for step in &waterfall.steps {
        let mark = match step.role {
            StepRole::Change => "  ",
            StepRole::Total => "= ",
            StepRole::Beside => "  ",
        };
        let detail = step.detail.as_ref().map_or(String::new(), |detail| format!(" ({detail})"));
        let label = format!("{mark}{}{detail}", step.label);
        rows.push(vec![
            escaped(&label).into_owned(),
            language.money(step.amount.minor, step.amount.currency),
        ]);
    }
    write_rows(out, &rows, &[false, true], None);
}

fn write_table(out: &mut String, language: Language, table: &Table) {
    let places = table.on_page();
    let currencies: Vec<_> = places.iter().map(|place| table.currency(*place)).collect();
    let numbers: Vec<bool> = places.iter().map(|place| table.columns[*place].is_number).collect();
    let mut rows = vec![places.iter().map(|place| escaped(&table.heading(*place)).into_owned()).collect()];
    for row in table.rows.iter().chain(&table.total) {
        let cells = places.iter().zip(&currencies);
        rows.push(
            cells
                .map(|(place, currency)| escaped(&row[*place].shown(language, *currency)).into_owned())
                .collect(),
        );
    }
    write_rows(out, &rows, &numbers, table.total.as_ref().map(|_| rows.len() - 1));
}

/// Rows in columns as wide as their widest cell. A line stands above the row of a total.
fn write_rows(out: &mut String, rows: &[Vec<String>], numbers: &[bool], total: Option<usize>) {
    let mut widths = vec![0; numbers.len()];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
        }
    }
    for (index, row) in rows.iter().enumerate() {
        if total == Some(index) {
            let wide = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
            let _ = writeln!(out, "{}", "-".repeat(wide));
        }
        let mut line = String::new();
        for ((cell, widest), is_number) in row.iter().zip(&widths).zip(numbers) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            line.push_str(&padded(cell, *widest, if *is_number { Side::Right } else { Side::Left }));
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
