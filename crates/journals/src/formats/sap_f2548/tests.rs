//! A template like the app's, as CSV and as a workbook, is filled and read again.

use std::collections::BTreeMap;

use super::super::{Format, tests as shared};
use super::grid::{Grid, Value};
use crate::journal::Payees;
use crate::keys::{JournalKeys, KeyText, Template};
use crate::made::export;

const TEMPLATE: &str = "\
,Upload General Journal Entries,,,,,,,,\n\
,// To add columns insert their technical names,,,,,,,,\n\
,// Fields with * are mandatory,,,,,,,,\n\
Batch ID,,,,,,,,,\n\
1,Header,,,,,,,,\n\
,BUKRS,BLART,BLDAT,BUDAT,MONAT,BKTXT,WAERS,XBLNR,LDGRP\n\
,*Company Code (4),*Journal Entry Type (2),*Journal Entry Date,*Posting Date,Fiscal period (2),Document Header Text (25),*Transaction Currency (5),Reference (16),Ledger Group (4)\n\
,,,,,,,,,\n\
,Line Items,,,,,,,,\n\
,,,,Transaction Currency,,,,,\n\
,BUKRS,HKONT,SGTXT,WRSOL,WRHAB,MWSKZ,KOSTL,PRCTR,ZZOWN\n\
,Company Code (4),G/L Account (10),Item Text (50),Debit,Credit,Tax Code (2),Cost Center (10),Profit Center (10),Own\n\
,,,,,,,,,\n";

fn keys(template: Template) -> JournalKeys {
    let is = [("1", "1000"), ("2", "2000")].map(|(code, entity)| (code.to_owned(), entity.to_owned()));
    JournalKeys {
        entity: Some(KeyText::By {
            by: "company_code".to_owned(),
            is: is.into(),
            otherwise: Some("3000".to_owned()),
        }),
        template: Some(template),
        ..JournalKeys::default()
    }
}

fn filled(template: Template) -> (JournalKeys, Vec<u8>) {
    let keys = keys(template);
    let cells =
        |code: &str| crate::keys::PayeeCells(BTreeMap::from([("company_code".to_owned(), code.to_owned())]));
    let payees: Payees = [("P-01".to_owned(), cells("1")), ("P-02".to_owned(), cells("2"))].into();
    let movements = shared::some_movements(Format::SapF2548);
    let made = export(Format::SapF2548, &keys, &shared::heading(), &payees, &movements);
    let mut made = made.unwrap_or_else(|wrong| panic!("{wrong:?}"));
    assert_eq!(made.references, ["APP-2026-07-1000", "APP-2026-07-2000", "APP-2026-07-3000"]);
    (keys, made.written.files.remove(0).bytes)
}

fn template() -> Template {
    Template { name: "upload.csv".to_owned(), bytes: TEMPLATE.as_bytes().to_vec() }
}

#[test]
fn a_template_in_csv_is_filled() {
    let (_, bytes) = filled(template());
    let text = String::from_utf8(bytes).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[4], "1,Header,,,,,,,,");
    assert_eq!(lines[7], ",1000,SA,20260731,20260731,07,Commission 2026-07,USD,APP-2026-07-1000,");
    assert_eq!(lines[12], ",1000,6050,earned tenth,12345.67,,,,,");
    assert_eq!(lines[13], ",1000,2110,paid,,12345.67,,,,");
    assert_eq!(lines[14], "2,Header,,,,,,,,");
}

#[test]
fn a_template_in_a_workbook_is_filled_and_keeps_the_rest() {
    let grid = Grid::read(&template()).unwrap_or_default();
    let empty = workbook_of("<sheetData/>");
    let book = super::workbook::write(&empty, &grid).unwrap_or_default();
    let (keys, bytes) = filled(Template { name: "upload.xlsx".to_owned(), bytes: book });
    let (_, again) = filled(keys.template.clone().unwrap_or_else(template));
    assert_eq!(bytes, again);
    let read = Grid::read(&Template { name: "a.xlsx".to_owned(), bytes }).unwrap_or_default();
    assert_eq!(read.rows[7].text(8), "APP-2026-07-1000");
    assert!(
        matches!(&read.rows[12].0.iter().find(|cell| cell.column == 4).map(|cell| &cell.value), Some(Value::Number(number)) if number == "12345.67")
    );
}

#[test]
fn a_mandatory_column_needs_a_source() {
    let bytes = TEMPLATE.replace(",Own\n", ",*Own\n").into_bytes();
    let keys = keys(Template { name: "upload.csv".to_owned(), bytes });
    let movements = shared::some_movements(Format::SapF2548);
    let wrong = export(Format::SapF2548, &keys, &shared::heading(), &Payees::new(), &movements)
        .expect_err("ZZOWN has no source");
    assert!(wrong[0].message.contains("column ZZOWN is mandatory"), "{wrong:?}");
    for bytes in [&b""[..], b"a,b\n", b"BUKRS,BUDAT\n", b"PK\x03\x04"] {
        for name in ["a.csv", "a.xlsx"] {
            let keys = self::keys(Template { name: name.to_owned(), bytes: bytes.to_vec() });
            assert!(export(Format::SapF2548, &keys, &shared::heading(), &Payees::new(), &movements).is_err());
        }
    }
}

/// The smallest workbook, with one sheet.
fn workbook_of(rows: &str) -> Vec<u8> {
    use std::io::{Cursor, Write as _};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>".to_owned(),
        ),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".to_owned(),
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>".to_owned(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>".to_owned(),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"A1\"/>{rows}</worksheet>"),
        ),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        writer.write_all(content.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}
