//! Expected and actual tables side by side: rows are paired, and cells that differ are marked.

use super::Table;
use super::table::Columns;

/// Columns that identify a row: two rows that agree in them are one row that changed.
const IDENTITY: [&str; 10] =
    ["payee_id", "rule_id", "deal_id", "role", "from_payee_id", "reason", "source", "key", "column", "code"];

/// Where an expected table and what came out part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `lines`, `uncredited`, `rejects` or `totals`.
    pub table: &'static str,
    /// The columns.
    pub header: Vec<String>,
    /// All rows of both sides, in order.
    pub rows: Vec<Row>,
}

/// A row of one side or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the row is.
    pub side: Side,
    /// Its cells, in the order of the columns.
    pub cells: Vec<String>,
    /// By cell: whether it differs from the paired row of the other side. Empty for a row without a pair.
    pub changed: Vec<bool>,
}

/// Which side has a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Expected, and it came out.
    Both,
    /// Expected, and it did not come out.
    Expected,
    /// It came out and was not expected.
    CameOut,
}

impl Side {
    /// In front of a row that is shown.
    fn mark(self) -> &'static str {
        match self {
            Self::Both => " ",
            Self::Expected => "-",
            Self::CameOut => "+",
        }
    }

    /// In JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Expected => "expected",
            Self::CameOut => "came-out",
        }
    }
}

impl Difference {
    /// For people: `-` expected, `+` came out, `^` under the cells that changed.
    pub fn text(&self) -> String {
        let shown = std::iter::once(&self.header).chain(self.rows.iter().map(|row| &row.cells));
        let columns = Columns::of(self.header.len(), shown);
        let mut text = format!("{}: - expected, + came out\n  {}\n", self.table, columns.line(&self.header));
        for row in &self.rows {
            text.push_str(&format!("{} {}\n", row.side.mark(), columns.line(&row.cells)));
            if row.side == Side::CameOut && row.changed.contains(&true) {
                text.push_str(&format!("  {}\n", columns.carets(&row.changed)));
            }
        }
        text
    }
}

/// Where two tables of the same columns part; `None` where they agree.
pub fn tables(name: &'static str, expected: &Table, actual: &Table) -> Option<Difference> {
    if expected.rows == actual.rows {
        return None;
    }
    let identity: Vec<usize> =
        (0..actual.header.len()).filter(|&index| IDENTITY.contains(&actual.header[index].as_str())).collect();
    let mut rows = Vec::new();
    let mut gap = Gap::default();
    for (side, row) in edit(&expected.rows, &actual.rows) {
        match side {
            Side::Both => {
                gap.close(&identity, &mut rows);
                rows.push(Row { side, cells: row.clone(), changed: Vec::new() });
            }
            Side::Expected => gap.expected.push(row),
            Side::CameOut => gap.came_out.push(row),
        }
    }
    gap.close(&identity, &mut rows);
    Some(Difference { table: name, header: actual.header.clone(), rows })
}

/// Rows between two that both sides have.
#[derive(Default)]
struct Gap<'a> {
    expected: Vec<&'a Vec<String>>,
    came_out: Vec<&'a Vec<String>>,
}

impl Gap<'_> {
    /// Pairs the rows of both sides, each side in its order.
    fn close(&mut self, identity: &[usize], rows: &mut Vec<Row>) {
        let same = |a: &[String], b: &[String]| identity.iter().all(|&index| a[index] == b[index]);
        let mut left = std::mem::take(&mut self.came_out).into_iter().peekable();
        let alone = |side, row: &[String]| Row { side, cells: row.to_vec(), changed: Vec::new() };
        for row in self.expected.drain(..) {
            let Some(before) = left.clone().position(|other| same(row, other)) else {
                rows.push(alone(Side::Expected, row));
                continue;
            };
            rows.extend(left.by_ref().take(before).map(|other| alone(Side::CameOut, other)));
            let Some(other) = left.next() else { continue };
            let changed: Vec<bool> = row.iter().zip(other).map(|(a, b)| a != b).collect();
            rows.push(Row { side: Side::Expected, cells: row.clone(), changed: changed.clone() });
            rows.push(Row { side: Side::CameOut, cells: other.clone(), changed });
        }
        rows.extend(left.map(|other| alone(Side::CameOut, other)));
    }
}

/// The shortest edit from one list of rows to the other (longest common subsequence; the tables are small).
fn edit<'a>(expected: &'a [Vec<String>], actual: &'a [Vec<String>]) -> Vec<(Side, &'a Vec<String>)> {
    let (n, m) = (expected.len(), actual.len());
    let mut common = vec![vec![0_usize; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            common[i][j] = if expected[i] == actual[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut edit) = (0, 0, Vec::new());
    while i < n || j < m {
        if i < n && j < m && expected[i] == actual[j] {
            edit.push((Side::Both, &expected[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < n && (j == m || common[i + 1][j] >= common[i][j + 1]) {
            edit.push((Side::Expected, &expected[i]));
            i += 1;
        } else {
            edit.push((Side::CameOut, &actual[j]));
            j += 1;
        }
    }
    edit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expected: &str, actual: &str) -> String {
        let (expected, actual) = (Table::parse(expected).unwrap(), Table::parse(actual).unwrap());
        tables("lines", &expected, &actual).map(|difference| difference.text()).unwrap_or_default()
    }

    #[test]
    fn a_row_that_changed_stands_beside_what_it_was() {
        let expected = "payee_id | deal_id | rate | amount\nann | D1 | 5% | 1.00\nben | D1 | 5% | 2.00\n\
                        cat | D2 | 5% | 3.00\n";
        assert_eq!(shown(expected, expected), "");
        assert_eq!(
            shown(
                expected,
                "payee_id | deal_id | rate | amount\nann | D1 | 5% | 1.00\nben | D1 | 10% | 1234.00\n\
                 cat | D2 | 5% | 3.01\ndan | D2 | 5% | 0.00\n"
            ),
            "\
lines: - expected, + came out
  payee_id | deal_id | rate |  amount
  ann      | D1      |   5% |    1.00
- ben      | D1      |   5% |    2.00
+ ben      | D1      |  10% | 1234.00
                       ^^^^   ^^^^^^^
- cat      | D2      |   5% |    3.00
+ cat      | D2      |   5% |    3.01
                              ^^^^^^^
+ dan      | D2      |   5% |    0.00
"
        );
    }

    #[test]
    fn rows_that_are_not_the_same_row_stand_alone() {
        assert_eq!(
            shown("payee_id | amount\nann | 1\n", "payee_id | amount\nben | 1\n"),
            "lines: - expected, + came out\n  payee_id | amount\n- ann      |      1\n+ ben      |      1\n"
        );
    }

    #[test]
    fn rows_of_columns_without_names_are_compared_by_their_order() {
        assert_eq!(
            shown("amount\n1\n2\n", "amount\n1\n3\n"),
            "lines: - expected, + came out\n  amount\n       1\n-      2\n+      3\n  ^^^^^^\n"
        );
    }
}
