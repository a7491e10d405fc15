//! Tables as CSV files that people open: texts that a spreadsheet would run are guarded.

use apportion::csv_file;
use apportion::spreadsheet::guarded;

use crate::Fault;

/// A CSV file; cells of the columns in `numbers` are written as they are.
///
/// # Errors
/// Rows of several lengths: a mistake of ours.
pub fn file(
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    numbers: &[&str],
) -> Result<Vec<u8>, Fault> {
    let is_number: Vec<bool> = header.iter().map(|name| numbers.contains(name)).collect();
    let written = |(cell, number): (String, &bool)| if *number { cell } else { guarded(&cell).into_owned() };
    let rows = rows.map(|row| row.into_iter().zip(&is_number).map(written).collect::<Vec<_>>());
    csv_file(header, rows).map_err(|error| Fault::Frames(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_guarded_and_numbers_are_not() {
        let rows = [["=x".to_owned(), "-1".to_owned()], ["a,\"b\"".to_owned(), "2".to_owned()]];
        let file =
            file(&["group", "value"], rows.into_iter().map(Vec::from), &["value"]).expect("rows of two");
        assert_eq!(String::from_utf8_lossy(&file), "group,value\n'=x,-1\n\"a,\"\"b\"\"\",2\n");
    }
}
