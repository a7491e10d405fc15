//! The journals of the year in every format, as fixtures/adventureworks-year/journals has them.

use std::collections::BTreeMap;

use apportion::journals::formats::Format;

use crate::ledger::desk::{Desk, rows};
use crate::ledger::year::{MONTHS, year};
use crate::support::repository;

const FOLDER: &str = "fixtures/adventureworks-year/journals";

/// The year with these accounts.
fn with_accounts(file: &str) -> Desk {
    let desk = year();
    let project = std::fs::read_to_string(desk.path("apportion.toml")).unwrap();
    let accounts = std::fs::read_to_string(repository(FOLDER).join(file)).unwrap();
    desk.write("apportion.toml", &format!("{project}\n{accounts}"));
    let template = std::fs::read_to_string(repository(FOLDER).join("sap-template.csv")).unwrap();
    desk.write("journals/sap-template.csv", &template);
    desk
}

fn write(desk: &Desk, month: &str, format: &str) -> String {
    let (written, said) = desk.run(&["journal", "--close", month, "--format", format]);
    assert!(written, "{format} of {month}: {said}");
    let number = MONTHS.iter().position(|own| *own == month).unwrap() + 1;
    format!("ledger/exports/{number:04}-{month}/journal-{format}")
}

/// A month with corrections, true-ups and held shares, and one with what was returned. `UPDATE_DOCS=1` writes them.
#[test]
fn the_journals_of_the_year_are_those_of_the_fixture() {
    let numbered = with_accounts("accounts.toml");
    let named = with_accounts("accounts-beancount.toml");
    for format in Format::ALL {
        let desk = if format == Format::Beancount { &named } else { &numbered };
        for month in ["2012-11", "2013-03"] {
            let folder = write(desk, month, format.word());
            for name in desk.names(&folder) {
                let made = std::fs::read(desk.path(&folder).join(&name)).unwrap();
                let committed = repository(FOLDER).join(format.word()).join(month).join(&name);
                let expected = std::fs::read(&committed).unwrap_or_default();
                // The digest of the close says in which folder the data were; the digests of files are their own.
                let same = match name.as_str() {
                    "manifest.json" => without_close(&made) == without_close(&expected),
                    _ => made == expected,
                };
                if !same && std::env::var_os("UPDATE_DOCS").is_some() {
                    std::fs::create_dir_all(committed.parent().unwrap()).unwrap();
                    std::fs::write(&committed, &made).unwrap();
                    continue;
                }
                assert!(same, "{} is not what is written", committed.display());
            }
        }
    }
    numbered.prove();
    named.prove();
}

fn without_close(manifest: &[u8]) -> String {
    let text = String::from_utf8(manifest.to_vec()).unwrap();
    text.lines().filter(|line| !line.contains("close_sha256")).collect()
}

/// Over the whole year each account is what the last balances say, payee by payee.
#[test]
fn the_accounts_of_the_year_are_its_balances() {
    let desk = with_accounts("accounts.toml");
    let mut accounts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for month in MONTHS {
        let folder = write(&desk, month, "double-entry");
        let file = desk.path(&folder).join("journal.csv");
        for row in rows(&std::fs::read_to_string(file).unwrap()) {
            let side = |name: &str| row[name].replace('.', "").parse::<i64>().unwrap_or_default();
            let role = match row["account"].as_str() {
                "2150" | "2160" => "accrued",
                "1250" => "advance",
                "1260" => "receivable",
                _ => continue,
            };
            *accounts.entry((row["payee"].clone(), role.to_owned())).or_default() +=
                side("debit") - side("credit");
        }
    }
    desk.prove();
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    let balances = desk.table("2013-04", "balances.csv");
    assert!(balances.len() > 30);
    for row in balances {
        let due = cents(&row["held_out"]) + cents(&row["carried_out"]);
        let expected =
            [("accrued", -due.max(0)), ("receivable", (-due).max(0)), ("advance", cents(&row["owed_out"]))];
        for (role, amount) in expected {
            let booked =
                accounts.get(&(row["payee_id"].clone(), role.to_owned())).copied().unwrap_or_default();
            assert_eq!(booked, amount, "{role} of {}", row["payee_id"]);
        }
    }
}
