//! The lines of a result as finance opens them: as CSV, and as a workbook. Columns are those of lines.parquet; amounts have the digits of
//! their currency, and ids are texts.
//!
//! Both are made from record batches, those of a settlement or those of a lines.parquet that was written, and equal lines give equal
//! bytes: neither has a clock in it.

pub(crate) mod cell;
mod workbook;

use std::io::{self, Write};

use arrow::array::{Array, RecordBatch};

use apportion_base::spreadsheet::guarded;

use cell::{Cells, columns};

pub use workbook::write_xlsx;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinesFormat {
    /// lines.csv
    Csv,
    /// lines.xlsx
    Xlsx,
}

/// Writes lines as CSV. A text that a spreadsheet would run is guarded, unless `raw`.
///
/// # Errors
/// What the batches or the writer fail with, and a batch without the columns of lines.
pub fn write_csv<E>(
    out: &mut dyn Write,
    batches: impl Iterator<Item = Result<RecordBatch, E>>,
    raw: bool,
) -> io::Result<()>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record(apportion_contract::output::LINE_FILE.header())?;
    let mut buffer = String::new();
    for batch in batches {
        let batch = batch.map_err(io::Error::other)?;
        let columns = columns(&batch)?;
        for row in 0..batch.num_rows() {
            for column in &columns {
                match column {
                    Cells::Text(texts) if texts.is_null(row) => csv.write_field("")?,
                    Cells::Text(texts) if raw => csv.write_field(texts.value(row))?,
                    Cells::Text(texts) => csv.write_field(guarded(texts.value(row)).as_bytes())?,
                    other => {
                        buffer.clear();
                        other.plain(row, &mut buffer);
                        csv.write_field(&buffer)?;
                    }
                }
            }
            csv.write_record(None::<&[u8]>)?;
        }
    }
    csv.flush()
}

#[cfg(test)]
mod tests;
