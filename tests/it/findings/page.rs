//! docs/findings.md: every code with a sentence, an example and what to do, from the same mistakes that the tests make.

use apportion::diagnostic::Code;

use super::entry::{Entry, Expectation, Family, Mistake};
use super::outcome::Outcome;
use super::project::{Change, FILES};
use crate::check::planted::{self, Edit, PlantedMistake};
use crate::verify::advice::{ADVICE, Advice};

const HEAD: &str = "\
# Findings

Everything that `apportion` can find wrong, by code: what it means, an example, and what to do about it. The examples are
made by the tests (`tests/it/findings`), each with one mistake in a sound project, and this page is written by them.

An **error** stops a command: nothing is written, and the exit code is 2. A **reject** is a row of the data that can't be
used; the rest of the run is done without it, all rejects are in `rejects.csv`, and the exit code is 1. An **uncredited**
deal is one that paid nobody; those are in `uncredited.csv` and part of every close. `--message-format json` gives the same
codes to programs.
";

/// The page.
pub fn page(outcomes: &[(Entry, Vec<Outcome>)]) -> String {
    let mut page = HEAD.to_owned();
    for family in FAMILIES {
        let links = outcomes.iter().filter(|(entry, _)| entry.family == family);
        let links: Vec<String> = links.map(|(entry, _)| entry_link(entry)).collect();
        page.push_str(&format!(
            "\n**[{}](#{})**: {}\n",
            title(family),
            title_anchor(family),
            links.join(", ")
        ));
    }
    let links: Vec<String> = checks().map(|planted| link(planted.code)).collect();
    page.push_str(&format!("\n**[Checks](#checks)**: {}\n", links.join(", ")));
    let links: Vec<String> = ADVICE.iter().map(|advice| link(advice.code)).collect();
    page.push_str(&format!("\n**[Verification](#verification)**: {}\n", links.join(", ")));
    for family in FAMILIES {
        page.push_str(&family_head(family));
        for (entry, outcomes) in outcomes.iter().filter(|(entry, _)| entry.family == family) {
            page.push_str(&section(entry, outcomes));
        }
    }
    page.push_str(&family_head(Family::Checks));
    page.extend(checks().map(checked));
    page.push_str(&family_head(Family::Verification));
    page.extend(ADVICE.iter().map(tampered));
    page
}

/// The mistakes of the family of checks. What is refused elsewhere as well has its section there.
fn checks() -> impl Iterator<Item = &'static PlantedMistake> {
    planted::all().filter(|planted| planted.code.family() == Family::Checks)
}

fn family_head(family: Family) -> String {
    format!("\n## {}\n\n{}\n", title(family), intro(family))
}

const CHECKS: &str = "\
What `apportion check` finds suspicious: it is valid, but probably not intended. A warning is about money that is probably paid wrongly or
not at all; a note is worth knowing and often intended. The examples are made in a small project of their own
(`tests/it/check`).";

/// A finding of `apportion check`.
fn checked(planted: &PlantedMistake) -> String {
    let mut text = format!("\n### {}\n\n{}\n", heading(planted.code), planted.code.meaning());
    for edit in planted.edits {
        let change = match edit {
            Edit::Replace(file, from, to) => Change::Replace(file, from, to),
            Edit::Append(file, extra) => Change::Add(file, (*extra).to_owned()),
            Edit::Rows(file, times, row) => Change::Add(file, Edit::rows(*times, row)),
        };
        text.push_str(&snippet(&change, &planted::FILES));
    }
    let findings = crate::check::findings(planted);
    text.push_str(&format!("\n```text\n{findings}\n```\n\n*What to do:* {}\n", planted.todo));
    text
}

const VERIFICATION: &str = "\
What `apportion verify` finds in a result that is not as the run left it. The examples are made by the tests
(`tests/it/verify`): a small result is changed, and where it says so the digests in `run.json` are adjusted
afterwards, so that only the numbers show the change. Only the finding of the heading is shown; most changes bring several. A
finding is no proof of bad faith: a spreadsheet that saves a file has the same effect.";

