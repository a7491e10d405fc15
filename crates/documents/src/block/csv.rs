//! The tables of a document as one CSV file.

use std::io;

use super::{Block, Cell, Document, Waterfall};
use apportion_base::spreadsheet::guarded;

/// All tables and waterfalls, one below the other: the first column, `part`, says which one a row is of, and the columns are
/// `header`, which has the keys of the columns of all tables. Numbers are plain. The currency of the row's amounts is in the column
/// `currency`. Headings, notes and totals are left out.
///
/// # Errors
/// None in memory but a record that csv refuses.
pub fn csv(document: &Document, header: &[&str]) -> io::Result<Vec<u8>> {
    let mut out =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    out.write_field("part")?;
    out.write_record(header)?;
    let mut record: Vec<String> = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Table(table) => {
                for row in &table.rows {
                    record.clear();
                    record.resize(header.len(), String::new());
                    for (column, cell) in table.columns.iter().zip(row) {
                        put(&mut record, header, column.key, cell);
                    }
                    out.write_field(table.key)?;
                    out.write_record(&record)?;
                }
            }
            Block::Waterfall(waterfall) => write_waterfall(&mut out, header, waterfall)?,
            _ => {}
        }
    }
    out.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

fn write_waterfall(
    out: &mut ::csv::Writer<Vec<u8>>,
    header: &[&str],
    waterfall: &Waterfall,
) -> io::Result<()> {
    for step in &waterfall.steps {
        let mut record = vec![String::new(); header.len()];
        put(&mut record, header, "item", &Cell::Text(step.label.clone()));
        put(&mut record, header, "reason", &Cell::text(step.detail.clone().unwrap_or_default()));
        put(&mut record, header, "amount", &Cell::Amount(step.amount));
        out.write_field(waterfall.key)?;
        out.write_record(&record)?;
    }
    Ok(())
}

fn put(record: &mut [String], header: &[&str], key: &str, cell: &Cell) {
    let place = |key: &str| header.iter().position(|known| *known == key);
    let text = match cell {
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Rich(words) => guarded(&words.plain()).into_owned(),
        other => other.plain(),
    };
    if let Some(place) = place(key) {
        record[place] = text;
    }
    if let (Cell::Amount(amount), Some(place)) = (cell, place("currency")) {
        amount.currency.code().clone_into(&mut record[place]);
    }
}
