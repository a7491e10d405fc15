use super::workbook::workbook;
use super::*;
use apportion_base::diagnostic::Code;

/// A row from cells such as `A:text`, `B=12.5`, `C@43659` (a date), `F%0.6` and `F^0.6` (percentages), `D?1` (a boolean), `E!#N/A` (an error).
fn row(number: usize, cells: &[&str]) -> String {
    let mut xml = format!("<row r=\"{number}\">");
    for cell in cells {
        let (column, rest) = cell.split_at(1);
        let (kind, value) = rest.split_at(1);
        let attributes = match kind {
            ":" => " t=\"str\"",
            "@" => " s=\"1\"",
            "%" => " s=\"2\"",
            "^" => " s=\"3\"",
            "?" => " t=\"b\"",
            "!" => " t=\"e\"",
            _ => "",
        };
        xml.push_str(&format!("<c r=\"{column}{number}\"{attributes}><v>{value}</v></c>"));
    }
    xml + "</row>"
}

fn sheet(rows: &[&[&str]]) -> String {
    rows.iter().enumerate().map(|(index, cells)| row(index + 1, cells)).collect()
}

#[test]
fn cells_of_every_kind() {
    let rows = sheet(&[
        &[],
        &["A:deal_id", "B: amount ", "C:close", "E:flag", "F@46023"],
        &["A@43659", "B=20565.620599999998", "C@46204.75", "E?1", "F!#N/A"],
        &[],
        &["A: D2 ", "B=-0.1", "C=46204"],
        &["A: ", "G: "],
        &["A:D3", "B:N/A", "D:unnamed", "G:extra"],
        &["A:D4", "B=1E+20", "D:unnamed"],
        &[],
    ]);
    let read = read_bytes("a.xlsx", workbook(&[("Deals", &rows)], false));
    assert_eq!(read.names(), ["deal_id", "amount", "close", "flag", "2026-01-01"]);
    assert_eq!(read.ragged, [(7, 7, 6)]);
    assert_eq!((read.count, read.rows.iter().map(|r| r.0).collect::<Vec<_>>()), (4, vec![3, 5, 8]));
    let cells = read.cells();
    let as_text: Vec<Vec<&str>> =
        cells.iter().map(|row| row.iter().map(|cell| cell_as_text(cell)).collect()).collect();
    assert_eq!(
        as_text,
        [
            ["43659", "20565.6206", "46204.75", "true", "#N/A"],
            ["D2", "-0.1", "46204", "-", "-"],
            ["D4", "100000000000000000000", "-", "-", "-"],
        ]
    );
    assert_eq!((cell_kind(cells[0][0]), cell_kind(cells[0][1])), (CellKind::Date, CellKind::Number));
    let day = apportion_book::day_of_date(2026, 7, 1);
    assert_eq!((cell_as_day(cells[0][2]), cell_as_day(cells[1][2])), (day, day));
}

#[test]
fn days_may_count_from_1904() {
    let rows = sheet(&[&["A:d"], &["A@44742"]]);
    let read = read_bytes("a.xlsx", workbook(&[("S", &rows)], true));
    assert_eq!(cell_as_day(read.cells()[0][0]), apportion_book::day_of_date(2026, 7, 1));
}

#[test]
fn sheets_have_names() {
    let (first, second) = (sheet(&[&["A:a"], &["A:1"]]), sheet(&[&["B:b"], &["B:2"]]));
    let (folder, mut source) =
        folder("a.xlsx", workbook(&[("First", &first), ("Second", &second), ("Empty", "")], false));
    assert_eq!(read(folder.path(), &source).cells(), [["1"]]);
    source.sheet = Some(placed("Second".to_owned()));
    assert_eq!(read(folder.path(), &source).cells(), [["2"]]);
    source.sheet = Some(placed("Secnd".to_owned()));
    let error = try_read(folder.path(), &source).unwrap_err();
    assert!(error.code == Code::UnknownSheet && error.help[0].contains("`Second`"), "{error:?}");
    source.sheet = Some(placed("Empty".to_owned()));
    assert_eq!(try_read(folder.path(), &source).unwrap_err().code, Code::EmptyFile);
}

#[test]
fn equal_names_are_told_to_who_asks_for_one() {
    let read = read_bytes("a.xlsx", workbook(&[("S", &sheet(&[&["A:a", "B:b", "C: a"]]))], false));
    assert_eq!(read.names(), ["b"]);
}

