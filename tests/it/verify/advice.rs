//! What to do about each code of a verification, each with a tampering that causes it: a family of docs/findings.md.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use apportion::diagnostic::{Code, Files, render};
use apportion::verify::{ProjectFiles, Report, Verdict, verify};

use super::lines::Lines;
use super::tampering::TAMPERINGS;
use super::workbench::Bench;

/// A code and what to do about it.
pub struct Advice {
    pub code: Code,
    /// The name of the tampering that is shown; `None` for a code that no change of the files causes.
    pub tampering: Option<&'static str>,
    /// What to do about it.
    pub todo: &'static str,
}

const fn advice(code: Code, tampering: &'static str, todo: &'static str) -> Advice {
    Advice { code, tampering: Some(tampering), todo }
}

const COPY: &str = "Take the file from a copy that verifies, or run the period again and compare.";
const AGAIN: &str =
    "Run the period again into another folder; where that differs from this result, it was changed.";

/// In order of the proofs.
pub const ADVICE: &[Advice] = &[
    advice(Code::IncompleteResult, "a file removed", COPY),
    advice(Code::ExtraFile, "a file added", "Move it elsewhere."),
    advice(Code::BrokenSeal, "a digit of run.json", COPY),
    advice(Code::BadRunJson, "a key removed", COPY),
    Advice {
        code: Code::OtherDigest,
        tampering: None,
        todo: "Find the result that was noted, or learn why there is another one: `apportion diff` shows what changed rules or data move.",
    },
    advice(Code::ChangedFile, "a digit of a payout", COPY),
    advice(
        Code::ChangedInput,
        "an input changed",
        "Run the period again if the new file is what should be paid, or fetch the earlier one; `apportion diff` shows what lies between them.",
    ),
    advice(
        Code::ChangedRuleFile,
        "a rule file changed",
        "Run the period again if the new rules should hold, or fetch the earlier ones from version control; `apportion charter --from … --to …` and `apportion diff` show what lies between them.",
    ),
    advice(Code::ChangedSetting, "another name of the book", COPY),
    advice(
        Code::NotAtHand,
        "an input gone",
        "Name the project with `--project DIR`, or leave out `--inputs`: files that are not available are then reported and left out.",
    ),
    advice(Code::UnreadableLines, "a truncated lines.parquet, covered up", COPY),
    advice(Code::WrongColumn, "a column renamed", COPY),
    advice(Code::OtherEngine, "another engine", COPY),
    advice(Code::LinesOutOfOrder, "two lines in another order", COPY),
    advice(Code::DuplicateLine, "a line twice", COPY),
    advice(Code::UnlistedRule, "a rule that nobody knows", COPY),
    advice(Code::WrongKind, "another kind", COPY),
    advice(Code::WrongNulls, "a line without its role", COPY),
    advice(Code::OutsidePeriod, "a line of another period", COPY),
    advice(Code::WrongVersion, "a rule version of later", COPY),
    advice(Code::TwoCloseDates, "a close date that other lines of the deal do not have", COPY),
    advice(Code::WrongCurrency, "another currency on a line", COPY),
    advice(Code::CapAdds, "a cap that gives", AGAIN),
    advice(Code::WrongUnits, "units changed", AGAIN),
    advice(Code::WrongLevel, "a level of 0", AGAIN),
    advice(Code::LineTooLarge, "numbers beyond all bounds", AGAIN),
    advice(Code::WrongAmount, "a rate changed", AGAIN),
    advice(Code::WrongSplit, "a cent moved between two payees, in every file", AGAIN),
    advice(Code::DealDiffers, "a rate changed on one line of a deal", AGAIN),
    advice(Code::NotConserved, "a line removed", AGAIN),
    advice(Code::UnexplainedBasis, "the basis of a commission", AGAIN),
    advice(Code::TwoManagers, "an override to another manager", AGAIN),
    advice(Code::WrongClawback, "the basis of a clawback", AGAIN),
    advice(Code::MissingRow, "a statement removed", AGAIN),
    advice(Code::RowWithoutLines, "a statement added", AGAIN),
    advice(Code::WrongSum, "the sum of a statement", AGAIN),
    advice(Code::TwoNames, "a name in payouts", COPY),
    advice(Code::WrongAttainment, "a rate that is reached", AGAIN),
    advice(Code::WrongTotal, "the total to pay", AGAIN),
    advice(Code::WrongPrior, "a month before the period, covered up", COPY),
    advice(Code::BadCsv, "a row with a cell too many", COPY),
    advice(Code::RowsOutOfOrder, "uncredited deals in another order", COPY),
    advice(Code::BadUncredited, "a reason that there is not", COPY),
    advice(Code::ContradictedReason, "a deal that paid, called uncredited", AGAIN),
    advice(Code::BadReject, "a reject called kept", COPY),
    advice(Code::RowsLost, "rows read", COPY),
    advice(Code::WrongReconciliation, "a deal lost in the reconciliation", COPY),
    advice(Code::WrongGovernance, "a claim that was denied, called the holder", AGAIN),
];

/// A tampering and what `verify` says of it.
pub struct Example {
    /// What was done, and how the files differ.
    pub changed: String,
    /// What `verify` says of this code.
    pub said: String,
}

impl Advice {
    /// Tampers with a fresh result and proves it.
    pub fn example(&self) -> Example {
        let bench = Bench::new();
        let Some(name) = self.tampering else {
            let noted = "0".repeat(64);
            let at_hand = ProjectFiles { folder: None, required: false };
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
fn said(report: &Report, code: Code) -> String {
    let group = report.groups().find(|group| group.code == code);
    let group = group.unwrap_or_else(|| panic!("{code} is not among what was found"));
    let text = render(&group.first[0].diagnostic(Verdict::Failed), &Files::default());
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
        let index = was.iter().zip(&is).position(|(was, is)| was != is).unwrap_or(0);
        (old, new) =
            (was[index..].iter().take(2).cloned().collect(), is[index..].iter().take(2).cloned().collect());
    }
    let signed = |sign: char, texts: Vec<String>| texts.into_iter().map(move |text| format!("{sign} {text}"));
    signed('-', old).chain(signed('+', new)).collect()
}

/// Removes from a list what is in another one, as often as it is there.
fn take_away(from: &mut Vec<String>, what: &[String]) {
    for text in what {
        if let Some(index) = from.iter().position(|other| other == text) {
            from.remove(index);
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
            let (mut less, mut gained) = (key(&gone), key(&come));
            less.extend(gone.iter().filter(|one| !come.contains(one) && !is_key(one)).cloned());
            gained.extend(come.iter().filter(|one| !gone.contains(one) && !is_key(one)).cloned());
            [format!("- {}", less.join(", ")), format!("+ {}", gained.join(", "))]
        })
        .collect()
}

fn is_key(column: &str) -> bool {
    ["payee_id ", "rule_id ", "deal_id "].iter().any(|key| column.starts_with(key))
}
