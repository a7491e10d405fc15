//! Files in, tables or problems out; the index against a reader who goes through all rows.

use std::path::Path;

use proptest::prelude::*;

use super::index::by_hand;
use super::interval::{Interval, NO_BELOW, NO_LOW};
use super::model::{ColumnTest, RateTable};
use crate::testing::{book, catalogue};
use crate::{Body, RuleFiles, Rules, Value};
use apportion_base::diagnostic::{Files, render};
use apportion_base::world::Memory;

/// A stipend whose amount is in a table with this content.
fn read(csv: &str, keys: &str) -> Result<Rules, String> {
    let rule = format!(
        "[[stipend]]\nid = \"x\"\neffective = {{ from = 2026-01-01 }}\n\
         amount = {{ table = \"rates/a.csv\", value = \"fee\"{keys} }}\n"
    );
    let world = Memory::new().with("rules.toml", rule).with("rates/a.csv", csv).shared();
    let mut book = book();
    book.root = "".into();
    let mut files = Files::default();
    let rules = RuleFiles::named(&world, Path::new("rules.toml")).read(&book, &catalogue(), &mut files);
    rules.map_err(|found| found.iter().map(|one| render(one, &files)).collect())
}

fn table_of(rules: &Rules) -> &RateTable {
    let Body::Stipend(stipend) = &rules.book.rules[0].versions[0].body else { panic!() };
    let Value::Table(table) = &stipend.amount else { panic!() };
    table
}

/// The codes and first lines of what is wrong.
fn wrong(csv: &str, keys: &str) -> Vec<String> {
    let shown = read(csv, keys).expect_err("it should be refused");
    shown.lines().filter(|line| line.starts_with("error[")).map(str::to_owned).collect()
}

#[test]
fn a_table_is_read_with_its_lines_and_digest() {
    let rules = read(
        "\u{feff}channel, payees.tier ,seats_from,seats_below,from,until,fee\r\n\r\n\
         web,gold,1,\"1,000\",2026-01-01,2026-03-31,500\r\n\"a,\nb\",,,,,,\"250.50\"\r\n,,5,,,,1\n",
        "",
    )
    .unwrap();
    let table = table_of(&rules);
    assert_eq!(table.len(), 3);
    assert_eq!(
        table.text(0),
        "channel 'web', payees.tier 'gold', seats from 1 to below 1000, from 2026-01-01 until 2026-03-31"
    );
    assert_eq!((table.text(1).as_str(), table.text(2).as_str()), ("channel 'a,\nb'", "seats from 5"));
    assert_eq!((0..3).map(|row| table.line(row)).collect::<Vec<_>>(), [3, 4, 6]);
    assert_eq!((0..3).map(|row| table.weight(row)).collect::<Vec<_>>(), [4, 1, 1]);
    assert_eq!(table.value(1).to_string(), "250.5");
    let paths: Vec<&str> = rules.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["rates/a.csv", "rules.toml"]);
    let used = &rules.used[&apportion_book::TableName::Deals];
    assert!(["channel", "seats", "close_date"].iter().all(|column| used.contains(*column)));
}

#[test]
fn what_is_wrong_with_a_header() {
    for (csv, keys, expected) in [
        ("", "", "error[empty-file]: rates/a.csv has no header"),
        ("channel,fee\n", "", "error[bad-rate-table]: rates/a.csv has no rows"),
        ("channel\nweb\n", "", "error[missing-column]: rates/a.csv has no column `fee`"),
        ("chanel,fee\nweb,1\n", "", "error[unknown-column]: there is no column `chanel` in payees or deals"),
        (
            "currency,fee\nUSD,1\n",
            "",
            "error[ambiguous-column]: `currency` may be `payees.currency` or `deals.currency`",
        ),
        (
            "channel,channel,fee\nweb,web,1\n",
            "",
            "error[duplicate-column]: rates/a.csv has two columns `channel`",
        ),
        ("channel,,fee\nweb,,1\n", "", "error[bad-rate-table]: column 2 of rates/a.csv has no name"),
        (
            "note,fee\nx,1\n",
            ", match = [\"channel\"]",
            "error[missing-column]: rates/a.csv has no column `channel`",
        ),
        (
            "channel_from,fee\nx,1\n",
            "",
            "error[unknown-column]: there is no column `channel_from` in payees or deals",
        ),
        (
            "engagements.role,fee\nx,1\n",
            "",
            "error[unknown-column]: there is no column `engagements.role` in payees or deals",
        ),
    ] {
        assert_eq!(wrong(csv, keys), [expected], "{csv}");
    }
    assert!(read("note,channel,fee\nx,web,1\n", ", match = [\"channel\"]").is_ok());
    // A text has no range, so its column is one like any other.
    assert!(wrong("x,fee\n", ", tabel = 1").iter().any(|line| line.contains("unknown-key")));
}

