//! Some lines of a result as they were written, and what the result was made from: for an explanation that is held
//! against it. Proves nothing; that is what the rest of this room does.

use std::path::Path;

use super::lines::{self, Known};
use super::report::Finding;
use super::{folder, manifest};
use apportion_base::diagnostic::{Code, Diagnostic};

/// The lines that are wanted: of a payee, a deal, a rule; `None` is any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    pub payee: Option<&'a str>,
    pub deal: Option<&'a str>,
    pub rule: Option<&'a str>,
}

/// What a line says and what it says it of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredLine {
    pub rule_id: String,
    pub deal_id: String,
    pub payee_id: String,
    pub role: Option<String>,
    pub from_payee_id: Option<String>,
    /// Minor units.
    pub credited: Option<i64>,
    pub amount: Option<i64>,
}

/// A result, as far as it was asked for.
#[derive(Debug, Clone)]
pub struct Stored {
    pub period: String,
    /// Path and SHA-256 of each input, and of each rule file with the project file.
    pub inputs: Vec<(String, String)>,
    pub rule_files: Vec<(String, String)>,
    /// Sorted.
    pub lines: Vec<StoredLine>,
}

/// Reads a result.
///
/// # Errors
/// `not-a-result` where there is none, or none that can be read, and `cannot-read` where the disk says no.
pub fn stored(out: &Path, wanted: Wanted<'_>) -> Result<Stored, Diagnostic> {
    let bytes = folder::run_json(out)?;
    let unread = |finding: Finding| {
        let message = format!("the result in `{}` can't be read: {}", out.display(), finding.message);
        Diagnostic::error(Code::NotAResult, message)
            .help("`apportion verify` tells all that is wrong with it; run the period again")
    };
    let manifest = manifest::read(&bytes).map_err(unread)?;
    let terms = manifest::terms(&manifest).map_err(|mut findings| unread(findings.swap_remove(0)))?;
    let mut known = Known::default();
    let mut of_question = Vec::new();
    lines::open(out).map_err(unread)?;
    lines::scan(out, &terms, &mut known, |line| {
        let is = |wanted: Option<&str>, value: &str| wanted.is_none_or(|wanted| wanted == value);
        if is(wanted.payee, line.payee_id) && is(wanted.deal, line.deal_id) && is(wanted.rule, line.rule_id) {
            of_question.push(StoredLine {
                rule_id: line.rule_id.to_owned(),
                deal_id: line.deal_id.to_owned(),
                payee_id: line.payee_id.to_owned(),
                role: line.role.map(str::to_owned),
                from_payee_id: line.from_payee_id.map(str::to_owned),
                credited: line.credited,
                amount: line.amount,
            });
        }
    })
    .map_err(unread)?;
    of_question.sort();
    Ok(Stored {
        period: manifest.period,
        inputs: manifest.inputs.into_iter().map(|file| (file.path, file.sha256)).collect(),
        rule_files: manifest.rule_files.into_iter().map(|file| (file.path, file.sha256)).collect(),
        lines: of_question,
    })
}
