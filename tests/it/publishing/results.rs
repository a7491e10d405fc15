//! Which folders a run replaces, and what a result is not: an input, or somebody else's.

use std::process::Stdio;

use super::{Bench, JULY, is_proven};

const AUGUST: [&str; 5] = ["run", "--period", "2026-08", "--out", "out"];

#[test]
fn the_result_of_another_period_is_replaced_only_with_consent() {
    let bench = Bench::new();
    bench.close();
    bench.close();
    let before = bench.text("out/run.json");
    let ended = bench.run(&AUGUST);
    ended.refused("other-result");
    assert!(ended.said.contains("2026-07") && ended.said.contains("2026-08"), "{}", ended.said);
    assert_eq!(bench.text("out/run.json"), before);
    assert_eq!(bench.run(&[&AUGUST[..], &["--replace"]].concat()).code, Some(0));
    assert!(bench.text("out/run.json").contains("\"period\": \"2026-08\"") && is_proven(&bench.at("out")));
    bench.replace("apportion.toml", "name = \"Northwind", "name = \"Southwind");
    bench.run(&AUGUST).refused("other-result");
}

#[test]
fn a_run_json_of_others_makes_no_result() {
    let bench = Bench::new();
    bench.write("theirs/run.json", r#"{"period": "2026-07", "engine": {"name": "sprint"}}"#);
    let ended = bench.run(&["run", "--period", "2026-07", "--out", "theirs", "--replace"]);
    ended.refused("not-a-result");
    assert_eq!(bench.names("theirs"), ["run.json"]);
}

#[test]
fn what_is_beside_a_result_and_not_ours_stays() {
    let bench = Bench::new();
    for path in [".out.partial/thesis.txt", ".out.replaced/thesis.txt", ".out.lock"] {
        bench.write(path, "mine");
    }
    bench.close();
    bench.close();
    for path in [".out.partial/thesis.txt", ".out.replaced/thesis.txt", ".out.lock"] {
        assert_eq!(bench.text(path), "mine");
    }
}

#[test]
fn a_run_does_not_replace_what_it_reads() {
    let bench = Bench::new();
    bench.close();
    // The payees of the last close, taken from its payouts.
    bench.replace("apportion.toml", "path = \"data/payees.csv\"", "path = \"out/payouts.csv\"");
    let before = bench.text("out/payouts.csv");
    let ended = bench.run(&JULY);
    ended.refused("project-file");
    assert!(ended.said.contains("out/payouts.csv"), "{}", ended.said);
    assert_eq!(bench.text("out/payouts.csv"), before);
    assert!(bench.run(&["run", "--period", "2026-07", "--out", "elsewhere"]).code < Some(2));
}

/// What a glob finds before the first run, it finds after it.
#[test]
fn a_result_is_no_input_of_the_next_run() {
    let bench = Bench::new();
    bench.replace("apportion.toml", "path = \"data/payees.csv\"", "path = \"**/pay*s.csv\"");
    bench.close();
    let first = bench.text("out/run.json");
    bench.close();
    assert_eq!(bench.text("out/run.json"), first);
    bench.replace("apportion.toml", "**/pay*s.csv", "out/*outs.csv");
    bench.run(&JULY).refused("missing-file");
}

#[cfg(unix)]
#[test]
fn a_protected_result_is_refused_before_anything_is_done() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.close();
    let mode =
        |mode| std::fs::set_permissions(bench.at("out"), std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let ended = bench.run(&JULY);
    mode(0o755);
    ended.refused("cannot-write");
    assert!(ended.said.contains("is protected") && is_proven(&bench.at("out")), "{}", ended.said);
    bench.close();
}

#[cfg(target_os = "linux")]
#[test]
fn a_summary_that_can_not_be_shown_is_a_warning() {
    let bench = Bench::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = bench.command(&JULY).stdout(Stdio::from(full)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("warning[not-shown]: the result is in `out`, and its summary"), "{said}");
    assert!(is_proven(&bench.at("out")));
}
