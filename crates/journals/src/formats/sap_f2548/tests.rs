//! A template like the app's, as CSV and as a workbook, is filled and read again.

use std::collections::BTreeMap;

use super::super::{Format, tests as shared};
use super::grid::{Cell, Grid, Row, Value};
use crate::journal::{Payees, journals};
use crate::keys::{JournalKeys, KeyText, Template};
use crate::made::{compare, export};

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

/// Payees of two companies.
fn payees() -> Payees {
    let cells =
        |code: &str| crate::keys::PayeeCells(BTreeMap::from([("company_code".to_owned(), code.to_owned())]));
    [("P-01".to_owned(), cells("1")), ("P-02".to_owned(), cells("2"))].into()
}

fn filled(template: Template) -> (JournalKeys, Vec<u8>) {
    let keys = keys(template);
    let movements = shared::some_movements(Format::SapF2548);
    let made = export(Format::SapF2548, &keys, &shared::heading(), &payees(), &movements);
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

/// Whether a file is told as damaged: by its reader, or by what it comes to.
fn is_told(keys: &JournalKeys, bytes: &[u8]) -> bool {
    let movements = shared::some_movements(Format::SapF2548);
    let journals = journals(Format::SapF2548, keys, &shared::heading(), &payees(), &movements)
        .unwrap_or_else(|unfit| panic!("{unfit:?}"));
    match Format::SapF2548.read(bytes, keys, &shared::heading()) {
        Ok(read) => compare(Format::SapF2548, keys, &journals, &read).is_err(),
        Err(_) => true,
    }
}

#[test]
fn twenty_damaged_files_are_told() {
    let (keys, bytes) = filled(template());
    assert!(!is_told(&keys, &bytes));
    let whole = String::from_utf8(bytes).unwrap_or_default();
    let mut damages = shared::damages(&whole, Format::SapF2548);
    let exchanged = |from: &str, to: &str| Some(whole.replacen(from, to, 1));
    damages.extend([
        ("another company in a line", exchanged(",1000,6050", ",2000,6050")),
        ("debit and credit exchanged", exchanged("WRSOL,WRHAB", "WRHAB,WRSOL")),
        ("a journal twice", exchanged("2,Header", "1,Header")),
        ("a name of a column gone", exchanged("HKONT", "HKONTO")),
        ("two amounts in a line", exchanged("12345.67,,", "12345.67,12345.67,")),
    ]);
    let mut told = 0;
    for (name, damaged) in damages {
        let Some(damaged) = damaged.filter(|damaged| *damaged != whole) else { continue };
        assert!(is_told(&keys, damaged.as_bytes()), "{name}:\n{damaged}");
        told += 1;
    }
    assert!(told >= 25, "{told}");
    let mut broken = whole.into_bytes();
    broken.insert(600, 0xff);
    assert!(is_told(&keys, &broken), "a byte that is no character");
}

/// A cell with another value.
fn set(grid: &mut Grid, (row, column): (usize, usize), value: &Value) {
    let cells = &mut grid.rows[row].0;
    cells.retain(|cell| cell.column != column);
    let place = cells.iter().position(|cell| cell.column > column).unwrap_or(cells.len());
    cells.insert(place, Cell { column, style: None, value: value.clone() });
}

/// What may become of the rows of a workbook.
type RowDamage = (&'static str, fn(&mut Vec<Row>));

const ROW_DAMAGES: [RowDamage; 10] = [
    ("no rows", Vec::clear),
    ("half of it", |rows| rows.truncate(rows.len() / 2)),
    ("without its first row", |rows| drop(rows.remove(0))),
    ("without its last row", |rows| drop(rows.pop())),
    ("without a line", |rows| drop(rows.remove(12))),
    ("without a row of labels", |rows| drop(rows.remove(11))),
    ("a line twice", |rows| rows.insert(12, rows[12].clone())),
    ("a row more at its end", |rows| rows.push(rows[1].clone())),
    ("two rows exchanged", |rows| rows.swap(7, 12)),
    ("a journal without its title", |rows| drop(rows.remove(14))),
];

#[test]
fn twenty_damaged_workbooks_are_told() {
    let grid = Grid::read(&template()).unwrap_or_default();
    let book = super::workbook::write(&workbook_of("<sheetData/>"), &grid).unwrap_or_default();
    let (keys, bytes) = filled(Template { name: "upload.xlsx".to_owned(), bytes: book });
    let whole = Grid::read(&Template { name: "a.xlsx".to_owned(), bytes: bytes.clone() }).unwrap_or_default();
    let again = |grid: &Grid| super::workbook::write(&bytes, grid).unwrap_or_default();
    assert!(!is_told(&keys, &bytes) && !is_told(&keys, &again(&whole)));
    let (number, text) =
        (|text: &str| Value::Number(text.to_owned()), |text: &str| Value::Text(text.to_owned()));
    let in_cells = [
        ("an amount as people write it", (12, 4), text("12.345,67")),
        ("a cent more", (12, 4), number("12345.68")),
        ("three decimals", (12, 4), number("12345.671")),
        ("below 0", (12, 4), number("-12345.67")),
        ("no number", (12, 4), text("much")),
        ("two amounts", (12, 5), number("12345.67")),
        ("another account", (12, 2), text("1010")),
        ("another day", (7, 4), number("20260730")),
        ("another currency", (7, 7), text("EUR")),
        ("another reference", (7, 8), text("APP-2026-08-1000")),
    ];
    let by_rows = ROW_DAMAGES.into_iter().map(|(name, damage)| {
        let mut damaged = whole.clone();
        damage(&mut damaged.rows);
        (name, damaged)
    });
    let by_cells = in_cells.iter().map(|(name, place, value)| {
        let mut damaged = whole.clone();
        set(&mut damaged, *place, value);
        (*name, damaged)
    });
    for (name, damaged) in by_rows.chain(by_cells) {
        assert!(damaged != whole, "{name} is no damage");
        assert!(is_told(&keys, &again(&damaged)), "{name}");
    }
    assert!(is_told(&keys, &bytes[..bytes.len() / 2]) && is_told(&keys, b"") && is_told(&keys, b"a,b\n"));
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
