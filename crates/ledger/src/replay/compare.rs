//! Where a file that came out again differs from the one that was posted.

use std::ffi::OsStr;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::folder::CloseRecord;
use apportion_base::diagnostic::Code;
use apportion_base::money::format_scaled;
use apportion_book::display_day;
use apportion_contract::output::ledger::CLOSE;

/// Longest text of a value that is shown.
const SHOWN: usize = 120;

/// What differs first in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `not-replayed`, or `inputs-not-kept`.
    pub code: Code,
    /// The file of the close.
    pub file: String,
    /// The record, from 1.
    pub row: Option<u64>,
    /// What is otherwise.
    pub message: String,
    /// As it was posted, and as it comes out again.
    pub values: Option<(String, String)>,
}

impl Difference {
    /// A difference of a file as a whole.
    pub fn new(code: Code, file: &str, message: impl Into<String>) -> Self {
        Self { code, file: file.to_owned(), row: None, message: message.into(), values: None }
    }

    fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self::new(Code::NotReplayed, file, message)
    }

    fn with(self, row: Option<u64>, posted: &str, again: &str) -> Self {
        let values = Some((shortened(posted), shortened(again)));
        Self { row, values, ..self }
    }
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The first difference of a file, as it was posted and as it comes out. Of files by another version, bytes may differ in which it says
/// itself, and rows and keys may not.
pub(super) fn first_difference(
    name: &str,
    (posted, again): (&[u8], &[u8]),
    same_version: bool,
) -> Option<Difference> {
    if posted == again {
        return None;
    }
    let found = match Path::new(name).extension().and_then(OsStr::to_str) {
        Some("parquet") => rows(name, posted, again),
        Some("json") => keys(name, (posted, again), same_version),
        _ => lines(name, posted, again),
    };
    let other_bytes = || same_version.then(|| Difference::of_file(name, "it is written in other bytes"));
    found.or_else(other_bytes)
}

/// The first line of two texts that differs.
fn lines(name: &str, posted: &[u8], again: &[u8]) -> Option<Difference> {
    let (posted, again) = (String::from_utf8_lossy(posted), String::from_utf8_lossy(again));
    let (mut posted, mut again) = (posted.lines(), again.lines());
    // The header is line 0.
    for row in 0.. {
        match (posted.next(), again.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, other) => {
                let (one, other) = (one.unwrap_or("no row"), other.unwrap_or("no row"));
                let found = Difference::of_file(name, "another row comes out");
                return Some(found.with(Some(row).filter(|row| *row > 0), one, other));
            }
        }
    }
    None
}

/// The first value of two JSON texts that differs.
fn keys(name: &str, (posted, again): (&[u8], &[u8]), same_version: bool) -> Option<Difference> {
    let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or(Value::Null);
    let (mut posted, mut again) = (value(posted), value(again));
    if !same_version {
        // What says the version, or has a digest of what says it.
        for value in [&mut posted, &mut again] {
            if let Some(keys) = value.as_object_mut() {
                keys.retain(|key, _| !["engine", "outputs", "seal"].contains(&key.as_str()));
            }
        }
    }
    value_difference(name, (&posted, &again), "")
}

fn value_difference(name: &str, (posted, again): (&Value, &Value), path: &str) -> Option<Difference> {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (posted, again) {
        (Value::Object(one), Value::Object(other)) => {
            let keys = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)));
            keys.map(|key| (key, one.get(key), other.get(key))).find_map(|(key, one, other)| {
                value_difference(
                    name,
                    (one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null)),
                    &below(key),
                )
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let places = one.iter().zip(other).enumerate();
            places
                .into_iter()
                .find_map(|(place, pair)| value_difference(name, pair, &below(&place.to_string())))
        }
        (one, other) if one == other => None,
        (one, other) => {
            let found = Difference::of_file(name, format!("another `{path}` comes out"));
            Some(found.with(None, &one.to_string(), &other.to_string()))
        }
    }
}

/// What differs first between what was posted and the draft that comes out, the digests of files aside, which are compared themselves.
pub(super) fn differences_of_records(
    posted: &CloseRecord,
    again: &CloseRecord,
    same_version: bool,
) -> Option<Difference> {
    let mut again = CloseRecord { files: posted.files.clone(), ..again.clone() };
    if !same_version {
        again.engine = posted.engine.clone();
    }
    let value = |record: &CloseRecord| serde_json::to_value(record).unwrap_or(Value::Null);
    value_difference(CLOSE, (&value(posted), &value(&again)), "")
}

