//! What a command said and wrote, as the tests compare it.

use std::path::Path;
use std::process::Command;

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow_cast::cast;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::project::{self, Change};

/// The end of one command over one project.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    /// As a person sees it.
    pub said: String,
    /// The same as a program sees it, a line each, where nothing was written.
    pub diagnostics: Vec<serde_json::Value>,
    /// Nothing where nothing was written.
    pub written: Option<ResultFiles>,
}

/// The files of a result.
#[derive(Debug)]
pub struct ResultFiles {
    /// Rows of lines.parquet, as text by column.
    pub lines: Vec<Vec<String>>,
    /// Rows of rejects.csv.
    pub rejects: Vec<Vec<String>>,
    /// Rows of uncredited.csv.
    pub uncredited: Vec<Vec<String>>,
    /// read, used, filtered, rejected by table.
    pub rows: Vec<(String, [u64; 4])>,
}

/// Runs July, or another command, on the sound project with some changes.
pub fn of(changes: &[Change], arguments: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    project::write(folder.path(), changes);
    let (code, said) = run(folder.path(), arguments, &[]);
    let out = folder.path().join("out");
    let written = if code == 2 || !arguments.is_empty() { None } else { Some(ResultFiles::read(&out)) };
    if code == 2 && arguments.is_empty() {
        assert!(!out.exists(), "a run that failed left something behind");
    }
    // What was written says it all for programs where something was.
    let mut diagnostics = Vec::new();
    if written.is_none() {
        let (again, lines) = run(folder.path(), arguments, &["--message-format", "json"]);
        assert_eq!(code, again);
        diagnostics
            .extend(lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()));
    }
    Outcome { code, said, diagnostics, written }
}

fn run(project: &Path, arguments: &[&str], extra: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
    if arguments.is_empty() {
        command.args(["run", "--period", "2026-07", "--out", "out"]);
    } else {
        command.args(arguments);
    }
    // As in the folder of the project: what is said names no folder of this machine.
    let output = command.args(extra).current_dir(project).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

impl ResultFiles {
    fn read(out: &Path) -> Self {
        let run: serde_json::Value =
            serde_json::from_slice(&std::fs::read(out.join("run.json")).unwrap()).unwrap();
        let count = |table: &serde_json::Value, key: &str| table[key].as_u64().unwrap();
        let rows = run["rows"].as_array().unwrap().iter().map(|table| {
            let counts = ["read", "used", "filtered", "rejected"].map(|key| count(table, key));
            (table["source"].as_str().unwrap().to_owned(), counts)
        });
        Self {
            rows: rows.collect(),
            lines: lines(&out.join("lines.parquet")),
            rejects: csv(&out.join("rejects.csv")),
            uncredited: csv(&out.join("uncredited.csv")),
        }
    }
}

fn csv(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn lines(path: &Path) -> Vec<Vec<String>> {
    let file = std::fs::File::open(path).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        let batch = batch.unwrap();
        let columns: Vec<_> =
            batch.columns().iter().map(|column| cast(column, &DataType::Utf8).unwrap()).collect();
        for row in 0..batch.num_rows() {
            let cell = |column: &std::sync::Arc<dyn Array>| match column.is_valid(row) {
                true => column.as_string::<i32>().value(row).to_owned(),
                false => String::new(),
            };
            rows.push(columns.iter().map(cell).collect());
        }
    }
    rows
}
