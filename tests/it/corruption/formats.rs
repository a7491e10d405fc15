//! One small project, its data in every format.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use arrow::ipc::writer::{FileWriter, StreamWriter};
use arrow_cast::cast;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

/// Extensions, and whether a format knows of itself when a row is missing.
pub const ALL: [(&str, bool); 10] = [
    ("csv", false),
    ("tsv", false),
    ("ndjson", false),
    ("csv.gz", true),
    ("csv.zst", false),
    ("parquet", true),
    ("zstd.parquet", true),
    ("arrow", true),
    ("stream.arrow", true),
    ("xlsx", false),
];

/// Rows of deals, engagements and payees.
pub const ROWS: [u64; 3] = [60, 180, 12];

const RULES: &str = r#"[[shared_credit]]
id = "new"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "sourced", share = "40%" }, { role = "closed", share = "60%" } ]

[[stipend]]
id = "flat"
effective = { from = 2026-01-01 }
engaged = "engagements.role = 'cosell' AND engagements.weight > 0"
amount = "250"
"#;

/// A table as texts: its name, its header and its rows.
type Table = (&'static str, Vec<&'static str>, Vec<Vec<String>>);

fn tables() -> [Table; 3] {
    let deal = |index: u64| {
        let day = 1 + index % 28;
        vec![
            format!("D{index:03}"),
            "won".to_owned(),
            format!("2026-07-{day:02}"),
            format!("{}.{:02}", 100 + index * 37, index),
        ]
    };
    let engagement = |index: u64| {
        let role = ["sourced", "cosell", "closed"][usize::try_from(index % 3).unwrap()];
        vec![
            format!("E{index:03}"),
            format!("D{:03}", index / 3),
            format!("P{:02}", index % 12),
            role.to_owned(),
            format!("{}", 1 + index % 5),
        ]
    };
    let payee = |index: u64| vec![format!("P{index:02}"), format!("Payee, \"the {index}th\"")];
    [
        ("deals", vec!["deal_id", "outcome", "close_date", "amount"], (0..ROWS[0]).map(deal).collect()),
        (
            "engagements",
            vec!["engagement_id", "deal_id", "payee_id", "role", "weight"],
            (0..ROWS[1]).map(engagement).collect(),
        ),
        ("payees", vec!["payee_id", "name"], (0..ROWS[2]).map(payee).collect()),
    ]
}

/// Writes the project with its data in one format; returns the files of data.
pub fn write(folder: &Path, format: &str) -> Vec<PathBuf> {
    let mut book = "[book]\nname = \"Small\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n".to_owned();
    let mut files = Vec::new();
    for table in tables() {
        let name = format!("{}.{format}", table.0);
        book.push_str(&format!("\n[sources.{}]\npath = \"{name}\"\n", table.0));
        std::fs::write(folder.join(&name), bytes(&table, format)).unwrap();
        files.push(folder.join(name));
    }
    std::fs::write(folder.join("apportion.toml"), book).unwrap();
    std::fs::write(folder.join("rules.toml"), RULES).unwrap();
    files
}

fn bytes(table: &Table, format: &str) -> Vec<u8> {
    match format {
        "csv" => delimited(table, b','),
        "tsv" => delimited(table, b'\t'),
        "ndjson" => ndjson(table),
        "csv.gz" => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packed.write_all(&delimited(table, b',')).unwrap();
            packed.finish().unwrap()
        }
        "csv.zst" => zstd::encode_all(delimited(table, b',').as_slice(), 1).unwrap(),
        "parquet" => parquet(table, Compression::UNCOMPRESSED),
        "zstd.parquet" => parquet(table, Compression::ZSTD(Default::default())),
        "arrow" => {
            let batch = batch(table);
            let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
            halves(&batch).iter().for_each(|half| writer.write(half).unwrap());
            writer.into_inner().unwrap()
        }
        "stream.arrow" => {
            let batch = batch(table);
            let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
            halves(&batch).iter().for_each(|half| writer.write(half).unwrap());
            writer.into_inner().unwrap()
        }
        "xlsx" => sheet(table),
        other => panic!("no format {other}"),
    }
}

fn delimited(table: &Table, delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(&table.1).unwrap();
    table.2.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn ndjson(table: &Table) -> Vec<u8> {
    let object = |row: &Vec<String>| {
        let members = table.1.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), cell.as_str().into()));
        serde_json::Value::Object(members.collect()).to_string() + "\n"
    };
    table.2.iter().map(object).collect::<String>().into_bytes()
}

fn sheet(table: &Table) -> Vec<u8> {
    let mut rows: Vec<Vec<String>> = vec![table.1.iter().map(|name| (*name).to_owned()).collect()];
    rows.extend(table.2.iter().map(|row| row.iter().map(|cell| cell.replace('"', "&quot;")).collect()));
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    crate::workbook::workbook(&[(table.0, &rows)])
}

/// With types: dates, decimals and dictionaries.
fn batch(table: &Table) -> RecordBatch {
    let column = |(index, name): (usize, &&'static str)| {
        let texts: ArrayRef =
            Arc::new(table.2.iter().map(|row| Some(row[index].as_str())).collect::<StringArray>());
        let kind = match *name {
            "close_date" => DataType::Date32,
            "amount" | "weight" => DataType::Decimal128(18, 2),
            "role" | "outcome" => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            _ => DataType::Utf8,
        };
        let typed = cast(&texts, &kind).unwrap();
        let sound = match kind {
            DataType::Date32 => typed.as_any().is::<Date32Array>(),
            DataType::Decimal128(..) => typed.as_any().is::<Decimal128Array>(),
            _ => true,
        };
        assert!(sound && typed.null_count() == 0, "{name}");
        (*name, typed)
    };
    RecordBatch::try_from_iter(table.1.iter().enumerate().map(column)).unwrap()
}

fn halves(batch: &RecordBatch) -> [RecordBatch; 2] {
    let half = batch.num_rows() / 2;
    [batch.slice(0, half), batch.slice(half, batch.num_rows() - half)]
}

fn parquet(table: &Table, compression: Compression) -> Vec<u8> {
    let batch = batch(table);
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(40))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}
