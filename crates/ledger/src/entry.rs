//! Entries: each is one change of what a payee earned and may be paid.

use std::borrow::Cow;

use crate::key::{AdjustmentKey, Key, MaybeName, Names};
use apportion_base::money::Minor;
use apportion_book::Period;
use apportion_rules::Kind;

/// The cause of an entry whose amount somebody decided.
pub const ACCEPTANCE: &str = "acceptance";

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A line.
    Line {
        /// The line's key.
        key: Key,
        /// The close date of its deal.
        close_date: i32,
    },
    /// An adjustment.
    Adjustment {
        /// The adjustment and the payee.
        key: AdjustmentKey,
        /// The deal that it is about, for information.
        deal: MaybeName,
        /// The rule that it is about, for information.
        rule: MaybeName,
        /// Why.
        reason: String,
    },
}

/// Which month an entry is of, seen from its close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryType {
    /// Of the month that is closed.
    New,
    /// A difference for a closed month.
    TrueUp,
    /// An adjustment.
    Adjustment,
}

impl EntryType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::TrueUp, Self::Adjustment];

    /// The word in entries.parquet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::TrueUp => "true-up",
            Self::Adjustment => "adjustment",
        }
    }

    /// The type with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entry| entry.word() == word)
    }
}

/// A word of entries.parquet; few are not known when the program is built.
pub type Word = Cow<'static, str>;

/// A kind or a cause with this text; most are known here, and need no memory.
pub fn known_word(text: &str) -> Word {
    let words = Kind::ALL.into_iter().map(Kind::word).chain(["new", "release", ACCEPTANCE, "adjustment"]);
    words.into_iter().find(|word| *word == text).map_or_else(|| Word::Owned(text.to_owned()), Word::Borrowed)
}

/// One change of what a payee earned, and of which part of it may be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub subject: Subject,
    /// The kind of the rule, or of the adjustment.
    pub kind: Option<Word>,
    /// The month that it is of.
    pub of_period: Period,
    /// Whether that month was closed before.
    pub entry: EntryType,
    /// Why it is.
    pub cause: Word,
    /// The change of what is earned.
    pub earned: Minor,
    /// The change of what may be paid.
    pub released: Minor,
    /// What is earned with it.
    pub earned_to_date: Minor,
    /// What may be paid with it.
    pub released_to_date: Minor,
}

impl Entry {
    /// Its place in the file: payee, rule, deal, role, from_payee, of_rule, of_deal and adjustment, by bytes, null first.
    pub fn place<'n>(&self, names: &'n Names) -> [Option<&'n str>; 8] {
        let mut place = [None; 8];
        match &self.subject {
            Subject::Line { key, .. } => place[..7].copy_from_slice(&key.place(names)),
            Subject::Adjustment { key, deal, rule, .. } => {
                place[0] = Some(names.text(key.payee));
                place[1] = names.maybe_text(*rule);
                place[2] = names.maybe_text(*deal);
                place[7] = Some(names.text(key.adjustment));
            }
        }
        place
    }

    /// The payee.
    pub fn payee(&self) -> crate::key::Name {
        match &self.subject {
            Subject::Line { key, .. } => key.payee,
            Subject::Adjustment { key, .. } => key.payee,
        }
    }

    /// Whether it is of a line of kind `clawback`.
    pub fn is_clawback(&self) -> bool {
        matches!(&self.subject, Subject::Line { key, .. } if key.is_clawback())
    }
}

/// The entries of lines, which are in the order of the file, and those of adjustments, all in that order.
pub fn merged(of_lines: Vec<Entry>, mut of_adjustments: Vec<Entry>, names: &Names) -> Vec<Entry> {
    if of_adjustments.is_empty() {
        return of_lines;
    }
    of_adjustments.sort_by(|one, other| one.place(names).cmp(&other.place(names)));
    // Adjustments are few: each looks for its place among the lines.
    let mut all = Vec::with_capacity(of_lines.len() + of_adjustments.len());
    let places: Vec<usize> = of_adjustments
        .iter()
        .map(|entry| of_lines.partition_point(|line| line.place(names) <= entry.place(names)))
        .collect();
    let mut lines = of_lines.into_iter();
    for ((taken, entry), place) in of_adjustments.into_iter().enumerate().zip(places) {
        let before = all.len() - taken;
        all.extend(lines.by_ref().take(place - before));
        all.push(entry);
    }
    all.extend(lines);
    all
}

/// The entries of each payee, of entries in the order of the file.
pub fn of_payees(entries: &[Entry]) -> impl Iterator<Item = &[Entry]> {
    entries.chunk_by(|one, other| one.payee() == other.payee())
}
