//! What becomes of rows before columns are taken.

use super::*;
use apportion_base::diagnostic::Code;
use apportion_book::{Explode, Join};

fn rows_of(read: &Read) -> Vec<(u64, Vec<&str>)> {
    read.rows.iter().map(|(row, cells)| (*row, cells.iter().map(String::as_str).collect())).collect()
}

#[test]
fn empty_cells_take_the_value_above() {
    let (folder, mut source) = folder("a.csv", "deal,owner,part\n,x,0\nD1,ann,1\n,,2\n\n,bob,3\nD2,,4\n");
    source.reshape.fill_down = vec![placed("deal".to_owned()), placed("owner".to_owned())];
    assert_eq!(
        rows_of(&read(folder.path(), &source)),
        [
            (2, vec!["-", "x", "0"]),
            (3, vec!["D1", "ann", "1"]),
            (4, vec!["D1", "ann", "2"]),
            (6, vec!["D1", "bob", "3"]),
            (7, vec!["D2", "bob", "4"]),
        ]
    );
    source.reshape.fill_down = vec![placed("deals".to_owned())];
    let error = try_read(folder.path(), &source).unwrap_err();
    assert!(error.code == Code::MissingColumn && error.help[0].contains("`deal`"), "{error:?}");
}

#[test]
fn the_value_above_may_be_in_another_block() {
    let (folder, mut source) = folder("a.csv", format!("deal,n\nD1,0\n{}", ",1\n".repeat(4_000_000)));
    source.reshape.fill_down = vec![placed("deal".to_owned())];
    let file = only_file(folder.path(), &source);
    let header = file.header(&source).unwrap();
    let mut found = 0;
    file.rows(&source, &header, &[0], &mut |chunk| {
        assert!(texts(&chunk.columns[0]).iter().all(|deal| deal == "D1"));
        found += chunk.rows;
        Ok(())
    })
    .unwrap();
    assert_eq!(found, 4_000_001);
}

#[test]
fn a_list_in_a_cell_becomes_rows() {
    let (folder, mut source) = folder("a.csv", "deal,owners\nD1,ann; bob ;;\nD2, ; \nD3,\nD4,cy\n");
    source.reshape.explode = Some(placed(Explode { column: "owners".to_owned(), by: ";".to_owned() }));
    let found = read(folder.path(), &source);
    assert_eq!(
        rows_of(&found),
        [
            (2, vec!["D1", "ann"]),
            (2, vec!["D1", "bob"]),
            (3, vec!["D2", "-"]),
            (4, vec!["D3", "-"]),
            (5, vec!["D4", "cy"]),
        ]
    );
    assert_eq!(found.count, 5);
}

#[test]
fn other_files_are_looked_up() {
    let (folder, mut source) = folder("a.csv", "deal,product\nD1,A\nD2,B\nD3,C\nD4,\nD5,N/A\n");
    fs::write(folder.path().join("b.csv"), "code;price;unused\nA;1.234,50;x\nB;1;x\nB;2;x\n;9;x\nN/A;7;x\n")
        .unwrap();
    source.nulls = vec!["N/A".to_owned()];
    let mut other = super::source(&["b.csv"]);
    other.delimiter = Some(b';');
    let join = Join {
        source: Box::new(other),
        span: span(),
        on: vec![(placed("product".to_owned()), placed("code".to_owned()))],
        columns: vec![placed("price".to_owned())],
    };
    source.reshape.joins = vec![join.clone()];
    let file = only_file(folder.path(), &source);
    let header = file.header(&source).unwrap();
    assert_eq!(
        header.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
        ["deal", "product", "price"]
    );
    let mut found = Vec::new();
    file.rows(&source, &header, &[0, 2], &mut |chunk| {
        found.push((texts(&chunk.columns[0]), texts(&chunk.columns[1]), chunk.several));
        Ok(())
    })
    .unwrap();
    let (deals, prices, several) = found.remove(0);
    assert_eq!(deals, ["D1", "D2", "D3", "D4", "D5"]);
    assert_eq!(prices, ["1.234,50", "-", "-", "-", "-"]);
    assert_eq!(several, [(1, "B".to_owned())]);
    assert_eq!(file.joined_files().len(), 1);

    let mut twice = join.clone();
    twice.columns = vec![placed("code".to_owned()), placed("price".to_owned())];
    source.reshape.joins = vec![join, twice];
    assert_eq!(try_read(folder.path(), &source).unwrap_err().code, Code::DuplicateColumn);
}
