//! One of each mistake in a sound project: exactly that finding, and everything else unchanged.
//!
//! The same mistakes are the examples of docs/findings.md. To add a code: a line in the registry
//! (`crates/base/src/diagnostic/code.rs`), an entry in the file of its family in `gallery`, then these tests once
//! with `UPDATE_DOCS=1`, and a look at what the page says. The codes of `check` and of `verify` have projects of
//! their own (`tests/it/check/planted.rs`, `tests/it/verify/advice.rs`).

mod entry;
mod gallery;
mod outcome;
mod page;
pub mod project;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use apportion::contract::{Reason, RejectCode};
use apportion::diagnostic::{Code, OF_REASONS, OF_REJECTS, PAGE};
use entry::{Entry, Expectation, Family, Mistake, Place};
use outcome::{Outcome, ResultFiles};
use rayon::prelude::*;

/// The result of the sound project.
fn sound() -> &'static ResultFiles {
    static SOUND: OnceLock<ResultFiles> = OnceLock::new();
    SOUND.get_or_init(|| {
        let outcome = outcome::of(&[], &[]);
        assert_eq!(outcome.code, 0, "{}", outcome.said);
        outcome.written.unwrap()
    })
}

/// Every mistake of the gallery and what came of it, made once for all tests.
fn outcomes() -> &'static [(Entry, Vec<Outcome>)] {
    static OUTCOMES: OnceLock<Vec<(Entry, Vec<Outcome>)>> = OnceLock::new();
    OUTCOMES.get_or_init(|| {
        let with_outcomes = |entry: Entry| {
            let made = |mistake: &Mistake| outcome::of(&mistake.changes, mistake.arguments);
            let outcomes = entry.mistakes.par_iter().map(made).collect();
            (entry, outcomes)
        };
        gallery::all().into_par_iter().map(with_outcomes).collect()
    })
}

#[test]
fn the_sound_project_has_nothing_to_find() {
    let sound = sound();
    assert_eq!((sound.rejects.len(), sound.uncredited.len()), (0, 0), "{:?}", sound.uncredited);
    let rules: BTreeSet<&str> = sound.lines.iter().map(|line| line[1].as_str()).collect();
    assert_eq!(rules.len(), 6, "every rule pays: {rules:?}");
    for (table, [read, used, filtered, rejected]) in &sound.rows {
        assert_eq!((*read, *filtered, *rejected), (*used, 0, 0), "{table}");
    }
}

#[test]
fn every_code_has_an_entry() {
    let entries = gallery::all();
    let known = |belongs: &dyn Fn(Family) -> bool| -> BTreeSet<&str> {
        entries.iter().filter(|entry| belongs(entry.family)).map(|entry| entry.code).collect()
    };
    let of_data = |family| matches!(family, Family::Rejects | Family::Uncredited);
    let planted = |family| matches!(family, Family::Checks | Family::Verification);
    assert_eq!(known(&|family| !of_data(family)), registered(|family| !planted(family)));
    assert_eq!(known(&|family| family == Family::Rejects), RejectCode::ALL.map(RejectCode::word).into());
    assert_eq!(known(&|family| family == Family::Uncredited), Reason::ALL.map(Reason::word).into());
    assert_eq!(
        entries.iter().map(|entry| (entry.family, entry.code)).collect::<BTreeSet<_>>().len(),
        entries.len()
    );
}

/// One word means one thing: what two families have in common is the same thing in both.
#[test]
fn words_are_shared_only_where_they_mean_the_same() {
    let words = registered(|_| true);
    let rejects: BTreeSet<&str> = RejectCode::ALL.map(RejectCode::word).into();
    let reasons: BTreeSet<&str> = Reason::ALL.map(Reason::word).into();
    let none: [&&str; 0] = [];
    let of_rejects: BTreeSet<&str> = OF_REJECTS.iter().map(|code| code.word()).collect();
    assert_eq!(words.intersection(&rejects).copied().collect::<BTreeSet<_>>(), of_rejects);
    assert_eq!(rejects.intersection(&reasons).collect::<Vec<_>>(), none);
    let shared: BTreeSet<&str> = OF_REASONS.iter().map(|code| code.word()).collect();
    assert_eq!(words.intersection(&reasons).copied().collect::<BTreeSet<_>>(), shared);
    assert!(OF_REASONS.iter().all(|code| code.family() == Family::Checks));
}

