//! close.json: what a close rests on, the digests of its files, and its totals. draft.json says the same of a draft.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::rewritten::RuleSnapshot;
use apportion_base::digest::sha256_hex;

/// A close, as its close.json says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseRecord {
    /// The name of its folder.
    pub close: String,
    /// Its number, from 1 on.
    pub number: usize,
    /// The month.
    pub period: String,
    /// The last day that is known.
    pub as_of: String,
    /// The program.
    pub engine: EngineRecord,
    /// The settings of the book.
    pub book: BookRecord,
    /// The settings of the ledger.
    pub ledger: LedgerRecord,
    /// SHA-256 of the close.json of the close before; none for the first.
    pub previous: Option<String>,
    /// The files of data.
    pub inputs: Vec<InputRecord>,
    /// The project file and the rule files.
    pub rule_files: Vec<InputRecord>,
    /// The balances of the system before, of the first close.
    pub opening: Option<InputRecord>,
    /// Rules and holds, as what gave the month its amounts.
    pub rules: Vec<RuleSnapshot>,
    /// The files of the close.
    pub files: Vec<FileRecord>,
    /// What it comes to.
    pub totals: CloseTotals,
    /// How many people other than the preparer must approve it.
    pub approvals_needed: u32,
    /// Who prepared it.
    pub preparer: String,
}

/// The program that made a close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineRecord {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The settings of the book that decide amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookRecord {
    /// The name of the programme.
    pub name: String,
    /// The currency.
    pub currency: String,
    /// How amounts are rounded.
    pub rounding: String,
    /// The month in which a fiscal year starts.
    pub fiscal_year_starts: u8,
    /// An exchange rate older than this is no rate.
    pub fx_max_age_days: u32,
    /// What happens to incomplete deals.
    pub incomplete: String,
}

/// The settings of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRecord {
    /// The first month that is closed.
    pub first: String,
    /// Fiscal years before that of the month whose deals are computed again.
    pub true_up: u32,
    /// Whether copies of the data stand in the ledger.
    pub keep_inputs: bool,
    /// The sum of true-ups from which on it has to be accepted.
    pub review_over: Option<String>,
}

/// A file that a close rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputRecord {
    /// Relative to the project's folder.
    pub path: String,
    /// The table that it was read for; none of rule files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A file of a close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// What a close comes to: the sums of balances.csv, in the major unit of the book's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "they are columns of balances.csv")]
pub struct CloseTotals {
    pub payees: u64,
    pub entries: u64,
    pub new_lines: u64,
    pub carried_in: String,
    pub owed_in: String,
    pub held_in: String,
    pub lines: String,
    pub true_ups: String,
    pub clawbacks: String,
    pub adjustments: String,
    pub held_change: String,
    pub guarantee: String,
    pub advance: String,
    pub recovery: String,
    pub forgiven: String,
    pub paid: String,
    pub paid_payees: u64,
    pub carried_out: String,
    pub owed_out: String,
    pub held_out: String,
}

/// Somebody's approval of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: String,
    /// What they wrote beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// SHA-256 of the draft.json that they approved.
    pub digest: String,
}

/// A text with its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The file's text.
    pub text: String,
    /// SHA-256 of it.
    pub digest: String,
}

/// A record as the text of its file: JSON that ends in a newline.
///
/// # Errors
/// None that we know of: JSON can always be written.
pub fn seal<T: Serialize>(record: &T) -> Result<Sealed, String> {
    let mut text = serde_json::to_string_pretty(record).map_err(|error| error.to_string())?;
    let _ = writeln!(text);
    let digest = sha256_hex(text.as_bytes());
    Ok(Sealed { text, digest })
}

/// Reads a record from the bytes of its file, with their digest.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_sealed<T: for<'t> Deserialize<'t>>(bytes: &[u8]) -> Result<(T, String), String> {
    let record =
        serde_json::from_slice(bytes).map_err(|error| format!("it is not what was written: {error}"))?;
    Ok((record, sha256_hex(bytes)))
}