#[test]
fn a_changed_byte_of_a_workbook_is_seen() {
    let whole = workbook(&[("S", &sheet(&[&["A:a"], &["A=1234"]]))], false);
    let index = whole.windows(4).position(|bytes| bytes == b"1234").unwrap();
    let mut changed = whole.clone();
    changed[index] = b'9';
    assert_eq!(read_bytes("a.xlsx", whole).count, 1);
    let error = error_of("a.xlsx", changed);
    assert!(error.code == Code::UnreadableFile && error.message.contains("hecksum"), "{error:?}");
}

#[test]
fn a_table_may_be_anywhere_on_its_sheet() {
    let rows = [
        row(1, &["A:Deals of 2026"]),
        row(4, &["B:deal_id", "C:amount"]),
        row(5, &["A:x", "B:D1", "C=1", "D:note"]),
        row(7, &["B:D2", "C=2"]),
        row(8, &["B:Total", "C=3"]),
        row(20, &["B:elsewhere"]),
    ];
    let (folder, mut source) = folder("a.xlsx", workbook(&[("S", &rows.concat())], false));
    source.layout.range = Some(placed("B4:C8".to_owned()));
    source.layout.ends = Some(placed(apportion_book::TableEnd::Text("Total".to_owned())));
    let found = read(folder.path(), &source);
    assert_eq!(found.names(), ["deal_id", "amount"]);
    assert_eq!(
        found.rows.iter().map(|(row, cells)| (*row, cells[0].as_str())).collect::<Vec<_>>(),
        [(5, "D1"), (7, "D2")]
    );
    assert_eq!(found.passed_over, 1);
    source.layout.ends = Some(placed(apportion_book::TableEnd::BlankRow));
    let found = read(folder.path(), &source);
    assert_eq!((found.count, found.passed_over), (1, 2));
    source.layout.range = Some(placed("Dels".to_owned()));
    assert_eq!(try_read(folder.path(), &source).unwrap_err().code, Code::UnknownRange);
    source.layout = Default::default();
    source.layout.header = apportion_book::HeaderRow::Text(placed("deal_id".to_owned()));
    assert_eq!(read(folder.path(), &source).rows[0].0, 7);
}

#[test]
fn damaged_workbooks_are_errors() {
    let whole = workbook(&[("S", &sheet(&[&["A:a"], &["A:1"]]))], false);
    assert_eq!(error_of("a.xlsx", "").code, Code::EmptyFile);
    assert_eq!(error_of("a.xlsx", "a,b\n1,2\n").code, Code::UnreadableFile);
    assert_eq!(error_of("a.xlsx", &whole[..whole.len() / 2]).code, Code::UnreadableFile);
    // Found by the fuzz target `sheet`: a column of so many letters would be a row of billions of cells.
    let wide = workbook(&[("S", "<row r=\"1\"><c r=\"AAMOUNT1\"><v>1</v></c></row>")], false);
    assert_eq!(error_of("a.xlsx", wide).code, Code::UnreadableFile);
    let broken = workbook(&[("S", "<row r=\"1\"><c r=\"A1\"><v>1</v>")], false);
    assert_eq!(error_of("a.xlsx", broken).code, Code::UnreadableFile);
}

#[test]
fn percentages_are_known_by_their_format() {
    let rows = sheet(&[&["A:share", "B:other"], &["A%0.6", "B=0.6"], &["A^0.07", "B%1"]]);
    let read = read_bytes("a.xlsx", workbook(&[("Deals", &rows)], false));
    let kinds: Vec<Vec<(CellKind, &str)>> = read
        .cells()
        .iter()
        .map(|row| row.iter().map(|cell| (cell_kind(cell), cell_as_text(cell))).collect())
        .collect();
    use CellKind::{Number, Percent};
    assert_eq!(kinds, [[(Percent, "0.6"), (Number, "0.6")], [(Percent, "0.07"), (Percent, "1")]]);
}

/// Found by the fuzz target `sheet`: a row that is written in two places was two rows of one number.
#[test]
fn rows_that_are_written_in_pieces_are_refused() {
    let rows = format!("{}{}{}", row(1, &["A:a", "B:b"]), row(3, &["A:x", "B:y"]), row(2, &["A:z", "B:w"]));
    let error = error_of("a.xlsx", workbook(&[("S", &rows)], false));
    assert_eq!(error.code, Code::UnreadableFile);
    assert!(error.message.contains("row 2 after some of row 3"), "{}", error.message);
}
