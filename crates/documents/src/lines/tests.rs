use std::io::Cursor;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal64Array, Decimal128Array, Int32Array, RecordBatch, StringArray,
};
use arrow::error::ArrowError;
use calamine::{Data, Reader, Xlsx};

use super::workbook::write_sheets;
use super::*;

/// Three lines; the third has a payee and a deal that a spreadsheet would run, and an amount of 17 digits.
fn batch() -> RecordBatch {
    let text = |cells: [Option<&str>; 3]| Arc::new(StringArray::from(cells.to_vec())) as ArrayRef;
    let same = |cell: &str| text([Some(cell); 3]);
    let money = |cells: [Option<i64>; 3]| {
        let cells = Decimal64Array::from(cells.to_vec());
        Arc::new(cells.with_precision_and_scale(18, 2).unwrap()) as ArrayRef
    };
    let wide = |cells: [Option<i128>; 3]| {
        let cells = Decimal128Array::from(cells.to_vec());
        Arc::new(cells.with_precision_and_scale(38, 9).unwrap()) as ArrayRef
    };
    let date = |cells: [i32; 3]| Arc::new(Date32Array::from(cells.to_vec())) as ArrayRef;
    let none = || money([None; 3]);
    RecordBatch::try_from_iter_with_nullable([
        ("payee_id", text([Some("0012"), Some("P-1"), Some("=1+1")]), true),
        ("rule_id", same("stipend"), true),
        ("rule_from", date([20_454; 3]), true),
        ("kind", same("stipend"), true),
        ("deal_id", text([Some("D-1"), Some("123456789012345678"), Some("-2+3")]), true),
        ("role", text([None, Some("closed"), None]), true),
        ("from_payee_id", text([None; 3]), true),
        ("level", Arc::new(Int32Array::from(vec![None, Some(1), None])) as ArrayRef, true),
        ("close_date", date([20_650, 20_651, -40_000]), true),
        ("basis", none(), true),
        ("rate", none(), true),
        ("units", wide([Some(1_500_000_000), None, None]), true),
        ("units_total", wide([None; 3]), true),
        ("credit_total", none(), true),
        ("pool", none(), true),
        ("credited", none(), true),
        ("uncapped", none(), true),
        ("amount", money([Some(123_450), Some(-5), Some(12_345_678_901_234_567)]), true),
        ("currency", same("USD"), true),
        ("of_rule_id", text([None, Some("pool"), None]), true),
        ("of_deal_id", text([None, Some("D-1"), None]), true),
    ])
    .unwrap()
}

fn batches() -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
    [Ok(batch())].into_iter()
}

fn csv(raw: bool) -> String {
    let mut out = Vec::new();
    write_csv(&mut out, batches(), raw).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn lines_as_csv() {
    let expected = "payee_id,rule_id,rule_from,kind,deal_id,role,from_payee_id,level,close_date,basis,rate,units,units_total,\
                    credit_total,pool,credited,uncapped,amount,currency,of_rule_id,of_deal_id\n\
                    0012,stipend,2026-01-01,stipend,D-1,,,,2026-07-16,,,1.500000000,,,,,,1234.50,USD,,\n\
                    P-1,stipend,2026-01-01,stipend,123456789012345678,closed,,1,2026-07-17,,,,,,,,,-0.05,USD,pool,D-1\n\
                    '=1+1,stipend,2026-01-01,stipend,'-2+3,,,,1860-06-26,,,,,,,,,123456789012345.67,USD,,\n";
    assert_eq!(csv(false), expected);
    assert_eq!(csv(true), expected.replace("'=1+1", "=1+1").replace("'-2+3", "-2+3"));
}

#[test]
fn lines_as_a_workbook() {
    let mut out = Vec::new();
    write_sheets(&mut out, batches(), 2).unwrap();
    let mut again = Vec::new();
    write_sheets(&mut again, batches(), 2).unwrap();
    assert_eq!(out, again, "equal lines give equal bytes");

    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(out)).unwrap();
    assert_eq!(workbook.sheet_names(), ["lines", "lines 2"]);
    let sheet = workbook.worksheet_range("lines").unwrap();
    let cell = |row, column| sheet.get_value((row, column)).cloned().unwrap_or_default();
    assert_eq!(cell(0, 17), Data::String("amount".to_owned()));
    assert_eq!(cell(1, 0), Data::String("0012".to_owned()));
    assert_eq!(cell(2, 4), Data::String("123456789012345678".to_owned()));
    assert_eq!((cell(1, 17), cell(2, 17)), (Data::Float(1234.5), Data::Float(-0.05)));
    assert_eq!((cell(1, 11), cell(2, 7)), (Data::Float(1.5), Data::Float(1.0)));
    assert!(matches!(cell(1, 8), Data::DateTime(_)));
    assert_eq!(cell(1, 9), Data::Empty);
    let second = workbook.worksheet_range("lines 2").unwrap();
    assert_eq!(second.get_value((1, 0)), Some(&Data::String("=1+1".to_owned())), "a text, and no formula");
    assert_eq!(second.get_value((1, 17)), Some(&Data::String("123456789012345.67".to_owned())));
    assert_eq!(second.get_value((1, 8)), Some(&Data::String("1860-06-26".to_owned())));
}

#[test]
fn other_batches_are_no_lines() {
    let other =
        RecordBatch::try_from_iter([("payee_id", Arc::new(StringArray::from(vec!["x"])) as ArrayRef)]);
    let error = write_csv(&mut Vec::new(), [other].into_iter(), false).unwrap_err();
    assert!(error.to_string().contains("no column `rule_id`"), "{error}");
}
