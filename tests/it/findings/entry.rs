//! A code with its meaning, what to do, and mistakes that must cause exactly this code.

use apportion::diagnostic::Code;
pub use apportion::diagnostic::Family;

use super::project::Change;

/// One code.
pub struct Entry {
    pub family: Family,
    pub code: &'static str,
    /// What was found, in a sentence or two.
    pub what: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// The first is shown on the page. Without one, `remedy` says why it can't be provoked.
    pub mistakes: Vec<Mistake>,
}

/// Something that a person got wrong.
pub struct Mistake {
    pub changes: Vec<Change>,
    /// Of the command, where it is not `run --period 2026-07`.
    pub arguments: &'static [&'static str],
    pub expected: Expectation,
}

/// What must come of it, and nothing else.
pub enum Expectation {
    /// The command could not do it: this one finding, with its place in the changed file.
    Refused { place: Place },
    /// The command was done, found this one thing, and ends with exit code 1.
    Stopped,
    /// The run is done, with exactly these rejects and uncredited deals, and the sound project's lines.
    Found { rejects: Vec<Reject>, uncredited: Vec<Uncredited> },
}

/// Where a finding points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Into the file that was changed first.
    Changed,
    /// Into another file.
    In(&'static str),
    Nowhere,
}

/// A row of rejects.csv: source, file, row, key, column, code, value and action.
pub type Reject = [String; 8];

/// The first cells of a row of uncredited.csv: deal_id, rule_id, payee_id and reason.
pub type Uncredited = [&'static str; 4];

/// An entry; mistakes are added to it.
pub fn entry(family: Family, code: &'static str, what: &'static str, remedy: &'static str) -> Entry {
    Entry { family, code, what, remedy, mistakes: Vec::new() }
}

impl Entry {
    /// The code of the registry; `None` for rejects and reasons, which are words of files.
    pub fn registered(&self) -> Option<Code> {
        let of_data = matches!(self.family, Family::Rejects | Family::Uncredited);
        if of_data { None } else { Code::from_word(self.code) }
    }

    /// A mistake that is refused with its place in the file that is changed.
    pub fn when(self, file: &'static str, from: &'static str, to: &'static str) -> Self {
        self.refused(vec![Change::Replace(file, from, to)], Place::Changed)
    }

    /// The same of text at the end of a file.
    pub fn when_added(self, file: &'static str, text: &str) -> Self {
        self.refused(vec![Change::Add(file, text.to_owned())], Place::Changed)
    }

    /// The same of several changes and of a place elsewhere.
    pub fn refused(self, changes: Vec<Change>, place: Place) -> Self {
        self.mistake(changes, Expectation::Refused { place })
    }

    /// A mistake in a file of cases, which `test` refuses.
    pub fn tested(mut self, text: &str) -> Self {
        let changes = vec![Change::Write("cases/july.toml", text.as_bytes().to_vec())];
        let expected = Expectation::Refused { place: Place::Changed };
        self.mistakes.push(Mistake { changes, arguments: &["test"], expected });
        self
    }

    /// A mistake in the command itself.
    pub fn commanded(mut self, arguments: &'static [&'static str], changes: Vec<Change>) -> Self {
        let expected = Expectation::Refused { place: Place::Nowhere };
        self.mistakes.push(Mistake { changes, arguments, expected });
        self
    }

    pub fn mistake(mut self, changes: Vec<Change>, expected: Expectation) -> Self {
        self.mistakes.push(Mistake { changes, arguments: &[], expected });
        self
    }
}
