//! `apportion explain`: what it says of every kind of rule and of every way to get nothing, and that the steps it
//! prints lead to the amounts that a run writes.

mod blocks;
mod channel;
mod channel_project;
pub mod every_line;
mod left_out;
mod nothing;
mod page;
mod part;
mod project;
mod recompute;
mod snapshots;

use std::path::Path;
use std::process::{Command, Output};

/// Runs a command in a project's folder.
pub fn command(folder: &Path, command: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_apportion"))
        .current_dir(folder)
        .env_clear()
        .arg(command)
        .args(arguments)
        .output()
        .unwrap()
}

/// Exit code, stdout and stderr of an explanation.
pub fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder, "explain", arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    let stderr = text(&output.stderr);
    let stderr = if stderr.is_empty() { stderr } else { format!("--- stderr\n{stderr}") };
    format!("exit code {code}\n{}{stderr}", text(&output.stdout))
}

/// An explanation as JSON.
pub fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json", "-q"]);
    let output = command(folder, "explain", &all);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The output up to the comparison with a result, which a fixture's folder may have or not.
pub fn without_result(said: &str) -> &str {
    said.split("\nCompared with").next().unwrap_or(said)
}
