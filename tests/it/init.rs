//! `apportion init`: the project that it makes works as it is written.

use std::path::Path;
use std::process::{Command, Output};

fn apportion(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
    command.current_dir(folder).env_clear().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_new_project_runs_and_its_cases_hold() {
    let folder = tempfile::tempdir().unwrap();
    let made = apportion(folder.path(), &["init", "northwind"]);
    assert_eq!(made.status.code(), Some(0));
    assert!(made.stdout.is_empty());
    insta::assert_snapshot!("the_next_steps", text(&made.stderr));

    let project = folder.path().join("northwind");
    let tested = apportion(&project, &["test", "--require-coverage"]);
    assert_eq!(tested.status.code(), Some(0), "{}", text(&tested.stdout));
    insta::assert_snapshot!("the_cases_of_a_new_project", text(&tested.stdout));

    let run = apportion(&project, &["run", "--period", "2026-Q2"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    insta::assert_snapshot!("the_close_of_a_new_project", text(&run.stdout));
    let written = |name: &str| std::fs::read_to_string(project.join("out/2026-Q2").join(name)).unwrap();
    insta::assert_snapshot!("the_payouts_of_a_new_project", written("payouts.csv"));
    assert_eq!(written("rejects.csv").lines().count(), 1);
}

/// The months of the quarter can be closed at once, and earn together what the run says.
#[test]
fn a_new_project_has_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(apportion(folder.path(), &["init", "-q"]).status.code(), Some(0));
    for month in ["2026-04", "2026-05", "2026-06"] {
        let draft = apportion(folder.path(), &["close", "--period", month, "--by", "ann"]);
        assert_eq!(draft.status.code(), Some(0), "{}", text(&draft.stderr));
        if month == "2026-05" {
            insta::assert_snapshot!("a_draft_of_a_new_project", text(&draft.stdout));
        }
        assert_eq!(apportion(folder.path(), &["approve", "--by", "ben"]).status.code(), Some(0));
        let posted = apportion(folder.path(), &["post"]);
        assert_eq!(posted.status.code(), Some(0), "{}", text(&posted.stderr));
        if month == "2026-06" {
            insta::assert_snapshot!("a_close_of_a_new_project", text(&posted.stdout));
        }
    }
    let closes = text(&apportion(folder.path(), &["ledger"]).stdout);
    assert!(closes.lines().last().unwrap().contains("26,969.81"), "{closes}");
    assert_eq!(apportion(folder.path(), &["verify", "ledger"]).status.code(), Some(0));
}

/// Every policy of the channel decides something, and all commands work at once.
#[test]
fn a_project_of_the_channel_works_in_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let made = apportion(folder.path(), &["init", "--template", "channel"]);
    assert!(text(&made.stderr).contains("a charter between a company and its partners"));
    let tested = apportion(folder.path(), &["test"]);
    assert_eq!(tested.status.code(), Some(0), "{}", text(&tested.stdout));
    let run = apportion(folder.path(), &["run", "--period", "2026-Q2"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let written = |name: &str| std::fs::read_to_string(folder.path().join("out/2026-Q2").join(name)).unwrap();
    assert_eq!(written("rejects.csv").lines().count(), 1);
    for name in ["claims.csv", "conflicts.csv", "price_audit.csv", "uncredited.csv"] {
        insta::assert_snapshot!(format!("the_channel_has_{name}"), written(name));
    }
    for arguments in [
        &["check"][..],
        &["charter"],
        &["sources"],
        &["explain", "--deal", "D-101"],
        &["statements", "--result", "out/2026-Q2"],
        &["close", "--period", "2026-04", "--by", "ann"],
        &["approve", "--by", "ben"],
        &["post"],
        &["verify", "ledger"],
        &["diff", "--rules", "rules", "--period", "2026-Q2"],
    ] {
        let done = apportion(folder.path(), arguments);
        assert_eq!(done.status.code(), Some(0), "{arguments:?}: {}", text(&done.stderr));
    }
}

#[test]
fn every_word_of_the_next_steps_and_the_readme_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let made = apportion(folder.path(), &["init"]);
    assert!(text(&made.stderr).starts_with("Wrote 22 files to this folder"), "{}", text(&made.stderr));
    let readme = std::fs::read_to_string(folder.path().join("README.md")).unwrap();
    assert!(readme.contains("apportion run --period 2026-Q2"));
    // The first change of the README: cases fail, and an update takes it over.
    let rules = folder.path().join("rules/stipends.toml");
    let stipends = std::fs::read_to_string(&rules).unwrap();
    assert!(stipends.contains("silver = \"300\""));
    std::fs::write(&rules, stipends.replace("silver = \"300\"", "silver = \"350\"")).unwrap();
    assert_eq!(apportion(folder.path(), &["test"]).status.code(), Some(1));
    assert_eq!(apportion(folder.path(), &["test", "--update"]).status.code(), Some(0));
    assert_eq!(apportion(folder.path(), &["test"]).status.code(), Some(0));
}

#[test]
fn what_is_there_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/sales.toml"), "mine").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "nobody's business").unwrap();
    let refused = apportion(folder.path(), &["init", "."]);
    assert_eq!(refused.status.code(), Some(2));
    insta::assert_snapshot!("something_in_the_way", text(&refused.stderr));
    assert_eq!(std::fs::read_to_string(folder.path().join("rules/sales.toml")).unwrap(), "mine");
    assert!(!folder.path().join("apportion.toml").exists());

    std::fs::remove_file(folder.path().join("rules/sales.toml")).unwrap();
    assert_eq!(apportion(folder.path(), &["init", "."]).status.code(), Some(0));
    assert!(folder.path().join("notes.txt").exists());
}
