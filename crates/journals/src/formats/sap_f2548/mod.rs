//! `sap-f2548`: the app "Upload General Journal Entries" of SAP S/4HANA. Its template differs by release, so the one that a user has downloaded is filled, by
//! the technical names of its columns.

mod grid;
mod layout;
#[cfg(test)]
mod tests;
mod workbook;

use std::collections::BTreeSet;

use super::{
    Description, Field, JournalFile, Limits, Most, ReadLine, ReadLines, Request, Rows, Written, balanced,
};
use crate::journal::{Heading, Journal, steps};
use crate::keys::JournalKeys;
use crate::lines::{Line, lines};
use crate::text;
use grid::{Cell, Grid, Value};
use layout::Layout;

pub(super) const DESCRIPTION: Description = Description {
    word: "sap-f2548",
    title: "SAP S/4HANA, Upload General Journal Entries",
    file: "the template that the project names, as a workbook or as CSV, filled by the technical names of its columns; a block for each journal. Columns may be added to \
           it by their technical names. A mandatory column without a source is an error. G/L accounts only; a journal has 999 lines at most",
    fields: &[
        Field { name: "BUKRS", holds: "`entity`: a must", most: Some(Most::Error(4)) },
        Field { name: "BLART", holds: "`document_type`; `SA`", most: Some(Most::Error(2)) },
        Field { name: "BLDAT", holds: "the month's last day, as 20260731", most: None },
        Field { name: "BUDAT", holds: "the posting date, as 20260731", most: None },
        Field {
            name: "MONAT",
            holds: "`fiscal_period`, or the posting date's month",
            most: Some(Most::Error(2)),
        },
        Field { name: "BKTXT", holds: "`memo`", most: Some(Most::Cut(25)) },
        Field { name: "XBLNR", holds: "the reference", most: Some(Most::Error(16)) },
        Field { name: "WAERS", holds: "the book's currency", most: Some(Most::Error(5)) },
        Field { name: "LDGRP", holds: "`ledger_group`", most: Some(Most::Error(4)) },
        Field { name: "HKONT", holds: "the account", most: Some(Most::Error(10)) },
        Field { name: "SGTXT", holds: "the steps, and the rule of a cost", most: Some(Most::Cut(50)) },
        Field { name: "WRSOL", holds: "the amount of a debit", most: None },
        Field { name: "WRHAB", holds: "the amount of a credit", most: None },
        Field { name: "MWSKZ", holds: "`tax`", most: Some(Most::Error(2)) },
        Field { name: "KOSTL", holds: "the dimension `cost_center`", most: Some(Most::Error(10)) },
        Field { name: "PRCTR", holds: "the dimension `profit_center`", most: Some(Most::Error(10)) },
        Field { name: "SEGMENT", holds: "the dimension `segment`", most: Some(Most::Error(10)) },
    ],
    needs: &["entity", "template"],
    limits: Limits { rows: Rows::Lines, lines: 999, file_rows: usize::MAX, amount: None, reference: 16 },
};

/// What is gathered while cells are made.
#[derive(Default)]
struct Gathered {
    wrong: BTreeSet<String>,
    changed: BTreeSet<[String; 3]>,
}

