//! What was earned and is not paid, by payee and rule: not posted, held or carried.

use std::collections::BTreeMap;

use crate::entry::{Entry, Subject};
use crate::key::Names;

/// A row of liabilities.csv, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiabilityRow {
    /// The payee.
    pub payee_id: String,
    /// The rule; empty for what is carried, and for adjustments that are of none.
    pub rule_id: String,
    /// What a close of the period would post now.
    pub not_posted: i128,
    /// What was earned and may not be paid yet.
    pub held: i128,
    /// What was due and not paid; below 0 what the payee owes.
    pub carried: i128,
}

impl LiabilityRow {
    /// Whether nothing is owed.
    fn is_empty(&self) -> bool {
        self.not_posted == 0 && self.held == 0 && self.carried == 0
    }
}

/// What is owed, under construction.
#[derive(Debug, Default)]
pub struct Liabilities {
    by_payee_and_rule: BTreeMap<(String, String), LiabilityRow>,
}

impl Liabilities {
    /// Adds entries that are posted: what they earn and don't release is held.
    pub fn add_posted(&mut self, entries: &[Entry], names: &Names) {
        for entry in entries {
            self.of(names, entry).held += entry.earned.wide() - entry.released.wide();
        }
    }

    /// Adds entries that a close would post.
    pub fn add_not_posted(&mut self, entries: &[Entry], names: &Names) {
        for entry in entries {
            self.of(names, entry).not_posted += entry.earned.wide();
        }
    }

    /// Adds what is carried of a payee.
    pub fn add_carried(&mut self, payee: &str, carried: i128) {
        self.row(payee, "").carried += carried;
    }

    /// The rows of which any figure is other than 0, in order of payee and rule.
    pub fn into_rows(self) -> Vec<LiabilityRow> {
        self.by_payee_and_rule.into_values().filter(|row| !row.is_empty()).collect()
    }

    /// The row of an entry: a clawback's is that of the rule whose line it takes back.
    fn of(&mut self, names: &Names, entry: &Entry) -> &mut LiabilityRow {
        let rule = match &entry.subject {
            Subject::Line { key, .. } => Some(key.of_rule.unwrap_or(key.rule)),
            Subject::Adjustment { rule, .. } => *rule,
        };
        self.row(names.text(entry.payee()), names.maybe_text(rule).unwrap_or_default())
    }

    fn row(&mut self, payee: &str, rule: &str) -> &mut LiabilityRow {
        let key = (payee.to_owned(), rule.to_owned());
        let new = || LiabilityRow {
            payee_id: payee.to_owned(),
            rule_id: rule.to_owned(),
            ..LiabilityRow::default()
        };
        self.by_payee_and_rule.entry(key).or_insert_with(new)
    }
}
