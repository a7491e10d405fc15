//! Excel workbooks for tests: of text cells, or of XML that a test gives.

#[path = "../../crates/data/src/read/tests/workbook.rs"]
mod xml;

pub use xml::workbook as workbook_of_xml;

/// An .xlsx file of sheets, each with its rows of texts; an empty text makes no cell.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let rows =
        |rows: &[&[&str]]| (1..).zip(rows).map(|(number, row)| xml_row(number, row)).collect::<String>();
    let sheets: Vec<(&str, String)> = sheets.iter().map(|(name, cells)| (*name, rows(cells))).collect();
    let sheets: Vec<(&str, &str)> = sheets.iter().map(|(name, rows)| (*name, rows.as_str())).collect();
    workbook_of_xml(&sheets, false)
}

fn xml_row(number: usize, cells: &[&str]) -> String {
    let cell = |(index, text): (usize, &&str)| {
        let column = char::from(b'A' + u8::try_from(index).unwrap());
        format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let cells: String = cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(cell).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}
