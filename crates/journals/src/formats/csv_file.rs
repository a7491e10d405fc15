//! CSV files of journals, as RFC 4180 quotes them: UTF-8, a header, lines that end in LF.

use std::collections::BTreeSet;

use super::{Field, JournalFile, Limits, Most, Request, Written};
use crate::journal::Journal;
use crate::text;
use apportion_base::spreadsheet::{guarded, unguarded};

/// Rows of a journal, as cells in the order of the fields.
pub(super) type JournalRows = Vec<Vec<String>>;

/// Writes rows of journals in files: one for each company where `by_entity`, and no file has more rows than it may. A journal is in one file.
pub(super) fn files(
    request: &Request<'_>,
    fields: &[Field],
    (limits, by_entity): (Limits, bool),
    mut rows: impl FnMut(&Journal) -> Result<JournalRows, String>,
) -> Result<Written, Vec<String>> {
    let most = request.keys.max_rows.unwrap_or(usize::MAX).min(limits.file_rows);
    let (mut written, mut wrong, mut changed) = (Written::default(), Vec::new(), BTreeSet::new());
    // By company and number: the rows of the file.
    let mut parts: Vec<(Option<&str>, usize, JournalRows)> = Vec::new();
    for journal in request.journals {
        let entity = journal.entity.as_deref().filter(|_| by_entity);
        let own = match rows(journal) {
            Ok(own) => own,
            Err(why) => {
                wrong.push(why);
                continue;
            }
        };
        // What goes there and back leaves no line.
        if own.is_empty() {
            continue;
        }
        if own.len() > most {
            wrong.push(format!(
                "journal `{}` has {} rows, and a file {most} at most",
                journal.reference,
                own.len()
            ));
        }
        let own = fitted(own, fields, &mut wrong, &mut changed);
        match parts.last_mut() {
            Some((of, _, rows)) if *of == entity && rows.len() + own.len() <= most => rows.extend(own),
            last => {
                let number = last.filter(|(of, ..)| *of == entity).map_or(1, |(_, number, _)| *number + 1);
                parts.push((entity, number, own));
            }
        }
    }
    for (entity, number, rows) in parts {
        match csv(fields, &rows) {
            Ok(bytes) => written.files.push(JournalFile { name: name(entity, number), bytes }),
            Err(why) => wrong.push(why),
        }
    }
    written.changed = changed.into_iter().collect();
    if wrong.is_empty() { Ok(written) } else { Err(wrong) }
}

/// `journal.csv`, `journal-100.csv`, `journal-100-2.csv`.
fn name(entity: Option<&str>, number: usize) -> String {
    let entity = entity.map_or_else(String::new, |entity| format!("-{}", file_part(entity)));
    let number = if number == 1 { String::new() } else { format!("-{number}") };
    format!("journal{entity}{number}.csv")
}

/// A text as part of a file's name.
pub(super) fn file_part(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    text.chars().map(plain).collect()
}

/// Cells within their lengths.
fn fitted(
    rows: JournalRows,
    fields: &[Field],
    wrong: &mut Vec<String>,
    changed: &mut BTreeSet<[String; 3]>,
) -> JournalRows {
    let mut cell = |field: &Field, cell: String| -> String {
        if text::has_control(&cell) {
            wrong.push(format!("`{}` would have a character that ends a line: {cell:?}", field.name));
        }
        match field.most {
            Some(Most::Error(most)) if cell.chars().count() > most => {
                wrong.push(format!(
                    "`{}` has {most} characters at most, and this has more: {cell}",
                    field.name
                ));
                cell
            }
            Some(Most::Cut(most)) if cell.chars().count() > most => {
                let after = text::cut(&cell, most).to_owned();
                changed.insert([field.name.to_owned(), cell, after.clone()]);
                after
            }
            _ => cell,
        }
    };
    let row = |row: Vec<String>| row.into_iter().zip(fields).map(|(text, field)| cell(field, text)).collect();
    rows.into_iter().map(row).collect()
}

fn csv(fields: &[Field], rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let failed = |error: csv::Error| error.to_string();
    writer.write_record(fields.iter().map(|field| field.name)).map_err(failed)?;
    for row in rows {
        // Amounts are numbers, which stay as they are.
        writer.write_record(row.iter().map(|cell| guarded(cell).into_owned())).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// The records of a file under its header; each is handed over with its line.
pub(super) fn records(
    bytes: &[u8],
    fields: &[Field],
    mut each: impl FnMut(&dyn Fn(&str) -> String) -> Result<(), String>,
) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if text.starts_with('\u{feff}') {
        return Err("it begins with a byte-order mark".to_owned());
    }
    if !text.ends_with('\n') {
        return Err("its last line does not end".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    if !header.iter().eq(fields.iter().map(|field| field.name)) {
        return Err("its header is another one".to_owned());
    }
    let mut count = 0_usize;
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        count += 1;
        for (cell, field) in record.iter().zip(fields) {
            let most = match field.most {
                Some(Most::Cut(most) | Most::Error(most)) => most,
                None => usize::MAX,
            };
            // An apostrophe before what a spreadsheet would run is no part of the text.
            if unguarded(cell).chars().count() > most {
                return Err(format!("line {line}: `{}` has more than {most} characters", field.name));
            }
            if text::has_control(cell) {
                return Err(format!("line {line}: `{}` has a control character", field.name));
            }
        }
        let cell = |name: &str| {
            let place = fields.iter().position(|field| field.name == name);
            place.and_then(|place| record.get(place)).map(unguarded).unwrap_or_default().to_owned()
        };
        each(&cell).map_err(|why| format!("line {line}: {why}"))?;
    }
    if count == 0 {
        return Err("it has no rows".to_owned());
    }
    Ok(())
}

/// The amount of two cells, of which one is empty: a debit above 0, a credit below.
pub(super) fn of_sides(debit: &str, credit: &str, digits: u32) -> Result<i128, String> {
    let above_zero = |text: &str| match text::read_amount(text, digits, '.', false)? {
        0 => Err("the amount is 0".to_owned()),
        amount => Ok(amount),
    };
    match (debit, credit) {
        (debit, "") if !debit.is_empty() => above_zero(debit),
        ("", credit) if !credit.is_empty() => above_zero(credit).map(|amount| -amount),
        ("", "") => Err("neither side has an amount".to_owned()),
        _ => Err("both sides have an amount".to_owned()),
    }
}

/// An amount as debit and credit; the other is empty.
pub(super) fn sides(amount: i128, digits: u32) -> [String; 2] {
    let shown = text::amount(amount.abs(), digits);
    if amount > 0 { [shown, String::new()] } else { [String::new(), shown] }
}

/// A cell that must not be empty.
pub(super) fn needed(name: &str, cell: String) -> Result<String, String> {
    if cell.trim().is_empty() { Err(format!("`{name}` is empty")) } else { Ok(cell) }
}

/// A cell that may be empty.
pub(super) fn maybe(cell: String) -> Option<String> {
    Some(cell).filter(|cell| !cell.is_empty())
}

/// A cell that is just this.
pub(super) fn same(name: &str, cell: &str, expected: &str) -> Result<(), String> {
    if cell == expected { Ok(()) } else { Err(format!("`{name}` is \"{cell}\" and not \"{expected}\"")) }
}
