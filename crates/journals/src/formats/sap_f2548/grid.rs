//! The cells of a template, of a workbook or of CSV.

use super::workbook;
use crate::keys::Template;

/// A template has so many rows and columns at most.
const MOST_ROWS: usize = 100_000;
const MOST_COLUMNS: usize = 1_000;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// As it is written.
    Number(String),
}

impl Value {
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its column, from 0 on.
    pub column: usize,
    /// The number of its style in a workbook.
    pub style: Option<String>,
    pub value: Value,
}

/// A row, in the order of its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row(pub Vec<Cell>);

impl Row {
    /// The text of a column.
    pub fn text(&self, column: usize) -> &str {
        self.0.iter().find(|cell| cell.column == column).map_or("", |cell| cell.value.text().trim())
    }
}

/// Rows from the first on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Grid {
    pub rows: Vec<Row>,
}

impl Grid {
    pub fn read(template: &Template) -> Result<Self, String> {
        let grid =
            if template.is_workbook() { workbook::read(&template.bytes)? } else { csv(&template.bytes)? };
        let is_wide = |row: &Row| row.0.last().is_some_and(|cell| cell.column >= MOST_COLUMNS);
        if grid.rows.len() > MOST_ROWS || grid.rows.iter().any(is_wide) {
            return Err("it is larger than any template".to_owned());
        }
        Ok(grid)
    }

    /// The file of these cells, as the template is.
    pub fn write(&self, template: &Template) -> Result<Vec<u8>, String> {
        if template.is_workbook() {
            return workbook::write(&template.bytes, self);
        }
        let width = self.rows.iter().flat_map(|row| &row.0).map(|cell| cell.column + 1).max().unwrap_or(1);
        let mut writer =
            csv::WriterBuilder::new().delimiter(delimiter(&template.bytes)).from_writer(Vec::new());
        for row in &self.rows {
            let mut cells = vec![""; width];
            for cell in &row.0 {
                cells[cell.column] = cell.value.text();
            }
            writer.write_record(cells).map_err(|error| error.to_string())?;
        }
        writer.into_inner().map_err(|error| error.to_string())
    }
}

/// What is between the cells of a text: what its first lines have more of.
fn delimiter(bytes: &[u8]) -> u8 {
    let count = |mark: u8| bytes.iter().take(4_096).filter(|byte| **byte == mark).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

fn csv(bytes: &[u8]) -> Result<Grid, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(bytes))
        .from_reader(bytes);
    let mut grid = Grid::default();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let cell =
            |(column, text): (usize, &str)| Cell { column, style: None, value: Value::Text(text.to_owned()) };
        grid.rows.push(Row(record.iter().enumerate().map(cell).collect()));
    }
    Ok(grid)
}
