//! Reads a template's file again, by the same layout.

use apportion_book::exports::QuoteStyle;

use super::layout::{Layout, Totals};
use crate::job::{Job, Written};
use crate::notes::Notes;
use crate::read::ReadRow;

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, written: &Written, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let layout = Layout::of_job(job, &mut Notes::default()).ok_or("its layout is none")?;
    let key = written.key_column.filter(|key| *key < layout.columns.len());
    let key = key.ok_or("no column tells payees apart")?;
    let text = layout.decoded(bytes)?;
    let whole = text.strip_suffix(layout.line_end).ok_or("its last line has no end")?;
    let lines: Vec<&str> = whole.split(layout.line_end).collect();
    let head = layout.header_lines.len() + usize::from(layout.header);
    let foot = layout.footer_lines.len();
    if lines.len() <= head + foot {
        return Err("it has no rows".to_owned());
    }
    if layout.header && lines[head - 1] != layout.names() {
        return Err("its header is another one".to_owned());
    }
    let mut rows = Vec::new();
    for line in &lines[head..lines.len() - foot] {
        let cells = cells(&layout, line)?;
        let amount = layout.amount_of(&cells[layout.amount])?;
        if amount == 0 {
            return Err("a row pays nothing".to_owned());
        }
        rows.push(ReadRow { key: cells[key].clone(), amount, currency: None });
    }
    let totals = Totals::of(rows.iter().map(|row| (row.key.as_str(), row.amount)));
    let before = layout.around(job, &layout.header_lines, &totals);
    let after = layout.around(job, &layout.footer_lines, &totals);
    let same = |own: &[&str], wanted: &[String]| own.iter().zip(wanted).all(|(own, wanted)| own == wanted);
    if !same(&lines[..before.len()], &before) || !same(&lines[lines.len() - foot..], &after) {
        return Err("the lines around its rows do not say what the rows come to".to_owned());
    }
    Ok(rows)
}

/// The cells of a line.
fn cells(layout: &Layout, line: &str) -> Result<Vec<String>, String> {
    // Who reads the file may take either for the end of a row.
    if line.contains(['\r', '\n']) {
        return Err("a line has an end of another kind in it".to_owned());
    }
    let columns = layout.columns.len();
    let cells: Vec<String> = if layout.fixed {
        let mut rest = line.chars();
        let take = |width: Option<usize>| -> String { rest.by_ref().take(width.unwrap_or(0)).collect() };
        let widths: Vec<Option<usize>> = layout.columns.iter().map(|column| column.width).collect();
        let cells: Vec<String> = widths.iter().copied().map(take).collect();
        let width: usize = widths.into_iter().flatten().sum();
        if line.chars().count() != width {
            return Err(format!("a line has not {width} characters"));
        }
        cells
    } else if layout.quotes == QuoteStyle::None {
        line.split(char::from(layout.delimiter)).map(str::to_owned).collect()
    } else {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(layout.delimiter)
            .from_reader(line.as_bytes());
        let record = reader.records().next().ok_or("a line is empty")?.map_err(|error| error.to_string())?;
        record.iter().map(str::to_owned).collect()
    };
    if cells.len() != columns {
        return Err(format!("a line has {} cells, and there are {columns} columns", cells.len()));
    }
    Ok(cells)
}
