//! The worked example of a rule: its first case, with the resulting lines.

use super::document::{Block, Document, Table};
use super::prose::Prose;
use crate::cases::{self, Bench};
use apportion_base::diagnostic::Files;
use apportion_book::TableName;

/// Rows of a table that are shown.
const ROWS: usize = 12;
/// Columns of lines that the reader knows already.
const KNOWN: [&str; 5] = ["rule_id", "rule_from", "kind", "close_date", "currency"];

/// The cases of a project, and the texts that they point into.
#[derive(Debug)]
pub struct Examples {
    /// The setting in which the cases are settled.
    pub bench: Bench,
    /// The texts that messages point into.
    pub files: Files,
}

/// Adds the example of a rule version, if there is one.
pub fn add(document: &mut Document, examples: Option<&Examples>, id: &str, from: i32) {
    let Some(examples) = examples else { return };
    let Some(example) = examples.bench.first_for(id, Some(from), &examples.files) else { return };
    document.heading(4, Prose::ours("Example"));
    let mut says = Prose::text(&example.case.name).capital().to_string();
    if let Some(why) = &example.case.why {
        says.push_str(&format!(". {}", Prose::text(why)));
    }
    document.paragraph(Prose::ours(format!("{}.", says.trim_end_matches('.'))));
    for table in [
        TableName::Deals,
        TableName::Engagements,
        TableName::Splits,
        TableName::Quotas,
        TableName::Milestones,
        TableName::Payees,
        TableName::Assignments,
    ] {
        if let Some(rows) = example.case.inputs.get(&table)
            && !rows.rows.is_empty()
        {
            document.paragraph(Prose::ours(format!("*{}*", capital(table.word()))));
            document.blocks.push(shown(rows, &[]));
            more(document, rows);
        }
    }
    document.paragraph(Prose::ours("*What comes out*"));
    document.blocks.push(shown(&example.lines, &KNOWN));
    more(document, &example.lines);
    document.paragraph(Prose::ours(format!("From {}.", Prose::code(&example.file.name))));
}

fn more(document: &mut Document, rows: &cases::Table) {
    let left = rows.rows.len().saturating_sub(ROWS);
    if left > 0 {
        document.paragraph(Prose::ours(format!("and {left} more")));
    }
}

/// A table of a case; columns of numbers are right-aligned.
fn shown(rows: &cases::Table, without: &[&str]) -> Block {
    let kept: Vec<usize> =
        (0..rows.header.len()).filter(|index| !without.contains(&rows.header[*index].as_str())).collect();
    let numeric = |index: usize| {
        let cells = rows.rows.iter().map(|row| row[index].as_str());
        let number = |cell: &str| {
            cell.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '%'))
                && cell.matches('-').count() < 2
        };
        cells.clone().any(|cell| !cell.is_empty())
            && cells.clone().all(|cell| cell.is_empty() || number(cell))
    };
    let mut table = Table {
        header: kept.iter().map(|index| Prose::text(&rows.header[*index].replace('_', " "))).collect(),
        numbers: kept.iter().map(|index| numeric(*index)).collect(),
        rows: Vec::new(),
    };
    for row in rows.rows.iter().take(ROWS) {
        table.row(kept.iter().map(|index| Prose::text(&row[*index])).collect());
    }
    Block::Table(table)
}

fn capital(word: &str) -> String {
    Prose::ours(word).capital().to_string()
}