/// Codes that one project and one command can't cause; the entry says why.
const NOT_PROVOKED: [Code; 32] = [
    Code::JournalDiffers,
    Code::AccountChanged,
    Code::BankMayRefuse,
    Code::ControlDiffers,
    Code::EarlierFile,
    Code::NoBankingDay,
    Code::RepeatedPayment,
    Code::UnclearDetails,
    Code::NotReplayed,
    Code::ClosesDiffer,
    Code::LedgerInUse,
    Code::WrongPosting,
    Code::AnotherPeriod,
    Code::DoesNotAddUp,
    Code::Internal,
    Code::Leftover,
    Code::LettersMissing,
    Code::NoInsightProgram,
    Code::NoPdfProgram,
    Code::NoMoreThreads,
    Code::NotShown,
    Code::Unconfirmed,
    Code::OverflowUnchecked,
    Code::UnsortedLines,
    Code::ResultInUse,
    Code::OutOfMemory,
    Code::RateTableTooLarge,
    Code::RecordTooLong,
    Code::TooManyRejects,
    Code::TooManyRows,
    Code::Usage,
    Code::TooManyRules,
];

#[test]
fn every_code_has_a_mistake_that_brings_it() {
    let without = gallery::all().into_iter().filter(|entry| entry.mistakes.is_empty());
    let not_provoked: BTreeSet<&str> = NOT_PROVOKED.iter().map(|code| code.word()).collect();
    assert_eq!(without.map(|entry| entry.code).collect::<BTreeSet<_>>(), not_provoked);
}

#[test]
fn every_code_of_check_and_verify_is_planted() {
    use crate::check::planted;
    use crate::verify::advice::ADVICE;
    // Two of them are of the ledger: a close is refused for what `check` says before.
    let of_ledger = [Code::TwoDraws.word(), Code::TwoPayments.word()];
    let planted: BTreeSet<&str> =
        planted::all().map(|planted| planted.code.word()).filter(|word| !of_ledger.contains(word)).collect();
    assert_eq!(planted, registered(|family| family == Family::Checks));
    let advised: BTreeSet<&str> = ADVICE.iter().map(|advice| advice.code.word()).collect();
    assert_eq!(advised, registered(|family| family == Family::Verification));
}

/// `--message-format json` names the place: it is there.
#[test]
fn the_page_has_each_code_where_it_is_looked_for() {
    let page = std::fs::read_to_string(crate::support::repository(PAGE)).unwrap();
    let headings = page.lines().filter_map(|line| line.strip_prefix("### "));
    let anchors: Vec<String> =
        headings.map(|heading| heading.replace(' ', "-").replace(['(', ')'], "")).collect();
    assert_eq!(anchors.iter().collect::<BTreeSet<_>>().len(), anchors.len(), "an anchor is of one heading");
    for code in Code::ALL {
        assert!(anchors.contains(&code.anchor()), "{}", code.page());
    }
    for word in RejectCode::ALL.map(RejectCode::word).into_iter().chain(Reason::ALL.map(Reason::word)) {
        assert!(anchors.iter().any(|anchor| anchor == word), "{word}");
    }
}

/// The words of the codes of some families.
fn registered(belongs: impl Fn(Family) -> bool) -> BTreeSet<&'static str> {
    Code::ALL.iter().filter(|code| belongs(code.family())).map(|code| code.word()).collect()
}

