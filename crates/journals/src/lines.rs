//! Sides of movements added up to the lines of a journal.

use std::collections::{BTreeMap, BTreeSet};

use crate::journal::{Entry, Journal};
use crate::step::Step;
use apportion_book::AccountRole;

/// A side of a movement, with all that a line says of it. Equal sides are one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    /// What the account is for.
    pub role: AccountRole,
    /// The account.
    pub account: String,
    /// Dimensions by name, of costs.
    pub dimensions: BTreeMap<String, String>,
    /// The cost center, of costs, where the format has one beside its dimensions.
    pub cost_center: Option<String>,
    /// The rule, of costs.
    pub rule: Option<String>,
    /// Who is named on the line: the payee, or its number in accounting; where payees are kept.
    pub party: Option<String>,
    /// The tax code or rate; empty without one.
    pub tax: String,
    /// What the account is a key of; empty where the format does not say.
    pub account_type: String,
}

/// A line: what goes to an account in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The account and what is said of it.
    pub side: Side,
    /// The steps that it comes from.
    pub steps: BTreeSet<Step>,
    /// Above 0 a debit, below 0 a credit.
    pub amount: i128,
}

/// Two sides that are one row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PairKey {
    /// The step.
    pub step: Step,
    /// The rule or draw.
    pub rule: Option<String>,
    /// The side that stands first.
    pub first: Side,
    /// The other.
    pub second: Side,
}

/// A row of two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The sides.
    pub key: PairKey,
    /// Above 0 where the first is debited, below 0 where it is credited.
    pub amount: i128,
}

/// The lines of a journal; those that come to 0 are none.
pub fn lines(journal: &Journal) -> Vec<Line> {
    let mut sums: BTreeMap<&Side, (BTreeSet<Step>, i128)> = BTreeMap::new();
    for entry in &journal.entries {
        let [debit, credit] = &entry.sides;
        for (side, amount) in [(debit, entry.movement.amount), (credit, -entry.movement.amount)] {
            let (steps, sum) = sums.entry(side).or_default();
            steps.insert(entry.movement.step);
            *sum += amount;
        }
    }
    let lines = sums.into_iter().filter(|(_, (_, sum))| *sum != 0);
    lines.map(|(side, (steps, amount))| Line { side: side.clone(), steps, amount }).collect()
}

/// The rows of two sides of a journal; those that come to 0 are none.
pub fn pairs(journal: &Journal) -> Vec<Pair> {
    let mut sums: BTreeMap<PairKey, i128> = BTreeMap::new();
    for (key, amount) in journal.entries.iter().map(Entry::pair) {
        *sums.entry(key).or_default() += amount;
    }
    sums.into_iter().filter(|(_, amount)| *amount != 0).map(|(key, amount)| Pair { key, amount }).collect()
}
