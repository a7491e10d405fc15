//! What was posted when, of a payee or a deal.

use std::collections::BTreeSet;

use crate::entry::{Entry, Subject};
use crate::key::{AdjustmentKey, Key, Map, Names};
use crate::ledger::{Close, Closes, Ledger};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::Minor;
use apportion_book::Period;

/// Whose entries are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Those of some payees; all of them without a list.
    pub payees: Option<BTreeSet<String>>,
    /// Those about some deals, or that take lines of them back; all of them without a list.
    pub deals: Option<BTreeSet<String>>,
}

impl EntryFilter {
    fn asks(&self, entry: &Entry, names: &Names) -> bool {
        let of_payee = self.payees.as_ref().is_none_or(|ids| ids.contains(names.text(entry.payee())));
        let of_deal = self.deals.as_ref().is_none_or(|deals| {
            let is = |name| names.maybe_text(name).is_some_and(|id| deals.contains(id));
            match &entry.subject {
                Subject::Line { key, .. } => is(Some(key.deal)) || is(key.of_deal),
                Subject::Adjustment { deal, .. } => is(*deal),
            }
        });
        of_payee && of_deal
    }
}

/// What identifies an entry over all closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum EntryKey {
    Line(Key),
    Adjustment(AdjustmentKey),
}

fn key(entry: &Entry) -> EntryKey {
    match &entry.subject {
        Subject::Line { key, .. } => EntryKey::Line(*key),
        Subject::Adjustment { key, .. } => EntryKey::Adjustment(*key),
    }
}

/// What one close posted of a line or an adjustment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The close.
    pub close: String,
    /// Its month.
    pub period: Period,
    /// Why.
    pub cause: String,
    /// The change of what is earned.
    pub earned: Minor,
    /// The change of what may be paid.
    pub released: Minor,
}

/// An entry of the close, with all that was posted of its line so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedEntry {
    /// The entry.
    pub entry: Entry,
    /// What was posted of it, this entry last.
    pub postings: Vec<Posting>,
}

impl PostedEntry {
    /// The month of the close that changed what is earned last, before this one.
    pub fn changed_before(&self) -> Option<Period> {
        let earlier = self.postings.iter().rev().skip(1);
        earlier.filter(|posting| !posting.earned.is_zero()).map(|posting| posting.period).next()
    }
}

/// The entries of a close that are asked for, in the order of its file, with what was posted before; and the ids that they name.
///
/// # Errors
/// `unreadable-ledger`.
pub fn postings(
    ledger: &Ledger,
    closes: &Closes,
    close: &Close,
    filter: &EntryFilter,
) -> Result<(Vec<PostedEntry>, Names), Diagnostic> {
    let mut names = Names::default();
    let mut own = ledger.entries(close, &mut names)?;
    own.retain(|entry| filter.asks(entry, &names));
    let mut postings: Vec<Vec<Posting>> = vec![Vec::new(); own.len()];
    let places: Map<EntryKey, usize> =
        own.iter().enumerate().map(|(place, entry)| (key(entry), place)).collect();
    for earlier in closes.0.iter().filter(|earlier| earlier.period < close.period) {
        for entry in ledger.entries(earlier, &mut names)? {
            if let Some(place) = places.get(&key(&entry)) {
                postings[*place].push(posting(earlier, &entry));
            }
        }
    }
    let entries = own.into_iter().zip(postings).map(|(entry, mut postings)| {
        postings.push(posting(close, &entry));
        PostedEntry { entry, postings }
    });
    Ok((entries.collect(), names))
}

fn posting(close: &Close, entry: &Entry) -> Posting {
    Posting {
        close: close.record.close.clone(),
        period: close.period,
        cause: entry.cause.to_string(),
        earned: entry.earned,
        released: entry.released,
    }
}