impl Gathered {
    /// A text in its length.
    fn fitted(&mut self, name: &str, value: String) -> String {
        let field = DESCRIPTION.fields.iter().find(|field| field.name == name);
        let count = value.chars().count();
        match field.and_then(|field| field.most) {
            Some(Most::Error(most)) if count > most => {
                self.wrong
                    .insert(format!("`{name}` has {most} characters at most, and this has more: {value}"));
                value
            }
            Some(Most::Cut(most)) if count > most => {
                let after = text::cut(&value, most).to_owned();
                self.changed.insert([name.to_owned(), value, after.clone()]);
                after
            }
            _ => value,
        }
    }
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    super::only_dimensions(request.keys, &["cost_center", "profit_center", "segment"])?;
    let Some(template) = &request.keys.template else {
        return Err(vec![
            "the format needs `template`, the file that was downloaded from the app".to_owned(),
        ]);
    };
    let one = |why: String| vec![format!("the template {}: {why}", template.name)];
    let grid = Grid::read(template).map_err(one)?;
    let layout = Layout::find(&grid).map_err(one)?;
    let mut gathered = Gathered::default();
    let most = request.keys.max_rows.unwrap_or(usize::MAX);
    // By file: its rows, its journals and its lines.
    let mut files: Vec<(Grid, usize, usize)> = Vec::new();
    for journal in request.journals {
        let lines = lines(journal);
        if lines.is_empty() {
            continue;
        }
        if files.last().is_none_or(|(.., count)| count + lines.len() > most) {
            files.push((Grid { rows: grid.rows[..layout.start].to_vec() }, 0, 0));
        }
        if let Some((filled, number, count)) = files.last_mut() {
            *number += 1;
            *count += lines.len();
            block(request, (&grid, &layout), (*number, journal, &lines), filled, &mut gathered);
        }
    }
    if !gathered.wrong.is_empty() {
        return Err(gathered.wrong.into_iter().collect());
    }
    let mut written = Written { files: Vec::new(), changed: gathered.changed.into_iter().collect() };
    for (number, (filled, ..)) in (1_usize..).zip(&files) {
        let bytes = filled.write(template).map_err(one)?;
        written.files.push(JournalFile { name: name(number, template.is_workbook()), bytes });
    }
    Ok(written)
}

/// `journal.xlsx`, `journal-2.xlsx`.
fn name(number: usize, is_workbook: bool) -> String {
    let part = if number == 1 { String::new() } else { format!("-{number}") };
    let extension = if is_workbook { "xlsx" } else { "csv" };
    format!("journal{part}.{extension}")
}

/// The rows of a journal.
fn block(
    request: &Request<'_>,
    (grid, layout): (&Grid, &Layout),
    (number, journal, lines): (usize, &Journal, &[Line]),
    filled: &mut Grid,
    gathered: &mut Gathered,
) {
    let value = |name: &str| of_header(name, request, journal);
    for row in &grid.rows[layout.start..layout.header + 2] {
        let mut row = row.clone();
        for cell in &mut row.0 {
            // The row that begins a block has its number.
            if cell.value.text() == "1" {
                cell.value = Value::Number(number.to_string());
            }
        }
        filled.rows.push(row);
    }
    filled.rows.push(row(&layout.of_header, &value, gathered));
    filled.rows.extend_from_slice(&grid.rows[layout.items..layout.lines + 2]);
    for line in lines {
        let value = |name: &str| of_line(name, request, journal, line);
        filled.rows.push(row(&layout.of_lines, &value, gathered));
    }
}

/// A row of values by the technical names of its columns.
fn row(
    columns: &[layout::Column],
    value: &dyn Fn(&str) -> Option<Value>,
    gathered: &mut Gathered,
) -> grid::Row {
    let mut cells = Vec::new();
    for column in columns {
        let found = match value(&column.name) {
            Some(Value::Text(text)) => Value::Text(gathered.fitted(&column.name, text)),
            Some(number) => number,
            None => Value::Text(String::new()),
        };
        let is_amount = ["WRSOL", "WRHAB"].contains(&column.name.as_str());
        if column.is_mandatory && found.text().is_empty() && !is_amount {
            gathered.wrong.insert(format!(
                "the template's column {} is mandatory, and nothing is known for it",
                column.name
            ));
        }
        cells.push(Cell { column: column.place, style: column.style.clone(), value: found });
    }
    grid::Row(cells)
}

fn of_header(name: &str, request: &Request<'_>, journal: &Journal) -> Option<Value> {
    let (keys, heading) = (request.keys, request.heading);
    let date = |day| Value::Number(text::by_pattern(day, "YYYYMMDD"));
    let (_, month, _) = text::civil(heading.posting_date);
    let value = match name {
        "BUKRS" => journal.entity.clone()?,
        "BLART" => keys.plain("document_type").unwrap_or("SA").to_owned(),
        "BLDAT" => return Some(date(heading.document_date)),
        "BUDAT" => return Some(date(heading.posting_date)),
        "MONAT" => keys.plain("fiscal_period").map_or_else(|| format!("{month:02}"), str::to_owned),
        "BKTXT" => heading.memo.clone(),
        "XBLNR" => journal.reference.clone(),
        "WAERS" => heading.currency.clone(),
        "LDGRP" => keys.plain("ledger_group")?.to_owned(),
        _ => return None,
    };
    Some(Value::Text(value))
}

