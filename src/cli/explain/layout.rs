//! An explanation as text: labels at the left, results at the right edge. What a terminal would obey is shown escaped.

use super::super::table;
use super::page::{Grid, GridRow, Page, Said};
use apportion_base::language::Language;
use apportion_base::terminal::{Side, escaped, padded, width};
use apportion_documents::block::{Cell, Money, Table};

/// How wide the page is.
const WIDTH: usize = 100;
/// Where the text beside a label begins, within a block.
const LABEL: usize = 12;

/// The explanation as text.
pub fn text(page: &Page) -> String {
    let mut layout = Layout::default();
    for part in page.parts() {
        layout.indent = part.indent;
        layout.part(&part.said);
    }
    layout.text
}

/// Lines of text, at an indent.
#[derive(Debug, Default)]
struct Layout {
    text: String,
    indent: usize,
}

impl Layout {
    fn part(&mut self, said: &Said) {
        match said {
            Said::Blank => self.text.push('\n'),
            Said::Title(text) | Said::Line(text) => self.line(text),
            Said::Heading(_, text, Cell::Empty) => self.line(text),
            Said::Heading(_, text, result) | Said::Result(text, result) => self.result(text, &shown(result)),
            Said::Prose(text) | Said::Item(text) => self.prose(text),
            Said::Labelled(label, text, Cell::Empty) => self.labelled(label, text),
            Said::Labelled(label, text, result) => self.labelled_result(label, text, &shown(result)),
            Said::Total(label, total) => self.labelled_result(label, "", &shown(total)),
            Said::Under(grid) => self.under(&grid_text(grid)),
            Said::Table(table) => table_text(table).lines().for_each(|line| self.line(line)),
        }
    }

    /// A line.
    fn line(&mut self, text: &str) {
        let line = format!("{:indent$}{}", "", escaped(text), indent = self.indent);
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A line with a result at the right edge.
    fn result(&mut self, text: &str, result: &str) {
        let used = self.indent + width(text) + width(result);
        let gap = WIDTH.saturating_sub(used).max(2);
        self.line(&format!("{text}{:gap$}{result}", ""));
    }

    /// A labelled line, wrapped where it is long.
    fn labelled(&mut self, label: &str, text: &str) {
        let most = WIDTH.saturating_sub(self.indent + LABEL).max(30);
        for (index, part) in wrapped(text, most).iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            self.line(&format!("{label:<LABEL$}{part}"));
        }
    }

    /// A labelled line with a result at the right edge; text that is too long is wrapped, and the result is on its
    /// last line.
    fn labelled_result(&mut self, label: &str, text: &str, result: &str) {
        let most = WIDTH.saturating_sub(self.indent + LABEL + width(result) + 2).max(30);
        let parts = wrapped(text, most);
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let line = format!("{label:<LABEL$}{part}");
            if index == last { self.result(&line, result) } else { self.line(&line) }
        }
    }

    /// Prose over the whole width.
    fn prose(&mut self, text: &str) {
        let bare = text.trim_start();
        let own = text.len() - bare.len();
        for part in wrapped(bare, WIDTH.saturating_sub(self.indent + own)) {
            self.line(&format!("{:own$}{part}", ""));
        }
    }

    /// Lines of a table, under the text of labelled lines.
    fn under(&mut self, table: &str) {
        for line in table.lines() {
            self.line(&format!("{:LABEL$}{line}", ""));
        }
    }
}

/// A cell beside others of the book's currency.
fn shown(cell: &Cell) -> String {
    let own = match cell {
        Cell::Amount(Money { currency, .. }) | Cell::Change(Money { currency, .. }) => Some(*currency),
        _ => None,
    };
    cell.shown(Language::English, own)
}

/// Columns: the first to the left, the others to the right; rows that the explanation is about are marked.
fn grid_text(grid: &Grid) -> String {
    let cells = |row: &GridRow| row.cells.iter().map(shown).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = grid.rows.iter().map(cells).collect();
    let widest = |column: usize| {
        let cells = rows.iter().chain([&grid.header]).filter_map(|cells| cells.get(column));
        cells.map(|cell| width(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..grid.header.len()).map(widest).collect();
    let line = |mark: &str, cells: &[String], note: &str| {
        let cells = cells.iter().zip(&widths).enumerate().map(|(index, (cell, &width))| {
            padded(cell, width, if index == 0 { Side::Left } else { Side::Right })
        });
        let cells = cells.collect::<Vec<_>>().join("  ");
        let note = if note.is_empty() { String::new() } else { format!("  {note}") };
        format!("{}\n", format!("{mark} {cells}{note}").trim_end())
    };
    let mut text = line(" ", &grid.header, "");
    for (row, cells) in grid.rows.iter().zip(&rows) {
        text.push_str(&line(if row.is_mine { ">" } else { " " }, cells, &row.note));
    }
    text
}

/// A table as all commands print theirs.
fn table_text(table: &Table) -> String {
    let header: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    let is_text = |place: &usize| !table.columns[*place].is_number;
    let texts: Vec<usize> = (1..header.len()).filter(is_text).collect();
    let mut laid = table::Table::new(&header).with_texts(&texts);
    let cells = |row: &Vec<Cell>| row.iter().map(shown).collect();
    table.rows.iter().for_each(|row| laid.row(cells(row)));
    if let Some(total) = &table.total {
        laid.total(cells(total));
    }
    laid.text()
}

/// Text in lines of at most so many cells of a terminal, broken at spaces.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if width(line) + 1 + width(word) <= most {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_at_the_right_edge() {
        let mut page = Page::default();
        page.indent(2);
        page.labelled_result("pool", "100.00 x 1%", Cell::text("1.00"));
        let text = text(&page);
        assert!(text.starts_with("  pool        100.00 x 1%  ") && text.trim_end().chars().count() == WIDTH);
    }

    #[test]
    fn long_text_is_broken_at_spaces() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensibilities", 7), ["incomprehensibilities"]);
    }
}
