//! A template as a workbook: its first sheet is read, and written again with everything around it as it was.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::grid::{Cell, Grid, Row, Value};

/// The first sheet of a workbook.
const SHEET: &str = "xl/worksheets/sheet1.xml";
/// A part of the archive has so many bytes at most.
const MOST_BYTES: u64 = 64 << 20;

pub(super) fn read(bytes: &[u8]) -> Result<Grid, String> {
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| format!("it is no workbook: {error}"))?;
    let range = book.worksheet_range_at(0).ok_or("it has no sheet")?.map_err(|error| error.to_string())?;
    let styles = styles(&sheet(bytes)?);
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut grid = Grid { rows: vec![Row::default(); first_row as usize] };
    for (row, cells) in range.rows().enumerate() {
        let number = row + first_row as usize;
        let cell = |(place, value): (usize, &Data)| {
            let column = place + first_column as usize;
            let style = styles.get(&(number, column)).cloned();
            let value = match value {
                Data::Empty => Value::Text(String::new()),
                Data::Int(number) => Value::Number(number.to_string()),
                Data::Float(number) => Value::Number(number.to_string()),
                other => Value::Text(other.to_string()),
            };
            Cell { column, style, value }
        };
        let has_something = |cell: &Cell| cell.style.is_some() || !cell.value.text().is_empty();
        grid.rows.push(Row(cells.iter().enumerate().map(cell).filter(has_something).collect()));
    }
    Ok(grid)
}

/// The XML of the first sheet.
fn sheet(bytes: &[u8]) -> Result<String, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let part = archive.by_name(SHEET).map_err(|_| format!("its first sheet is not {SHEET}"))?;
    let mut text = String::new();
    part.take(MOST_BYTES).read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

/// The styles of cells, by row and column.
fn styles(sheet: &str) -> BTreeMap<(usize, usize), String> {
    let attribute = |tag: &str, name: &str| -> Option<String> {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let mut found = BTreeMap::new();
    for rest in sheet.split("<c ").skip(1) {
        let Some((tag, _)) = rest.split_once('>') else { continue };
        let tag = format!(" {tag}");
        if let (Some(place), Some(style)) =
            (attribute(&tag, "r").and_then(|name| place(&name)), attribute(&tag, "s"))
        {
            found.insert(place, style);
        }
    }
    found
}

/// Row and column of a cell's name, such as B7.
fn place(name: &str) -> Option<(usize, usize)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    let row = row.parse::<usize>().ok()?.checked_sub(1)?;
    let mut column = 0_usize;
    for letter in letters.bytes() {
        let value = usize::from(letter.checked_sub(b'A').filter(|place| *place < 26)?) + 1;
        column = column.checked_mul(26)?.checked_add(value)?;
    }
    Some((row, column.checked_sub(1)?))
}

/// The letters of a column.
fn letters(column: usize) -> String {
    let (mut rest, mut letters) = (column + 1, Vec::new());
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(b'A' + u8::try_from(digit).unwrap_or_default());
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

pub(super) fn write(template: &[u8], grid: &Grid) -> Result<Vec<u8>, String> {
    let sheet = sheet(template)?;
    let failed = |error: zip::result::ZipError| error.to_string();
    let mut archive = ZipArchive::new(Cursor::new(template)).map_err(failed)?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    // The same time in every file, so that the same cells are the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).map_err(failed)?;
        let name = part.name().map_err(failed)?.into_owned();
        // A list of cells that are computed would name cells that are others now.
        if name == "xl/calcChain.xml" || part.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        part.by_ref().take(MOST_BYTES).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if name == SHEET {
            bytes = with_rows(&sheet, grid)?.into_bytes();
        }
        writer.start_file(name, options).map_err(failed)?;
        writer.write_all(&bytes).map_err(|error| error.to_string())?;
    }
    Ok(writer.finish().map_err(failed)?.into_inner())
}

/// The sheet with these rows instead of its own.
fn with_rows(sheet: &str, grid: &Grid) -> Result<String, String> {
    let start = sheet.find("<sheetData").ok_or("its sheet has no rows")?;
    let end = match sheet.find("</sheetData>") {
        Some(end) => end + "</sheetData>".len(),
        None => start + sheet[start..].find("/>").ok_or("its sheet has no rows")? + 2,
    };
    let mut rows = String::from("<sheetData>");
    for (number, row) in (1_usize..).zip(&grid.rows) {
        let _ = write!(rows, "<row r=\"{number}\">");
        for cell in &row.0 {
            let place = format!("{}{number}", letters(cell.column));
            let style = cell.style.as_ref().map_or_else(String::new, |style| format!(" s=\"{style}\""));
            let _ = match &cell.value {
                Value::Text(text) if text.is_empty() => write!(rows, "<c r=\"{place}\"{style}/>"),
                Value::Text(text) => write!(
                    rows,
                    "<c r=\"{place}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escaped(text)
                ),
                Value::Number(number) => write!(rows, "<c r=\"{place}\"{style}><v>{number}</v></c>"),
            };
        }
        rows.push_str("</row>");
    }
    rows.push_str("</sheetData>");
    let around = format!("{}{rows}{}", &sheet[..start], &sheet[end..]);
    Ok(without_dimension(&around))
}

/// The range of cells is another one now; it may be left out.
fn without_dimension(sheet: &str) -> String {
    let found =
        sheet.find("<dimension").and_then(|start| Some((start, start + sheet[start..].find("/>")? + 2)));
    match found {
        Some((start, end)) => format!("{}{}", &sheet[..start], &sheet[end..]),
        None => sheet.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_their_names() {
        for (name, at) in
            [("A1", (0, 0)), ("Z7", (6, 25)), ("AA10", (9, 26)), ("XFD1048576", (1_048_575, 16_383))]
        {
            assert_eq!(place(name), Some(at));
            assert_eq!(format!("{}{}", letters(at.1), at.0 + 1), name);
        }
        for name in ["", "7", "A", "a1", "A0"] {
            assert_eq!(place(name), None, "{name}");
        }
    }
}
