//! docs/how-to/explain.md: prose, and what the command says today of a fixture and of the planted project.

use super::{command, project, without_result};
use crate::support::{assert_committed, repository};

/// The page; `{{…}}` are commands.
const PAGE: &str = include_str!("page.md");

/// What a command prints, in the fixture or, for those that begin with `planted:`, in the planted project; for those that begin with
/// `closed:`, in a project whose months are closed.
fn printed(line: &str) -> String {
    if let Some(line) = line.strip_prefix("closed: ") {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (done, said) = crate::ledger::explained::closed_example().run(&arguments);
        assert!(done, "{said}");
        return format!("```text\n$ apportion {line}\n{}\n```", said.trim_end());
    }
    let folder = project::fresh();
    let (folder, line) = match line.strip_prefix("planted: ") {
        Some(line) => (folder.path().to_path_buf(), line),
        None => (repository("fixtures/adventureworks"), line),
    };
    let arguments: Vec<&str> = line.split(' ').collect();
    let output = command(&folder, "explain", &arguments[1..]);
    assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    format!("```text\n$ apportion {line}\n{}\n```", without_result(&text).trim_end())
}

#[test]
fn the_page_shows_what_the_command_says() {
    let mut page = String::from(
        "<!-- Made by tests/it/explain/page.rs: run it with UPDATE_DOCS=1 and look at the change. -->\n\n",
    );
    for part in PAGE.split("{{") {
        match part.split_once("}}") {
            None => page.push_str(part),
            Some((line, rest)) => {
                page.push_str(&printed(line));
                page.push_str(rest);
            }
        }
    }
    assert_committed("docs/how-to/explain.md", &page);
}
