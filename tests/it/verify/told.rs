//! What every code of a verification means to people, each with a tampering that brings it: a family of docs/findings.md.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use apportion::diagnostic::{Files, render};
use apportion::verify::{AtHand, Report, verify};

use super::lines::Lines;
use super::tampering::TAMPERINGS;
use super::workbench::Bench;

/// A code, and what a person should know of it.
pub struct Told {
    pub code: &'static str,
    /// The name of the tampering that is shown; `None` for what no change of the files brings.
    pub tampering: Option<&'static str>,
    /// What was found.
    pub what: &'static str,
    /// What to do about it.
    pub todo: &'static str,
}

const fn told(code: &'static str, tampering: &'static str, what: &'static str, todo: &'static str) -> Told {
    Told { code, tampering: Some(tampering), what, todo }
}

const COPY: &str = "Take the file from a copy that verifies, or run the period again and compare.";
const AGAIN: &str =
    "Run the period again into another folder; where that differs from this result, it was changed.";

/// In order of the proofs.
pub const TOLD: &[Told] = &[
    told(
        "missing-file",
        "a file removed",
        "A result is all of its files or none, and one is not there.",
        COPY,
    ),
    told(
        "extra-file",
        "a file added",
        "The folder has something in it that the run did not write. Whoever reads the folder could take it for a part of the result.",
        "Move it elsewhere.",
    ),
    told(
        "broken-seal",
        "a digit of run.json",
        "run.json ends with a digest of itself, and is not what it was when that was written.",
        COPY,
    ),
    told(
        "bad-run-json",
        "a key removed",
        "run.json lacks a key, has one that no run writes, or a value that means nothing. Nothing else can be proved then.",
        COPY,
    ),
    Told {
        code: "other-digest",
        tampering: None,
        what: "The result is complete and consistent, but it is not the one whose digest was noted when it was written: the period was run again, or the folder was exchanged.",
        todo: "Find the result that was noted, or learn why there is another one: `apportion diff` shows what changed rules or data move.",
    },
    told(
        "changed-file",
        "a digit of a payout",
        "A file is not the one that was written. Opening a CSV in a spreadsheet and saving it is enough.",
        COPY,
    ),
    told(
        "changed-input",
        "an input changed",
        "A data file is not what the run read. The result may well be right: it is that of the earlier file.",
        "Run the period again if the new file is what should be paid, or fetch the earlier one; `apportion diff` shows what lies between them.",
    ),
    told(
        "changed-rule-file",
        "a rule file changed",
        "A rule file or the project file is not what the run read.",
        "Run the period again if the new rules should hold, or fetch the earlier ones from version control; `apportion charter --from … --to …` and `apportion diff` show what lies between them.",
    ),
    told(
        "changed-setting",
        "another name of the book",
        "run.json says something of the book that the project file does not, although it is the very file that was read.",
        COPY,
    ),
    told(
        "not-at-hand",
        "an input gone",
        "With `--inputs`, everything that the run read has to be there.",
        "Name the project with `--project DIR`, or leave out `--inputs`: files that are not available are then reported and left out.",
    ),
    told(
        "unreadable-lines",
        "a truncated lines.parquet, covered up",
        "lines.parquet is cut off or damaged.",
        COPY,
    ),
    told(
        "wrong-column",
        "a column renamed",
        "lines.parquet has other columns, or columns of other types, than a run writes.",
        COPY,
    ),
    told(
        "other-engine",
        "another engine",
        "run.json and lines.parquet say that different versions of the program wrote them.",
        COPY,
    ),
    told(
        "lines-out-of-order",
        "two lines in another order",
        "Lines are in order of payee, rule, close date, deal, role and credited payee, and these are not.",
        COPY,
    ),
    told(
        "duplicate-line",
        "a line twice",
        "Two lines have the same rule, deal, payee, role and credited payee: one amount would be paid twice.",
        COPY,
    ),
    told(
        "unknown-rule",
        "a rule that nobody knows",
        "A line is of a rule that run.json does not list.",
        COPY,
    ),
    told("wrong-kind", "another kind", "A line calls its rule another kind than run.json does.", COPY),
    told(
        "wrong-nulls",
        "a line without its role",
        "A column says something that lines of its kind do not have, or nothing where they do.",
        COPY,
    ),
    told("outside-period", "a line of another period", "A line's deal did not close in the period.", COPY),
    told(
        "wrong-version",
        "a rule version of later",
        "A line names a rule version that was not in force when its deal closed.",
        COPY,
    ),
    told(
        "two-close-dates",
        "a close date that other lines of the deal do not have",
        "Two lines of one deal say that it closed on different days.",
        COPY,
    ),
    told(
        "wrong-currency",
        "another currency on a line",
        "An amount is in another currency than the book.",
        COPY,
    ),
    told(
        "cap-adds",
        "a cap that gives",
        "An amount after caps is more than it was before, or of the other sign. Caps only take.",
        AGAIN,
    ),
    told(
        "wrong-units",
        "units changed",
        "The units of the payees of a deal (and role) do not add up to their total, or are not above 0.",
        AGAIN,
    ),
    told("wrong-level", "a level of 0", "A manager's level counts from 1.", AGAIN),
    told(
        "too-large",
        "numbers beyond all bounds",
        "A line holds numbers so large that its amount can't be computed from them. No run writes such a line.",
        AGAIN,
    ),
    told("wrong-amount", "a rate changed", "An amount is not what its own basis and rate come to.", AGAIN),
    told(
        "wrong-split",
        "a cent moved between two payees, in every file",
        "A pool or a credit is not split over its payees by their units, to the last cent.",
        AGAIN,
    ),
    told(
        "deal-differs",
        "a rate changed on one line of a deal",
        "Lines of one rule and deal disagree about what is the same for all of them: its basis, its rate, its pool.",
        AGAIN,
    ),
    told(
        "not-conserved",
        "a line removed",
        "What the lines of a deal come to, with what was kept back, is not what its rule set aside: money was lost or made.",
        AGAIN,
    ),
    told(
        "unexplained-basis",
        "the basis of a commission",
        "A commission or an override rests on a credit that the credited lines do not come to.",
        AGAIN,
    ),
    told(
        "two-managers",
        "an override to another manager",
        "By one line a payee has this manager, by another line that one.",
        AGAIN,
    ),
    told(
        "missing-row",
        "a statement removed",
        "There are lines of a payee and rule, and no row that sums them up.",
        AGAIN,
    ),
    told("row-without-lines", "a statement added", "A row sums up lines that are not there.", AGAIN),
    told(
        "wrong-sum",
        "the sum of a statement",
        "A statement or a payout is not the sum of its lines.",
        AGAIN,
    ),
    told(
        "two-names",
        "a name in payouts",
        "One payee has two names in the files. Payroll goes by payee_id.",
        COPY,
    ),
    told("wrong-total", "the total to pay", "A total of run.json is not what the files come to.", AGAIN),
    told(
        "wrong-prior",
        "a month before the period, covered up",
        "The months of the fiscal year before the period, as run.json lists them, are not those that there are.",
        COPY,
    ),
    told(
        "bad-csv",
        "a row with a cell too many",
        "A CSV file of the result has another header, or a row of another length.",
        COPY,
    ),
    told(
        "rows-out-of-order",
        "uncredited deals in another order",
        "The rows of a file are not in its order.",
        COPY,
    ),
    told(
        "bad-uncredited",
        "a reason that there is not",
        "A row of uncredited.csv gives a reason that there is not, or that its rule can't have.",
        COPY,
    ),
    told(
        "contradicted-reason",
        "a deal that paid, called uncredited",
        "A deal is listed as uncredited by a rule, and there are lines of it.",
        AGAIN,
    ),
    told(
        "bad-reject",
        "a reject called kept",
        "A row of rejects.csv has a code, a source, a file or an action that no run writes there.",
        COPY,
    ),
    told(
        "rows-lost",
        "rows read",
        "For a source, the rows used, filtered and rejected are not the rows read, or not as many are rejected as rejects.csv lists.",
        COPY,
    ),
];

