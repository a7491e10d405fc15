//! Where the table is in a text file, and records that quotes put together.

use super::*;
use apportion_base::diagnostic::Code;
use apportion_book::{HeaderRow, MaxUnpacked, TableEnd};

const REPORT: &str = "Deals won,,\n\nMade 2026-08-01,,\ndeal_id,amount,owner\nD1,5,ann\n\nD2,7,bob\nTotal,12,\n,,\nCopyright \"x\"y\n";

fn rows_of(read: &Read) -> Vec<(u64, &str)> {
    read.rows.iter().map(|(row, cells)| (*row, cells[0].as_str())).collect()
}

#[test]
fn titles_and_footers_are_passed_over() {
    let (folder, mut source) = folder("report.csv", REPORT);
    source.layout.header = HeaderRow::Number(placed(4));
    source.layout.ends = Some(placed(TableEnd::Text("Total".to_owned())));
    let found = read(folder.path(), &source);
    assert_eq!(found.names(), ["deal_id", "amount", "owner"]);
    assert_eq!((rows_of(&found), found.passed_over), (vec![(5, "D1"), (7, "D2")], 2));
    assert!(found.ragged.is_empty() && found.misquoted.is_empty());
    source.layout.header = HeaderRow::Text(placed("amount".to_owned()));
    assert_eq!(rows_of(&read(folder.path(), &source)), [(5, "D1"), (7, "D2")]);
    source.layout.ends = Some(placed(TableEnd::BlankRow));
    let found = read(folder.path(), &source);
    assert_eq!((rows_of(&found), found.passed_over), (vec![(5, "D1")], 3));
    source.layout.header = HeaderRow::Names(placed(vec!["a".to_owned(), String::new(), "c".to_owned()]));
    source.layout.ends = Some(placed(TableEnd::Text("deal_id".to_owned())));
    let found = read(folder.path(), &source);
    assert_eq!(
        (found.names(), rows_of(&found)),
        (vec!["a", "c"], vec![(1, "Deals won"), (3, "Made 2026-08-01")])
    );
    for header in [
        HeaderRow::Number(placed(2)),
        HeaderRow::Number(placed(40)),
        HeaderRow::Text(placed("id".to_owned())),
    ] {
        source.layout.header = header;
        assert_eq!(try_read(folder.path(), &source).unwrap_err().code, Code::MissingHeader);
    }
}

#[test]
fn a_first_line_may_name_the_delimiter() {
    for first in ["sep=;\n", "\u{feff}sep=;\r\n", "\"SEP=;\"\n"] {
        let (folder, mut source) = folder("a.csv", format!("{first}a;b\n1;2\n\n3;4\n"));
        let found = read(folder.path(), &source);
        assert_eq!((found.names(), rows_of(&found)), (vec!["a", "b"], vec![(3, "1"), (5, "3")]), "{first:?}");
        source.layout.header = HeaderRow::Number(placed(2));
        assert_eq!(read(folder.path(), &source), found);
    }
}

#[test]
fn a_stray_quote_loses_no_rows_without_a_word() {
    let rows = "D1,500,ann,\"big one\nD2,100,bob,\nD3,100,bob,\"other\"\nD4,1,ann,\n";
    for line_end in ["\n", "\r\n"] {
        let text = format!("deal_id,amount,owner,note\n{rows}").replace('\n', line_end);
        let found = read_bytes("a.csv", &text);
        assert_eq!(found.misquoted, [(2, 4)]);
        assert_eq!((rows_of(&found), found.count), (vec![(5, "D4")], 2));
        let tabs = read_bytes("a.tsv", text.replace(',', "\t"));
        assert_eq!((tabs.misquoted, tabs.count), (vec![(2, 4)], 2));
    }
}

#[test]
fn a_quote_in_a_bare_cell_is_one_where_no_cell_is_quoted() {
    let plain = read_bytes("a.csv", "a,b\n1,5\" tall\n=\"007\",x\n");
    assert_eq!(plain.cells(), [["1", "5\" tall"], ["=\"007\"", "x"]]);
    // The quoted cell may come later, or in another block.
    let long = "2,x\n".repeat(3_000_000);
    let mixed = read_bytes("a.csv", format!("a,b\n1,5\" tall\n=\"007\",x\n{long}3,\"y\"\n"));
    assert_eq!((mixed.misquoted, mixed.count), (vec![(2, 2)], 3_000_003));
}

#[test]
fn records_and_archives_have_limits() {
    let cell = "x".repeat(17 << 20);
    let error = error_of("a.csv", format!("a,b\n1,2\n3,{cell}\n5,6\n"));
    assert!(error.code == Code::RecordTooLong && error.message.contains("row 3"), "{error:?}");
    assert_eq!(error_of("a.csv", format!("a,b\n1,\"{cell}")).code, Code::RecordTooLong);
    assert_eq!(error_of("a.ndjson", format!("{{\"a\":\"{cell}\"}}\n")).code, Code::RecordTooLong);
    let packed = zstd::encode_all(format!("a,b\n{}", "1,2\n".repeat(1000)).as_bytes(), 0).unwrap();
    let (folder, mut source) = folder("a.csv.zst", packed);
    assert_eq!(read(folder.path(), &source).count, 1000);
    source.layout.max_unpacked = MaxUnpacked(4000);
    assert_eq!(try_read(folder.path(), &source).unwrap_err().code, Code::UnpacksTooLarge);
}
