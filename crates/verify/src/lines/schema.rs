//! The columns of lines.parquet: names, order and types.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;

use super::super::manifest::{Manifest, Terms};
use super::super::report::{Finding, Findings, Measure, Proof};
use apportion_base::diagnostic::Code;
use apportion_contract::output::LINE_FILE;
use apportion_contract::{LINES, LineColumn, OutputType};

/// The type that the file declares for a column.
fn declared(holds: OutputType, digits: u32) -> DataType {
    // No currency has more than four decimals.
    match holds.decimal(u8::try_from(digits).unwrap_or(u8::MAX)) {
        Some((digits, decimals)) => DataType::Decimal128(digits, decimals.cast_signed()),
        None => match holds {
            OutputType::Date => DataType::Date32,
            OutputType::Integer => DataType::Int32,
            _ => DataType::Utf8,
        },
    }
}

/// The same columns as they are decoded: texts as dictionaries where they are few, 18 digits in 64 bits.
pub(super) fn as_read(digits: u32) -> SchemaRef {
    let fields = LINE_FILE.columns.iter().map(|column| {
        let read = match declared(column.holds, digits) {
            DataType::Utf8 if column.name == LineColumn::DealId.name() => DataType::Utf8,
            DataType::Utf8 => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            DataType::Decimal128(18, scale) => DataType::Decimal64(18, scale),
            other => other,
        };
        Field::new(column.name, read, column.nullable)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Every column has its name, place and type, and the file was written by the engine that run.json names.
pub fn prove(metadata: &ArrowReaderMetadata, manifest: &Manifest, terms: &Terms) -> Proof {
    let mut findings = Findings::default();
    let word = |name: &str, kind: &DataType, nullable: bool| {
        format!("{name} {kind}{}", if nullable { " or null" } else { "" })
    };
    let found = metadata.schema().fields();
    for (index, column) in LINE_FILE.columns.iter().enumerate() {
        let expected = word(column.name, &declared(column.holds, terms.digits), column.nullable);
        let found = found
            .get(index)
            .map_or("nothing".to_owned(), |field| word(field.name(), field.data_type(), field.is_nullable()));
        if found != expected {
            let message = format!("column {} is not what the format says", index + 1);
            findings.push(Finding::new(Code::WrongColumn, LINES, message).numbers(found, expected));
        }
    }
    if found.len() > LINE_FILE.columns.len() {
        let message = "it has more columns than the format says";
        findings.push(
            Finding::new(Code::WrongColumn, LINES, message).numbers(found.len(), LINE_FILE.columns.len()),
        );
    }
    let engine = format!("{} version {}", manifest.engine.name, manifest.engine.version);
    let by = metadata.metadata().file_metadata().created_by().unwrap_or("nobody");
    if by != engine {
        let message = "run.json names another engine than wrote it";
        findings.push(Finding::new(Code::OtherEngine, LINES, message).numbers(by, engine));
    }
    let rows = metadata.metadata().file_metadata().num_rows();
    let measures = vec![
        Measure::Count("columns", found.len() as u64),
        Measure::Count("lines", u64::try_from(rows).unwrap_or(0)),
    ];
    Proof::new(
        "columns",
        "lines.parquet has the columns of the format, in order, with their types",
        measures,
        findings,
    )
}
