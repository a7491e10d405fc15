//! What the program says and how it ends, before any project comes into it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program in a folder, with none of the caller's settings.
fn apportion(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
    command.current_dir(folder).env_clear();
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    apportion(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn help_and_version_are_data() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["--help"][..], &["--version"], &["run", "--help"], &["help", "man"]] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty() && !output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn usage_errors_end_with_2_and_leave_stdout_empty() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&[], "Usage"),
        (&["run"], "--period"),
        (&["run", "--period", "2026-7"], "2026-Q3"),
        (&["run", "--period", "2026", "-q", "-v"], "cannot be used with"),
        (&["man", "nothing"], "unknown-command"),
    ];
    for (arguments, expected) in cases {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(text(&output.stderr).contains(expected), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn without_a_project_nothing_can_be_done() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["run", "--period", "2026-07"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.starts_with("error[no-project]: there is no `apportion.toml` in "), "{said}");
    assert!(
        said.contains("\n  = help: go to a project's folder, or name it with `--project DIR`\n"),
        "{said}"
    );
}

#[test]
fn messages_for_machines_are_json_lines() {
    let folder = tempfile::tempdir().unwrap();
    let output = apportion(folder.path())
        .args(["run", "--message-format", "json"])
        .env("APPORTION_PERIOD", "2026-07")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let lines: Vec<&str> = text(&output.stderr).lines().collect();
    assert_eq!(lines.len(), 1);
    let line: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!((&line["severity"], &line["code"]), (&"error".into(), &"no-project".into()));
}

#[test]
fn a_folder_that_is_no_result_is_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("apportion.toml"), "this is not even read").unwrap();
    std::fs::create_dir(folder.path().join("thesis")).unwrap();
    std::fs::write(folder.path().join("thesis/chapter-1.txt"), "mine").unwrap();
    let output = run(folder.path(), &["run", "--period", "2026-07", "--out", "thesis"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error[not-a-result]: `thesis` is not a result"));
    assert!(folder.path().join("thesis/chapter-1.txt").exists());
}

#[test]
fn completions_and_manual_pages_come_from_the_definition() {
    let folder = tempfile::tempdir().unwrap();
    let completions = run(folder.path(), &["completions", "bash"]);
    assert!(text(&completions.stdout).contains("--max-rejects"));
    assert!(text(&run(folder.path(), &["man"]).stdout).contains(".TH apportion 1"));
    let page = run(folder.path(), &["man", "run"]);
    assert!(text(&page.stdout).contains("apportion\\-run"), "{}", text(&page.stdout));
}

#[test]
fn a_reader_that_has_seen_enough_is_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = apportion(folder.path())
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}
