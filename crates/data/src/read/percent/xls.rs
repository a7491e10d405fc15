//! `.xls`: records of BIFF in a compound file.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::found::{PercentCells, is_known_percent, put, u16_at, u32_at, utf16};
use crate::read::cells::shows_percent;

const BOF: u16 = 0x0809;
const END: u16 = 0x000A;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const SHEET: u16 = 0x0085;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const MANY_RK: u16 = 0x00BD;
const FORMULA: u16 = 0x0006;
/// The version in which texts are Unicode.
const BIFF8: u16 = 0x0600;

pub(super) fn cells(bytes: &[u8], sheet: usize) -> Result<PercentCells, String> {
    let stream = stream(bytes)?;
    let Globals { percent, sheets } = globals(&stream);
    let mut cells = PercentCells::new();
    if !percent.contains(&true) {
        return Ok(cells);
    }
    let start = sheets.get(sheet).copied().ok_or("its list of sheets is damaged")?;
    let start = usize::try_from(start).map_err(|_| "its list of sheets is damaged")?;
    let mut depth = 0_u32;
    for (kind, data) in Records(stream.get(start..).unwrap_or_default()) {
        match kind {
            BOF => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            // Charts within the sheet have records of their own.
            _ if depth > 1 => {}
            NUMBER | RK | FORMULA => {
                let (Some(row), Some(column), Some(format)) =
                    (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4))
                else {
                    continue;
                };
                if percent.get(usize::from(format)) == Some(&true) {
                    put(&mut cells, row.into(), column.into())?;
                }
            }
            MANY_RK => {
                let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                let numbers = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (column, number) in (u32::from(first)..).zip(numbers.chunks_exact(6)) {
                    let format = u16_at(number, 0).map(usize::from);
                    if format.and_then(|format| percent.get(format)) == Some(&true) {
                        put(&mut cells, row.into(), column)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(cells)
}

/// The stream of the workbook.
fn stream(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let name = if file.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = file.open_stream(name).map_err(|error| error.to_string())?;
    let mut read = Vec::new();
    stream.read_to_end(&mut read).map_err(|error| error.to_string())?;
    Ok(read)
}

/// What holds for all sheets.
#[derive(Default)]
struct Globals {
    /// By format of cells: whether it shows percentages.
    percent: Vec<bool>,
    /// By sheet: where its records begin.
    sheets: Vec<u32>,
}

fn globals(stream: &[u8]) -> Globals {
    let mut globals = Globals::default();
    let mut formats: HashMap<u16, bool> = HashMap::new();
    let mut used: Vec<u16> = Vec::new();
    let mut wide = true;
    for (kind, data) in Records(stream) {
        match kind {
            BOF => wide = u16_at(data, 0).is_none_or(|version| version >= BIFF8),
            FORMAT => {
                if let Some(number) = u16_at(data, 0) {
                    formats.insert(number, shows_percent(&text(data.get(2..).unwrap_or_default(), wide)));
                }
            }
            XF => used.extend(u16_at(data, 2)),
            SHEET => globals.sheets.extend(u32_at(data, 0)),
            END => break,
            _ => {}
        }
    }
    let shows = |format: &u16| formats.get(format).copied().unwrap_or(is_known_percent(*format));
    globals.percent = used.iter().map(shows).collect();
    globals
}

/// A text with its length before it.
fn text(data: &[u8], wide: bool) -> String {
    let latin = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
    match (wide, data) {
        (true, [_, _, flags, text @ ..]) if flags & 1 == 1 => utf16(text),
        (true, [_, _, _, text @ ..]) | (false, [_, text @ ..]) => latin(text),
        _ => String::new(),
    }
}

/// The records of a stream: what each is, and its bytes. A record that is cut ends them.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.0, 0)?, usize::from(u16_at(self.0, 2)?));
        let data = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, data))
    }
}
