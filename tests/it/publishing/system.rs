//! Pipes where files belong, and a system that refuses: one sentence, exit code 2, and nothing waited for.

use super::{Bench, JULY, in_time, is_proven};

/// Makes a pipe; `false` where the system has none.
#[cfg(unix)]
fn pipe(bench: &Bench, path: &str) -> bool {
    let made = std::process::Command::new("mkfifo").arg(bench.at(path)).status();
    made.is_ok_and(|status| status.success())
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_a_pipe() {
    let bench = Bench::new();
    bench.close();
    std::fs::rename(bench.at("apportion.toml"), bench.at("kept.toml")).unwrap();
    if !pipe(&bench, "apportion.toml") {
        return;
    }
    let ended = in_time(&mut bench.command(&[&JULY[..], &["--project", "."]].concat()));
    ended.refused("cannot-read");
    assert!(ended.said.contains("a pipe or a device"), "{}", ended.said);
    std::fs::rename(bench.at("kept.toml"), bench.at("apportion.toml")).unwrap();

    assert!(pipe(&bench, "rules/pipe.toml"));
    in_time(&mut bench.command(&JULY)).refused("cannot-read");
    std::fs::remove_file(bench.at("rules/pipe.toml")).unwrap();

    std::fs::remove_file(bench.at("data/quotas.csv")).unwrap();
    assert!(pipe(&bench, "data/quotas.csv"));
    in_time(&mut bench.command(&JULY)).refused("missing-file");

    for name in ["run.json", "payouts.csv", "lines.parquet"] {
        let kept = std::fs::read(bench.at("out").join(name)).unwrap();
        std::fs::remove_file(bench.at("out").join(name)).unwrap();
        assert!(pipe(&bench, &format!("out/{name}")));
        let ended = in_time(&mut bench.command(&["verify", "out"]));
        assert!(ended.code > Some(0), "{name}: {}", ended.said);
        std::fs::remove_file(bench.at("out").join(name)).unwrap();
        bench.write(&format!("out/{name}"), kept);
    }
    assert!(is_proven(&bench.at("out")));
}

#[cfg(unix)]
#[test]
fn a_rule_that_can_not_be_read_is_not_passed_over() {
    let bench = Bench::new();
    std::os::unix::fs::symlink("nowhere.toml", bench.at("rules/link.toml")).unwrap();
    let ended = bench.run(&JULY);
    ended.refused("cannot-read");
    assert!(ended.said.contains("rules/link.toml"), "{}", ended.said);
    // A folder of that name is none.
    std::fs::remove_file(bench.at("rules/link.toml")).unwrap();
    std::fs::create_dir(bench.at("rules/old.toml")).unwrap();
    bench.close();
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_an_error_of_the_write() {
    let bench = Bench::new();
    bench.close();
    let before = bench.text("out/run.json");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "ulimit -f 1 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_apportion")]).args(JULY);
    let ended = in_time(shell.current_dir(bench.at("")));
    ended.refused("cannot-write");
    assert!(ended.said.contains("nothing was replaced"), "{}", ended.said);
    assert_eq!(bench.text("out/run.json"), before);
    assert!(bench.names(".").iter().all(|name| !name.starts_with('.')), "{:?}", bench.names("."));
}

/// Threads with more of a stack than there are addresses are threads that the system refuses.
#[cfg(unix)]
#[test]
fn threads_that_can_not_be_started_are_one_sentence() {
    let bench = Bench::new();
    for threads in ["1", "4"] {
        let mut command = bench.command(&[&JULY[..], &["--threads", threads]].concat());
        let ended = in_time(command.env("RUST_MIN_STACK", "200000000000000"));
        ended.refused("no-more-threads");
        assert!(!bench.at("out").exists());
    }
}
