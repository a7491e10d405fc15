//! Tables for people: aligned columns, readable without colour and without lines. What a terminal would obey is shown escaped.

use apportion_base::terminal::{Side, escaped, padded, width};

/// How wide a table may be before its first column gives way.
const WIDTH: usize = 100;
/// What the first column keeps.
const FIRST_AT_LEAST: usize = 12;
const GAP: &str = "  ";

/// A table whose first column is text, aligned left, and whose others are numbers, aligned right, but for those that are said to be
/// texts.
pub struct Table {
    header: Vec<String>,
    /// Columns of texts besides the first.
    texts: Vec<usize>,
    rows: Vec<Vec<String>>,
    /// Whether the last row has a line above it.
    total: bool,
}

impl Table {
    pub fn new(header: &[&str]) -> Self {
        Self {
            header: header.iter().map(|name| (*name).to_owned()).collect(),
            texts: Vec::new(),
            rows: Vec::new(),
            total: false,
        }
    }

    /// Aligns further columns left: those of texts.
    #[must_use]
    pub fn with_texts(mut self, columns: &[usize]) -> Self {
        self.texts.extend(columns);
        self
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.into_iter().map(|cell| escaped(&cell).into_owned()).collect());
    }

    /// The last row: the sums of those above.
    pub fn total(&mut self, cells: Vec<String>) {
        self.row(cells);
        self.total = true;
    }

    /// The table as lines, each ending in a newline.
    pub fn text(&self) -> String {
        let widths = self.widths();
        let line = "-".repeat(widths.iter().sum::<usize>() + GAP.len() * (widths.len().saturating_sub(1)));
        let mut text = self.row_text(&self.header, &widths);
        text.push_str(&format!("{line}\n"));
        for (index, row) in self.rows.iter().enumerate() {
            if self.total && index + 1 == self.rows.len() {
                text.push_str(&format!("{line}\n"));
            }
            text.push_str(&self.row_text(row, &widths));
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let widest = |column: usize| {
            let cells = self.rows.iter().chain([&self.header]).filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..self.header.len()).map(widest).collect();
        let all = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
        if let Some(first) = widths.first_mut() {
            let spare = first.saturating_sub(FIRST_AT_LEAST);
            *first -= spare.min(all.saturating_sub(WIDTH));
        }
        widths
    }

    fn row_text(&self, cells: &[String], widths: &[usize]) -> String {
        let aligned = cells.iter().zip(widths).enumerate().map(|(column, (cell, &wide))| match column {
            0 => padded(&shortened(cell, wide), wide, Side::Left),
            _ if self.texts.contains(&column) => padded(cell, wide, Side::Left),
            _ => padded(cell, wide, Side::Right),
        });
        let line = aligned.collect::<Vec<_>>().join(GAP);
        format!("{}\n", line.trim_end())
    }
}

/// The text in at most so many cells of a terminal, with an ellipsis where some of it is left out.
pub fn shortened(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut buffer = [0; 4];
    for letter in text.chars() {
        if width(&kept) + width(letter.encode_utf8(&mut buffer)) > most.saturating_sub(1) {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn numbers_stand_right_and_the_total_under_a_line() {
        let mut table = Table::new(&["rule", "deals", "paid"]);
        table.row(cells(&["new-business", "1,200", "5.00"]));
        table.row(cells(&["renewal", "7", "-12.30"]));
        table.total(cells(&["total", "", "-7.30"]));
        assert_eq!(
            table.text(),
            "rule          deals    paid\n\
             ---------------------------\n\
             new-business  1,200    5.00\n\
             renewal           7  -12.30\n\
             ---------------------------\n\
             total                 -7.30\n"
        );
    }

    #[test]
    fn further_texts_stand_left() {
        let mut table = Table::new(&["cause", "of", "earned"]).with_texts(&[1]);
        table.row(cells(&["rate", "2026-01", "5.00"]));
        table.row(cells(&["cap", "-", "-12.30"]));
        assert_eq!(
            table.text(),
            "cause  of       earned\n----------------------\nrate   2026-01    5.00\ncap    -        -12.30\n"
        );
    }

    #[test]
    fn columns_are_as_wide_as_their_letters_are_shown() {
        let mut table = Table::new(&["payee", "paid"]);
        table.row(cells(&["王小明", "5.00"]));
        table.row(cells(&["Zoe\u{308}", "-1.00"]));
        assert_eq!(table.text(), "payee    paid\n-------------\n王小明   5.00\nZoe\u{308}     -1.00\n");
        assert_eq!([shortened("王小明", 5), shortened("王小明", 6)], ["王小…", "王小明"]);
    }

    #[test]
    fn the_first_column_gives_way_where_the_page_ends() {
        let mut table = Table::new(&["rule", "paid"]);
        table.row(cells(&[&"r".repeat(120), "5.00"]));
        assert!(table.text().lines().all(|line| line.chars().count() <= WIDTH));
        assert!(table.text().contains('…'));
    }
}
