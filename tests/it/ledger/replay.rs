//! Closes that are settled again from what the ledger kept.

use std::sync::LazyLock;

use super::desk::{Desk, Files, files_below};
use super::eventful::{self, MONTHS};
use super::forger::Forger;

/// The project of a year of closes.
static YEAR: LazyLock<Files> = LazyLock::new(|| files_below(&eventful::closed().path("")));

/// The ledger of the year alone.
fn ledger() -> Desk {
    Desk::holding(YEAR.iter().filter(|(path, _)| path.starts_with("ledger/")))
}

const REPLAY: &[&str] = &["--replay"];

/// The year has what it is told to have: otherwise settling it again would show little.
#[test]
fn much_happens_in_the_year() {
    let desk = Desk::holding(&*YEAR);
    let mut sums = std::collections::BTreeMap::<String, i64>::new();
    for month in MONTHS {
        for row in desk.table(month, "balances.csv") {
            for (name, cell) in row {
                if let Ok(cents) = cell.replace('.', "").parse::<i64>() {
                    *sums.entry(name).or_default() += cents.abs();
                }
            }
        }
    }
    for figure in [
        "lines",
        "true_ups",
        "adjustments",
        "held_change",
        "guarantee",
        "taken",
        "advance",
        "recovery",
        "paid",
        "carried_out",
        "held_out",
    ] {
        assert!(sums.get(figure).is_some_and(|sum| *sum > 0), "{figure}: {sums:?}");
    }
    assert!(desk.entries("D041").iter().any(|entry| entry.contains("true-up")), "a correction");
    assert!(desk.entries("D050").iter().any(|entry| entry.contains("acceptance")), "a decision");
}

/// From the ledger alone: no project, no data, no rules.
#[test]
fn a_year_of_closes_is_settled_again_from_kept_inputs_alone() {
    let desk = ledger();
    let (proven, said) = desk.verify(REPLAY);
    assert!(proven, "{said}");
    assert!(said.contains("replay"), "{said}");
    let (proven, said) = desk.verify(&["--replay", "--format", "json"]);
    assert!(proven, "{said}");
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let proofs = report["proofs"].as_array().unwrap();
    let replay = proofs.iter().find(|proof| proof["proof"] == "replay").unwrap();
    assert_eq!((&replay["result"], &replay["checked"]["closes"]), (&"proven".into(), &12.into()));
    assert!(replay["checked"]["bytes"].as_u64().unwrap() > 100_000, "{replay}");
}

/// What the project is by now does not matter: the present data say other amounts, and the rules are none any more.
#[test]
fn what_the_project_is_by_now_does_not_matter() {
    let desk = ledger();
    desk.write("apportion.toml", std::str::from_utf8(&YEAR["apportion.toml"]).unwrap());
    desk.write("rules/all.toml", "this is no rule");
    desk.write("data/deals/01.csv", "deal_id\n");
    let (proven, said) = desk.verify(REPLAY);
    assert!(proven, "{said}");
}

#[test]
fn a_copy_that_was_changed_or_is_gone_is_found() {
    let desk = ledger();
    let objects = files_below(&desk.path("ledger/objects"));
    let (object, before) = objects.into_iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    let object = desk.path("ledger/objects").join(object);
    let mut changed = before.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 4;
    std::fs::write(&object, changed).unwrap();
    let (proven, said) = desk.verify(REPLAY);
    assert!(!proven && said.contains("not-replayed") && said.contains("broken-ledger"), "{said}");
    std::fs::remove_file(&object).unwrap();
    let (proven, said) = desk.verify(REPLAY);
    assert!(!proven && said.contains("not-replayed") && said.contains("is missing"), "{said}");
    std::fs::write(&object, before).unwrap();
    assert!(desk.verify(REPLAY).0);
}

/// An attribute in people.csv is in no identity. A forger who makes all digests fit again is found by what comes out again, and every later
/// close with it that rests on what he changed.
#[test]
fn what_no_identity_shows_is_found_by_settling_again() {
    let desk = ledger();
    let forger = Forger::new(&desk.path("ledger"));
    forger.text(2, "people.csv", |text| text.replacen("AMER", "EMEA", 1));
    forger.reseal();
    let (proven, said) = desk.verify(&[]);
    assert!(proven, "{said}");
    let (proven, said) = desk.verify(REPLAY);
    assert!(!proven, "{said}");
    assert!(said.contains("error[not-replayed]: 0002-2026-02/people.csv, row"), "{said}");
}

/// Another version of the program says which one it is in its files; amounts that come out otherwise would be told.
#[test]
fn a_close_by_another_version_is_told_as_such() {
    let desk = ledger();
    let forger = Forger::new(&desk.path("ledger"));
    for close in 1..=12 {
        forger.record(close, |record| record.engine.version = "0.0.9".to_owned());
    }
    forger.reseal();
    let (proven, said) = desk.verify(REPLAY);
    assert!(proven && said.contains("12 closes by another version"), "{said}");
    forger.entries(1, |entries| {
        let reason = entries.first("reason", |cell| cell.is_some());
        entries.set(reason, "reason", Some("another reason"));
    });
    forger.reseal();
    let (proven, said) = desk.verify(REPLAY);
    assert!(
        !proven && said.contains("another `reason` comes out: written another reason, proved prize"),
        "{said}"
    );
}

#[test]
fn a_result_is_not_settled_again() {
    let (done, said) = Desk::with(&[]).run(&["verify", "out", "--replay"]);
    assert!(!done && said.contains("error[usage]") && said.contains("verify ledger --replay"), "{said}");
}