/// A finding of `apportion verify`.
fn tampered(advice: &Advice) -> String {
    let example = advice.example();
    format!(
        "\n### {}\n\n{}\n\n{}\n\n```text\n{}\n```\n\n*What to do:* {}\n",
        heading(advice.code),
        advice.code.meaning(),
        example.changed,
        example.said,
        advice.todo
    )
}

const FAMILIES: [Family; 10] = [
    Family::Configuration,
    Family::Rules,
    Family::Expressions,
    Family::Files,
    Family::Rejects,
    Family::Uncredited,
    Family::Cases,
    Family::Ledger,
    Family::Exports,
    Family::Results,
];

fn title(family: Family) -> &'static str {
    match family {
        Family::Configuration => "Configuration",
        Family::Rules => "Rules",
        Family::Expressions => "Expressions",
        Family::Files => "Files",
        Family::Rejects => "Rejects",
        Family::Uncredited => "Uncredited deals",
        Family::Cases => "Rule cases",
        Family::Ledger => "Closing months",
        Family::Exports => "Files for payroll and banks",
        Family::Results => "Commands and results",
        Family::Checks => "Checks",
        Family::Verification => "Verification",
    }
}

fn intro(family: Family) -> &'static str {
    match family {
        Family::Configuration => {
            "Errors in `apportion.toml`, and in how any TOML file of the project is written."
        }
        Family::Rules => "Errors in rule files. All of them are found before any data are read.",
        Family::Expressions => {
            "Errors in the expressions of rules and sources. [expressions.md](reference/expressions.md) is the page of the language."
        }
        Family::Files => {
            "Errors of a file of data as a whole. What is wrong with single rows is a reject instead."
        }
        Family::Rejects => {
            "Rows of the data that can't be used. All rows and all their cells are checked, so one row may have several findings."
        }
        Family::Uncredited => {
            "Why a won deal of the period paid nobody by a rule that matched it: the first reason that holds. The example \
             is the row of `uncredited.csv`."
        }
        Family::Cases => {
            "Errors in case files, which `apportion test` finds before it runs one. Errors of their TOML are under \
             configuration. A case that comes out differently is not an error: it failed."
        }
        Family::Ledger => {
            "Errors of closes, drafts and approvals, and of the [ledger](reference/ledger.md) as a whole. Where somebody has to decide \
             before there is a draft, the exit code is 1."
        }
        Family::Exports => {
            "Errors and warnings of payment details and of the files that payroll and banks take. None of them shows more than four characters of an account."
        }
        Family::Results => "Errors of commands, and of the folders that results are written to.",
        Family::Checks => CHECKS,
        Family::Verification => VERIFICATION,
    }
}

fn title_anchor(family: Family) -> String {
    title(family).to_lowercase().replace(' ', "-")
}

/// The word, unless a reject or a reason has it too.
fn heading(code: Code) -> String {
    match code.elsewhere() {
        Some(where_found) => format!("{code} ({where_found})"),
        None => code.to_string(),
    }
}

fn link(code: Code) -> String {
    format!("[{code}](#{})", code.anchor())
}

fn entry_link(entry: &Entry) -> String {
    entry.registered().map_or_else(|| format!("[{0}](#{0})", entry.code), link)
}

fn section(entry: &Entry, outcomes: &[Outcome]) -> String {
    let title = entry.registered().map_or_else(|| entry.code.to_owned(), heading);
    let mut text = format!("\n### {title}\n\n{}\n", entry.what);
    if let Some((mistake, outcome)) = entry.mistakes.first().zip(outcomes.first()) {
        if !mistake.arguments.is_empty() {
            for change in &mistake.changes {
                text.push_str(&snippet(change, &FILES));
            }
            text.push_str(&format!(
                "\n```console\n$ apportion {}\n{}\n```\n",
                mistake.arguments.join(" "),
                said(outcome)
            ));
        } else {
            for change in &mistake.changes {
                text.push_str(&snippet(change, &FILES));
            }
            text.push_str(&format!("\n```text\n{}\n```\n", reported(mistake, outcome)));
        }
    }
    text.push_str(&format!("\n*What to do:* {}\n", entry.remedy));
    text
}

