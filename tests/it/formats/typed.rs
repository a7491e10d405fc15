//! Tables in formats that have types: Parquet, Arrow and Excel workbooks.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::compute::concat_batches;
use arrow::datatypes::Int32Type;
use arrow::ipc::writer::{FileWriter, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::tables::{Kind, Table};
use crate::workbook::workbook_of_xml;

const DAY_MICROSECONDS: i64 = 86_400_000_000;

/// Row groups of 50; with `other`, the other types that a column can have, and compressed.
pub fn parquet(table: &Table, other: bool) -> Vec<u8> {
    let batch = batch(table, other);
    let packed = if other { Compression::ZSTD(ZstdLevel::default()) } else { Compression::UNCOMPRESSED };
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(50)).set_compression(packed).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// Two record batches.
pub fn arrow_file(table: &Table, other: bool) -> Vec<u8> {
    let [one, two] = halves(table, other);
    let mut bytes = Vec::new();
    let mut writer = FileWriter::try_new(&mut bytes, &one.schema()).unwrap();
    writer.write(&one).unwrap();
    writer.write(&two).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

/// Two record batches.
pub fn arrow_stream(table: &Table, other: bool) -> Vec<u8> {
    let [one, two] = halves(table, other);
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &one.schema()).unwrap();
    writer.write(&one).unwrap();
    writer.write(&two).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn halves(table: &Table, other: bool) -> [RecordBatch; 2] {
    let batch = batch(table, other);
    let half = batch.num_rows() / 2;
    let halves = [batch.slice(0, half), batch.slice(half, batch.num_rows() - half)];
    assert_eq!(concat_batches(&batch.schema(), &halves).unwrap(), batch);
    halves
}

fn batch(table: &Table, other: bool) -> RecordBatch {
    let columns = table.columns.iter().enumerate().map(|(index, column)| {
        let cells: Vec<Option<&str>> = table.rows.iter().map(|row| row[index].as_deref()).collect();
        (column.name, array(column.kind, &cells, other), true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn array(kind: Kind, cells: &[Option<&str>], other: bool) -> ArrayRef {
    let cells = cells.iter().copied();
    match (kind, other) {
        (Kind::Text, false) => Arc::new(cells.collect::<StringArray>()),
        (Kind::Text, true) => Arc::new(cells.collect::<DictionaryArray<Int32Type>>()),
        (Kind::Code, false) => Arc::new(cells.map(|cell| cell.map(whole)).collect::<Int64Array>()),
        (Kind::Code, true) => Arc::new(cells.collect::<LargeStringArray>()),
        (Kind::Boolean, _) => Arc::new(cells.map(|cell| cell.map(|c| c == "true")).collect::<BooleanArray>()),
        (Kind::Date, false) => {
            Arc::new(cells.map(|cell| cell.map(|day| days(day) as i32)).collect::<Date32Array>())
        }
        (Kind::Date, true) => {
            // the last microsecond of the day
            let moment = |day: &str| days(day) * DAY_MICROSECONDS + DAY_MICROSECONDS - 1;
            Arc::new(cells.map(|cell| cell.map(moment)).collect::<TimestampMicrosecondArray>())
        }
        (Kind::Money, false) => decimals(cells, 6),
        (Kind::Number, false) => decimals(cells, 9),
        (Kind::Money | Kind::Number, true) => {
            Arc::new(cells.map(|cell| cell.map(|c| c.parse::<f64>().unwrap())).collect::<Float64Array>())
        }
    }
}

fn whole(text: &str) -> i64 {
    text.parse().unwrap()
}

fn decimals<'a>(cells: impl Iterator<Item = Option<&'a str>>, scale: usize) -> ArrayRef {
    let digits = |text: &str| {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}{decimals:0<scale$}").parse::<i128>().unwrap()
    };
    let array = cells.map(|cell| cell.map(digits)).collect::<Decimal128Array>();
    Arc::new(array.with_precision_and_scale(30, scale as i8).unwrap())
}

/// Days since 1970-01-01.
fn days(text: &str) -> i64 {
    let date: jiff::civil::Date = text.parse().unwrap();
    let since = date.since(jiff::civil::date(1970, 1, 1)).unwrap();
    i64::from(since.get_days())
}

/// A workbook with a sheet for each table: texts inline, numbers and dates as cells of their own kind; with `other`, dates as
/// the serial numbers that a workbook shows when their style was lost, and numbers as text.
pub fn xlsx(tables: &[&Table], other: bool) -> Vec<u8> {
    let sheets: Vec<(&str, String)> = tables.iter().map(|table| (table.name, rows(table, other))).collect();
    let sheets: Vec<(&str, &str)> = sheets.iter().map(|(name, rows)| (*name, rows.as_str())).collect();
    workbook_of_xml(&sheets, false)
}

fn rows(table: &Table, other: bool) -> String {
    let header = table.columns.iter().enumerate();
    let header = header.map(|(index, column)| cell(&address(index, 1), Kind::Text, column.name, other));
    let mut xml = format!("<row r=\"1\">{}</row>", header.collect::<String>());
    for (number, row) in (2..).zip(&table.rows) {
        let cells = table.columns.iter().zip(row).enumerate().filter_map(|(index, (column, text))| {
            // an empty cell is left out
            text.as_deref().map(|text| cell(&address(index, number), column.kind, text, other))
        });
        xml += &format!("<row r=\"{number}\">{}</row>", cells.collect::<String>());
    }
    xml
}

fn address(column: usize, row: usize) -> String {
    format!("{}{row}", char::from(b'A' + u8::try_from(column).unwrap()))
}

fn cell(index: &str, kind: Kind, text: &str, other: bool) -> String {
    match kind {
        // days since 1899-12-30, and a style that shows them as a date
        Kind::Date => {
            let style = if other { "" } else { " s=\"1\"" };
            format!("<c r=\"{index}\"{style}><v>{}</v></c>", days(text) + 25_569)
        }
        Kind::Boolean => format!("<c r=\"{index}\" t=\"b\"><v>{}</v></c>", u8::from(text == "true")),
        Kind::Code | Kind::Money | Kind::Number if !other => format!("<c r=\"{index}\"><v>{text}</v></c>"),
        Kind::Text | Kind::Code | Kind::Money | Kind::Number => {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!("<c r=\"{index}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
        }
    }
}
