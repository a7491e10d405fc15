//! What the closes so far have posted, added up.

use std::collections::BTreeMap;

use crate::entry::{Entry, Subject, Word};
use crate::key::{AdjustmentKey, ByName, Key, Map, MaybeName, Name};
use apportion_base::money::{Minor, Overflow};
use apportion_book::Period;

/// What was posted for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedKey {
    /// Σ earned.
    pub earned: Minor,
    /// Σ released.
    pub released: Minor,
    /// The kind of its rule.
    pub kind: Option<Word>,
    /// Why it came to nothing, where it did: the cause of its last entry.
    pub gone_by: Option<Box<str>>,
}

/// What was posted for an adjustment and a payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedAdjustment {
    /// Σ earned.
    pub amount: Minor,
    /// The kind of its last entry.
    pub kind: Option<Word>,
    /// The month of its last entry.
    pub of_period: Period,
    /// The month whose close has its last entry.
    pub closed_in: Period,
    /// The reason of its last entry.
    pub reason: String,
    /// The deal of its last entry.
    pub deal: MaybeName,
    /// The rule of its last entry.
    pub rule: MaybeName,
}

/// The last entry of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastOfDeal {
    /// The close date that the deal had.
    pub close_date: i32,
    /// The month of it.
    pub of_period: Period,
}

/// What the closes so far have posted.
#[derive(Debug, Default)]
pub struct Posted {
    /// By key.
    pub keys: Map<Key, PostedKey>,
    /// By adjustment and payee.
    pub adjustments: Map<AdjustmentKey, PostedAdjustment>,
    /// By deal: its last entry.
    pub deals: ByName<LastOfDeal>,
}

impl Posted {
    /// Adds the entries of the close of a month, which has to be a later one than those before.
    ///
    /// # Errors
    /// A sum of more than 18 digits.
    pub fn add(&mut self, closed_in: Period, entries: &[Entry]) -> Result<(), Overflow> {
        self.keys.reserve(entries.len());
        for entry in entries {
            match &entry.subject {
                Subject::Line { key, close_date } => {
                    let last = LastOfDeal { close_date: *close_date, of_period: entry.of_period };
                    self.deals.insert(key.deal, last);
                    let posted = self.keys.entry(*key).or_insert_with(|| PostedKey {
                        earned: Minor::ZERO,
                        released: Minor::ZERO,
                        kind: None,
                        gone_by: None,
                    });
                    posted.earned = posted.earned.checked_add(entry.earned)?;
                    posted.released = posted.released.checked_add(entry.released)?;
                    posted.kind.clone_from(&entry.kind);
                    posted.gone_by = posted.earned.is_zero().then(|| entry.cause.as_ref().into());
                }
                Subject::Adjustment { key, deal, rule, reason } => {
                    let before = self.adjustments.get(key).map_or(Minor::ZERO, |posted| posted.amount);
                    let posted = PostedAdjustment {
                        amount: before.checked_add(entry.earned)?,
                        kind: entry.kind.clone(),
                        of_period: entry.of_period,
                        closed_in,
                        reason: reason.clone(),
                        deal: *deal,
                        rule: *rule,
                    };
                    self.adjustments.insert(*key, posted);
                }
            }
        }
        Ok(())
    }

    /// What is held of each payee: earned and not released.
    ///
    /// # Errors
    /// A sum of more than 18 digits.
    pub fn held(&self) -> Result<Map<Name, Minor>, Overflow> {
        let mut sums: Map<Name, i128> = Map::default();
        // A sum does not depend on the order of what is added.
        #[allow(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
        for (key, posted) in &self.keys {
            *sums.entry(key.payee).or_default() += posted.earned.wide() - posted.released.wide();
        }
        sums.into_iter().map(|(payee, held)| Ok((payee, Minor::from_wide(held)?))).collect()
    }
}

/// What a payee has after a close.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The payee's name when it was last known.
    pub name: String,
    /// What is due and not paid; below 0 what the payee owes through clawbacks.
    pub carried: Minor,
    /// The balance of recoverable draws.
    pub owed: Minor,
    /// The recoverable draw last in force, and the last day of that close.
    pub draw: Option<(String, i32)>,
    /// Whether any figure of the payee was ever other than 0.
    pub is_known: bool,
}

/// By payee_id: what each payee has after the last close.
pub type Standings = BTreeMap<String, Standing>;
