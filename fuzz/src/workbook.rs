//! A workbook around the XML of one sheet: random bytes in a zip archive would only fail its checksum.

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// An .xlsx file of one sheet with two shared strings; style 1 is a date.
pub fn around(sheet: &[u8], from_1904: bool) -> Vec<u8> {
    let date1904 = if from_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let rest = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
        ),
        (
            "_rels/.rels",
            format!("<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"w\" Type=\"{RELS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"s\" Type=\"{RELS}/styles\" Target=\"styles.xml\"/><Relationship Id=\"t\" Type=\"{RELS}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"r\" Type=\"{RELS}/worksheet\" Target=\"worksheets/sheet.xml\"/></Relationships>"),
        ),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELS}\">{date1904}<sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"),
        ),
        (
            "xl/styles.xml",
            format!("<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"),
        ),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\" count=\"2\" uniqueCount=\"2\"><si><t>deal_id</t></si><si><t>amount</t></si></sst>"),
        ),
    ];
    let mut entries: Vec<(&str, Vec<u8>)> =
        rest.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    let head = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    let sheet = [head.as_bytes(), sheet, b"</sheetData></worksheet>"].concat();
    entries.push(("xl/worksheets/sheet.xml", sheet));
    zip(&entries)
}

/// A zip archive of stored entries.
fn zip(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    let number = |value: usize| u32::try_from(value).expect("a small archive").to_le_bytes();
    let count = u16::try_from(entries.len()).expect("a few entries").to_le_bytes();
    for (name, content) in entries {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let offset = number(archive.len());
        // version, flags, stored, time, date
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc.sum().to_le_bytes());
        common.extend(number(content.len()));
        common.extend(number(content.len()));
        common.extend(u16::try_from(name.len()).expect("a short name").to_le_bytes());
        common.extend([0, 0]);
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(name.bytes());
        archive.extend(content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(name.bytes());
    }
    let (start, size) = (number(archive.len()), number(directory.len()));
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend(size);
    archive.extend(start);
    archive.extend([0, 0]);
    archive
}
