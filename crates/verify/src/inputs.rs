//! What the result was made from, where it is at hand: input files, rule files, and the project file's settings.
//!
//! The only proofs that look outside the result's folder. A file that is not there is no finding unless the caller
//! insists: results outlive the exports that they were made from.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::folder::{cannot_read, sha256};
use super::manifest::{BookFacts, Manifest};
use super::report::{Finding, Findings, Measure, Outcome, Proof};
use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_base::world::Disk;
use apportion_book::{self as book, PROJECT_FILE, TableName};
use apportion_results::RUN;

const SAME_INPUTS: &str = "the input files at hand are those that were read";
const SAME_RULES: &str = "the rule files and the project file at hand are those that decided the amounts";
const SAME_SETTINGS: &str = "run.json has the settings of the project file";

/// The project that the result was made in, as far as it is here.
#[derive(Debug, Clone, Copy)]
pub struct AtHand<'a> {
    pub project: Option<&'a Path>,
    /// Whether what is not at hand is a finding.
    pub insist: bool,
}

/// The proofs about inputs, rule files and settings.
pub fn prove(manifest: &Manifest, at_hand: AtHand<'_>) -> Result<Vec<Proof>, Diagnostic> {
    let mut proofs = Vec::new();
    let inputs = manifest.inputs.iter().map(|input| (input.path.as_str(), input.sha256.as_str()));
    let mut inputs = digests(("inputs", SAME_INPUTS, "changed-input"), inputs.collect(), at_hand)?;
    for input in manifest.inputs.iter().filter(|input| TableName::from_word(&input.table).is_none()) {
        let message = format!("`{}` is no table that a file can be read into", input.table);
        inputs.findings.push(Finding::new("bad-run-json", RUN, message));
        inputs.outcome = Outcome::Failed;
    }
    proofs.push(inputs);
    let rules = manifest.rule_files.iter().map(|file| (file.path.as_str(), file.sha256.as_str()));
    let rules = digests(("rule files", SAME_RULES, "changed-rule-file"), rules.collect(), at_hand)?;
    let same_rules = rules.outcome == Outcome::Proven;
    proofs.push(rules);
    proofs.push(settings(manifest, at_hand.project.filter(|_| same_rules)));
    Ok(proofs)
}

/// Holds the digests of files against those that run.json names, paths being relative to the project.
fn digests(
    (name, claim, code): (&'static str, &'static str, &'static str),
    files: BTreeSet<(&str, &str)>,
    at_hand: AtHand<'_>,
) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let files: Vec<(&str, &str)> = files.into_iter().collect();
    let found: Vec<Option<io::Result<(String, u64)>>> = files
        .par_iter()
        .map(|(path, _)| at_hand.project.map(|project| sha256(&project.join(path))))
        .collect();
    let (mut same, mut missing) = (0, 0);
    for ((path, written), found) in files.iter().zip(found) {
        match found {
            None => missing += 1,
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => missing += 1,
            Some(Err(error)) => return Err(cannot_read(Path::new(path), &error)),
            Some(Ok((digest, _))) if digest == *written => same += 1,
            Some(Ok((digest, _))) => {
                let message = "it is not the file that the run read";
                findings.push(Finding::new(code, *path, message).numbers(written, digest));
            }
        }
    }
    if at_hand.insist && missing > 0 {
        let message = format!("{missing} of the files named under `{name}` are not at hand");
        findings.push(Finding::new("not-at-hand", RUN, message));
    }
    let mut proof = Proof::of(name, claim, vec![Measure::Count("files", same)], findings);
    if missing > 0 {
        proof.measures.push(Measure::Count("not at hand", missing));
    }
    if proof.outcome == Outcome::Proven && same == 0 && missing > 0 {
        proof.outcome = Outcome::NotAtHand;
    }
    Ok(proof)
}

/// The settings in run.json are those of the project file, which is known to be the one that was used.
fn settings(manifest: &Manifest, project: Option<&Path>) -> Proof {
    let book = project
        .filter(|project| project.join(PROJECT_FILE).is_file())
        .and_then(|project| book::read(&Disk, project, &mut Files::default()).ok());
    let Some(book) = book else { return Proof::without("settings", SAME_SETTINGS, Outcome::NotAtHand) };
    let BookFacts { name, currency, rounding, fiscal_year_starts, fx_max_age_days, incomplete } =
        &manifest.book;
    let pairs = [
        ("name", name.clone(), book.name.clone()),
        ("currency", currency.clone(), book.currency.code().to_owned()),
        ("rounding", rounding.clone(), book.rounding.word().to_owned()),
        ("fiscal_year_starts", fiscal_year_starts.to_string(), book.fiscal_year_starts.to_string()),
        ("fx_max_age_days", fx_max_age_days.to_string(), book.fx_max_age_days.to_string()),
        ("incomplete", incomplete.clone(), book.incomplete.word().to_owned()),
    ];
    let mut findings = Findings::default();
    for (key, written, meant) in &pairs {
        if written != meant {
            let message = format!("`book.{key}` is not that of `{PROJECT_FILE}`");
            findings.push(Finding::new("changed-setting", RUN, message).numbers(written, meant));
        }
    }
    let measures = vec![Measure::Count("settings", pairs.len() as u64)];
    Proof::of("settings", SAME_SETTINGS, measures, findings)
}
