//! sent.json: that the files of an export went to a bank or to payroll, or that it was none of them after all. Both stay on record.

use serde::{Deserialize, Serialize};

/// The name of the file.
pub const SENT: &str = "sent.json";

/// What was said about an export, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRecord {
    /// What was said.
    pub marks: Vec<SentMark>,
}

/// What somebody said about an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMark {
    /// `sent`, or `undone` where nothing of it was taken.
    pub mark: Mark,
    /// Who says so.
    pub by: String,
    /// What stands beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// SHA-256 of the manifest.json that it is about.
    pub manifest_sha256: String,
}

/// Whether files went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// They did.
    Sent,
    /// They did not: the bank took nothing.
    Undone,
}

impl SentRecord {
    /// The mark that holds now, if the files are out.
    pub fn sent(&self) -> Option<&SentMark> {
        self.marks.last().filter(|mark| mark.mark == Mark::Sent)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None that we know of: JSON can always be written.
    pub fn text(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|error| error.to_string())
    }
}
