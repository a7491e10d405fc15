//! A result as it is read back from its folder: what `verify` reads and `explain` holds its amounts against.

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
    /// The credit, in minor units.
    pub credited: Option<i64>,
    /// The amount, in minor units.
    pub amount: Option<i64>,
}

/// A result, with the lines that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// The period's name.
    pub period: String,
    /// Path and SHA-256 of each input file.
    pub inputs: Vec<(String, String)>,
    /// Path and SHA-256 of each rule file and of the project file.
    pub rule_files: Vec<(String, String)>,
    /// Sorted by all their fields.
    pub lines: Vec<StoredLine>,
}
