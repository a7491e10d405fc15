//! What the closes so far have posted, added up.

use std::collections::BTreeMap;

use crate::entry::Word;
use crate::key::{AdjustmentKey, ByName, Key, Map, MaybeName, Name};
use apportion_base::money::{Minor, Overflow};
use apportion_book::Period;
use rayon::prelude::*;

/// What was posted for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostedKey {
    /// The key.
    pub key: Key,
    /// Σ earned.
    pub earned: Minor,
    /// Σ released.
    pub released: Minor,
    /// The word of the kind of its rule.
    pub kind: MaybeName,
    /// The cause of its last entry.
    pub cause: Name,
}

impl PostedKey {
    /// Why it came to nothing, where it did: the cause of its last entry.
    pub fn gone_by(&self) -> MaybeName {
        self.earned.is_zero().then_some(self.cause)
    }

    /// Adds what was posted later.
    fn add(&mut self, later: &Self) -> Result<(), Overflow> {
        let Self { earned, released, .. } = *self;
        *self = *later;
        self.earned = earned.checked_add(later.earned)?;
        self.released = released.checked_add(later.released)?;
        Ok(())
    }
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
    /// In order of their codes: the keys of a payee are side by side.
    keys: Vec<PostedKey>,
    /// By adjustment and payee.
    pub adjustments: Map<AdjustmentKey, PostedAdjustment>,
    /// By deal: its last entry.
    deals: ByName<LastOfDeal>,
    /// By milestone: its last entry. Its id may be that of a deal as well.
    milestones: ByName<LastOfDeal>,
    /// Rules that paid for milestones.
    milestone_rules: Map<Name, ()>,
}

impl Posted {
    /// The last entry of the deal of a key, or of its milestone.
    pub fn last(&self, key: &Key) -> Option<LastOfDeal> {
        let of_kind = if self.paid_milestones(key.rule) { &self.milestones } else { &self.deals };
        of_kind.get(key.deal)
    }

    /// Whether something was posted of a milestone of this id, or of a deal.
    pub fn has(&self, milestone: bool, id: Name) -> bool {
        let of_kind = if milestone { &self.milestones } else { &self.deals };
        of_kind.get(id).is_some()
    }

    /// The rules whose entries are about milestones.
    pub fn milestone_rules(&self) -> Map<Name, ()> {
        self.milestone_rules.clone()
    }

    /// Whether entries of a rule are about milestones, whose ids stand in the place of those of deals.
    pub fn paid_milestones(&self, rule: Name) -> bool {
        self.milestone_rules.contains_key(&rule)
    }

    /// All keys, in order of their codes.
    pub fn keys(&self) -> &[PostedKey] {
        &self.keys
    }

    /// The keys of a payee, in order of their codes.
    pub fn of_payee(&self, payee: Name) -> &[PostedKey] {
        let first = self.keys.partition_point(|posted| posted.key.payee < payee);
        let of_others = &self.keys[first..];
        &of_others[..of_others.partition_point(|posted| posted.key.payee == payee)]
    }

    /// The payees of whom something was posted, in order of their codes.
    pub fn payees(&self) -> impl Iterator<Item = Name> {
        self.keys.chunk_by(same_payee).map(|of_payee| of_payee[0].key.payee)
    }

    /// What was posted for a key.
    pub fn get(&self, key: &Key) -> Option<&PostedKey> {
        let place = self.keys.binary_search_by(|posted| posted.key.cmp(key)).ok()?;
        Some(&self.keys[place])
    }

    /// What is held of each payee: earned and not released.
    ///
    /// # Errors
    /// A sum of more than 18 digits.
    pub fn held(&self) -> Result<Map<Name, Minor>, Overflow> {
        let held = |posted: &PostedKey| posted.earned.wide() - posted.released.wide();
        let of_payees = self
            .keys
            .chunk_by(same_payee)
            .map(|of_payee| Ok((of_payee[0].key.payee, Minor::from_wide(of_payee.iter().map(held).sum())?)));
        of_payees.collect()
    }
}

fn same_payee(one: &PostedKey, other: &PostedKey) -> bool {
    one.key.payee == other.key.payee
}

/// Entries of closes one after the other, before they are added up.
#[derive(Debug, Default)]
pub struct PostedEntries {
    /// Of each line: what an entry posts, in the order of the closes.
    lines: Vec<PostedKey>,
    adjustments: Map<AdjustmentKey, PostedAdjustment>,
    deals: ByName<LastOfDeal>,
    milestones: ByName<LastOfDeal>,
    milestone_rules: Map<Name, ()>,
}

impl PostedEntries {
    /// Makes room for so many entries of lines.
    pub fn reserve(&mut self, entries: usize) {
        self.lines.reserve(entries);
    }

    /// Adds an entry of a line, and what it says of the deal.
    pub fn add_line(&mut self, entry: PostedKey, last: LastOfDeal) {
        self.deals.insert(entry.key.deal, last);
        self.lines.push(entry);
    }

