//! Where a template has its blocks: the technical names of a header and of its lines, each with a row of labels below it.

use super::grid::{Cell, Grid, Row};

/// A column that has a technical name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub place: usize,
    pub name: String,
    /// Whether its label begins with an asterisk.
    pub is_mandatory: bool,
    /// The style of the cell below its label.
    pub style: Option<String>,
}

/// The rows of a block, by their numbers from 0 on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Where the block begins.
    pub start: usize,
    /// The technical names of the header.
    pub header: usize,
    /// What follows the values of the header.
    pub items: usize,
    /// The technical names of the lines.
    pub lines: usize,
    pub of_header: Vec<Column>,
    pub of_lines: Vec<Column>,
}

impl Layout {
    pub fn find(grid: &Grid) -> Result<Self, String> {
        let has = |row: &Row, names: &[&str]| {
            names.iter().all(|name| row.0.iter().any(|cell| cell.value.text().trim() == *name))
        };
        let position = |names: &[&str], from: usize| {
            (from..grid.rows.len()).find(|place| has(&grid.rows[*place], names))
        };
        let header = position(&["BUKRS", "BUDAT"], 0)
            .ok_or("it has no row with the technical names BUKRS and BUDAT")?;
        let lines = position(&["HKONT", "WRSOL", "WRHAB"], header + 1)
            .ok_or("it has no row with the technical names HKONT, WRSOL and WRHAB")?;
        if lines < header + 3 || grid.rows.len() < lines + 2 {
            return Err("it has no rows of labels below its technical names".to_owned());
        }
        let begins = |place: &usize| has(&grid.rows[*place], &["Header"]);
        let start = (header.saturating_sub(2)..header).find(begins).unwrap_or(header);
        let items = (header + 2..lines)
            .find(|place| grid.rows[*place].0.iter().any(|cell| cell.value.text().starts_with("Line")));
        let items = items.unwrap_or(header + 3);
        Ok(Self {
            start,
            header,
            items,
            lines,
            of_header: columns(grid, header),
            of_lines: columns(grid, lines),
        })
    }
}

/// The columns of a row of technical names.
fn columns(grid: &Grid, names: usize) -> Vec<Column> {
    let below = grid.rows.get(names + 2);
    let labels = &grid.rows[names + 1];
    let is_name = |text: &str| {
        text.len() > 1
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let named = grid.rows[names].0.iter().filter(|cell| is_name(cell.value.text().trim()));
    named
        .map(|cell| Column {
            place: cell.column,
            name: cell.value.text().trim().to_owned(),
            is_mandatory: labels.text(cell.column).starts_with('*'),
            style: below.and_then(|row| row.0.iter().find(|own| own.column == cell.column)?.style.clone()),
        })
        .collect()
}

/// The cell of a row under a technical name.
pub(super) fn cell_of<'r>(row: &'r Row, columns: &[Column], name: &str) -> Option<&'r Cell> {
    let column = columns.iter().find(|column| column.name == name)?;
    row.0.iter().find(|cell| cell.column == column.place)
}

/// The text of a row under a technical name.
pub(super) fn named(row: &Row, columns: &[Column], name: &str) -> String {
    cell_of(row, columns, name).map_or_else(String::new, |cell| cell.value.text().trim().to_owned())
}
