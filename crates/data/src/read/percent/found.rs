//! The cells that were found, and how bytes of workbooks are read.

use std::collections::HashSet;

/// Rows and columns, from 0, of the cells that are shown as percentages.
pub(in crate::read) type PercentCells = HashSet<(u32, u32)>;

/// More cells are no table of shares, but damage.
const MOST_CELLS: usize = 1 << 26;

/// Adds a cell.
pub(super) fn put(cells: &mut PercentCells, row: u32, column: u32) -> Result<(), String> {
    if cells.len() >= MOST_CELLS {
        return Err(format!("it has more than {MOST_CELLS} of them"));
    }
    cells.insert((row, column));
    Ok(())
}

/// The two bytes at a place as a number; `None` behind the end.
pub(super) fn u16_at(bytes: &[u8], index: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(index..)?.first_chunk()?))
}

/// The four bytes at a place as a number; `None` behind the end.
pub(super) fn u32_at(bytes: &[u8], index: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(index..)?.first_chunk()?))
}

/// UTF-16 as a text.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether a format that every workbook knows shows percentages: `0%` and `0.00%`.
pub(super) fn is_known_percent(format: u16) -> bool {
    matches!(format, 9 | 10)
}