fn of_line(name: &str, request: &Request<'_>, journal: &Journal, line: &Line) -> Option<Value> {
    let side = &line.side;
    let amount = |sign: i128| {
        let amount = line.amount * sign;
        (amount > 0).then(|| Value::Number(text::amount(amount, request.heading.digits)))
    };
    let value = match name {
        "BUKRS" => journal.entity.clone()?,
        "HKONT" => side.account.clone(),
        "SGTXT" => format!("{} {}", steps(&line.steps), side.rule.as_deref().unwrap_or_default())
            .trim_end()
            .to_owned(),
        "WRSOL" => return amount(1),
        "WRHAB" => return amount(-1),
        "MWSKZ" => side.tax.clone(),
        "KOSTL" => side.dimensions.get("cost_center")?.clone(),
        "PRCTR" => side.dimensions.get("profit_center")?.clone(),
        "SEGMENT" => side.dimensions.get("segment")?.clone(),
        _ => return None,
    };
    Some(Value::Text(value))
}

pub(super) fn read(bytes: &[u8], keys: &JournalKeys, heading: &Heading) -> Result<ReadLines, String> {
    let template = keys.template.as_ref().ok_or("there is no template")?;
    let grid = Grid::read(&crate::keys::Template { name: template.name.clone(), bytes: bytes.to_vec() })?;
    let mut found = ReadLines::new();
    let mut rest = grid;
    loop {
        let layout = Layout::find(&rest)?;
        let header = rest.rows.get(layout.header + 2).ok_or("a journal has no header")?;
        let cell = |name: &str| layout::named(header, &layout.of_header, name);
        let journal = Some(cell("XBLNR")).filter(|text| !text.is_empty()).ok_or("a journal has no XBLNR")?;
        for (name, expected) in [
            ("BUDAT", text::by_pattern(heading.posting_date, "YYYYMMDD")),
            ("BLDAT", text::by_pattern(heading.document_date, "YYYYMMDD")),
            ("WAERS", heading.currency.clone()),
        ] {
            if layout.of_header.iter().any(|column| column.name == name) && cell(name) != expected {
                return Err(format!(
                    "{name} of journal `{journal}` is \"{}\" and not \"{expected}\"",
                    cell(name)
                ));
            }
        }
        let after = rest.rows.split_off(layout.lines + 2);
        let next = after.iter().position(|row| row.0.iter().any(|cell| cell.value.text() == "Header"));
        let (own, behind) = after.split_at(next.unwrap_or(after.len()));
        for (number, row) in (1_usize..).zip(own) {
            let line = line(row, &layout, heading)
                .map_err(|why| format!("line {number} of journal `{journal}`: {why}"))?;
            found.push(ReadLine { journal: journal.clone(), account: line.0, party: None, amount: line.1 });
        }
        if behind.is_empty() {
            return balanced(found);
        }
        rest = Grid { rows: behind.to_vec() };
    }
}

/// The account and the amount of a line.
fn line(row: &grid::Row, layout: &Layout, heading: &Heading) -> Result<(String, i128), String> {
    let cell = |name: &str| layout::named(row, &layout.of_lines, name);
    let account = Some(cell("HKONT")).filter(|text| !text.is_empty()).ok_or("HKONT is empty")?;
    if account.chars().count() > 10 {
        return Err("HKONT has more than 10 characters".to_owned());
    }
    let amount = |text: &str| -> Result<i128, String> {
        // A workbook has numbers, which lose zeros behind the point.
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = heading.digits as usize;
        if decimals.len() > digits {
            return Err(format!("\"{text}\" has more decimals than the currency"));
        }
        let point = if digits == 0 { "" } else { "." };
        text::read_amount(&format!("{whole}{point}{decimals:0<digits$}"), heading.digits, '.', false)
    };
    let amount = match (cell("WRSOL").as_str(), cell("WRHAB").as_str()) {
        (debit, "") if !debit.is_empty() => amount(debit)?,
        ("", credit) if !credit.is_empty() => -amount(credit)?,
        _ => return Err("it has not just one amount".to_owned()),
    };
    if amount == 0 { Err("the amount is 0".to_owned()) } else { Ok((account, amount)) }
}
