use std::io::Write;

use proptest::prelude::*;

use super::*;
use apportion_base::diagnostic::Code;

const CSV: &str = "deal_id,amount,close_date\nD1,\"1,250.50\",2026-07-01\nD2, ,\n";

fn expect_deals(read: &Read) {
    assert_eq!(read.names(), ["deal_id", "amount", "close_date"]);
    assert_eq!(read.cells(), [["D1", "1,250.50", "2026-07-01"], ["D2", "-", "-"]]);
    assert_eq!((read.count, read.ragged.len()), (2, 0));
    assert!(read.header.iter().all(|(_, ty)| *ty == RawType::Cells));
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

#[test]
fn the_same_content_in_every_text_format() {
    expect_deals(&read_bytes("deals.csv", CSV));
    expect_deals(&read_bytes("deals.CSV", CSV.replace('\n', "\r\n")));
    expect_deals(&read_bytes("deals.csv", format!("\u{feff}{CSV}")));
    expect_deals(&read_bytes("deals.csv", CSV.trim_end()));
    expect_deals(&read_bytes("deals.csv", format!("\n\n{CSV}\r\n\n")));
    expect_deals(&read_bytes("deals.txt", CSV));
    expect_deals(&read_bytes(
        "deals.tsv",
        "deal_id\tamount\tclose_date\nD1\t1,250.50\t2026-07-01\nD2\t \t\n",
    ));
    expect_deals(&read_bytes(
        "deals.ndjson",
        "{\"deal_id\":\"D1\",\"amount\":\"1,250.50\",\"close_date\":\"2026-07-01\"}\n\n{\"amount\":null, \"deal_id\":\" D2\"}",
    ));
    expect_deals(&read_bytes("deals.csv.gz", gzip(CSV.as_bytes())));
    expect_deals(&read_bytes("deals.csv.zst", zstd::encode_all(CSV.as_bytes(), 0).unwrap()));
    let (first, second) = CSV.split_at(40);
    expect_deals(&read_bytes("deals.csv.gz", [gzip(first.as_bytes()), gzip(second.as_bytes())].concat()));
}

#[test]
fn a_source_may_name_its_delimiter_and_quote() {
    let (folder, mut source) =
        folder("deals.csv", "deal_id;amount;close_date\nD1;'1,250.50';2026-07-01\nD2;;  \n");
    source.delimiter = Some(b';');
    source.quote = b'\'';
    expect_deals(&read(folder.path(), &source));
}

#[test]
fn other_encodings() {
    let text = "name\nMüller €\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let marked = [vec![0xFF, 0xFE], utf16(u16::to_le_bytes)].concat();
    let reversed = [vec![0xFE, 0xFF], utf16(u16::to_be_bytes)].concat();
    for (encoding, bytes) in [
        (Encoding::Utf16, marked),
        (Encoding::Utf16, reversed),
        (Encoding::Utf16, utf16(u16::to_le_bytes)),
        (Encoding::Windows1252, b"name\nM\xfcller \x80\n".to_vec()),
    ] {
        let (folder, mut source) = folder("a.csv", bytes);
        source.encoding = encoding;
        assert_eq!(read(folder.path(), &source).cells(), [["Müller €"]]);
    }
    let (folder, mut source) = folder("a.csv", [utf16(u16::to_le_bytes), vec![0, 0xD8, 65, 0]].concat());
    source.encoding = Encoding::Utf16;
    assert_eq!(try_read(folder.path(), &source).unwrap_err().code, Code::BadEncoding);
}

#[test]
fn a_mark_amid_a_file_is_part_of_its_cell_wherever_a_block_begins() {
    // Found by the fuzz target `delimited`: the first record after the header begins a block of its own.
    let read = read_bytes("a.csv", "name,b\n\u{feff}x,1\n\u{feff}y,2\n");
    assert_eq!(read.cells(), [["\u{feff}x", "1"], ["\u{feff}y", "2"]]);
}

#[test]
fn a_big_file_of_another_encoding_is_read_whole() {
    let text = format!("name\n{}", "Grüße\n".repeat(200_000));
    let (folder, mut source) =
        folder("a.csv", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    source.encoding = Encoding::Utf16;
    let read = read(folder.path(), &source);
    assert_eq!(read.count, 200_000);
    assert!(read.rows.iter().all(|(_, cells)| cells[0] == "Grüße"));
}

/// Found by the fuzz target `delimited`: the first bytes of a file are looked at, and where they ended within a letter the decoder was
/// asked for ever.
#[test]
fn a_letter_at_the_end_of_what_is_looked_at_first_is_read() {
    for length in 55..70 {
        let name = format!("{}€üß", "n".repeat(length));
        let text = format!("{name}\nMüller\n");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let windows = text
            .chars()
            .map(|c| match c {
                '€' => 0x80,
                'ü' => 0xfc,
                'ß' => 0xdf,
                c => c as u8,
            })
            .collect();
        for (encoding, bytes) in [(Encoding::Utf16, utf16), (Encoding::Windows1252, windows)] {
            let (folder, mut source) = folder("a.csv", bytes);
            source.encoding = encoding;
            let read = read(folder.path(), &source);
            assert_eq!((read.names(), read.cells()), (vec![name.as_str()], vec![vec!["Müller"]]));
        }
    }
}

#[test]
fn bytes_that_are_no_text_name_their_record() {
    let error = error_of("a.csv", b"a,b\n1,2\n3,M\xfcller\n");
    assert_eq!(error.code, Code::BadEncoding);
    assert!(
        error.message.contains("`a.csv` is not UTF-8") && error.message.contains("row 3, column `b`"),
        "{error:?}"
    );
    // A column that nobody asks for may hold anything, and so may its name.
    assert_eq!(read_bytes("a.csv", b"a,\xfc\n1,2\n").names(), ["a", "\u{fffd}"]);
    let error = error_of("a.ndjson", b"{\"a\":1}\n{\"a\":\"\xfc\"}\n");
    assert!(error.code == Code::BadEncoding && error.message.contains("row 2"));
}

#[test]
fn quotes_hold_newlines_delimiters_and_quotes() {
    let read = read_bytes("a.csv", "a,b\n\"1\n\n1\",\"x, \"\"y\"\"\"\r\n\"\",t\n\"q\" ,s\n");
    assert_eq!(read.cells(), [["1\n\n1", "x, \"y\""], ["-", "t"], ["q", "s"]]);
    assert_eq!(read.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 5, 6]);
}

#[test]
fn ragged_records_keep_their_number() {
    let read = read_bytes("a.csv", "a,b,c\n1,2,3\n1,2\n\n1,2,3,4\n5,6,7\n\"\"\n");
    assert_eq!(read.ragged, [(3, 2, 3), (5, 4, 3), (7, 1, 3)]);
    assert_eq!(read.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(read.count, 5);
}

#[test]
fn a_cr_alone_ends_no_line() {
    let read = read_bytes("a.csv", "\r\na,b\r\n1,old\rnew\r\n\r\n2,x\r3,y\r\n\"4\",\"z\"\r\n5,\r6\n7,\"\"\r");
    assert_eq!(read.names(), ["a", "b"]);
    assert_eq!(read.ragged, [(5, 3, 2)]);
    let cells = [["1", "old\rnew"], ["4", "z"], ["5", "6"], ["7", "-"]];
    assert_eq!((read.cells(), read.count), (cells.map(|row| row.to_vec()).to_vec(), 5));
}

#[test]
fn a_quote_that_is_never_closed() {
    let error = error_of("a.csv", "a,b\n1,2\n3,\"open\n5,6\n");
    assert_eq!(error.code, Code::UnclosedQuote);
    assert!(error.message.contains("row 3"), "{error:?}");
    assert!(error_of("a.csv", "a,\"b\n1,2\n").message.contains("row 1"));
    // not open: a quote inside a bare cell
    assert_eq!(read_bytes("a.csv", "a,b\n1,2\"\n3,4").cells(), [["1", "2\""], ["3", "4"]]);
}

#[test]
fn names_of_columns() {
    let read = read_bytes("a.csv", " a ,,b,\n1,2,3,4\n");
    assert_eq!((read.names(), read.cells()), (vec!["a", "b"], vec![vec!["1", "3"]]));
    // Equal names are told to whoever asks for one of them.
    assert_eq!(read_bytes("a.csv", "a,b, a\n1,2,3\n").cells(), [["2"]]);
    for nothing in ["", "\n\r\n", "\u{feff}", ",,\n1,2,3\n"] {
        assert_eq!(error_of("a.csv", nothing).code, Code::EmptyFile, "{nothing:?}");
    }
    for nothing in ["", " \n\r\n", "{}\n"] {
        assert_eq!(error_of("a.ndjson", nothing).code, Code::EmptyFile, "{nothing:?}");
    }
    assert_eq!(read_bytes("a.csv", "a,b").count, 0);
}

#[test]
fn only_wanted_columns_are_delivered() {
    let content = [("a.csv", "a,b,c\n1,2,3\n"), ("a.ndjson", "{\"a\":1,\"b\":2,\"c\":3}\n")];
    for (name, bytes) in content {
        let (folder, source) = folder(name, bytes);
        let file = only_file(folder.path(), &source);
        let header = file.header(&source).unwrap();
        let mut seen = Vec::new();
        for wanted in [&[0, 2][..], &[]] {
            file.rows(&source, &header, wanted, &mut |chunk| {
                assert_eq!(chunk.rows, 1);
                seen.push(chunk.columns.iter().map(texts).collect::<Vec<_>>().concat());
                Ok(())
            })
            .unwrap();
        }
        assert_eq!(seen, [vec!["1", "3"], vec![]]);
    }
}

#[test]
fn an_error_of_the_sink_ends_the_reading() {
    let (folder, source) = folder("a.csv", format!("a\n{}", "1\n".repeat(10_000_000)));
    let file = only_file(folder.path(), &source);
    let header = file.header(&source).unwrap();
    let mut calls = 0;
    let error = file.rows(&source, &header, &[0], &mut |_| {
        calls += 1;
        Err(Diagnostic::error(Code::UnreadableFile, "enough"))
    });
    assert_eq!((error.unwrap_err().code, calls), (Code::UnreadableFile, 1));
}

#[test]
fn blocks_do_not_show() {
    // records of many lengths, with quoted newlines that fall on block borders here and there; some 20 MB
    let mut text = String::from("n,text\n");
    let mut expected = Vec::new();
    let (mut line, mut line_of) = (2, Vec::new());
    for n in 0..120_000_u64 {
        line_of.push(line);
        line += if n % 3 == 0 { 2 } else { 1 };
        let cell =
            format!("{}\n{}", "x".repeat((n * 7919 % 211) as usize), "y".repeat((n * 104_729 % 97) as usize));
        if n % 3 == 0 {
            text.push_str(&format!("{n},\"{cell}\"\n"));
            expected.push(vec![n.to_string(), cell.trim().to_owned()]);
        } else if n % 1000 == 1 {
            text.push_str(&format!("{n}\n"));
        } else {
            text.push_str(&format!("{n},{}\n", cell.replace('\n', "")));
            expected.push(vec![n.to_string(), cell.replace('\n', "")]);
        }
    }
    let read = read_bytes("a.csv", &text);
    assert_eq!(read.count, 120_000);
    assert_eq!(read.ragged.len(), 120_000 / 1000 - 40);
    for ((row, cells), expected) in read.rows.iter().zip(&expected) {
        assert_eq!(*row, line_of[expected[0].parse::<usize>().unwrap()]);
        assert_eq!(cells[0], expected[0]);
        assert_eq!(cells[1], if expected[1].is_empty() { "-" } else { &expected[1] });
    }
}

#[test]
fn json_values_as_cells() {
    let read = read_bytes(
        "a.jsonl",
        "{\"n\": 1.50, \"t\": true}\r\n{\"n\": 1e3, \"o\": {\"b\": [1, 2.0]}}\n{\"n\": 123456789012345678901234567890, \"t\": \" \", \"o\": \"\\u00e4\"}\n",
    );
    assert_eq!(read.names(), ["n", "t", "o"]);
    assert_eq!(
        read.cells(),
        [
            ["1.50", "true", "-"],
            ["1e+3", "-", "{\"b\":[1,2.0]}"],
            ["123456789012345678901234567890", "-", "ä"]
        ]
    );
}

#[test]
fn lines_that_are_no_object_are_ragged() {
    let read = read_bytes(
        "a.ndjson",
        "{\"a\":1,\"b\":2}\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":3\n{\"b\":4}\n{\"a\":5}}\n",
    );
    assert_eq!(read.ragged, [(2, 0, 2), (3, 2, 2), (4, 1, 2), (6, 1, 2)]);
    assert_eq!(read.rows, [(1, vec!["1".to_owned(), "2".into()]), (5, vec!["-".to_owned(), "4".into()])]);
    assert_eq!(error_of("a.ndjson", "[{\"a\":1}]\n").code, Code::UnreadableFile);
}

#[test]
fn damaged_archives() {
    let mut packed = gzip(CSV.repeat(100).as_bytes());
    packed.truncate(packed.len() / 2);
    assert_eq!(error_of("a.csv.gz", &packed).code, Code::UnreadableFile);
    assert_eq!(error_of("a.csv.gz", CSV).code, Code::UnreadableFile);
    assert_eq!(error_of("a.csv.zst", CSV).code, Code::UnreadableFile);
    let mut packed = zstd::encode_all(CSV.repeat(100).as_bytes(), 0).unwrap();
    packed.truncate(packed.len() - 4);
    assert_eq!(error_of("a.csv.zst", &packed).code, Code::UnreadableFile);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 400 } else { 20_000 }))]

    /// Blocks without quotes are cut at delimiters and line ends, all others by the `csv` crate, as are those of a table that
    /// ends before its file.
    #[test]
    fn lines_without_quotes_are_the_records_that_the_csv_crate_finds(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                &b","[..], b",", b"a", b"b", b"\n", b"\n", b"\r\n", b"\r", b" ", b"\t", b"\xC3\xA9", b"\xC2\xA0", b"\xC3",
                b"\xA9", b"\xEF\xBB\xBF", b";",
            ]),
            0..40,
        ),
        names in prop::sample::select(vec!["x", "x,y", "x,y,z"]),
    ) {
        let text = [names.as_bytes(), b"\n", &pieces.concat()].concat();
        let (folder, source) = folder("deals.csv", text);
        let mut other = source.clone();
        other.layout.ends = Some(placed(TableEnd::Text("never".to_owned())));
        match (try_read(folder.path(), &source), try_read(folder.path(), &other)) {
            (Ok(lines), Ok(records)) => prop_assert_eq!(lines, records),
            (Err(lines), Err(records)) => prop_assert_eq!(lines.message, records.message),
            (lines, records) => prop_assert!(false, "{:?}\n{:?}", lines, records),
        }
    }
}