#[test]
fn all_wrong_cells_are_shown() {
    let found = wrong("seats,start_date,fee\nten,2026-13-01,1\n1,,\n1,,5%\n1,2026-01-01\n1,,-1\n", "");
    let expected = [
        "error[bad-rate-table]: `ten` can't be compared with `seats`, which takes",
        "error[bad-rate-table]: `2026-13-01` can't be compared with `start_date`, which takes a date written as",
        "error[bad-amount]: `fee` is empty",
        "error[bad-amount]: `fee` is an amount, and this has a percent sign",
        "error[bad-rate-table]: line 5 of rates/a.csv has 2 cells, the header 3",
        "error[bad-amount]: `fee` is negative",
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
    let many = format!("channel,fee\n{}", "web,x\n".repeat(50));
    let shown = read(&many, "").unwrap_err();
    assert_eq!(shown.matches("error[bad-amount]").count(), 20);
    assert!(shown.contains("rates/a.csv has 30 more problems"), "{shown}");
    assert_eq!(
        wrong("channel,fee\nweb,\"1\n", ""),
        ["error[unclosed-quote]: a quote opens in rates/a.csv and never closes"]
    );
}

#[test]
fn a_wrong_cell_is_under_a_caret() {
    let shown = read("channel,fee\nweb,12\ntel,ten\n", "").unwrap_err();
    assert!(shown.contains("rates/a.csv:3:5") && shown.contains("3│ tel,ten"), "{shown}");
}

#[test]
fn a_file_that_is_not_there_is_an_error_at_its_name() {
    let world = Memory::new()
        .with(
            "rules.toml",
            "[[stipend]]\nid = \"x\"\neffective = { from = 2026-01-01 }\namount = { table = \"a.csv\", value = \"fee\" }\n",
        )
        .shared();
    let mut book = book();
    book.root = "".into();
    let mut files = Files::default();
    let rule_files = RuleFiles::named(&world, Path::new("rules.toml"));
    let found = rule_files.read(&book, &catalogue(), &mut files).unwrap_err();
    let shown: String = found.iter().map(|one| render(one, &files)).collect();
    assert!(
        shown.contains("error[cannot-read]: a.csv can't be read") && shown.contains("rules.toml:4:20"),
        "{shown}"
    );
    assert_eq!(rule_files.paths(Path::new("here")).len(), 2);
}

/// A table of two text columns, a range and dates; cells are small numbers, -1 for empty.
fn table(rows: &[(i8, i8, i8, i8, i8, i8)]) -> String {
    let mut csv = "channel,deal_type,seats_from,seats_below,from,until,fee\n".to_owned();
    let text = |cell: i8| if cell < 0 { String::new() } else { format!("t{cell}") };
    let number = |cell: i8| if cell < 0 { String::new() } else { cell.to_string() };
    let day = |cell: i8| if cell < 0 { String::new() } else { format!("1970-01-{:02}", cell + 1) };
    for (a, b, low, below, from, until) in rows {
        csv += &format!(
            "{},{},{},{},{},{},1\n",
            text(*a),
            text(*b),
            number(*low),
            number(*below),
            day(*from),
            day(*until)
        );
    }
    csv
}

/// The values of a deal as codes and numbers, in the order of the slots; -1 seats are null.
fn values(table: &RateTable, (a, b, seats, day): (i8, i8, i8, i8)) -> (Vec<u32>, Vec<Option<i128>>) {
    let (of_equality, of_intervals) = table.counts();
    let (mut codes, mut numbers) = (vec![0; of_equality], vec![None; of_intervals]);
    for condition in &table.conditions {
        let text = match condition.header.as_str() {
            "channel" => format!("t{a}"),
            _ => format!("t{b}"),
        };
        match condition.test {
            ColumnTest::Equal => codes[condition.slot] = condition.code_of_text(&text),
            ColumnTest::Range => {
                numbers[condition.slot] = (seats != -1).then(|| i128::from(seats) * 1_000_000_000);
            }
            ColumnTest::Days => numbers[condition.slot] = Some(i128::from(day)),
        }
    }
    (codes, numbers)
}

fn cell(most: i8) -> impl Strategy<Value = i8> {
    -1..most
}

proptest! {
    #[test]
    fn the_index_finds_what_a_reader_of_all_rows_finds(
        rows in prop::collection::vec((cell(3), cell(2), cell(9), cell(9), cell(6), cell(6)), 1..40),
        deals in prop::collection::vec((cell(3), cell(2), cell(9), cell(6)), 1..40),
    ) {
        let rules = read(&table(&rows), "").unwrap();
        let table = table_of(&rules);
        for deal in deals {
            let (codes, numbers) = values(table, deal);
            prop_assert_eq!(table.find(&codes, &numbers), by_hand(&table.rows, &codes, &numbers), "{:?}", deal);
        }
    }

    /// A pair is reported if and only if some values meet both rows and no row that says more.
    #[test]
    fn ties_are_those_that_some_deal_can_meet(
        rows in prop::collection::vec((cell(2), cell(2), cell(4), cell(4), cell(3), cell(3)), 1..9),
    ) {
        let rules = read(&table(&rows), "").unwrap();
        let table = table_of(&rules);
        let mut met = false;
        for a in -1..3 {
            for b in -1..3 {
                for seats in -2..5 {
                    for day in -1..5 {
                        let (codes, numbers) = values(table, (a, b, seats, day));
                        met |= matches!(table.find(&codes, &numbers), super::Found::Tie(..));
                    }
                }
            }
        }
        prop_assert_eq!(!table.ties().pairs.is_empty(), met);
    }
}

#[test]
fn ties_that_a_third_row_settles_are_none() {
    let ties = |csv: &str| table_of(&read(csv, "").unwrap()).ties().pairs;
    let both = "channel,deal_type,fee\nweb,,1\n,new,2\n";
    assert_eq!(ties(both), [(0, 1)]);
    assert!(ties(&format!("{both}web,new,3\n")).is_empty());
    // Two rows with more cells cover the range together; a deal without seats is in neither.
    let halves = "channel,seats_from,seats_below,fee\nweb,,,1\n,0,10,2\nweb,0,5,3\nweb,5,10,4\n";
    assert!(ties(halves).is_empty());
    assert_eq!(ties(&halves.replace("web,5,10,4", "web,6,10,4")), [(0, 1)]);
    assert_eq!(ties("seats_from,seats_below,fee\n0,10,1\n9,20,2\n20,30,3\n"), [(0, 1)]);
}

#[test]
fn gaps_are_between_ranges_that_no_other_row_fills() {
    let gaps = |csv: &str| table_of(&read(csv, "").unwrap()).gaps();
    let csv = "channel,seats_from,seats_below,fee\nweb,0,10,1\nweb,20,30,2\ntel,10,20,3\n";
    let found = gaps(csv);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rows, (0, 1));
    assert_eq!(found[0].gap, Interval { low: 10_000_000_000, below: 20_000_000_000 });
    assert!(gaps(&format!("{csv},,,9\n")).is_empty());
    assert!(gaps(&format!("{csv}web,10,20,9\n")).is_empty());
    assert_eq!(gaps(&format!("{csv}web,10,19,9\n")).len(), 1);
    assert!(gaps("seats_from,seats_below,fee\n,10,1\n10,,2\n").is_empty());
}

#[test]
fn rows_that_no_deal_can_reach() {
    let csv = "seats_from,seats_below,from,until,fee\n5,5,,,1\n1,5,2026-02-01,2026-01-31,1\n,,2025-01-01,2025-12-31,1\n,,,,1\n";
    let rules = read(csv, "").unwrap();
    let table = table_of(&rules);
    let day = |year| apportion_book::day_of_date(year, 1, 1).unwrap();
    assert_eq!(table.unreachable(day(2026), None), [0, 1, 2]);
    assert_eq!(table.unreachable(day(2025), Some(day(2026))), [0, 1]);
    assert_eq!(table.unreachable(day(2020), Some(day(2024))), [0, 1, 2]);
    assert_eq!((Interval::ALL.low, Interval::ALL.below), (NO_LOW, NO_BELOW));
}
