//! Rows with named columns, for people and for programs. People see some of the columns.

use crate::cli::Failure;
use crate::cli::number::grouped;
use crate::cli::table::Table;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_base::spreadsheet::guarded;

/// Amounts that people see also where they are 0 in all rows.
const ALWAYS: [&str; 2] = ["earned", "paid"];

/// The rows of an answer.
pub struct Answer {
    header: Vec<String>,
    hidden: Vec<String>,
    rows: Vec<Vec<String>>,
    /// What it is about, for people.
    title: String,
    /// Columns of amounts that people see added up.
    summed: Vec<String>,
}

impl Answer {
    pub fn new(first: &[&str], others: &[&str]) -> Self {
        let header = first.iter().chain(others).map(|name| (*name).to_owned()).collect();
        Self { header, hidden: Vec::new(), rows: Vec::new(), title: String::new(), summed: Vec::new() }
    }

    /// Says above the table what it is about.
    pub fn title(&mut self, title: String) {
        self.title = title;
    }

    /// Adds something to the title, where there is one.
    pub fn add_to_title(&mut self, text: &str) {
        if !self.title.is_empty() {
            self.title.push_str(text);
        }
    }

    /// Adds these columns up below the table; all of their cells are amounts of the book.
    pub fn sum(&mut self, names: &[&str]) {
        self.summed.extend(names.iter().map(|name| (*name).to_owned()));
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

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// For people: amounts with commas, and no columns that are 0 or empty in all rows.
    pub fn table(&self) -> String {
        let shown: Vec<usize> = (0..self.header.len()).filter(|column| self.is_shown(*column)).collect();
        let header: Vec<String> = shown.iter().map(|column| self.header[*column].replace('_', " ")).collect();
        let is_text = |column: usize| self.rows.iter().any(|row| !is_number(&row[column]));
        let texts: Vec<usize> = (0..shown.len()).filter(|place| is_text(shown[*place])).collect();
        let mut table = Table::new(&header.iter().map(String::as_str).collect::<Vec<_>>()).with_texts(&texts);
        for row in &self.rows {
            table.row(shown.iter().map(|column| with_commas(&row[*column])).collect());
        }
        if self.rows.len() > 1 && !self.summed.is_empty() {
            table.total(shown.iter().enumerate().map(|(place, column)| self.total(place, *column)).collect());
        }
        let title = if self.title.is_empty() { String::new() } else { format!("{}\n\n", self.title) };
        title + &table.text()
    }

    fn is_shown(&self, column: usize) -> bool {
        let name = &self.header[column];
        let is_silent = || self.rows.iter().all(|row| is_zero_amount(&row[column]));
        !self.hidden.contains(name) && (ALWAYS.contains(&name.as_str()) || !is_silent())
    }

    /// The cell of the row of sums: the first has its name.
    fn total(&self, place: usize, column: usize) -> String {
        if place == 0 {
            return "total".to_owned();
        }
        if !self.summed.contains(&self.header[column]) {
            return String::new();
        }
        let cells: Option<Vec<(i128, u32)>> = self.rows.iter().map(|row| minor(&row[column])).collect();
        let Some(cells) = cells else { return String::new() };
        let digits = cells.first().map_or(0, |(_, digits)| *digits);
        with_commas(&format_scaled(cells.iter().map(|(minor, _)| minor).sum(), digits))
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
    if is_amount(cell) { grouped(cell) } else { cell.to_owned() }
}

fn is_amount(cell: &str) -> bool {
    is_number(cell) && cell.bytes().filter(|byte| *byte == b'.').count() == 1
}

/// Digits, perhaps with a sign and a point; nothing as well.
fn is_number(cell: &str) -> bool {
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_zero_amount(cell: &str) -> bool {
    (cell.is_empty() || is_amount(cell)) && cell.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// An amount as minor units, and its digits.
fn minor(cell: &str) -> Option<(i128, u32)> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    Some((format!("{whole}{part}").parse().ok()?, u32::try_from(part.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_see_what_says_something() {
        let mut answer = Answer::new(&["close", "rule_id"], &["earned", "recovery", "paid"]);
        answer.title("What was posted".to_owned());
        answer.sum(&["earned", "paid"]);
        let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
        answer.row(row(["0001-2026-01", "spiff", "1000.00", "0.00", "0.00"]));
        answer.row(row(["0002-2026-02", "cosell", "-250.50", "0.00", "0.00"]));
        assert_eq!(
            answer.table(),
            "What was posted\n\n\
             close         rule id    earned  paid\n\
             -------------------------------------\n\
             0001-2026-01  spiff    1,000.00  0.00\n\
             0002-2026-02  cosell    -250.50  0.00\n\
             -------------------------------------\n\
             total                    749.50  0.00\n"
        );
        assert_eq!(answer.len(), 2);
        assert!(
            String::from_utf8(answer.csv().unwrap_or_default()).is_ok_and(|csv| csv.contains("recovery"))
        );
    }
}
