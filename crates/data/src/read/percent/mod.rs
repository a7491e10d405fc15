//! Which cells of a workbook are shown as percentages, where the library that reads cells does not say it: `.xls`, `.xlsb` and
//! `.ods`. A percentage is stored as a fraction, so that 60 % would be read as 0.6.

mod found;
mod ods;
mod xls;
mod xlsb;

pub(super) use found::PercentCells;

use super::format::Workbook;
use super::{SourceFile, fault};
use apportion_base::diagnostic::Diagnostic;

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
