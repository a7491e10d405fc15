//! Expected and actual tables side by side.

use super::Table;

/// Where a case did not come out as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What differs, as text that a terminal can show.
    pub text: String,
}

impl Mismatch {
    pub(super) fn no_error(expected: &str) -> Self {
        Self { text: format!("expected the error `{expected}`, and it was settled\n") }
    }

    pub(super) fn unexpected_error(errors: &str) -> Self {
        Self { text: format!("it could not be settled:\n{errors}") }
    }
}

/// The rows that only one side has, in order: `-` expected, `+` came out; `None` where the tables agree.
pub fn tables(name: &str, expected: &Table, actual: &Table) -> Option<Mismatch> {
    if expected.rows == actual.rows {
        return None;
    }
    let mut shown = Table { header: marked(" ", &expected.header), rows: Vec::new() };
    for (mark, row) in difference(&expected.rows, &actual.rows) {
        shown.rows.push(marked(mark, row));
    }
    Some(Mismatch { text: format!("{name}: - expected, + came out\n{}", shown.text()) })
}

fn marked(mark: &str, row: &[String]) -> Vec<String> {
    let mut cells = row.to_vec();
    if let Some(first) = cells.first_mut() {
        *first = format!("{mark} {first}");
    }
    cells
}

/// The shortest edit from one list of rows to the other (longest common subsequence; the tables are small).
fn difference<'a>(
    expected: &'a [Vec<String>],
    actual: &'a [Vec<String>],
) -> Vec<(&'static str, &'a Vec<String>)> {
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
            edit.push((" ", &expected[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < n && (j == m || common[i + 1][j] >= common[i][j + 1]) {
            edit.push(("-", &expected[i]));
            i += 1;
        } else {
            edit.push(("+", &actual[j]));
            j += 1;
        }
    }
    edit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_both_sides() {
        let expected = Table::parse("payee | amount\nann | 1.00\nben | 2.00\n").unwrap();
        let actual = Table::parse("payee | amount\nann | 1.00\nben | 2.01\n").unwrap();
        assert_eq!(tables("lines", &expected, &expected), None);
        assert_eq!(
            tables("lines", &expected, &actual).unwrap().text,
            "lines: - expected, + came out\n  payee | amount\n  ann   | 1.00\n- ben   | 2.00\n+ ben   | 2.01\n"
        );
    }
}
