//! The same deals in every format and dialect of `docs/reference/project.md#formats` give the same result, byte for
//! byte.
//!
//! One small project with every kind of rule, in several currencies, with rows that are rejected; each test writes it
//! in other ways and compares the files of the result with those of plain CSV.

mod project;
mod tables;
mod text;
mod typed;

use project::{Project, TableWriter};
use tables::{Table, tables};
use text::{Dates, Encoding, Money, Text};
use typed::{arrow_file, arrow_stream, parquet, xlsx};

/// Plain CSV, with which everything else is compared.
fn csv() -> TableWriter {
    text("csv", Text::default())
}

fn text(extension: &'static str, text: Text) -> TableWriter {
    let keys = text.keys();
    TableWriter::new(extension, keys, move |table| text.write(table))
}

fn packed(extension: &'static str, text: Text, pack: fn(Vec<u8>) -> Vec<u8>) -> TableWriter {
    TableWriter::new(extension, text.keys(), move |table| pack(text.write(table)))
}

fn gzip(bytes: Vec<u8>) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: Vec<u8>) -> Vec<u8> {
    zstd::encode_all(bytes.as_slice(), 0).unwrap()
}

fn same(ways: Vec<TableWriter>) {
    let expected = Project::of(csv()).close();
    expected.is_rich();
    for way in ways {
        let name = way.name();
        Project::of(way).close().equals(&expected, &name);
    }
}

#[test]
fn csv_as_people_write_it() {
    let plain = Text::default();
    same(vec![
        text("csv", Text { byte_order_mark: true, line_end: "\r\n", ..plain }),
        text("csv", Text { delimiter: ';', ..plain }),
        text("csv", Text { delimiter: '|', quote: '\'', ..plain }),
        text("csv", Text { money: Money::Accounting, ..plain }),
        text("txt", Text { always_quoted: true, ..plain }),
        text("csv", Text { last_line_ends: false, ..plain }),
        text("csv", Text { blanks: true, ..plain }),
    ]);
}

#[test]
fn tabs() {
    let tabs = Text { delimiter: '\t', ..Text::default() };
    same(vec![
        text("tsv", tabs),
        text("tsv", Text { line_end: "\r\n", ..tabs }),
        text("csv", Text { delimiter: '\t', ..tabs }),
    ]);
}

#[test]
fn numbers_and_dates_of_other_countries() {
    let plain = Text::default();
    same(vec![
        text("csv", Text { delimiter: ';', money: Money::Continental, dates: Dates::DayFirst, ..plain }),
        text("csv", Text { money: Money::Continental, ..plain }),
        text("csv", Text { dates: Dates::MonthFirst, ..plain }),
        text("csv", Text { dates: Dates::Timestamp, ..plain }),
        text("csv", Text { dates: Dates::MonthName, ..plain }),
        text("tsv", Text { delimiter: '\t', money: Money::Continental, dates: Dates::DayFirst, ..plain }),
    ]);
}

#[test]
fn encodings() {
    let plain = Text::default();
    same(vec![
        text("csv", Text { encoding: Encoding::Windows1252, ..plain }),
        text("csv", Text { encoding: Encoding::Utf16Little, ..plain }),
        text("csv", Text { encoding: Encoding::Utf16Big, line_end: "\r\n", ..plain }),
        text("tsv", Text { encoding: Encoding::Utf16Little, delimiter: '\t', ..plain }),
        packed("csv.gz", Text { encoding: Encoding::Utf16Big, ..plain }, gzip),
    ]);
}

#[test]
fn one_json_object_a_line() {
    let json = Text { json: true, ..Text::default() };
    same(vec![
        text("ndjson", json),
        text("ndjson", Text { line_end: "\r\n", ..json }),
        text("jsonl", Text { money: Money::Accounting, ..json }),
        text("ndjson", Text { dates: Dates::DayFirst, last_line_ends: false, ..json }),
    ]);
}

#[test]
fn packed_text() {
    let plain = Text::default();
    let tabs = Text { delimiter: '\t', ..plain };
    let json = Text { json: true, ..plain };
    same(vec![
        packed("csv.gz", plain, gzip),
        packed("csv.zst", plain, zstd),
        packed("tsv.gz", tabs, gzip),
        packed("tsv.zst", tabs, zstd),
        packed("ndjson.gz", json, gzip),
        packed("ndjson.zst", json, zstd),
    ]);
}

