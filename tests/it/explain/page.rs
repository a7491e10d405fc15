//! docs/how-to/explain.md and docs/how-to/why-not-me.md: prose, and what the command says today of a fixture and of small projects.

use super::{channel_project, command, project, without_result};
use crate::support::{assert_committed, repository};

/// The pages; `{{…}}` are commands.
const PAGE: &str = include_str!("page.md");
const WHY_NOT_ME: &str = include_str!("why.md");

/// What a command prints, in the fixture or, for those that begin with `planted:`, in the planted project; for those that begin with
/// `closed:`, in a project whose months are closed, and for `channel:` in one with registrations and conflicts.
fn printed(line: &str) -> String {
    if let Some(line) = line.strip_prefix("closed: ") {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (done, said) = crate::ledger::explained::closed_example().run(&arguments);
        assert!(done, "{said}");
        return format!("```text\n$ apportion {line}\n{}\n```", said.trim_end());
    }
    let (planted, channel) = (project::fresh(), channel_project::fresh());
    let of = |prefix: &str| line.strip_prefix(prefix);
    let (folder, line) = match (of("planted: "), of("channel: ")) {
        (Some(line), _) => (planted.path().to_path_buf(), line),
        (None, Some(line)) => (channel.path().to_path_buf(), line),
        (None, None) => (repository("fixtures/adventureworks"), line),
    };
    let arguments: Vec<&str> = line.split(' ').collect();
    let output = command(&folder, "explain", &arguments[1..]);
    assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    format!("```text\n$ apportion {line}\n{}\n```", without_result(&text).trim_end())
}

#[test]
fn the_page_shows_what_the_command_says() {
    assert_committed("docs/how-to/explain.md", &page_of(PAGE));
}

#[test]
fn the_page_about_whose_a_deal_is_shows_what_the_command_says() {
    assert_committed("docs/how-to/why-not-me.md", &page_of(WHY_NOT_ME));
}

/// A page with what its commands print.
fn page_of(template: &str) -> String {
    let mut page = String::from(
        "<!-- Made by tests/it/explain/page.rs: run it with UPDATE_DOCS=1 and look at the change. -->\n\n",
    );
    for part in template.split("{{") {
        match part.split_once("}}") {
            None => page.push_str(part),
            Some((line, rest)) => {
                page.push_str(&printed(line));
                page.push_str(rest);
            }
        }
    }
    page
}
