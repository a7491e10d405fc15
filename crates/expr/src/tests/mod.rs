//! Tests of the whole language: cases, errors, exactness, agreement between ways of evaluating, and the page.

mod cases;
mod errors;
mod exact;
mod page;
mod postgres;
mod syntax;
mod ways;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, StringArray,
    UInt32Array,
};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type};

use super::expr::compile_as;
use super::*;
use apportion_base::diagnostic::{Files, Span, render};

/// An expression that is a whole file.
pub fn text(files: &mut Files, text: &str) -> ExprText {
    let file = files.add("rules/test.toml", text);
    ExprText {
        text: text.into(),
        span: Span { file, range: 0..text.len() },
        offsets: (0..=text.len()).collect::<Vec<_>>().into(),
    }
}

/// Compiles, or fails with the findings as they are shown.
pub fn compiled(source: &str, scope: &Scope, expected: Option<Type>) -> Result<Expr, String> {
    let mut files = Files::default();
    compile_as(&text(&mut files, source), scope, expected)
        .map_err(|findings| findings.iter().map(|finding| render(finding, &files)).collect())
}

pub fn numbers(values: &[Option<i128>], scale: i8) -> ArrayRef {
    Arc::new(Decimal128Array::from(values.to_vec()).with_precision_and_scale(38, scale).unwrap())
}

pub fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

pub fn dates(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(values.iter().map(|v| v.map(|v| date::parse(v).unwrap())).collect::<Date32Array>())
}

pub fn booleans(values: &[Option<bool>]) -> ArrayRef {
    Arc::new(BooleanArray::from(values.to_vec()))
}

pub fn dictionary(keys: &[Option<u32>], values: &[Option<&str>]) -> ArrayRef {
    let keys = UInt32Array::from(keys.to_vec());
    Arc::new(DictionaryArray::new(keys, Arc::new(StringArray::from(values.to_vec()))))
}

/// A table with its columns, all loaded.
#[derive(Clone)]
pub struct Sample {
    pub name: &'static str,
    pub columns: Vec<(&'static str, ArrayRef)>,
}

impl Sample {
    pub fn rows(&self) -> usize {
        self.columns[0].1.len()
    }

    pub fn loaded(&self) -> Vec<Option<ArrayRef>> {
        self.columns.iter().map(|(_, array)| Some(array.clone())).collect()
    }
}

pub fn type_of(array: &ArrayRef) -> Type {
    match array.data_type() {
        DataType::Decimal128(..) => Type::Number,
        DataType::Date32 => Type::Date,
        DataType::Boolean => Type::Boolean,
        _ => Type::Text,
    }
}

pub fn scope_of(samples: &[Sample]) -> Scope {
    samples.iter().fold(Scope::default(), |scope, sample| {
        let columns = sample.columns.iter().map(|(name, array)| (name.to_string(), type_of(array))).collect();
        scope.with(sample.name, columns)
    })
}

/// The deals that most cases are about.
pub fn deals() -> Sample {
    Sample {
        name: "deals",
        columns: vec![
            ("amount", numbers(&[Some(10_000), Some(-550), None, Some(0)], 2)),
            ("seats", numbers(&[Some(3), Some(0), Some(7), None], 0)),
            ("stage", texts(&[Some("Won"), Some("lost"), None, Some(" won ")])),
            ("tier", dictionary(&[Some(1), Some(2), Some(0), None], &[None, Some("gold"), Some("silver")])),
            ("won", booleans(&[Some(true), Some(false), None, Some(true)])),
            ("close_date", dates(&[Some("2026-01-31"), Some("2024-02-29"), None, Some("2026-12-31")])),
            ("start_date", dates(&[Some("2026-01-01"), Some("2024-03-01"), Some("2026-01-01"), None])),
            ("odd name", texts(&[Some("a"), Some("b"), Some("c"), Some("d")])),
        ],
    }
}

/// The value of each row as a person would write it.
pub fn shown(array: &ArrayRef) -> Vec<String> {
    (0..array.len())
        .map(|row| {
            if array.is_null(row) {
                return "null".to_owned();
            }
            match array.data_type() {
                DataType::Decimal128(..) => {
                    let numbers = array.as_primitive::<Decimal128Type>();
                    plain(numbers.value(row), u32::try_from(numbers.scale()).unwrap())
                }
                DataType::Date32 => {
                    let day = array.as_primitive::<Date32Type>().value(row);
                    (jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day)).to_string()
                }
                DataType::Boolean => array.as_boolean().value(row).to_string(),
                _ => format!("'{}'", array.as_string::<i32>().value(row)),
            }
        })
        .collect()
}

/// A decimal without trailing zeros.
pub fn plain(value: i128, scale: u32) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale as usize + 1);
    let (whole, rest) = digits.split_at(digits.len() - scale as usize);
    let rest = rest.trim_end_matches('0');
    let sign = if value < 0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Evaluates over tables without indices.
pub fn evaluated(source: &str, samples: &[Sample]) -> Result<ArrayRef, String> {
    let expr = compiled(source, &scope_of(samples), None)?;
    let columns: Vec<_> = samples.iter().map(Sample::loaded).collect();
    let rows = samples.first().map_or(1, Sample::rows);
    let tables = columns.iter().map(|columns| TableInput { columns, rows, index: None }).collect();
    expr.evaluate(&Input { rows, tables }).map_err(|error| format!("row {}: {}", error.row, error.message))
}
