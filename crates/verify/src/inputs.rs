//! What the result was made from, where it is available: input files, rule files, and the project file's settings.
//!
//! The only proofs that look outside the result's folder. A missing file is a finding only if the caller requires it,
//! because results outlive the exports that they were made from. So is a changed one: an export that was made again says nothing against a result.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::digest::sha256;
use super::folder::cannot_read;
use super::manifest::{BookFacts, Manifest};
use super::report::{Finding, Findings, Measure, Proof, Verdict};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::{Disk, World};
use apportion_contract::settings::{BOOK_SETTINGS, BookSetting};
use apportion_contract::{PROJECT_FILE, RUN, TableName};

const SAME_INPUTS: &str = "the available input files are those that were read";
const SAME_RULES: &str = "the available rule files and project file are those that decided the amounts";
const SAME_SETTINGS: &str = "run.json has the settings of the project file";

/// The project that the result was made in, as far as it is here.
#[derive(Debug, Clone, Copy)]
pub struct ProjectFiles<'a> {
    /// Its folder, where it is here.
    pub folder: Option<&'a Path>,
    /// Whether the result fails where a file is missing or was changed since.
    pub required: bool,
}

/// The proofs about inputs, rule files and settings.
pub fn prove(manifest: &Manifest, project: ProjectFiles<'_>) -> Result<Vec<Proof>, Diagnostic> {
    let mut proofs = Vec::new();
    let inputs = manifest.inputs.iter().map(|input| (input.path.as_str(), input.sha256.as_str()));
    let mut inputs = digests(("inputs", SAME_INPUTS, Code::ChangedInput), inputs.collect(), project)?;
    for input in manifest.inputs.iter().filter(|input| TableName::from_word(&input.table).is_none()) {
        let message = format!("`{}` is no table that a file can be read into", input.table);
        inputs.findings.push(Finding::new(Code::BadRunJson, RUN, message));
        inputs.verdict = Verdict::Failed;
    }
    proofs.push(inputs);
    let rules = manifest.rule_files.iter().map(|file| (file.path.as_str(), file.sha256.as_str()));
    let rules = digests(("rule files", SAME_RULES, Code::ChangedRuleFile), rules.collect(), project)?;
    let same_rules = rules.verdict == Verdict::Proven;
    proofs.push(rules);
    proofs.push(settings(manifest, project.folder.filter(|_| same_rules)));
    Ok(proofs)
}

/// Compares the digests of files with those that run.json names. Paths are relative to the project.
fn digests(
    (name, claim, code): (&'static str, &'static str, Code),
    files: BTreeSet<(&str, &str)>,
    project: ProjectFiles<'_>,
) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let files: Vec<(&str, &str)> = files.into_iter().collect();
    let found: Vec<Option<io::Result<(String, u64)>>> =
        files.par_iter().map(|(path, _)| project.folder.map(|project| sha256(&project.join(path)))).collect();
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
    if project.required && missing > 0 {
        let message = format!("{missing} of the files named under `{name}` are not available");
        findings.push(Finding::new(Code::NotAtHand, RUN, message));
    }
    let mut proof = Proof::new(name, claim, vec![Measure::Count("files", same)], findings);
    if missing > 0 {
        proof.measures.push(Measure::Count("not at hand", missing));
    }
    if proof.verdict == Verdict::Proven && same == 0 && missing > 0 {
        proof.verdict = Verdict::NotAtHand;
    }
    if proof.verdict == Verdict::Failed && !project.required {
        proof.verdict = Verdict::ChangedSince;
    }
    Ok(proof)
}

/// The settings in run.json are those of the project file, which is known to be the one that was used.
fn settings(manifest: &Manifest, project: Option<&Path>) -> Proof {
    let Some(book) = project.and_then(book_settings) else {
        return Proof::without("settings", SAME_SETTINGS, Verdict::NotAtHand);
    };
    let BookFacts { name, currency, rounding, fiscal_year_starts, fx_max_age_days, incomplete } =
        &manifest.book;
    let written = |key: &str| match key {
        "name" => name.clone(),
        "currency" => currency.clone(),
        "rounding" => rounding.clone(),
        "fiscal_year_starts" => fiscal_year_starts.to_string(),
        "fx_max_age_days" => fx_max_age_days.to_string(),
        "incomplete" => incomplete.clone(),
        _ => String::new(),
    };
    let mut findings = Findings::default();
    for (key, meant) in &book {
        let written = written(key);
        if written != *meant {
            let message = format!("`book.{key}` is not that of `{PROJECT_FILE}`");
            findings.push(Finding::new(Code::ChangedSetting, RUN, message).numbers(written, meant));
        }
    }
    let measures = vec![Measure::Count("settings", book.len() as u64)];
    Proof::new("settings", SAME_SETTINGS, measures, findings)
}

/// The settings of a project file that decide an amount, each as run.json writes it. `None` where there is no such
/// file or it can't be read: then it says nothing about the result.
fn book_settings(project: &Path) -> Option<Vec<(&'static str, String)>> {
    let text = Disk.read_text(&project.join(PROJECT_FILE)).ok()?;
    let file: toml::Table = toml::from_str(&text).ok()?;
    let book = file.get("book")?.as_table()?;
    let setting = |setting: &BookSetting| {
        let value = match book.get(setting.key) {
            None => setting.default?.to_owned(),
            Some(toml::Value::String(text)) => text.clone(),
            Some(toml::Value::Integer(number)) => number.to_string(),
            // `7.0` is 7.
            Some(toml::Value::Float(number)) => number.to_string(),
            Some(_) => return None,
        };
        Some((setting.key, value))
    };
    BOOK_SETTINGS.iter().map(setting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_run_json_writes_them() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            std::fs::write(folder.path().join(PROJECT_FILE), text).unwrap();
            let settings = book_settings(folder.path())?;
            Some(settings.into_iter().map(|(_, value)| value).collect::<Vec<_>>())
        };
        let book = "[book]\nname = \"N\"\ncurrency = \"EUR\"\n";
        let defaults = ["N", "EUR", "half-away-from-zero", "1", "31", "hold"];
        assert_eq!(read(book), Some(defaults.map(str::to_owned).to_vec()));
        let all = format!(
            "{book}rounding = \"half-even\"\nfiscal_year_starts = 7.0\nfx_max_age_days = 1_0\nincomplete = \"pay\"\n"
        );
        assert_eq!(read(&all), Some(["N", "EUR", "half-even", "7", "10", "pay"].map(str::to_owned).to_vec()));
        assert_eq!(read("[book]\nname = \"N\"\n"), None);
        assert_eq!(read("name = "), None);
    }
}
