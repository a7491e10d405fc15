//! Compares explained amounts with a written result: whether inputs and rules were the same, and whether the amounts
//! are.

use std::collections::BTreeMap;

use apportion_base::digest::FileDigest;
use apportion_base::money::Minor;
use apportion_data::Input;
use apportion_engine::explain::tree::Explanation;
use apportion_verify::{StoredLine, StoredResult};

/// Something that a file was or is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileChange {
    Changed,
    New,
    Gone,
}

impl FileChange {
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// A line that is not as it was written. Credit and amount; `None` where there is no such line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Without its numbers.
    pub line: StoredLine,
    pub stored: Option<(Option<Minor>, Option<Minor>)>,
    pub explained: Option<(Option<Minor>, Option<Minor>)>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultComparison {
    pub inputs: Vec<(String, FileChange)>,
    pub rule_files: Vec<(String, FileChange)>,
    /// Lines of the result that the question is about.
    pub lines: usize,
    pub differences: Vec<Difference>,
}

impl ResultComparison {
    /// Compares an explanation with the lines of a result that the same question selects.
    pub fn new(
        explanation: &Explanation,
        stored: &StoredResult,
        inputs: &[Input],
        rule_files: &[FileDigest],
    ) -> Self {
        let inputs = inputs.iter().map(|input| (input.path.as_str(), input.sha256.as_str()));
        let rule_files = rule_files.iter().map(|file| (file.path.as_str(), file.sha256.as_str()));
        Self {
            inputs: changes(&stored.inputs, inputs),
            rule_files: changes(&stored.rule_files, rule_files),
            lines: stored.lines.len(),
            differences: differences(explanation, &stored.lines),
        }
    }

    /// Whether the result was made from the same files.
    pub fn same_files(&self) -> bool {
        self.inputs.is_empty() && self.rule_files.is_empty()
    }
}

fn changes<'a>(
    was: &'a [(String, String)],
    is: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<(String, FileChange)> {
    let was: BTreeMap<&str, &str> =
        was.iter().map(|(path, sha256)| (path.as_str(), sha256.as_str())).collect();
    let is: BTreeMap<&str, &str> = is.collect();
    let mut changes: Vec<(String, FileChange)> = Vec::new();
    for (path, sha256) in &is {
        match was.get(path) {
            None => changes.push(((*path).to_owned(), FileChange::New)),
            Some(before) if before != sha256 => changes.push(((*path).to_owned(), FileChange::Changed)),
            Some(_) => {}
        }
    }
    let gone = was.keys().filter(|path| !is.contains_key(*path));
    changes.extend(gone.map(|path| ((*path).to_owned(), FileChange::Gone)));
    changes.sort();
    changes
}

fn differences(explanation: &Explanation, stored: &[StoredLine]) -> Vec<Difference> {
    let bare = |line: &StoredLine| StoredLine { credited: None, amount: None, ..line.clone() };
    let mut lines: BTreeMap<StoredLine, Difference> = BTreeMap::new();
    for line in stored {
        let entry = lines.entry(bare(line)).or_insert_with(|| Difference {
            line: bare(line),
            stored: None,
            explained: None,
        });
        entry.stored = Some((line.credited.map(Minor::new), line.amount.map(Minor::new)));
    }
    for known in &explanation.lines {
        let rule_id = explanation.versions.get(&known.version).map_or("", |version| &version.rule_id);
        let line = StoredLine {
            rule_id: rule_id.to_owned(),
            deal_id: known.deal_id.clone(),
            payee_id: known.payee_id.clone(),
            role: known.role.clone(),
            from_payee_id: known.from_payee_id.clone(),
            of_rule_id: known.of_rule_id.clone(),
            credited: None,
            amount: None,
        };
        let entry = lines.entry(line.clone()).or_insert(Difference { line, stored: None, explained: None });
        entry.explained = Some((known.credited, known.amount));
    }
    lines.into_values().filter(|line| line.stored != line.explained).collect()
}
