//! Who sees what: `apportion access`, and that `explain --for` shows nothing that its reader may not see.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use serde_json::Value;

const PROJECT: &str = "fixtures/channel";

fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
    command.args(args).args(["--project", PROJECT, "--quiet"]).output().expect("it runs")
}

fn stdout(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&stdout(&[args, &["--format", "json"]].concat())).expect("JSON")
}

/// Ids and names of everybody, from the files.
fn everybody() -> Vec<(String, String)> {
    let files = [
        include_str!("../../fixtures/channel/data/hr/employees.csv"),
        include_str!("../../fixtures/channel/data/portal/partners.csv"),
    ];
    let rows = files.iter().flat_map(|text| text.lines().skip(1));
    let cells = |row: &str| {
        let mut cells = row.split(',');
        (cells.next().unwrap_or_default().to_owned(), cells.next().unwrap_or_default().to_owned())
    };
    rows.map(cells).collect()
}

/// Whom somebody sees, themselves among them.
fn seen_by(viewer: &str) -> BTreeSet<String> {
    let access = json(&["access", viewer, "--as-of", "2026-06-30"]);
    let grants = access["grants"].as_array().expect("grants").iter();
    let ids = grants.flat_map(|grant| grant["payee_ids"].as_array().expect("ids").clone());
    ids.map(|id| id.as_str().expect("an id").to_owned()).chain([viewer.to_owned()]).collect()
}

#[test]
fn access_lists_whom_somebody_sees_and_by_which_rule() {
    insta::assert_snapshot!(stdout(&["access", "E-15", "--as-of", "2026-06-30"]));
    let alone = stdout(&["access", "P-01", "--as-of", "2026-06-30"]);
    assert!(alone.contains("No [[access]] rule lets them see anything of others."), "{alone}");
    let unknown = run(&["access", "p-01"]);
    assert_eq!(unknown.status.code(), Some(2));
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(said.contains("no-such-payee") && said.contains("did you mean `P-01`?"), "{said}");
}

#[test]
fn nothing_is_shown_that_its_reader_may_not_see() {
    for viewer in ["P-01", "P-05", "E-01", "E-15"] {
        let seen = seen_by(viewer);
        for payee in seen.iter().take(3) {
            let shown = stdout(&[
                "explain", "--for", viewer, "--payee", payee, "--period", "2026-Q2", "--format", "json",
            ]);
            for (id, name) in everybody().iter().filter(|(id, _)| !seen.contains(id)) {
                let quoted = format!("\"{id}\"");
                assert!(!shown.contains(&quoted) && !shown.contains(name), "{viewer} sees {id} of {payee}");
            }
        }
    }
}

#[test]
fn who_sees_all_sees_whose_it_is_and_others_see_that_there_is_something() {
    let executive = everybody().into_iter().map(|(id, _)| id).find(|id| {
        let access = json(&["access", id, "--as-of", "2026-06-30"]);
        access["grants"].as_array().is_some_and(|grants| grants.iter().any(|grant| grant["all"] == true))
    });
    let executive = executive.expect("an executive");
    let mine = json(&["explain", "--for", "P-01", "--payee", "P-01", "--period", "2026"]);
    let lines = mine["lines"].as_array().expect("lines");
    assert!(!lines.is_empty());
    let crowded =
        mine["deals"].as_array().expect("deals").iter().find(|deal| deal["has_other_lines"] == true);
    let deal = crowded.expect("a deal with others")["deal_id"].as_str().expect("an id");
    let own = json(&["explain", "--for", "P-01", "--deal", deal, "--period", "2026"]);
    let all = json(&["explain", "--for", &executive, "--deal", deal, "--period", "2026"]);
    let count = |seen: &Value| seen["lines"].as_array().map_or(0, Vec::len);
    assert!(count(&own) < count(&all));
    assert_eq!(all["deals"][0]["has_other_lines"], false);
    if own["deals"][0]["other_lines"].is_null() {
        for line in own["lines"].as_array().expect("lines") {
            for column in ["pool", "credit_total", "units_total"] {
                assert!(line[column].is_null(), "{column} gives the others away");
            }
        }
    }
}

#[test]
fn what_is_not_there_and_what_may_not_be_seen_are_one_error() {
    let said = |args: &[&str]| {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for (unseen, unknown, code) in [
        (["--payee", "E-01"], ["--payee", "E-99"], "no-such-payee"),
        (["--deal", "D-0001"], ["--deal", "D-9999"], "no-such-deal"),
    ] {
        let [unseen, unknown] = [unseen, unknown]
            .map(|whose| said(&[&["explain", "--for", "P-33", "--period", "2026-Q2"][..], &whose].concat()));
        assert!(unknown.contains(code), "{unknown}");
        let masked = |text: &str| {
            text.replace("E-01", "X").replace("E-99", "X").replace("D-0001", "X").replace("D-9999", "X")
        };
        assert_eq!(masked(&unseen), masked(&unknown));
    }
}
