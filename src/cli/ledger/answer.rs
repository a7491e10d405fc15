//! Rows with named columns, for people and for programs. People see some of the columns.

use crate::cli::Failure;
use crate::cli::number::{grouped, minor, money};
use crate::cli::table::Table;
use crate::csv_file::csv_file;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::spreadsheet::guarded;
use apportion_contract::output::{OutputColumn, OutputType};

/// Amounts that people see also where they are 0 in all rows.
const ALWAYS: [&str; 2] = ["earned", "paid"];

/// A column, by what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Ids, names, words.
    Text(&'static str),
    /// A number of something.
    Count(&'static str),
    /// Amounts.
    Amount(&'static str),
}

impl Column {
    /// A column of a file.
    pub fn of_file(column: &OutputColumn) -> Self {
        match column.holds {
            OutputType::Money | OutputType::Sum => Self::Amount(column.name),
            OutputType::Count | OutputType::Integer => Self::Count(column.name),
            OutputType::Text
            | OutputType::Word(_)
            | OutputType::Currency
            | OutputType::Date
            | OutputType::Rate
            | OutputType::Units
            | OutputType::Flag
            | OutputType::Number(_) => Self::Text(column.name),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Count(name) | Self::Amount(name) => name,
        }
    }

    /// Whether a cell says nothing.
    fn is_silent(self, cell: &str) -> bool {
        match self {
            Self::Text(_) | Self::Count(_) => cell.is_empty(),
            Self::Amount(_) => cell.bytes().all(|byte| matches!(byte, b'0' | b'.')),
        }
    }

    /// A cell for people: numbers with thousands commas.
    fn shown(self, cell: &str) -> String {
        match self {
            Self::Text(_) => cell.to_owned(),
            Self::Count(_) | Self::Amount(_) => grouped(cell),
        }
    }
}

/// The rows of an answer.
pub struct Answer {
    columns: Vec<Column>,
    hidden: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// What it is about, for people.
    title: String,
    /// Columns of amounts that people see added up.
    summed: Vec<&'static str>,
}

impl Answer {
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        let columns = columns.into_iter().collect();
        Self { columns, hidden: Vec::new(), rows: Vec::new(), title: String::new(), summed: Vec::new() }
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
    pub fn sum(&mut self, names: &[&'static str]) {
        self.summed.extend(names);
    }

    /// Leaves columns out where people read it.
    pub fn hide(&mut self, names: &[&'static str]) {
        self.hidden.extend(names);
    }

    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// For people: numbers with commas, and no columns that are 0 or empty in all rows. Of no rows there is the title alone.
    pub fn table(&self) -> String {
        if self.is_empty() {
            return format!("{}\n", self.title);
        }
        let shown: Vec<(usize, Column)> = self.shown().collect();
        let header: Vec<String> = shown.iter().map(|(_, column)| column.name().replace('_', " ")).collect();
        let is_text = |place: &usize| matches!(shown[*place].1, Column::Text(_));
        let texts: Vec<usize> = (0..shown.len()).filter(is_text).collect();
        let mut table = Table::new(&header.iter().map(String::as_str).collect::<Vec<_>>()).with_texts(&texts);
        for row in &self.rows {
            table.row(shown.iter().map(|(place, column)| column.shown(&row[*place])).collect());
        }
        if self.rows.len() > 1 && !self.summed.is_empty() {
            let sums = shown.iter().skip(1).map(|(place, column)| self.total(*place, *column));
            table.total(std::iter::once("total".to_owned()).chain(sums).collect());
        }
        let title = if self.title.is_empty() { String::new() } else { format!("{}\n\n", self.title) };
        title + &table.text()
    }

    /// The columns that people see, with their places.
    fn shown(&self) -> impl Iterator<Item = (usize, Column)> {
        self.columns.iter().copied().enumerate().filter(|(place, column)| {
            let is_silent = || self.rows.iter().all(|row| column.is_silent(&row[*place]));
            !self.hidden.contains(&column.name()) && (ALWAYS.contains(&column.name()) || !is_silent())
        })
    }

    /// The sum of a column; nothing where it has none.
    fn total(&self, place: usize, column: Column) -> String {
        if !self.summed.contains(&column.name()) {
            return String::new();
        }
        let decimals = |cell: &String| cell.split_once('.').map_or(0, |(_, part)| part.len() as u32);
        let digits = self.rows.first().map_or(0, |row| decimals(&row[place]));
        let sum: Option<i128> = self.rows.iter().map(|row| minor(&row[place], digits)).sum();
        sum.map_or(String::new(), |sum| money(sum, digits))
    }

    fn header(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.name())
    }

    /// All columns.
    pub fn csv(&self) -> Result<Vec<u8>, Failure> {
        let header: Vec<&str> = self.header().collect();
        let rows = self.rows.iter().map(|row| row.iter().map(|cell| guarded(cell).into_owned()));
        csv_file(&header, rows).map_err(|error| {
            Diagnostic::error(Code::CannotWrite, format!("could not make the answer: {error}")).into()
        })
    }

    /// A list of objects.
    pub fn json(&self) -> Result<Vec<u8>, Failure> {
        let object = |row: &Vec<String>| {
            let pairs = self.header().zip(row).map(|(name, cell)| (name.to_owned(), cell.clone().into()));
            serde_json::Value::Object(pairs.collect())
        };
        let list: Vec<serde_json::Value> = self.rows.iter().map(object).collect();
        crate::cli::close::pretty(&serde_json::Value::Array(list))
    }
}

#[cfg(test)]
mod tests {
    use super::Column::{Amount, Text};
    use super::*;

    #[test]
    fn people_see_what_says_something() {
        let columns = [Text("close"), Text("rule_id"), Amount("earned"), Amount("recovery"), Amount("paid")];
        let mut answer = Answer::new(columns);
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

    /// An id is no number for people, whatever it looks like; amounts of a currency without decimals are.
    #[test]
    fn only_numbers_have_commas() {
        let mut answer = Answer::new([Text("deal_id"), Amount("earned"), Amount("recovery")]);
        answer.sum(&["earned"]);
        for id in ["2026.1", "2026.2"] {
            answer.row(vec![id.to_owned(), "35000".to_owned(), "0".to_owned()]);
        }
        assert_eq!(
            answer.table(),
            "deal id  earned\n\
             ---------------\n\
             2026.1   35,000\n\
             2026.2   35,000\n\
             ---------------\n\
             total    70,000\n"
        );
    }

    #[test]
    fn of_no_rows_there_is_the_title() {
        let mut answer = Answer::new([Text("close"), Amount("paid")]);
        answer.title("Book: 0 closes".to_owned());
        assert_eq!(answer.table(), "Book: 0 closes\n");
    }
}