/// A tampering and what came of it.
pub struct Example {
    /// What was done, and how the files differ.
    pub changed: String,
    /// What `verify` says of this code.
    pub said: String,
}

impl Told {
    /// Tampers with a fresh result and proves it.
    pub fn example(&self) -> Example {
        let bench = Bench::new();
        let Some(name) = self.tampering else {
            let noted = "0".repeat(64);
            let at_hand = AtHand { project: None, insist: false };
            let report = verify(&bench.out(), at_hand, Some(&noted)).unwrap();
            let changed = "Nothing is changed, and another digest given with `--digest`.".to_owned();
            return Example { changed, said: said(&report, self.code) };
        };
        let tampering = TAMPERINGS.iter().find(|tampering| tampering.name == name);
        let tampering = tampering.unwrap_or_else(|| panic!("there is no tampering {name:?}"));
        let before = Contents::of(bench.project());
        (tampering.act)(&bench);
        let changed = Contents::of(bench.project()).beside(&before);
        let mut how = "The change:".to_owned();
        if tampering.covered {
            bench.cover();
            how = "The change, and then all digests made to fit:".to_owned();
        }
        Example {
            changed: format!("{how}\n\n```diff\n{changed}\n```"),
            said: said(&bench.verify(), self.code),
        }
    }
}

/// The first finding of a code, as a person sees it.
fn said(report: &Report, code: &str) -> String {
    let group = report.groups().find(|group| group.code == code);
    let group = group.unwrap_or_else(|| panic!("{code} is not among what was found"));
    let text = render(&group.first[0].diagnostic(), &Files::default());
    without_digests(text.trim_end())
}

