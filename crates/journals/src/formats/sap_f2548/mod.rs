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
    filled.rows.extend(titles((grid, layout), number));
    filled.rows.push(row(&layout.of_header, &value, gathered));
    filled.rows.extend_from_slice(&grid.rows[layout.items..layout.lines + 2]);
    for line in lines {
        let value = |name: &str| of_line(name, request, journal, line);
        filled.rows.push(row(&layout.of_lines, &value, gathered));
    }
}

/// The rows above the header's values, of the journal with a number in its file.
fn titles((grid, layout): (&Grid, &Layout), number: usize) -> Vec<grid::Row> {
    let mut rows = grid.rows[layout.start..layout.header + 2].to_vec();
    // The row that begins a block has its number.
    for cell in rows.iter_mut().flat_map(|row| &mut row.0).filter(|cell| cell.value.text() == "1") {
        cell.value = Value::Number(number.to_string());
    }
    rows
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
    if !template.is_workbook() && (bytes.starts_with(b"\xef\xbb\xbf") || !bytes.ends_with(b"\n")) {
        return Err("it begins with a byte-order mark, or its last line has no end".to_owned());
    }
    let blank = Grid::read(template)?;
    let asked = Layout::find(&blank)?;
    let mut rest =
        Grid::read(&crate::keys::Template { name: template.name.clone(), bytes: bytes.to_vec() })?.rows;
    let mut found = ReadLines::new();
    let mut behind = rest.split_off(asked.start.min(rest.len()));
    if !alike(&rest, &blank.rows[..asked.start]) {
        return Err("it does not begin as the template does".to_owned());
    }
    for number in 1_usize.. {
        let next = behind.iter().skip(1).position(begins_block).map(|place| place + 1);
        let after = behind.split_off(next.unwrap_or(behind.len()));
        let journal = Block { number, rows: &behind, blank: (&blank, &asked), heading };
        found.extend(journal.read().map_err(|why| format!("journal {number} of the file: {why}"))?);
        if after.is_empty() {
            break;
        }
        behind = after;
    }
    balanced(found)
}

/// Whether a row begins a journal.
fn begins_block(row: &grid::Row) -> bool {
    row.0.iter().any(|cell| cell.value.text() == "Header")
}

/// Whether rows have the same texts, however they look.
fn alike(rows: &[grid::Row], others: &[grid::Row]) -> bool {
    let texts = |row: &grid::Row| -> Vec<(usize, String)> {
        let filled = row.0.iter().filter(|cell| !cell.value.text().is_empty());
        filled.map(|cell| (cell.column, cell.value.text().to_owned())).collect()
    };
    rows.len() == others.len() && rows.iter().zip(others).all(|(row, other)| texts(row) == texts(other))
}

/// The rows of a journal that was written.
struct Block<'b> {
    /// Which of the file it is, from 1 on.
    number: usize,
    rows: &'b [grid::Row],
    /// The template, and where its blocks are.
    blank: (&'b Grid, &'b Layout),
    heading: &'b Heading,
}

impl Block<'_> {
    fn read(&self) -> Result<ReadLines, String> {
        let (blank, asked) = self.blank;
        // Where its parts begin, from its first row on.
        let header = asked.header + 2 - asked.start;
        let first_line = header + 1 + asked.lines + 2 - asked.items;
        let part = |from: usize, to: usize| self.rows.get(from..to).unwrap_or_default();
        if !alike(part(0, header), &titles(self.blank, self.number))
            || !alike(part(header + 1, first_line), &blank.rows[asked.items..asked.lines + 2])
        {
            return Err("its rows of names and labels are not those of the template".to_owned());
        }
        let row = self.rows.get(header).ok_or("it has no header")?;
        let cell = |name: &str| layout::named(row, &asked.of_header, name);
        let journal = Some(cell("XBLNR")).filter(|text| !text.is_empty()).ok_or("it has no XBLNR")?;
        self.check_header(&cell)?;
        let mut lines = ReadLines::new();
        for (number, row) in (1_usize..).zip(part(first_line, self.rows.len())) {
            let (account, amount) = line(row, (asked, &cell("BUKRS")), self.heading)
                .map_err(|why| format!("line {number}: {why}"))?;
            lines.push(ReadLine { journal: journal.clone(), account, party: None, amount });
        }
        if lines.is_empty() { Err("it has no lines".to_owned()) } else { Ok(lines) }
    }

    /// What is the same in every journal of a close.
    fn check_header(&self, cell: &dyn Fn(&str) -> String) -> Result<(), String> {
        let heading = self.heading;
        for (name, expected) in [
            ("BUDAT", text::by_pattern(heading.posting_date, "YYYYMMDD")),
            ("BLDAT", text::by_pattern(heading.document_date, "YYYYMMDD")),
            ("WAERS", heading.currency.clone()),
        ] {
            let is_asked = self.blank.1.of_header.iter().any(|column| column.name == name);
            if is_asked && cell(name) != expected {
                return Err(format!("{name} is \"{}\" and not \"{expected}\"", cell(name)));
            }
        }
        Ok(())
    }
}

/// The account and the amount of a line.
fn line(
    row: &grid::Row,
    (layout, entity): (&Layout, &str),
    heading: &Heading,
) -> Result<(String, i128), String> {
    let cell = |name: &str| layout::named(row, &layout.of_lines, name);
    if layout.of_lines.iter().any(|column| column.name == "BUKRS") && cell("BUKRS") != entity {
        return Err(format!("BUKRS is \"{}\" and not \"{entity}\"", cell("BUKRS")));
    }
    let account = Some(cell("HKONT")).filter(|text| !text.is_empty()).ok_or("HKONT is empty")?;
    if account.chars().count() > 10 {
        return Err("HKONT has more than 10 characters".to_owned());
    }
    let is_known = |cell: &Cell| layout.of_lines.iter().any(|column| column.place == cell.column);
    if row.0.iter().any(|cell| !cell.value.text().is_empty() && !is_known(cell)) {
        return Err("it has a cell beside its columns".to_owned());
    }
    let amount = |name: &str| {
        layout::cell_of(row, &layout.of_lines, name).filter(|cell| !cell.value.text().trim().is_empty())
    };
    let amount = match (amount("WRSOL"), amount("WRHAB")) {
        (Some(debit), None) => read_amount(debit, heading.digits)?,
        (None, Some(credit)) => -read_amount(credit, heading.digits)?,
        _ => return Err("it has not just one amount".to_owned()),
    };
    if amount == 0 { Err("the amount is 0".to_owned()) } else { Ok((account, amount)) }
}

/// The amount of a cell, in minor units.
fn read_amount(cell: &Cell, digits: u32) -> Result<i128, String> {
    let text = cell.value.text().trim();
    // A workbook has numbers, which lose zeros behind the point; a text has all of them.
    if !matches!(cell.value, Value::Number(_)) {
        return text::read_amount(text, digits, '.', false);
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let width = digits as usize;
    if decimals.len() > width {
        return Err(format!("\"{text}\" has more decimals than the currency"));
    }
    let point = if digits == 0 { "" } else { "." };
    text::read_amount(&format!("{whole}{point}{decimals:0<width$}"), digits, '.', false)
}
