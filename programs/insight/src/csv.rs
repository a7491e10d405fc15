//! Tables as CSV files that people open: texts that a spreadsheet would run are guarded.

use apportion::spreadsheet::guarded;

/// A CSV file; cells of the columns in `numbers` are written as they are.
pub fn file(header: &[&str], rows: impl Iterator<Item = Vec<String>>, numbers: &[&str]) -> Vec<u8> {
    let is_number: Vec<bool> = header.iter().map(|name| numbers.contains(name)).collect();
    let mut text = String::new();
    line(&mut text, header.iter().map(|name| (*name).to_owned()));
    for row in rows {
        let cells = row.into_iter().zip(&is_number);
        line(&mut text, cells.map(|(cell, number)| if *number { cell } else { guarded(&cell).into_owned() }));
    }
    text.into_bytes()
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_guarded_and_numbers_are_not() {
        let rows = [["=x".to_owned(), "-1".to_owned()], ["a,\"b\"".to_owned(), "2".to_owned()]];
        let file = file(&["group", "value"], rows.into_iter().map(Vec::from), &["value"]);
        assert_eq!(String::from_utf8_lossy(&file), "group,value\n'=x,-1\n\"a,\"\"b\"\"\",2\n");
    }
}
