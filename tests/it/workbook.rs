//! Excel workbooks for tests, made of text cells.

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// An .xlsx file of sheets, each with its rows of texts; an empty text makes no cell.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let (mut list, mut links, mut entries) = (String::new(), String::new(), Vec::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        list.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"r{at}\"/>", at + 1));
        let target = format!("worksheets/sheet{at}.xml");
        links
            .push_str(&format!("<Relationship Id=\"r{at}\" Type=\"{RELS}/worksheet\" Target=\"{target}\"/>"));
        let rows: String = rows.iter().enumerate().map(|(at, row)| xml_row(at + 1, row)).collect();
        entries.push((
            format!("xl/{target}"),
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let types = "http://schemas.openxmlformats.org/package/2006/content-types";
    let rest = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{types}\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"w\" Type=\"{RELS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"{PACKAGE}\">{links}</Relationships>")),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELS}\"><sheets>{list}</sheets></workbook>"),
        ),
    ];
    entries.extend(rest.map(|(name, text)| (name.to_owned(), text)));
    zip(&entries)
}

fn xml_row(number: usize, cells: &[&str]) -> String {
    let cell = |(at, text): (usize, &&str)| {
        let column = char::from(b'A' + u8::try_from(at).unwrap());
        format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let cells: String = cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(cell).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

/// A zip archive of stored entries.
fn zip(entries: &[(String, String)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    let number = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    for (name, content) in entries {
        let mut crc = flate2::Crc::new();
        crc.update(content.as_bytes());
        let offset = number(archive.len());
        // version, flags, stored, time, date
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc.sum().to_le_bytes());
        common.extend(number(content.len()));
        common.extend(number(content.len()));
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        archive.extend([b"PK\x03\x04".as_slice(), &common, name.as_bytes(), content.as_bytes()].concat());
        directory
            .extend([b"PK\x01\x02\x14\x00".as_slice(), &common, &[0; 10], &offset, name.as_bytes()].concat());
    }
    let (start, size) = (number(archive.len()), number(directory.len()));
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    archive.extend(directory);
    archive.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &size, &start, &[0, 0]].concat());
    archive
}
