//! Cells that are sound and probably not meant: rows that are lost in a cell, and percents that are fractions.

use apportion_base::diagnostic::{Code, Diagnostic, counted};
use apportion_book::TableName;
use apportion_data::{LinesInCell, Tables};

use super::facts::Facts;
use super::finding::Finding;

/// One percent, in billionths.
const ONE_E9: i64 = 1_000_000_000;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(diagnostic) = lines_in_cells(facts.tables) {
        let cells = &facts.tables.lines_in_cells;
        let mut finding = Finding::warning(Code::LinesInCell, "").counted(cells.len() as u64, "record");
        finding.examples = cells.iter().take(5).map(place).collect();
        finding.diagnostic = diagnostic;
        found.push(finding);
    }
    found.extend(tiny_percents(facts));
    found
}

/// The warning about records with a quoted cell whose lines look like records, of `check` and of a run.
pub fn lines_in_cells(tables: &Tables) -> Option<Diagnostic> {
    let cells = &tables.lines_in_cells;
    let first = cells.first()?;
    let message = match cells.len() {
        1 => format!("a quoted cell in {} has lines that look like records", place(first)),
        many => format!(
            "{} have a quoted cell with lines that look like records, first {}",
            counted(many as u64, "record"),
            place(first)
        ),
    };
    Some(Diagnostic::warning(Code::LinesInCell, message).help(
        "a stray quote takes in all lines up to the next one: look at these lines, and write a quote inside a quoted cell twice",
    ))
}

/// `data/deals.csv, lines 2 to 4`
fn place(cell: &LinesInCell) -> String {
    format!("{}, lines {} to {}", cell.file, cell.first, cell.last)
}

/// Percents of splits none of which is above 1.
fn tiny_percents(facts: &Facts<'_>) -> Option<Finding> {
    let percents = &facts.tables.splits.percent_e9;
    let some = percents.iter().filter(|percent| **percent > 0).count() as u64;
    let (highest, source) = (
        *percents.iter().max()?,
        facts.book.sources.iter().find(|source| source.table == TableName::Splits)?,
    );
    if some == 0 || highest > ONE_E9 {
        return None;
    }
    let message = format!("none of the {} of the splits is above 1", counted(some, "percent"));
    Some(
        Finding::warning(Code::TinyPercents, message)
            .at(source.span.clone(), "read by this source")
            .counted(some, "percent")
            .help("25 is a quarter; if they are fractions, make percents of them: columns = { percent = { expr = \"to_number(share) * 100\" } }"),
    )
}