/// Digests depend on the version of the program; what they are says nothing.
fn without_digests(text: &str) -> String {
    let mut shown = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() {
            word.push(c);
            continue;
        }
        shown.push_str(if word.len() == 64 { "[sha256]" } else { &word });
        word.clear();
        shown.push(c);
    }
    shown.trim_end().to_owned()
}

/// The files of a folder by name.
struct Contents(BTreeMap<PathBuf, Vec<u8>>);

impl Contents {
    fn of(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(inner) = folders.pop() {
            for entry in fs::read_dir(inner).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
                }
            }
        }
        Self(files)
    }

    /// How they differ from those before, as lines with `-` and `+`.
    fn beside(&self, before: &Self) -> String {
        let mut names: Vec<&PathBuf> = self.0.keys().chain(before.0.keys()).collect();
        names.sort();
        names.dedup();
        let mut text = Vec::new();
        for name in names {
            let shown = name.display();
            match (before.0.get(name), self.0.get(name)) {
                (Some(_), None) => text.push(format!("- {shown}")),
                (None, Some(_)) => text.push(format!("+ {shown}")),
                (Some(old), Some(new)) if old != new => {
                    text.push(format!("  {shown}"));
                    text.extend(difference(old, new));
                }
                _ => {}
            }
        }
        assert!(!text.is_empty(), "nothing was changed");
        text.join("\n")
    }
}

fn difference(old: &[u8], new: &[u8]) -> Vec<String> {
    match (std::str::from_utf8(old), std::str::from_utf8(new)) {
        (Ok(old), Ok(new)) if !old.starts_with("PAR1") => {
            in_words(old.lines().map(line).collect(), new.lines().map(line).collect())
        }
        _ => match (Lines::from_bytes(old), Lines::from_bytes(new)) {
            (Some(old), Some(new)) => of_lines(&old, &new),
            _ => vec!["- the last 100 bytes".to_owned()],
        },
    }
}

/// A line of a text: indents and the commas of JSON are no difference, nor is the seal, which follows from the rest.
fn line(text: &str) -> String {
    let text = text.trim().trim_end_matches(',');
    if text.starts_with("\"seal\"") { String::new() } else { text.to_owned() }
}

fn in_words(mut old: Vec<String>, mut new: Vec<String>) -> Vec<String> {
    let (was, is) = (old.clone(), new.clone());
    take_away(&mut old, &is);
    take_away(&mut new, &was);
    if old.is_empty() && new.is_empty() {
        // The same lines in another order.
        let at = was.iter().zip(&is).position(|(was, is)| was != is).unwrap_or(0);
        (old, new) =
            (was[at..].iter().take(2).cloned().collect(), is[at..].iter().take(2).cloned().collect());
    }
    let signed = |sign: char, texts: Vec<String>| texts.into_iter().map(move |text| format!("{sign} {text}"));
    signed('-', old).chain(signed('+', new)).collect()
}

/// Removes from a list what is in another one, as often as it is there.
fn take_away(from: &mut Vec<String>, what: &[String]) {
    for text in what {
        if let Some(at) = from.iter().position(|other| other == text) {
            from.remove(at);
        }
    }
}

/// Lines of lines.parquet: their key, and the columns in which they differ.
fn of_lines(old: &Lines, new: &Lines) -> Vec<String> {
    let names = |lines: &Lines| lines.schema.fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>();
    if names(old) != names(new) {
        return in_words(names(old), names(new));
    }
    let (mut gone, mut come) = (old.shown(), new.shown());
    let (was, is) = (gone.clone(), come.clone());
    take_away(&mut gone, &is);
    take_away(&mut come, &was);
    if gone.len() != come.len() || gone.is_empty() {
        return in_words(was, is);
    }
    // The same lines, changed: where all columns but a few agree, those few.
    let columns = |text: &str| text.split(", ").map(str::to_owned).collect::<Vec<_>>();
    gone.iter()
        .zip(&come)
        .flat_map(|(gone, come)| {
            let (gone, come) = (columns(gone), columns(come));
            let key = |all: &[String]| all.iter().filter(|one| is_key(one)).cloned().collect::<Vec<_>>();
            let (mut less, mut more) = (key(&gone), key(&come));
            less.extend(gone.iter().filter(|one| !come.contains(one) && !is_key(one)).cloned());
            more.extend(come.iter().filter(|one| !gone.contains(one) && !is_key(one)).cloned());
            [format!("- {}", less.join(", ")), format!("+ {}", more.join(", "))]
        })
        .collect()
}

fn is_key(column: &str) -> bool {
    ["payee_id ", "rule_id ", "deal_id "].iter().any(|key| column.starts_with(key))
}