#[test]
fn typed_files() {
    same(vec![
        TableWriter::new("parquet", String::new(), |table| parquet(table, false)),
        TableWriter::new("parquet", String::new(), |table| parquet(table, true)),
        TableWriter::new("arrow", String::new(), |table| arrow_file(table, false)),
        TableWriter::new("arrow", String::new(), |table| arrow_file(table, true)),
        TableWriter::new("arrow", String::new(), |table| arrow_stream(table, false)),
        TableWriter::new("ipc", String::new(), |table| arrow_stream(table, true)),
    ]);
}

#[test]
fn workbooks() {
    same(vec![
        TableWriter::new("xlsx", String::new(), |table| xlsx(&[table], false)),
        TableWriter::new("xlsx", String::new(), |table| xlsx(&[table], true)),
    ]);
}

/// All tables in one workbook, each on its sheet.
#[test]
fn sheets_of_one_workbook() {
    let all = tables();
    let book = xlsx(&all.iter().collect::<Vec<_>>(), false);
    let way = TableWriter::new("xlsx", String::new(), move |_| book.clone());
    let mut project = Project::of(way);
    for table in &all {
        project.keys(table, &format!("sheet = \"{}\"\n", table.name));
    }
    project.close().equals(&Project::of(csv()).close(), "sheets of one workbook");
}

/// A third of the rows in each of three files: by a glob, and as a list of three formats.
#[test]
fn globs_and_lists() {
    let expected = Project::of(csv()).close();
    let ways = || [csv(), TableWriter::new("parquet", String::new(), |t| parquet(t, false))];
    let [one, two] = ways();
    Project::parts(&[&one, &one, &one], "data/*/TABLE.csv").close().equals(&expected, "a glob");
    let three = TableWriter::new("xlsx", String::new(), |table| xlsx(&[table], false));
    let list = ["data/2/TABLE.xlsx", "data/0/TABLE.csv", "data/1/TABLE.parquet"];
    let project = Project::parts(&[&one, &two, &three], &list.join("\", \""));
    project.close().equals(&expected, "a list of formats");
}

/// Another format for each table, as several sources would come from several systems.
#[test]
fn each_table_from_another_system() {
    let json = Text { json: true, ..Text::default() };
    let abroad =
        Text { delimiter: ';', money: Money::Continental, dates: Dates::DayFirst, ..Text::default() };
    let ways = [
        TableWriter::new("xlsx", String::new(), |table| xlsx(&[table], false)),
        TableWriter::new("parquet", String::new(), |table| parquet(table, true)),
        text("ndjson", json),
        text("csv", abroad),
        TableWriter::new("arrow", String::new(), |table| arrow_stream(table, false)),
        packed("tsv.gz", Text { delimiter: '\t', ..Text::default() }, gzip),
    ];
    let project = Project::each(&ways);
    project.close().equals(&Project::of(csv()).close(), "each table from another system");
}

/// A difference is seen: one more cent on one deal of the quarter.
#[test]
fn another_cent_is_another_result() {
    let cent = TableWriter::new("csv", String::new(), |table| {
        let mut table = table.clone();
        if table.name == "deals" {
            let amount = table.columns.iter().position(|column| column.name == "amount").unwrap();
            let cell = table.rows[57][amount].as_mut().unwrap();
            let cents: u64 = cell.replace('.', "").parse().unwrap();
            *cell = format!("{}.{:02}", (cents + 1) / 100, (cents + 1) % 100);
        }
        Text::default().write(&table)
    });
    let (one, two) = (Project::of(csv()).close(), Project::of(cent).close());
    assert!(one.file("lines.parquet") != two.file("lines.parquet"));
}

/// That tables are the same says something only where cells are hard to write.
#[test]
fn the_tables_have_what_makes_formats_differ() {
    let all = tables();
    let cells = |table: &Table| table.rows.iter().flatten().cloned().collect::<Vec<_>>();
    let texts: Vec<Option<String>> = all.iter().flat_map(cells).collect();
    assert!(texts.contains(&None));
    for hard in [",", ";", "|", "\"", "'", "\t", "é", "€", "–", "&", "<"] {
        assert!(texts.iter().flatten().any(|text| text.contains(hard)), "{hard}");
    }
}