/// The first row of two Parquet files that differs.
fn rows(name: &str, posted: &[u8], again: &[u8]) -> Option<Difference> {
    let (posted, again) = match (read(posted), read(again)) {
        (Ok(posted), Ok(again)) => (posted, again),
        (Err(why), _) | (_, Err(why)) => {
            return Some(Difference::of_file(name, format!("its rows can't be read: {why}")));
        }
    };
    if posted.schema().fields() != again.schema().fields() {
        return Some(Difference::of_file(name, "other columns come out"));
    }
    let all = posted.num_rows().max(again.num_rows());
    (0..all).find_map(|row| row_difference(name, (&posted, &again), row)).or_else(|| {
        let counts = (posted.num_rows().to_string(), again.num_rows().to_string());
        (counts.0 != counts.1).then(|| {
            Difference::of_file(name, "another number of rows comes out").with(None, &counts.0, &counts.1)
        })
    })
}

fn row_difference(
    name: &str,
    (posted, again): (&RecordBatch, &RecordBatch),
    row: usize,
) -> Option<Difference> {
    let number = Some(row as u64 + 1);
    let whole = |batch: &RecordBatch| {
        (row < batch.num_rows()).then(|| {
            let cells = batch.columns().iter().map(|column| cell(column.as_ref(), row));
            cells.collect::<Vec<_>>().join(",")
        })
    };
    if row >= posted.num_rows() || row >= again.num_rows() {
        let [one, other] = [posted, again].map(|batch| whole(batch).unwrap_or_else(|| "no row".to_owned()));
        return Some(Difference::of_file(name, "another row comes out").with(number, &one, &other));
    }
    let schema = posted.schema();
    let columns = posted.columns().iter().zip(again.columns()).zip(schema.fields());
    columns.into_iter().find(|((one, other), _)| one.slice(row, 1) != other.slice(row, 1)).map(
        |((one, other), field)| {
            let found = Difference::of_file(name, format!("another `{}` comes out", field.name()));
            found.with(number, &cell(one.as_ref(), row), &cell(other.as_ref(), row))
        },
    )
}

/// A cell as people read it; `-` where there is none.
fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "-".to_owned();
    }
    let decimal = |value: i128, scale: i8| format_scaled(value, u32::try_from(scale).unwrap_or(0));
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Date32 => display_day(column.as_primitive::<Date32Type>().value(row)),
        DataType::Decimal64(_, scale) => {
            decimal(column.as_primitive::<Decimal64Type>().value(row).into(), *scale)
        }
        DataType::Decimal128(_, scale) => decimal(column.as_primitive::<Decimal128Type>().value(row), *scale),
        _ => format!("{:?}", column.slice(row, 1)),
    }
}

fn read(bytes: &[u8]) -> Result<RecordBatch, String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(bytes))
        .map_err(|error| error.to_string())?;
    let schema = builder.schema().clone();
    let reader = builder.build().map_err(|error| error.to_string())?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    concat_batches(&schema, &batches).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, posted: &str, again: &str) -> Option<String> {
        let found = first_difference(name, (posted.as_bytes(), again.as_bytes()), true)?;
        let values = found.values.map_or_else(String::new, |(one, other)| format!(" {one} | {other}"));
        Some(format!("{:?} {}{values}", found.row, found.message))
    }

    #[test]
    fn the_first_row_that_differs_is_told() {
        let text = "a,b\n1,2\n3,4\n";
        assert_eq!(said("x.csv", text, text), None);
        for (again, expected) in [
            ("a,b\n1,2\n3,5\n", "Some(2) another row comes out 3,4 | 3,5"),
            ("a,b\n1,2\n", "Some(2) another row comes out 3,4 | no row"),
            ("a,c\n1,2\n3,4\n", "None another row comes out a,b | a,c"),
            ("a,b\r\n1,2\r\n3,4\r\n", "None it is written in other bytes"),
        ] {
            assert_eq!(said("x.csv", text, again).as_deref(), Some(expected), "{again}");
        }
    }

    #[test]
    fn the_first_key_that_differs_is_told() {
        let text = r#"{"a": {"b": [1, 2]}, "engine": {"version": "1"}, "seal": "x"}"#;
        for (again, expected) in [
            (text.replace('2', "3"), "None another `a.b.1` comes out 2 | 3"),
            (text.replace("[1, 2]", "[1]"), "None another `a.b` comes out [1,2] | [1]"),
            (text.replace("\"a\"", "\"c\""), "None another `a` comes out {\"b\":[1,2]} | null"),
            (text.replace(", ", ","), "None it is written in other bytes"),
        ] {
            assert_eq!(said("x.json", text, &again).as_deref(), Some(expected), "{again}");
        }
        // What only another version says of itself.
        let other = text.replace("\"1\"", "\"2\"").replace("\"x\"", "\"y\"");
        assert_eq!(first_difference("x.json", (text.as_bytes(), other.as_bytes()), false), None);
    }
}
