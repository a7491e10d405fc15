//! The pages of docs/ that show commands: each command is run, and what it prints is what the page says.
//!
//! A block of the language `console` holds commands, each after `$ `, and below it what it prints (both streams,
//! without the time that it took). All blocks of a page are run in order by one shell in an empty folder, in which
//! `repository` leads to this repository. A comment `<!-- run: … -->` is run as well and shows nothing: an edit that
//! the text describes. After a comment `<!-- append: FILE -->` the text of the next block is appended to that file.
#![cfg(unix)]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{assert_committed, repository};

/// A page cut into what is taken as it is and what is run.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Text, up to and including the fence of a block.
    Text(String),
    /// A command of a block.
    Shown(String),
    /// A command of a comment.
    Hidden(String),
    /// A file, and the text of a block that is appended to it.
    Append(String, String),
}

/// What a comment asks for.
fn comment<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix("<!-- ")?.strip_suffix(" -->")?.strip_prefix(word)?.strip_prefix(": ")
}

fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut lines = page.lines();
    let mut file: Option<String> = None;
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        if let Some(command) = comment(line, "run") {
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(Part::Hidden(command.to_owned()));
        } else if let Some(name) = comment(line, "append") {
            file = Some(name.to_owned());
        } else if line == "```console" {
            parts.push(Part::Text(std::mem::take(&mut text)));
            commands(&mut lines, &mut parts);
            text.push_str("```\n");
        } else if line.starts_with("```") && file.is_some() {
            let block: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            text.push_str(&format!("{block}```\n"));
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.extend(file.take().map(|file| Part::Append(file, block)));
        }
    }
    parts.push(Part::Text(text));
    parts
}

/// The commands of a block, without their output, which is written again.
fn commands(lines: &mut std::str::Lines<'_>, parts: &mut Vec<Part>) {
    while let Some(line) = lines.next().filter(|line| *line != "```") {
        let Some(first) = line.strip_prefix("$ ") else { continue };
        let mut command = first.to_owned();
        while command.ends_with('\\') {
            command.push('\n');
            command.push_str(lines.next().unwrap_or_default());
        }
        parts.push(Part::Shown(command));
    }
}

/// A folder in which the commands of one page are run.
struct Bench {
    _folder: tempfile::TempDir,
    /// Where the page has gone with `cd`.
    place: PathBuf,
    path: std::ffi::OsString,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(repository(""), folder.path().join("repository")).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_apportion")).parent().unwrap().to_path_buf();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths(std::iter::once(program).chain(std::env::split_paths(&others))).unwrap();
        Self { place: folder.path().to_path_buf(), _folder: folder, path }
    }

    /// What a command prints, in the order in which it does.
    fn run(&mut self, command: &str) -> String {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.place = self.place.join(folder);
            return String::new();
        }
        let (mut printed, stdout) = std::io::pipe().unwrap();
        let stderr = stdout.try_clone().unwrap();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", command])
            .current_dir(&self.place)
            .env_clear()
            .env("PATH", &self.path)
            .env("LC_ALL", "C");
        let mut child = shell.stdout(stdout).stderr(stderr).spawn().unwrap();
        // It holds the other ends of the pipe.
        drop(shell);
        let mut text = String::new();
        printed.read_to_string(&mut text).unwrap();
        child.wait().unwrap();
        let lines = text.lines().filter(|line| !line.starts_with("Finished in ")).map(str::trim_end);
        let printed = lines.collect::<Vec<_>>().join("\n");
        if printed.trim().is_empty() { String::new() } else { printed.trim_end().to_owned() + "\n" }
    }
}

impl Bench {
    fn append(&self, file: &str, text: &str) {
        let path = self.place.join(file);
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(path, before + text).unwrap();
    }
}

/// The page with what its commands print now.
fn made(page: &str) -> String {
    let mut bench = Bench::new();
    let mut made = String::new();
    for part in parts(page) {
        match part {
            Part::Text(text) => made.push_str(&text),
            Part::Hidden(command) => assert_eq!(bench.run(&command), "", "{command}"),
            Part::Append(file, text) => bench.append(&file, &text),
            Part::Shown(command) => made.push_str(&format!("$ {command}\n{}", bench.run(&command))),
        }
    }
    made
}

fn check(page: &str) {
    let text = std::fs::read_to_string(repository(page)).unwrap();
    assert_committed(page, &made(&text));
}

