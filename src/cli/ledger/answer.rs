//! Rows with named columns, for people and for programs. People see some of the columns.

use crate::cli::Failure;
use crate::cli::number::grouped;
use crate::cli::table::Table;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::spreadsheet::guarded;

/// The rows of an answer.
pub struct Answer {
    header: Vec<String>,
    hidden: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Answer {
    pub fn new(first: &[&str], others: &[&str]) -> Self {
        let header = first.iter().chain(others).map(|name| (*name).to_owned()).collect();
        Self { header, hidden: Vec::new(), rows: Vec::new() }
    }

    /// Leaves columns out where people read it.
    pub fn hide(&mut self, names: &[&str]) {
        self.hidden.extend(names.iter().map(|name| (*name).to_owned()));
    }

    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.header.len());
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// For people: amounts with commas.
    pub fn table(&self) -> String {
        let shown: Vec<usize> =
            (0..self.header.len()).filter(|place| !self.hidden.contains(&self.header[*place])).collect();
        let header: Vec<String> = shown.iter().map(|place| self.header[*place].replace('_', " ")).collect();
        let mut table = Table::new(&header.iter().map(String::as_str).collect::<Vec<_>>());
        for row in &self.rows {
            table.row(shown.iter().map(|place| with_commas(&row[*place])).collect());
        }
        table.text()
    }

    /// All columns.
    pub fn csv(&self) -> Result<Vec<u8>, Failure> {
        let mut csv =
            csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
        let written = csv.write_record(&self.header).and_then(|()| {
            self.rows
                .iter()
                .try_for_each(|row| csv.write_record(row.iter().map(|cell| guarded(cell).into_owned())))
        });
        let unwritten = |error: String| {
            Failure::from(Diagnostic::error(Code::CannotWrite, format!("could not make the answer: {error}")))
        };
        written.map_err(|error| unwritten(error.to_string()))?;
        csv.into_inner().map_err(|error| unwritten(error.to_string()))
    }

    /// A list of objects.
    pub fn json(&self) -> Result<Vec<u8>, Failure> {
        let object = |row: &Vec<String>| {
            let pairs = self.header.iter().zip(row).map(|(name, cell)| (name.clone(), cell.clone().into()));
            serde_json::Value::Object(pairs.collect())
        };
        let list: Vec<serde_json::Value> = self.rows.iter().map(object).collect();
        crate::cli::close::pretty(&serde_json::Value::Array(list))
    }
}

/// An amount with thousands commas; any other text as it is.
fn with_commas(cell: &str) -> String {
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    let is_amount = unsigned.contains('.')
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && unsigned.bytes().filter(|byte| *byte == b'.').count() == 1;
    if is_amount { grouped(cell) } else { cell.to_owned() }
}
