//! What can be wrong with a file of a source as a whole.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, RecordBatch, StringArray};
use arrow::ipc::writer::FileWriter;

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, Place, entry};
use crate::findings::project::Change;

const BOOK: &str = "apportion.toml";
const QUOTAS: &str = "data/quotas.csv";

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

/// The quotas come from another file.
fn quotas_from(path: &'static str, bytes: impl Into<Vec<u8>>, line: &'static str) -> Vec<Change> {
    vec![Change::Replace(BOOK, "path = \"data/quotas.csv\"", line), Change::Write(path, bytes.into())]
}

pub fn entries() -> Vec<Entry> {
    let typed = "path = \"data/quotas.arrow\"";
    let book = Place::In(BOOK);
    vec![
        code(Code::MissingFile, "Paths are relative to the folder of the project file; look at the spelling.")
            .refused(vec![Change::Remove(QUOTAS)], book)
            .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data/quota-*.csv\"")
            .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data\""),
        code(Code::OverlookedFile, "Rename the file, or name it in the patterns as it is spelled; give what is not meant another extension.")
            .refused(vec![Change::Write("rules/bonus.TOML", b"# a rule\n".to_vec())], book)
            .refused(quotas_from("data/quotas-q4.CSV", "payee_id", "path = \"data/quotas*.csv\""), book),
        code(Code::UnknownFormat, "Rename the file, or export it in one of the formats that the help lists.").refused(
            quotas_from("data/quotas.doc", "payee_id", "path = \"data/quotas.doc\""),
            Place::Changed,
        ),
        code(Code::EmptyFile, "The first record names the columns; a file without data records is fine.")
            .refused(vec![Change::Write(QUOTAS, Vec::new())], book)
            .refused(vec![Change::Write(QUOTAS, b",,\n".to_vec())], book),
        code(
            Code::UnreadableFile,
            "Export or copy it again.",
        )
        .refused(quotas_from("data/quotas.parquet", "PAR1 and then nothing", "path = \"data/quotas.parquet\""), Place::Changed)
        .refused(quotas_from("data/quotas.csv.gz", "payee_id,period,amount\n", "path = \"data/quotas.csv.gz\""), Place::Changed)
        .refused(quotas_from("data/quotas.xlsx", "payee_id,period,amount\n", "path = \"data/quotas.xlsx\""), Place::Changed)
        .refused(quotas_from("data/quotas.ndjson", "[{\"payee_id\": \"ann\"}]\n", "path = \"data/quotas.ndjson\""), Place::Changed),
        code(Code::BadEncoding, "Say how it is written, `encoding = \"windows-1252\"` or `\"utf-16\"`, or save it as UTF-8.").refused(
            vec![Change::Write(QUOTAS, b"payee_id,period,amount\nann,2026-Q3,100000\nb\xe9n,2026-Q3,80000\n".to_vec())],
            book,
        ),
        code(Code::UnclosedQuote, "Close the quote, write a quote inside a quoted cell twice, or set another `quote` for the source.").refused(
            vec![Change::Write(QUOTAS, b"payee_id,period,amount\nann,\"2026-Q3,100000\nben,2026-Q3,80000\n".to_vec())],
            book,
        ),
        code(Code::DuplicateColumn, "Rename one of them in the file; which one is meant can't be guessed.")
            .refused(vec![Change::Write(QUOTAS, b"payee_id,period,amount,amount\n".to_vec())], book)
            .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data/quotas.csv\"\nunpivot = { name = \"payee_id\", value = \"percent\", keep = [\"payee_id\"] }"),
        code(Code::UnsupportedColumn, "Convert it to text, a number, a date or a boolean before.").refused(
            quotas_from("data/quotas.arrow", arrow_with_bytes(), typed),
            Place::Changed,
        ),
        code(Code::UnknownSheet, "Take one of the names in the help.")
            .refused(quotas_from("data/quotas.xlsx", crate::workbook::workbook(&[("Quotas", &[&["payee_id", "period", "amount"]])]), "path = \"data/quotas.xlsx\"\nsheet = \"Quota\""), Place::Changed),
        code(Code::UnknownRange, "Write cells, `B4:H900`, or take one of the names in the help.")
            .refused(quotas_from("data/quotas.xlsx", crate::workbook::workbook(&[("Quotas", &[&["payee_id", "period", "amount"]])]), "path = \"data/quotas.xlsx\"\nrange = \"Quotas2026\""), Place::Changed),
        code(Code::MissingHeader, "Give the number of the row as a spreadsheet shows it, or the text of one of its cells.")
            .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data/quotas.csv\"\nheader = \"Payee\"")
            .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data/quotas.csv\"\nheader = 9"),
        code(Code::RecordTooLong, "Look for a quote that is never closed, or for another delimiter or line end than the source says."),
        code(Code::UnpacksTooLarge, "If the file is right, allow more with `max_unpacked`. Without that key a file may unpack to 200 times its size, and to 64 MiB in any case.")
            .refused(quotas_from("data/quotas.xlsx", crate::workbook::workbook(&[("Quotas", &[&["payee_id", "period", "amount"]])]), "path = \"data/quotas.xlsx\"\nmax_unpacked = \"64 B\""), Place::Changed),
        code(Code::TooManyRejects, "See whether it is the file that the source means, and is read with the right delimiter, quote and encoding; leave rows out with `where`."),
        code(Code::TooManyRows, "Split the period, or filter with `where`. It takes a file of that size to see it."),
    ]
}

/// Quotas whose periods are bytes.
fn arrow_with_bytes() -> Vec<u8> {
    let columns: [(&str, ArrayRef); 3] = [
        ("payee_id", Arc::new(StringArray::from(vec!["ann"]))),
        ("period", Arc::new(BinaryArray::from(vec![&b"2026-Q3"[..]]))),
        ("amount", Arc::new(StringArray::from(vec!["100000"]))),
    ];
    arrow_file(columns)
}

/// An Arrow file of one batch.
pub fn arrow_file<const N: usize>(columns: [(&str, ArrayRef); N]) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}
