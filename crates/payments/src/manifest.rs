//! manifest.json: what an export wrote, for whom, and what was left out and why. No account stands in it.

use serde::{Deserialize, Serialize};

use crate::notes::{NettedItem, TextChange};

pub use apportion_contract::output::ledger::MANIFEST;

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The export.
    pub export: String,
    /// Its format.
    pub format: String,
    /// Whether its files pay anybody.
    pub pays: bool,
    /// The close.
    pub close: String,
    /// SHA-256 of its close.json.
    pub close_sha256: String,
    /// The month.
    pub period: String,
    /// The day on which is paid.
    pub execution_date: String,
    /// The time that the files say they were made at.
    pub created: String,
    /// The arguments that decided something.
    pub arguments: Arguments,
    /// The files.
    pub files: Vec<ManifestFile>,
    /// How many payees are paid.
    pub payees: usize,
    /// What is paid, by currency.
    pub totals: Vec<Total>,
    /// Who is paid what.
    pub payments: Vec<ManifestPayment>,
    /// Who is not, although the export would pay it.
    pub left_out: Vec<LeftOut>,
    /// Who has nothing to be paid.
    pub zero: Vec<String>,
    /// Texts that the format could not take as they were.
    pub changes: Vec<TextChange>,
    /// Items below 0 that came off others.
    pub netted: Vec<NettedItem>,
    /// What somebody should know.
    pub warnings: Vec<String>,
    /// By which bytes of files two banks tell whether they have one already; of NACHA files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<String>,
}

/// The arguments of a command that decide what an export writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arguments {
    /// Keys that were replaced, as `key=value`.
    pub set: Vec<String>,
    /// Payees who were left out.
    pub leave_out: Vec<String>,
    /// The only payees who were wanted; empty for all.
    pub only: Vec<String>,
    /// Whether payees may be in no export.
    pub allow_unexported: bool,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// How many payees are in it.
    pub payees: usize,
    /// What it pays, by currency.
    pub totals: Vec<Total>,
}

/// A sum in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// In the major unit.
    pub amount: String,
    /// The currency.
    pub currency: String,
}

/// What a payee is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestPayment {
    /// The payee.
    pub payee_id: String,
    /// In the major unit.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// The payment's own reference, where the format has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A payee who is not paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The payee.
    pub payee_id: String,
    /// In the major unit.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// Why.
    pub why: String,
}

impl Manifest {
    /// The text of the file.
    ///
    /// # Errors
    /// None that we know of: JSON can always be written.
    pub fn text(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|error| error.to_string())
    }
}
