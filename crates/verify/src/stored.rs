//! Some lines of a result, and what the result was made from: an explanation is compared with them. Proves nothing;
//! that is what the other modules do.

use std::path::Path;

use super::csv_file::records;
use super::lines::{self, Ids};
use super::report::{Finding, Findings};
use super::{folder, manifest};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_contract::output::REJECT_FILE;
use apportion_contract::{LineColumn, RejectCode};

/// A line of a result, without what it was computed from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredLine {
    /// The rule.
    pub rule_id: String,
    /// The deal.
    pub deal_id: String,
    /// Who is paid or credited.
    pub payee_id: String,
    /// The role, where the rule splits by role.
    pub role: Option<String>,
    /// Of an override: whose credit it pays on.
    pub from_payee_id: Option<String>,
    /// Of a clawback: the rule whose line it takes back.
    pub of_rule_id: Option<String>,
    /// The credit, in minor units.
    pub credited: Option<i64>,
    /// The amount, in minor units.
    pub amount: Option<i64>,
}

/// A result, with the selected lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// The period's name.
    pub period: String,
    /// Path and SHA-256 of each input file.
    pub inputs: Vec<(String, String)>,
    /// Path and SHA-256 of each rule file and of the project file.
    pub rule_files: Vec<(String, String)>,
    /// Rows of the input tables that could not be used.
    pub rejected: u64,
    /// Whether some of them have one key and say different things, or nobody knows: no part of the rows shows that.
    pub has_conflicts: bool,
    /// Sorted by all their fields.
    pub lines: Vec<StoredLine>,
}

/// The lines that are wanted: of a payee, a deal, a rule; `None` is any.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineFilter<'a> {
    /// The payee's id.
    pub payee: Option<&'a str>,
    /// The deal's id.
    pub deal: Option<&'a str>,
    /// The rule's id.
    pub rule: Option<&'a str>,
}

impl LineFilter<'_> {
    fn lines(self) -> lines::Only {
        lines::Only::default()
            .with(LineColumn::PayeeId, self.payee)
            .with(LineColumn::DealId, self.deal)
            .with(LineColumn::RuleId, self.rule)
    }
}

/// Reads a result.
///
/// # Errors
/// `not-a-result` where there is none, or none that can be read, and `cannot-read` where the disk does not give it.
pub fn stored(out: &Path, filter: LineFilter<'_>) -> Result<StoredResult, Diagnostic> {
    let bytes = folder::run_json(out)?;
    let unread = |finding: Finding| {
        let message = format!("the result in `{}` can't be read: {}", out.display(), finding.message);
        Diagnostic::error(Code::NotAResult, message)
            .help("`apportion verify` lists everything that is wrong with it; run the period again")
    };
    let manifest = manifest::read(&bytes).map_err(unread)?;
    let terms = manifest::terms(&manifest).map_err(|mut findings| unread(findings.swap_remove(0)))?;
    let mut ids = Ids::default();
    let mut found = Vec::new();
    lines::open(out).map_err(unread)?;
    lines::scan_only(out, &filter.lines(), &terms, &mut ids, |batch| {
        found.extend(batch.lines().map(|line| {
            let words = line.words;
            StoredLine {
                rule_id: words.rule_id().to_owned(),
                deal_id: words.deal_id().to_owned(),
                payee_id: words.payee_id().to_owned(),
                role: words.role_id().map(str::to_owned),
                from_payee_id: words.origin_id().map(str::to_owned),
                of_rule_id: words.of_rule_id().map(str::to_owned),
                credited: line.credited,
                amount: line.amount,
            }
        }));
    })
    .map_err(unread)?;
    found.sort();
    let rejected = manifest.rows.iter().map(|rows| rows.rejected).sum();
    Ok(StoredResult {
        period: manifest.period,
        rejected,
        has_conflicts: rejected > 0 && has_conflicts(out, manifest.raw)?,
        inputs: manifest.inputs.into_iter().map(|file| (file.path, file.sha256)).collect(),
        rule_files: manifest.rule_files.into_iter().map(|file| (file.path, file.sha256)).collect(),
        lines: found,
    })
}

/// Whether rejects.csv has rows of one key that differ; also where it can't be read.
fn has_conflicts(out: &Path, raw: bool) -> Result<bool, Diagnostic> {
    let (mut found, mut unread) = (false, Findings::default());
    let code = REJECT_FILE.position("code");
    let rows = records((out, raw), &REJECT_FILE, &mut unread, |_, cells, _| {
        let word = code.and_then(|place| cells.get(place));
        found |= word == Some(RejectCode::ConflictingKey.word());
    })?;
    Ok(found || rows.is_none())
}
