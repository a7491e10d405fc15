//! The columns of lines.parquet: names, order and types of the contract's section 5.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;

use super::super::manifest::{Manifest, Terms};
use super::super::report::{Finding, Findings, Measure, Proof};
use apportion_results::LINES;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Text,
    Date,
    Level,
    Rate,
    Units,
    Money,
}

/// Name, content, and whether it may be null.
const COLUMNS: [(&str, Of, bool); 19] = [
    ("payee_id", Of::Text, false),
    ("rule_id", Of::Text, false),
    ("rule_from", Of::Date, false),
    ("kind", Of::Text, false),
    ("deal_id", Of::Text, false),
    ("role", Of::Text, true),
    ("from_payee_id", Of::Text, true),
    ("level", Of::Level, true),
    ("close_date", Of::Date, false),
    ("basis", Of::Money, true),
    ("rate", Of::Rate, true),
    ("units", Of::Units, true),
    ("units_total", Of::Units, true),
    ("credit_total", Of::Money, true),
    ("pool", Of::Money, true),
    ("credited", Of::Money, true),
    ("uncapped", Of::Money, true),
    ("amount", Of::Money, true),
    ("currency", Of::Text, false),
];

/// The type that the file declares.
fn declared(of: Of, digits: u32) -> DataType {
    match of {
        Of::Text => DataType::Utf8,
        Of::Date => DataType::Date32,
        Of::Level => DataType::Int32,
        Of::Rate => DataType::Decimal128(18, 8),
        Of::Units => DataType::Decimal128(38, 9),
        // No currency has more than four decimals.
        Of::Money => DataType::Decimal128(18, i8::try_from(digits).unwrap_or(i8::MAX)),
    }
}

/// The same columns as they are decoded: texts as dictionaries, 18 digits in 64 bits.
pub(super) fn as_read(digits: u32) -> SchemaRef {
    let fields = COLUMNS.map(|(name, of, nullable)| {
        let read = match declared(of, digits) {
            DataType::Utf8 => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            DataType::Decimal128(18, scale) => DataType::Decimal64(18, scale),
            other => other,
        };
        Field::new(name, read, nullable)
    });
    Arc::new(Schema::new(fields.to_vec()))
}

/// Every column has its name, place and type, and the file was written by the engine that run.json names.
pub fn prove(metadata: &ArrowReaderMetadata, manifest: &Manifest, terms: &Terms) -> Proof {
    let mut findings = Findings::default();
    let word = |name: &str, kind: &DataType, nullable: bool| {
        format!("{name} {kind}{}", if nullable { " or null" } else { "" })
    };
    let found = metadata.schema().fields();
    for (at, (name, of, nullable)) in COLUMNS.iter().enumerate() {
        let expected = word(name, &declared(*of, terms.digits), *nullable);
        let found = found
            .get(at)
            .map_or("nothing".to_owned(), |field| word(field.name(), field.data_type(), field.is_nullable()));
        if found != expected {
            let message = format!("column {} is not what the format says", at + 1);
            findings.push(Finding::new("wrong-column", LINES, message).numbers(found, expected));
        }
    }
    if found.len() > COLUMNS.len() {
        let message = "it has more columns than the format says";
        findings.push(Finding::new("wrong-column", LINES, message).numbers(found.len(), COLUMNS.len()));
    }
    let engine = format!("{} version {}", manifest.engine.name, manifest.engine.version);
    let by = metadata.metadata().file_metadata().created_by().unwrap_or("nobody");
    if by != engine {
        let message = "run.json names another engine than wrote it";
        findings.push(Finding::new("other-engine", LINES, message).numbers(by, engine));
    }
    let rows = metadata.metadata().file_metadata().num_rows();
    let measures = vec![
        Measure::Count("columns", found.len() as u64),
        Measure::Count("lines", u64::try_from(rows).unwrap_or(0)),
    ];
    Proof::of(
        "columns",
        "lines.parquet has the columns of the format, in order, with their types",
        measures,
        findings,
    )
}