    /// Adds an entry of a line for a milestone, and what it says of that.
    pub fn add_milestone(&mut self, entry: PostedKey, last: LastOfDeal) {
        self.milestones.insert(entry.key.deal, last);
        self.milestone_rules.insert(entry.key.rule, ());
        self.lines.push(entry);
    }

    /// Adds an entry of an adjustment, whose amount is what it changes.
    ///
    /// # Errors
    /// A sum of more than 18 digits.
    pub fn add_adjustment(&mut self, key: AdjustmentKey, entry: PostedAdjustment) -> Result<(), Overflow> {
        let before = self.adjustments.get(&key).map_or(Minor::ZERO, |posted| posted.amount);
        let amount = before.checked_add(entry.amount)?;
        self.adjustments.insert(key, PostedAdjustment { amount, ..entry });
        Ok(())
    }

    /// Adds the entries of each key up.
    ///
    /// # Errors
    /// A sum of more than 18 digits.
    pub fn add_up(self) -> Result<Posted, Overflow> {
        let Self { lines, adjustments, deals, milestones, milestone_rules } = self;
        let mut keys = by_payee(lines);
        // Those of a key stay in the order of the closes.
        let of_payees: Vec<&mut [PostedKey]> = keys.chunk_by_mut(same_payee).collect();
        of_payees.into_par_iter().for_each(|of_payee| of_payee.sort_by_key(|posted| posted.key));
        let mut sum = Ok(());
        keys.dedup_by(|later, posted| {
            let is_same = later.key == posted.key;
            if is_same {
                sum = sum.and_then(|()| posted.add(later));
            }
            is_same
        });
        sum?;
        Ok(Posted { keys, adjustments, deals, milestones, milestone_rules })
    }
}

/// Puts entries in order of payees, those of a payee as they were. The entries of a close are by payee, so each goes next to the one before.
fn by_payee(entries: Vec<PostedKey>) -> Vec<PostedKey> {
    if entries.is_sorted_by_key(|entry| entry.key.payee) {
        return entries;
    }
    let payees = entries.iter().map(|entry| entry.key.payee.place() + 1).max().unwrap_or_default();
    let mut next = vec![0; payees];
    entries.iter().for_each(|entry| next[entry.key.payee.place()] += 1);
    let mut before = 0;
    for place in &mut next {
        before += std::mem::replace(place, before);
    }
    let mut sorted = entries.clone();
    for entry in entries {
        let place = &mut next[entry.key.payee.place()];
        sorted[*place] = entry;
        *place += 1;
    }
    sorted
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::Names;

    proptest! {
        /// Entries of few payees, rules and deals, in any order: each key has the sum of its entries and the cause of the last one.
        #[test]
        fn keys_are_the_sums_of_their_entries(
            posted in prop::collection::vec((0..4usize, 0..2usize, 0..3usize, -9..9i64), 0..40),
        ) {
            let mut names = Names::default();
            let codes: Vec<Name> = ["d", "b", "a", "c"].iter().map(|text| names.code(text)).collect();
            let mut entries = PostedEntries::default();
            let mut expected: BTreeMap<Key, (i64, i64, Name)> = BTreeMap::new();
            for (place, (payee, rule, deal, cents)) in posted.iter().enumerate() {
                let key = Key {
                    payee: codes[*payee],
                    rule: codes[*rule],
                    deal: codes[*deal],
                    role: None,
                    from_payee: None,
                    of_rule: None,
                    of_deal: None,
                };
                let cause = names.code(&format!("cause {place}"));
                let (earned, released) = (Minor::new(*cents), Minor::new(2 * cents));
                let last = LastOfDeal { close_date: 0, of_period: Period::Year { year: 2026 } };
                entries.add_line(PostedKey { key, earned, released, kind: None, cause }, last);
                let sum = expected.entry(key).or_insert((0, 0, cause));
                *sum = (sum.0 + cents, sum.1 + 2 * cents, cause);
            }
            let added = entries.add_up().expect("they are small");
            let found: Vec<(Key, (i64, i64, Name))> =
                added.keys().iter().map(|key| (key.key, (key.earned.raw(), key.released.raw(), key.cause))).collect();
            prop_assert_eq!(&found, &expected.into_iter().collect::<Vec<_>>());
            for payee in codes {
                let own: Vec<&PostedKey> = added.keys().iter().filter(|key| key.key.payee == payee).collect();
                prop_assert_eq!(added.of_payee(payee).iter().collect::<Vec<_>>(), own);
            }
            for key in added.keys() {
                prop_assert_eq!(added.get(&key.key), Some(key));
            }
            let held: i64 = added.held().expect("they are small").values().map(|held| held.raw()).sum();
            prop_assert_eq!(held, -posted.iter().map(|(.., cents)| cents).sum::<i64>());
        }
    }
}
