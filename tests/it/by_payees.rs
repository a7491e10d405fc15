//! A result whose payees are paid some at a time has the bytes of one whose lines are all in memory.

use std::path::Path;
use std::sync::Arc;

use apportion::results::{WriteOptions, write_credited, write_in};
use apportion::world::{Disk, World};
use apportion::{Session, Writing, diagnostic};
use apportion_base::store::Store;
use apportion_engine::project::{NoProgress, Project};
use proptest::prelude::*;

use crate::ledger::desk::{Files, files_below};
use crate::properties;
use crate::support::repository;

/// The files of a result that `write` makes.
fn written(write: impl FnOnce(&Arc<dyn Store>, &Path)) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let (out, store): (_, Arc<dyn Store>) = (folder.path().join("out"), Arc::new(Disk));
    write(&store, &out);
    files_below(&out)
}

/// The rules of random projects but that which adds up the credit of a team.
fn rules_without_teams() -> String {
    let rules = properties::RULES.split("[[").skip(1).filter(|rule| !rule.contains("credit_of"));
    rules.map(|rule| format!("[[{rule}")).collect()
}

/// Writes the result of a period with so many lines at a time, and asserts that it is what is written of all lines at once.
pub fn assert_same_bytes(world: &Arc<dyn World>, period: &str, lines_at_once: &[usize]) {
    let open = || Project::open(world, Path::new(""), &mut diagnostic::Files::default()).unwrap();
    let (period, options) = (period.parse().unwrap(), WriteOptions::default());
    let whole = open().into_close(period, &NoProgress).unwrap();
    let expected = written(|store, out| drop(write_in(store, out, &whole, &options).unwrap()));
    for lines in lines_at_once {
        let credited = open().into_credited(period, &NoProgress).unwrap();
        assert!(credited.stage_one.is_some(), "these rules pay some payees at a time");
        let found = written(|store, out| {
            let (close, receipt) = write_credited(store, out, credited, *lines, &options).unwrap();
            assert_eq!(close.settlement.totals, whole.settlement.totals);
            assert_eq!(close.settlement.uncredited, whole.settlement.uncredited);
            assert_eq!(receipt.payees, expected_payees(&expected));
        });
        assert_eq!(found, expected, "{lines} lines at a time");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn as_few_lines_as_one_give_the_same_bytes(project in properties::projects(), lines in 1..40_usize) {
        let id = |kind: &str, index: usize| format!("{kind}{index:02}");
        let rules = rules_without_teams();
        let files = properties::in_files(&project.case_with(id, &rules, &[]), 2).with("rules.toml", rules);
        let world: Arc<dyn World> = Arc::new(files);
        assert_same_bytes(&world, "2026-Q1", &[1, lines]);
    }
}

/// The rows of payouts.csv.
fn expected_payees(files: &Files) -> u64 {
    files["payouts.csv"].iter().filter(|byte| **byte == b'\n').count() as u64 - 1
}

#[test]
fn fixtures_are_written_as_they_are_settled() {
    for (fixture, period) in [
        ("adventureworks", "2014-Q2"),
        ("adventureworks-fx", "2014-Q1"),
        ("ravenstack", "2024-Q3"),
        ("channel", "2026-Q2"),
    ] {
        let folder = repository(&format!("fixtures/{fixture}"));
        let (session, period) = (|| Session::open(&folder).unwrap(), period.parse().unwrap());
        let writing = Writing::default();
        let settled = session().settle(period).unwrap();
        let expected = written(|store, out| drop(settled.write_as(store, out, &writing).unwrap()));
        let found = written(|store, out| {
            session().write_result(period, store, out, &writing).unwrap();
        });
        assert_eq!(found, expected, "{fixture}");
    }
}
