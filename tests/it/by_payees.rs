//! A result whose deals are credited some at a time and whose payees are paid some at a time has the bytes of one of which all is in memory.

use std::path::Path;
use std::sync::Arc;

use apportion::book::TableName;
use apportion::cases::Case;
use apportion::results::{WriteOptions, write_credited, write_in};
use apportion::world::{Disk, World};
use apportion::{Session, Writing, diagnostic};
use apportion_base::store::{Spill, Store};
use apportion_engine::project::{NoProgress, Project};
use apportion_engine::settle::{Portions, Room};
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

/// Rules that reach for the work on the deal that a deal renews, name an attribute of work and the order of it, and move a date outside of the
/// calendar: what they credit is credited for some deals at a time.
fn rules_by_deals() -> String {
    let rules = rules_without_teams();
    let rules = rules.replace(r#"["deal", "account"]"#, r#"["deal", "prior"]"#);
    let strict = "role = 'cosell' AND (medium = 'web' OR occurred_on + 3000000 > close_date)";
    assert!(rules.contains("role = 'cosell'"));
    rules.replace("engaged = \"role = 'cosell'\"", &format!("engaged = \"{strict}\""))
}

/// Adds columns to a random project: which deal each deal renews, an id and a medium of each piece of work; and some work names no deal.
fn with_more_columns(case: &mut Case, seed: usize) {
    for (name, table) in &mut case.inputs {
        let count = table.rows.len();
        match name {
            TableName::Deals => {
                table.header.push("renews_deal_id".to_owned());
                for (row, cells) in table.rows.iter_mut().enumerate() {
                    let prior = (row * 7 + seed) % (count + 2);
                    cells.push(if prior < count { format!("D{prior:02}") } else { String::new() });
                }
            }
            TableName::Engagements => {
                table.header.extend(["engagement_id", "medium", "account_id"].map(str::to_owned));
                for (row, cells) in table.rows.iter_mut().enumerate() {
                    let id = format!("E{:02}", (row * 11 + seed) % 97);
                    let medium = ["web", "phone", ""][(row + seed) % 3];
                    cells.extend([id, medium.to_owned(), "A1".to_owned()]);
                    if (row + seed).is_multiple_of(7) {
                        cells[0].clear();
                    }
                }
            }
            _ => {}
        }
    }
}

/// Writes the result of a period in such portions, and asserts that it is what is written of all engagements and lines at once.
pub fn assert_same_bytes(world: &Arc<dyn World>, period: &str, portions: &[Portions]) {
    let open = || Project::open(world, Path::new(""), &mut diagnostic::Files::default()).unwrap();
    let (period, options) = (period.parse().unwrap(), WriteOptions::default());
    let whole = open().into_close(period, &NoProgress).unwrap();
    let expected = written(|store, out| drop(write_in(store, out, &whole, &options).unwrap()));
    for (portions, spills) in portions.iter().flat_map(|portions| [(portions, false), (portions, true)]) {
        let found = written(|store, out| {
            let room = match spills {
                true => Room::within(0, Spill::beside(store, out)),
                false => Room::unlimited(),
            };
            let room = room.with_portions(*portions);
            let credited = open().into_credited(period, &room, &NoProgress).unwrap();
            assert!(credited.stage_one.is_some(), "these rules pay some payees at a time");
            assert!(!spills || whole.settlement.lines.is_empty() || room.spill.spilled() > 0);
            let (close, receipt) = write_credited(store, out, credited, portions, &options).unwrap();
            assert_eq!(close.settlement.totals, whole.settlement.totals);
            assert_eq!(close.settlement.uncredited, whole.settlement.uncredited);
            assert_eq!(close.settlement.beyond, whole.settlement.beyond);
            assert_eq!(receipt.payees, expected_payees(&expected));
        });
        assert_eq!(found, expected, "{portions:?}, spilled: {spills}");
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
        let some = |lines| Portions { lines, ..Portions::default() };
        assert_same_bytes(&world, "2026-Q1", &[some(1), some(lines)]);
    }

    #[test]
    fn as_few_engagements_as_one_give_the_same_bytes(
        project in properties::projects(),
        (engagements, seed, files) in (1..20_usize, 0..50_usize, 1..3_usize),
        period in prop_oneof![Just("2026-Q1"), Just("2026-02")],
    ) {
        let id = |kind: &str, index: usize| format!("{kind}{index:02}");
        let rules = rules_by_deals();
        let mut case = project.case_with(id, &rules_without_teams(), &[]);
        with_more_columns(&mut case, seed);
        let world: Arc<dyn World> = Arc::new(properties::in_files(&case, files).with("rules.toml", rules));
        let some = |engagements| Portions { grouped_up_to: 0, engagements, lines: 5 };
        assert_same_bytes(&world, period, &[some(1), some(engagements)]);
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
