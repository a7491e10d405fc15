//! lines.xlsx: lines as a workbook, on as many sheets as they need.

use std::io::{self, Write};

use arrow::array::RecordBatch;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use apportion_base::calendar::civil_from_days;
use apportion_base::money::format_scaled;
use apportion_contract::output::{LINE_COLUMNS, LINE_FILE, OutputType};

use super::cell::{Cells, columns};

/// Rows of a sheet under the header: a sheet has 1,048,576 rows.
const SHEET_ROWS: u32 = 1_048_575;

/// A number of more digits is written as a text: spreadsheets keep 15 of them.
const NUMBER_BELOW: u128 = 1_000_000_000_000_000;

/// Writes lines as a workbook. A sheet holds 1,048,575 of them; the next ones are on further sheets, `lines 2` and so on.
///
/// # Errors
/// What the batches or the writer fail with, a batch without the columns of lines, and a disk without room for the workbook's temporary files.
pub fn write_xlsx<E>(
    out: &mut dyn Write,
    batches: impl Iterator<Item = Result<RecordBatch, E>>,
) -> io::Result<()>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    write_sheets(out, batches, SHEET_ROWS)
}

/// The same with sheets of any size, for tests.
pub(super) fn write_sheets<E>(
    out: &mut dyn Write,
    batches: impl Iterator<Item = Result<RecordBatch, E>>,
    sheet_rows: u32,
) -> io::Result<()>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut workbook = Workbook::new();
    // Otherwise the time of writing is in it.
    let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let formats = Formats::new();
    let mut sheets = 1;
    begin(&mut workbook, sheets, &formats)?;
    let mut next = 1;
    for batch in batches {
        let batch = batch.map_err(io::Error::other)?;
        let columns = columns(&batch)?;
        for row in 0..batch.num_rows() {
            if next > sheet_rows {
                sheets += 1;
                begin(&mut workbook, sheets, &formats)?;
                next = 1;
            }
            let sheet = workbook.worksheet_from_index(sheets - 1).map_err(failed)?;
            for (place, cells) in (0_u16..).zip(&columns) {
                cell(sheet, (next, place), cells, row, &formats).map_err(failed)?;
            }
            next += 1;
        }
    }
    out.write_all(&workbook.save_to_buffer().map_err(failed)?)
}

/// How cells of a column are shown.
struct Formats {
    header: Format,
    date: Format,
    /// By number of decimals of the amounts.
    money: [Format; 7],
}

impl Formats {
    fn new() -> Self {
        let money = |decimals: usize| match decimals {
            0 => Format::new().set_num_format("#,##0"),
            _ => Format::new().set_num_format(format!("#,##0.{}", "0".repeat(decimals))),
        };
        Self {
            header: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            money: std::array::from_fn(money),
        }
    }
}

/// A sheet with its header.
fn begin(workbook: &mut Workbook, number: usize, formats: &Formats) -> io::Result<()> {
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
    let name = if number == 1 { "lines".to_owned() } else { format!("lines {number}") };
    sheet.set_name(name).map_err(failed)?;
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (place, column) in (0_u16..).zip(&LINE_COLUMNS) {
        let width = match column.holds {
            OutputType::Money | OutputType::Units | OutputType::Sum => 14,
            OutputType::Text => 16,
            _ => 12,
        };
        sheet.set_column_width(place, width).map_err(failed)?;
    }
    for (place, name) in (0_u16..).zip(LINE_FILE.header()) {
        sheet.write_string_with_format(0, place, name, &formats.header).map_err(failed)?;
    }
    Ok(())
}

fn cell(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    cells: &Cells<'_>,
    row: usize,
    formats: &Formats,
) -> Result<(), XlsxError> {
    if cells.is_null(row) {
        return Ok(());
    }
    match cells {
        Cells::Text(texts) => sheet.write_string(line, place, texts.value(row)).map(|_| ()),
        Cells::Date(days) => {
            let (year, month, day) = civil_from_days(days.value(row));
            let date =
                u16::try_from(year).map(|year| ExcelDateTime::from_ymd(year, small(month), small(day)));
            match date {
                Ok(Ok(date)) => {
                    sheet.write_datetime_with_format(line, place, &date, &formats.date).map(|_| ())
                }
                // Spreadsheets have no days before 1900.
                _ => text(sheet, (line, place), cells, row),
            }
        }
        Cells::Integer(_) | Cells::Short(..) | Cells::Long(..) => {
            let Some((digits, decimals)) = cells.decimal(row) else { return Ok(()) };
            let plain = format_scaled(digits, decimals);
            let number = plain.parse::<f64>();
            let (Ok(number), true) = (number, digits.unsigned_abs() < NUMBER_BELOW) else {
                return text(sheet, (line, place), cells, row);
            };
            let is_money = LINE_COLUMNS[usize::from(place)].holds == OutputType::Money;
            match formats.money.get(decimals as usize).filter(|_| is_money) {
                Some(format) => sheet.write_number_with_format(line, place, number, format).map(|_| ()),
                None => sheet.write_number(line, place, number).map(|_| ()),
            }
        }
    }
}

fn text(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    cells: &Cells<'_>,
    row: usize,
) -> Result<(), XlsxError> {
    let mut plain = String::new();
    cells.plain(row, &mut plain);
    sheet.write_string(line, place, plain).map(|_| ())
}

/// A month or a day of a month.
fn small(number: impl TryInto<u8>) -> u8 {
    number.try_into().unwrap_or(0)
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}
