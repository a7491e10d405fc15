//! Deals that rules share, and what is asked of versions that share them.

use apportion_data::DealIx;

use super::super::facts::Facts;
use super::sets::{FIRST, Token};
use crate::kinds;
use apportion_rules::Version;

/// Deals that some rules share.
#[derive(Debug, Default)]
pub struct Shared {
    pub deals: u64,
    pub examples: Vec<DealIx>,
}

impl Shared {
    /// Deals come in ascending order within a set, not across sets: the first few of each set are enough.
    pub fn add(&mut self, deals: u64, first: &[DealIx]) {
        self.deals += deals;
        self.examples.extend_from_slice(first);
        self.examples.sort_unstable();
        self.examples.truncate(FIRST);
    }
}

/// The version of a token.
pub fn version<'a>(facts: &Facts<'a>, (rule, version): Token) -> &'a Version {
    &facts.rules.rules[rule].versions[version]
}

/// The name that keeps others of the same name from paying.
pub fn one_of(version: &Version) -> Option<&str> {
    kinds::of(&version.body).one_of()
}

/// Whether a version makes amounts.
pub fn pays(version: &Version) -> bool {
    kinds::of(&version.body).applies().amount
}