/// The part of a file with the mistake in it.
fn snippet(change: &Change, files: Files) -> String {
    let (file, text) = match change {
        Change::Add(file, text) => (file, with_header(original(file, files), file, text)),
        Change::Replace(file, from, to) => match replaced_lines(original(file, files), from, to) {
            lines if lines.trim().is_empty() => {
                return format!(
                    "\nIn `{file}`, without this line:\n\n```{}\n{}\n```\n",
                    language(file),
                    from.trim()
                );
            }
            lines => (file, lines),
        },
        Change::Write(file, bytes) => match std::str::from_utf8(bytes) {
            Ok("") => return format!("\n`{file}` is empty.\n"),
            Ok(text) if !text.contains('\0') => (file, text.to_owned()),
            _ => return format!("\n`{file}` is a file of bytes.\n"),
        },
        Change::Remove(file) => return format!("\nThere is no `{file}`.\n"),
        Change::Ran(arguments) => return format!("\nAfter `apportion {}`:\n", arguments.join(" ")),
    };
    format!("\nIn `{file}`:\n\n```{}\n{}\n```\n", language(file), shortened(text.trim_end()))
}

/// The first lines of a long text.
fn shortened(text: &str) -> String {
    const MOST: usize = 14;
    let mut lines: Vec<&str> = text.lines().take(MOST).collect();
    if text.lines().count() > MOST {
        lines.push("…");
    }
    lines.join("\n")
}

fn language(file: &str) -> &'static str {
    if file.ends_with(".toml") { "toml" } else { "text" }
}

/// The files of a sound project.
type Files<'a> = &'a [(&'a str, &'a str)];

fn original<'a>(file: &str, files: Files<'a>) -> &'a str {
    files.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text)
}

/// Added rows under the header of their file.
fn with_header(original: &str, file: &str, text: &str) -> String {
    match file.ends_with(".csv") {
        true => format!("{}\n…\n{text}", original.lines().next().unwrap_or_default()),
        false => text.trim_start().to_owned(),
    }
}

/// The lines of a replacement, as they are after it.
fn replaced_lines(original: &str, from: &str, to: &str) -> String {
    let index = original.find(from).unwrap_or(0);
    let start = original[..index].rfind('\n').map_or(0, |end| end + 1);
    let end = index + from.len();
    let end = if from.ends_with('\n') { end } else { end + original[end..].find('\n').unwrap_or(0) };
    original[start..end].replacen(from, to, 1)
}

/// What a run said, and the rows that it wrote of it.
fn reported(mistake: &Mistake, outcome: &Outcome) -> String {
    match &mistake.expected {
        Expectation::Refused { .. } | Expectation::Stopped => said(outcome),
        Expectation::Found { uncredited, .. } if !uncredited.is_empty() => {
            let written =
                outcome.written.as_ref().map(|written| written.uncredited.as_slice()).unwrap_or_default();
            let rows: Vec<String> = written.iter().map(|row| row.join(",")).collect();
            format!("deal_id,rule_id,payee_id,reason,retained,retained_credit\n{}", rows.join("\n"))
        }
        Expectation::Found { .. } => findings(outcome),
    }
}

fn said(outcome: &Outcome) -> String {
    outcome.said.trim_end().to_owned()
}

/// The findings alone, without the summary of the run.
fn findings(outcome: &Outcome) -> String {
    let lines = outcome.said.lines().skip_while(|line| !line.starts_with("warning["));
    lines.take_while(|line| !line.starts_with("  = help: all of them")).collect::<Vec<_>>().join("\n")
}
