//! Tables as an analyst writes them: a header and rows, cells between `|`.

/// A small table of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table; blank lines are passed over, and blanks around cells say nothing. A row with fewer or more cells
    /// than the header is an error.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let header = cells(lines.next().ok_or("an empty table: it needs at least its header")?);
        let rows: Vec<Vec<String>> = lines.map(cells).collect();
        match rows.iter().find(|row| row.len() != header.len()) {
            Some(row) => Err(format!(
                "the row `{}` has {} cells, the header {}",
                row.join(" | "),
                row.len(),
                header.len()
            )),
            None => Ok(Self { header, rows }),
        }
    }

    /// The table with its columns in line.
    pub fn text(&self) -> String {
        let widths: Vec<usize> = (0..self.header.len())
            .map(|at| self.all().map(|row| row[at].chars().count()).max().unwrap_or(0))
            .collect();
        let line = |row: &Vec<String>| {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
            cells.join(" | ").trim_end().to_owned()
        };
        self.all().map(line).map(|line| line + "\n").collect()
    }

    fn all(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.header).chain(&self.rows)
    }
}
