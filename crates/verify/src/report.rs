//! What came out of a verification: a list of proofs, each with what it looked at and what it found. Only values;
//! how they are shown is the command line's business.

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;

/// Findings of one code that are kept in full; the others are counted.
const KEPT: usize = 5;

/// One place where the files contradict themselves or what they were made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// kebab-case, explained in [`super::codes::CODES`].
    pub code: Code,
    /// The file that it is about: of the result, or one that the result names.
    pub file: String,
    /// 1 is the first record.
    pub row: Option<u64>,
    /// What is wrong, as part of a sentence.
    pub message: String,
    /// What the file says, and what the proof computed.
    pub numbers: Option<(String, String)>,
}

impl Finding {
    /// A finding about a file as a whole.
    pub fn new(code: Code, file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, file: file.into(), row: None, message: message.into(), numbers: None }
    }

    /// The record it is about, from 1.
    #[must_use]
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Both sides: as written, and as proved.
    #[must_use]
    pub fn numbers(mut self, written: impl ToString, proved: impl ToString) -> Self {
        self.numbers = Some((written.to_string(), proved.to_string()));
        self
    }

    /// The same for amounts of minor units; a dash where there is none.
    #[must_use]
    pub fn amounts(self, written: Option<i128>, proved: Option<i128>, digits: u32) -> Self {
        let shown = |minor: Option<i128>| minor.map_or("-".to_owned(), |minor| format_scaled(minor, digits));
        self.numbers(shown(written), shown(proved))
    }

    /// As a message for people: an error, or a warning where it is about a file that was [changed since](Verdict::ChangedSince).
    pub fn diagnostic(&self, verdict: Verdict) -> Diagnostic {
        let mut text = self.file.clone();
        if let Some(row) = self.row {
            text.push_str(&format!(", row {row}"));
        }
        text.push_str(&format!(": {}", self.message));
        if let Some((written, proved)) = &self.numbers {
            text.push_str(&format!(": written {written}, proved {proved}"));
        }
        let diagnostic = match verdict {
            Verdict::ChangedSince => Diagnostic::warning(self.code, text),
            _ => Diagnostic::error(self.code, text),
        };
        match super::codes::advice(self.code) {
            Some(advice) => diagnostic.help(advice),
            None => diagnostic,
        }
    }
}

/// Findings of one code: all are counted, the first few are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The code.
    pub code: Code,
    /// How many findings there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<Finding>,
}

/// What a proof found, grouped by code in order of appearance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// One for each code.
    pub groups: Vec<Group>,
}

impl Findings {
    /// Notes a finding; its words are only made where they are kept.
    pub fn add(&mut self, code: Code, finding: impl FnOnce() -> Finding) {
        let index = match self.groups.iter().position(|group| group.code == code) {
            Some(index) => index,
            None => {
                self.groups.push(Group { code, count: 0, first: Vec::new() });
                self.groups.len() - 1
            }
        };
        let group = &mut self.groups[index];
        group.count += 1;
        if group.first.len() < KEPT {
            let finding = finding();
            debug_assert_eq!(finding.code, code);
            group.first.push(finding);
        }
    }

    /// Notes a finding that was made already.
    pub fn push(&mut self, finding: Finding) {
        self.add(finding.code, || finding);
    }

    /// Notes the findings of what follows: the same as if they had been noted one after the other.
    pub fn extend(&mut self, next: Self) {
        for Group { code, count, first } in next.groups {
            let kept = first.len() as u64;
            first.into_iter().for_each(|finding| self.push(finding));
            if let Some(group) = self.groups.iter_mut().find(|group| group.code == code) {
                group.count += count - kept;
            }
        }
    }

    /// How many findings there are, those that were not kept among them.
    pub fn count(&self) -> u64 {
        self.groups.iter().map(|group| group.count).sum()
    }
}

/// What a proof looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// So many of a thing, named in the plural.
    Count(&'static str, u64),
    /// A sum of minor units, named.
    Amount(&'static str, i128),
}

/// How a proof ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Proven,
    /// Something contradicts it.
    Failed,
    /// The result is as it was, and what it was made from is not: files were changed since, and the caller does not require them
    /// to be the same.
    ChangedSince,
    /// What it would have looked at is not on this machine, and the caller does not require it.
    NotAtHand,
    /// Something that it rests on failed before.
    NotChecked,
}

impl Verdict {
    /// As it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Failed => "FAILED",
            Self::ChangedSince => "changed since",
            Self::NotAtHand => "not at hand",
            Self::NotChecked => "not checked",
        }
    }
}

/// One proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// A word or two.
    pub name: &'static str,
    /// What holds if it is proven.
    pub claim: &'static str,
    /// What it looked at.
    pub measures: Vec<Measure>,
    /// How it ended.
    pub verdict: Verdict,
    /// What it found.
    pub findings: Findings,
}

impl Proof {
    /// A proof that was carried out; it holds where nothing was found.
    pub fn new(name: &'static str, claim: &'static str, measures: Vec<Measure>, findings: Findings) -> Self {
        let verdict = if findings.groups.is_empty() { Verdict::Proven } else { Verdict::Failed };
        Self { name, claim, measures, verdict, findings }
    }

    /// A proof that could not be carried out.
    pub fn without(name: &'static str, claim: &'static str, verdict: Verdict) -> Self {
        Self { name, claim, measures: Vec::new(), verdict, findings: Findings::default() }
    }
}

/// All proofs of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// As run.json says; empty where it could not be read.
    pub period: String,
    /// The name of the programme; empty where run.json could not be read.
    pub book: String,
    /// The code of the currency; empty where run.json could not be read.
    pub currency: String,
    /// Decimals of the currency.
    pub digits: u32,
    /// SHA-256 of run.json, which holds the digests of all else: one number for the whole result.
    pub digest: String,
    /// All proofs, in the order in which they are made.
    pub proofs: Vec<Proof>,
}

impl Report {
    /// Whether no proof failed, and none was left out because another one failed.
    pub fn proven(&self) -> bool {
        let holds = |verdict| matches!(verdict, Verdict::Proven | Verdict::ChangedSince | Verdict::NotAtHand);
        self.proofs.iter().all(|proof| holds(proof.verdict))
    }

    /// The names of the proofs about files that were changed since the result was made from them.
    pub fn changed_since(&self) -> impl Iterator<Item = &'static str> {
        self.proofs.iter().filter(|proof| proof.verdict == Verdict::ChangedSince).map(|proof| proof.name)
    }

    /// All groups of findings, in order of the proofs.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.proofs.iter().flat_map(|proof| &proof.findings.groups)
    }
}