#[test]
fn pages_are_cut_into_text_and_commands() {
    let page = "a\n```console\n$ echo 1 \\\n  2\n1 2\n$ cat x\n3\n```\n<!-- run: false -->\n<!-- append: x -->\n\n```text\n3\n```\n```\n$ no\n```\n";
    let text = |text: &str| Part::Text(text.to_owned());
    let expected = [
        text("a\n```console\n"),
        Part::Shown("echo 1 \\\n  2".to_owned()),
        Part::Shown("cat x".to_owned()),
        text("```\n<!-- run: false -->\n"),
        Part::Hidden("false".to_owned()),
        text("<!-- append: x -->\n\n```text\n3\n```\n"),
        Part::Append("x".to_owned(), "3\n".to_owned()),
        text("```\n$ no\n```\n"),
    ];
    assert_eq!(parts(page), expected);
    let made = made("<!-- append: x -->\n```text\n3\n```\n```console\n$ cat x\nold\n```\n");
    assert_eq!(made, "<!-- append: x -->\n```text\n3\n```\n```console\n$ cat x\n3\n```\n");
}

#[test]
fn the_introduction_shows_what_commands_print() {
    check("docs/introduction.md");
}

#[test]
fn the_tutorials_show_what_commands_print() {
    for page in ["finance", "admin", "payroll", "channel"] {
        check(&format!("docs/tutorials/{page}.md"));
    }
}

/// Each demand of a charter has its answer, and each command that the page names is run.
#[test]
fn the_page_on_charters_shows_what_commands_print() {
    check("docs/how-to/channel-charter.md");
    let page = std::fs::read_to_string(repository("docs/how-to/channel-charter.md")).unwrap();
    let demands = page.lines().filter(|line| line.starts_with("| ") && line.ends_with(" |")).skip(1);
    let unanswered = |line: &&str| !line.contains("](#") && !line.contains("](../tutorials/");
    let (table, _) = page.split_once("The commands below").unwrap();
    let demands = demands.filter(|line| table.contains(line));
    let unanswered: Vec<&str> =
        demands.filter(unanswered).filter(|line| !line.starts_with("| ---")).collect();
    assert!(unanswered.is_empty(), "{unanswered:?}");
}

#[test]
fn the_tutorials_on_closes_show_what_commands_print() {
    for page in ["closing", "exports", "year"] {
        check(&format!("docs/tutorials/{page}.md"));
    }
}

#[test]
fn the_tutorial_on_forecasts_shows_what_commands_print() {
    check("docs/tutorials/forecast.md");
}

/// Each command has a page with its `--help`, and there is no page without a command.
#[test]
fn the_pages_of_commands_show_their_help() {
    check("docs/commands.md");
    let overview = std::fs::read_to_string(repository("docs/commands.md")).unwrap();
    let listed =
        overview.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A command is two blanks in; further lines of its sentence are more.
    let listed =
        listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    let mut listed: Vec<&str> = listed.filter(|name| *name != "help").collect();
    listed.sort_unstable();
    let mut pages: Vec<String> = std::fs::read_dir(repository("docs/commands"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    assert_eq!(pages, listed);
    for name in pages {
        let page = format!("docs/commands/{name}.md");
        let text = std::fs::read_to_string(repository(&page)).unwrap();
        assert!(text.contains(&format!("$ apportion {name} --help\n")), "{page} does not show its help");
        check(&page);
    }
}

/// The README shows an explanation of the project that its first command closes.
#[test]
fn the_readme_shows_what_an_explanation_prints() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let (_, rest) = readme.split_once("$ apportion explain ").unwrap();
    let (block, _) = rest.split_once("\n```\n").unwrap();
    let (command, shown) = block.split_once("2014-Q2\n").unwrap();
    let mut bench = Bench::new();
    bench.run("cd repository");
    let printed = bench.run(&format!("apportion explain {command}2014-Q2"));
    // After the README's first command there is a result, and the explanation ends with a comparison.
    let printed = printed.split("\nCompared with").next().unwrap();
    assert_eq!(shown.trim_end(), printed.trim_end());
}

#[test]
fn the_first_command_of_the_readme_names_no_program() {
    // Cargo has to know which of the workspace's programs it means.
    let manifest = std::fs::read_to_string(repository("Cargo.toml")).unwrap();
    assert!(manifest.contains("\ndefault-run = \"apportion\"\n"));
}