#[test]
fn each_mistake_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for (entry, outcomes) in outcomes() {
        for (mistake, outcome) in entry.mistakes.iter().zip(outcomes) {
            let why = match &mistake.expected {
                Expectation::Refused { place } => refused(entry.code, mistake, outcome, (2, *place)),
                Expectation::Stopped => refused(entry.code, mistake, outcome, (1, Place::Nowhere)),
                Expectation::Found { rejects, uncredited } => found(outcome, rejects, uncredited),
            };
            if let Err(why) = why {
                wrong.push(format!("[{}] {:?}\n{why}\n{}", entry.code, mistake.changes, outcome.said));
            }
        }
    }
    assert!(wrong.is_empty(), "{} mistakes were reported otherwise:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_mistake_counts() {
    let mistakes: usize = gallery::all().iter().map(|entry| entry.mistakes.len()).sum();
    // A guard against a family that got lost.
    assert!(mistakes > 150, "{mistakes}");
}

#[test]
fn the_page_is_what_the_mistakes_say() {
    crate::support::assert_committed(PAGE, &page::page(outcomes()));
}

/// One finding, of this code, with its place on a changed line, and nothing written.
fn refused(
    code: &str,
    mistake: &Mistake,
    outcome: &Outcome,
    (exit, place): (i32, Place),
) -> Result<(), String> {
    if outcome.code != exit || outcome.written.is_some() {
        return Err(format!("exit code {}", outcome.code));
    }
    let codes: Vec<&str> = outcome.diagnostics.iter().filter_map(|found| found["code"].as_str()).collect();
    if codes != [code] {
        return Err(format!("it was reported as {codes:?}"));
    }
    let label = outcome.diagnostics[0]["labels"].get(0).and_then(|label| label["file"].as_str());
    let expected = match place {
        Place::Changed => mistake.changes.first().map(|change| change.file()),
        Place::In(file) => Some(file),
        Place::Nowhere => None,
    };
    if label == expected { Ok(()) } else { Err(format!("it points into {label:?}")) }
}

/// Exactly these findings; every row of the sound project is used as before, and the lines of its deals are the same.
fn found(
    outcome: &Outcome,
    rejects: &[entry::Reject],
    uncredited: &[entry::Uncredited],
) -> Result<(), String> {
    let Some(written) = &outcome.written else { return Err(format!("exit code {}", outcome.code)) };
    let sound = sound();
    // The sentence (column 7) is looked at on the page.
    let short = |row: &Vec<String>| -> Vec<String> {
        row.iter().enumerate().filter(|(index, _)| *index != 7).map(|(_, cell)| cell.clone()).collect()
    };
    let written_rows: Vec<Vec<String>> = written.rejects.iter().map(short).collect();
    if written_rows != *rejects {
        return Err(format!("rejects {written_rows:?}\n  and not {rejects:?}"));
    }
    if let Some(row) = written.rejects.iter().find(|row| row[7].is_empty()) {
        return Err(format!("no sentence: {row:?}"));
    }
    let written_rows: Vec<&[String]> = written.uncredited.iter().map(|row| &row[..4]).collect();
    if written_rows != uncredited {
        return Err(format!("uncredited {written_rows:?}\n  and not {uncredited:?}"));
    }
    // Deals that a mistake adds begin with X.
    let lines: Vec<&Vec<String>> = written.lines.iter().filter(|line| !line[4].starts_with('X')).collect();
    if lines != sound.lines.iter().collect::<Vec<_>>() {
        return Err("other lines have changed".to_owned());
    }
    for ((table, [read, used, filtered, rejected]), (_, before)) in written.rows.iter().zip(&sound.rows) {
        let here = rejects.iter().filter(|reject| reject[0] == *table && reject[7] == "rejected");
        let rows: BTreeSet<(&str, &str)> =
            here.map(|reject| (reject[1].as_str(), reject[2].as_str())).collect();
        if *read != used + filtered + rejected || *rejected != rows.len() as u64 || *used < before[1] {
            return Err(format!(
                "{table}: read {read}, used {used}, filtered {filtered}, rejected {rejected}"
            ));
        }
    }
    let code = i32::from(rejects.iter().any(|reject| reject[7] == "rejected"));
    if outcome.code == code { Ok(()) } else { Err(format!("exit code {}", outcome.code)) }
}
