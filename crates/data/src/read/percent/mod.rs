//! Which cells of a workbook are shown as percentages, where the library that reads cells does not say it: `.xls`, `.xlsb` and
//! `.ods`. A percentage is stored as a fraction, so that 60 % would be read as 0.6.

mod ods;
mod xls;
mod xlsb;

use std::collections::HashSet;

use super::format::Workbook;
use super::{SourceFile, fault};
use apportion_base::diagnostic::Diagnostic;

/// Rows and columns, from 0, of the cells that are shown as percentages.
pub(super) type PercentCells = HashSet<(u32, u32)>;

/// More cells are no table of shares, but damage.
const MOST_CELLS: usize = 1 << 26;

/// The cells of a sheet that are shown as percentages; `sheet` is its place among all sheets. Of an `.xlsx` the reader itself
/// says it, and nothing is looked for.
pub(super) fn cells(
    file: &SourceFile,
    workbook: Workbook,
    bytes: &[u8],
    sheet: usize,
) -> Result<PercentCells, Diagnostic> {
    let found = match workbook {
        Workbook::Xlsx => Ok(PercentCells::new()),
        Workbook::Xlsb => xlsb::cells(bytes, sheet),
        Workbook::Xls => xls::cells(bytes, sheet),
        Workbook::Ods => ods::cells(bytes, sheet),
    };
    found.map_err(|reason| {
        fault::unreadable(file, format!("which of its cells are percentages can't be found: {reason}"))
    })
}

/// Adds a cell.
fn put(cells: &mut PercentCells, row: u32, column: u32) -> Result<(), String> {
    if cells.len() >= MOST_CELLS {
        return Err(format!("it has more than {MOST_CELLS} of them"));
    }
    cells.insert((row, column));
    Ok(())
}

/// The two bytes at a place as a number; `None` behind the end.
fn u16_at(bytes: &[u8], index: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(index..)?.first_chunk()?))
}

/// The four bytes at a place as a number; `None` behind the end.
fn u32_at(bytes: &[u8], index: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(index..)?.first_chunk()?))
}

/// UTF-16 as a text.
fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether a format that every workbook knows shows percentages: `0%` and `0.00%`.
fn is_known_percent(format: u16) -> bool {
    matches!(format, 9 | 10)
}
