//! Tables as an analyst writes them: a header and rows, cells between `|`. A `|` of a cell is written `\|`.

use std::borrow::Cow;
use std::ops::Range;

/// A small table of text. Every row has as many cells as the header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The cells of each row: as many as the header has.
    pub rows: Vec<Vec<String>>,
}

/// Why a text is no table, and where: bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSyntaxError {
    /// Where it is, in bytes of the text.
    pub range: Range<usize>,
    /// What is wrong, in a sentence.
    pub message: String,
}

impl std::fmt::Display for TableSyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TableSyntaxError {}

impl Table {
    /// Reads a table; blank lines are skipped, and blanks around cells are removed.
    ///
    /// # Errors
    /// There is no header, a name is in it twice or is empty, or a row has fewer or more cells than it.
    pub fn parse(text: &str) -> Result<Self, TableSyntaxError> {
        let mut lines = lines(text).filter(|(line, _)| !line.is_empty());
        let Some((first, range)) = lines.next() else {
            return Err(TableSyntaxError {
                range: 0..text.len(),
                message: "an empty table: it needs at least its header".to_owned(),
            });
        };
        let header = cells(first);
        if let Some(name) = header.iter().enumerate().find(|(index, name)| header[..*index].contains(name)) {
            return Err(TableSyntaxError {
                range,
                message: format!("the column `{}` is here twice", name.1),
            });
        }
        if header.iter().any(String::is_empty) {
            return Err(TableSyntaxError { range, message: "a column without a name".to_owned() });
        }
        let mut rows = Vec::new();
        for (line, range) in lines {
            let row = cells(line);
            if row.len() != header.len() {
                let message = format!("this row has {} cells, the header {}", row.len(), header.len());
                return Err(TableSyntaxError { range, message });
            }
            rows.push(row);
        }
        Ok(Self { header, rows })
    }

    /// The table with its columns in line; columns of numbers are right-aligned.
    pub fn text(&self) -> String {
        let columns = Columns::of(self.header.len(), self.all());
        self.all().map(|row| columns.line(row)).map(|line| line + "\n").collect()
    }

    /// The table without the columns whose cells all say nothing; all of them where there are no rows.
    pub(super) fn with_columns_that_say(self, says: impl Fn(&str) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.header.len())
            .filter(|&index| self.rows.is_empty() || self.rows.iter().any(|row| says(&row[index])))
            .collect();
        let keep = |row: &Vec<String>| kept.iter().map(|&index| row[index].clone()).collect();
        Self { header: keep(&self.header), rows: self.rows.iter().map(keep).collect() }
    }

    /// The table with these columns; one that it does not have is empty.
    pub(super) fn with_columns(&self, columns: &[String]) -> Self {
        let places: Vec<Option<usize>> =
            columns.iter().map(|column| self.header.iter().position(|name| name == column)).collect();
        let cell =
            |row: &[String], place: &Option<usize>| place.map_or(String::new(), |index| row[index].clone());
        let row = |row: &Vec<String>| places.iter().map(|place| cell(row, place)).collect();
        Self { header: columns.to_vec(), rows: self.rows.iter().map(row).collect() }
    }

    fn all(&self) -> impl Iterator<Item = &Vec<String>> + Clone {
        std::iter::once(&self.header).chain(&self.rows)
    }
}

/// Width and side of the columns of rows that are shown below each other, the header first.
pub(super) struct Columns {
    /// Width in characters, and whether the cells are aligned to the right.
    columns: Vec<(usize, bool)>,
}

impl Columns {
    pub(super) fn of<'a>(columns: usize, rows: impl Iterator<Item = &'a Vec<String>> + Clone) -> Self {
        let table_kind = |index: usize| {
            let cells = rows.clone().filter_map(move |row| row.get(index));
            // Ids are names, also where they are written in digits.
            let is_name = cells.clone().next().is_some_and(|header| header.ends_with("_id"));
            let width = cells.clone().map(|cell| written(cell).chars().count()).max().unwrap_or(0);
            let mut body = cells.skip(1).filter(|cell| !cell.is_empty()).peekable();
            (width, !is_name && body.peek().is_some() && body.all(|cell| is_number(cell)))
        };
        Self { columns: (0..columns).map(table_kind).collect() }
    }

    /// A row as one line, without blanks at its end.
    pub(super) fn line(&self, row: &[String]) -> String {
        let cells = row.iter().zip(&self.columns).map(|(cell, &(width, right))| {
            let cell = written(cell);
            if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
    }

    /// `^` under the marked cells of a row.
    pub(super) fn carets(&self, marked: &[bool]) -> String {
        let cells = marked
            .iter()
            .zip(&self.columns)
            .map(|(&marked, &(width, _))| if marked { "^".repeat(width) } else { " ".repeat(width) });
        cells.collect::<Vec<_>>().join("   ").trim_end().to_owned()
    }
}

/// `12`, `-1.50`, `7.5%`: cells that are aligned to the right.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let digits = digits.strip_suffix('%').unwrap_or(digits);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

/// The lines of a text without the blanks around them, and where they are.
fn lines(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut index = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = index + (line.len() - line.trim_start().len());
        index += line.len();
        (line.trim(), start..start + line.trim().len())
    })
}

/// The cells of a line: `|` is between them, and `\|` is one of a cell.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    for part in line.split_inclusive('|') {
        let Some(cell) = cells.last_mut() else { break };
        match (part.strip_suffix("\\|"), part.strip_suffix('|')) {
            (Some(before), _) => cell.extend([before, "|"]),
            (None, Some(before)) => {
                cell.push_str(before);
                cells.push(String::new());
            }
            (None, None) => cell.push_str(part),
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// A cell as it is written in a line.
fn written(cell: &str) -> Cow<'_, str> {
    if cell.contains('|') { cell.replace('|', "\\|").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_numbers_stand_right() {
        let table = Table::parse("payee|rate|amount|deal\nann|7.5%|-1.00|1-2\nbenjamin|10%||3\n").unwrap();
        assert_eq!(
            table.text(),
            "payee    | rate | amount | deal\n\
             ann      | 7.5% |  -1.00 | 1-2\n\
             benjamin |  10% |        | 3\n"
        );
        assert_eq!(Table::parse(&table.text()), Ok(table));
    }

    #[test]
    fn a_bar_within_a_cell_has_a_backslash_before_it() {
        let table = Table::parse("id | action\nann\\|2026-01 | keep\n\\|||\n").unwrap_err();
        assert_eq!(table.message, "this row has 3 cells, the header 2");
        let table = Table::parse("id | action\nann\\|2026-01 | keep\n\\||\n").unwrap();
        assert_eq!(table.rows, [["ann|2026-01", "keep"], ["|", ""]]);
        assert_eq!(table.text(), "id           | action\nann\\|2026-01 | keep\n\\|           |\n");
        assert_eq!(Table::parse(&table.text()), Ok(table));
    }

    #[test]
    fn what_is_no_table_is_reported_with_its_place() {
        let wrong = |text: &str| {
            let wrong = Table::parse(text).unwrap_err();
            (text[wrong.range].to_owned(), wrong.message)
        };
        assert_eq!(
            wrong("a | b\n\n  1 | 2 | 3 \n"),
            ("1 | 2 | 3".to_owned(), "this row has 3 cells, the header 2".to_owned())
        );
        assert_eq!(wrong("a | a\n").1, "the column `a` is here twice");
        assert_eq!(wrong("a |\n").1, "a column without a name");
        assert_eq!(wrong(" \n").1, "an empty table: it needs at least its header");
    }
}
