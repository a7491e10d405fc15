//! The conflict rules, by day and by what they detect.

use apportion_rules::{Conflict, ConflictKind, PolicyIx};

use crate::scope::{Dated, DatedTerms};

/// A version of a `[[conflict]]`.
#[derive(Debug, Clone)]
pub struct ConflictRule<'a> {
    /// Which policy.
    pub policy: PolicyIx,
    /// Its id.
    pub id: &'a str,
    /// The days on which it is in force, and what it says.
    pub version: DatedTerms<'a, Conflict>,
}

impl<'a> ConflictRule<'a> {
    /// What it says.
    pub fn terms(&self) -> &'a Conflict {
        self.version.terms
    }

    fn detects(&self, kind: ConflictKind) -> bool {
        self.terms().detect.contains(&kind)
    }
}

/// All versions of all conflict rules.
#[derive(Debug, Clone)]
pub struct ConflictRules<'a>(Vec<ConflictRule<'a>>);

impl<'a> ConflictRules<'a> {
    /// The rules in byte order of id.
    pub fn new(rules: Vec<Dated<'a, Conflict>>) -> Self {
        let versions = |Dated { policy, id, versions }: Dated<'a, Conflict>| {
            versions.into_iter().map(move |version| ConflictRule { policy, id, version })
        };
        Self(rules.into_iter().flat_map(versions).collect())
    }

    /// Whether any version ever detects a kind.
    pub fn ever_detect(&self, kind: ConflictKind) -> bool {
        self.0.iter().any(|rule| rule.detects(kind))
    }

    /// The place of the version under which a conflict of a kind and a day stands. A kind stands under one id.
    pub fn standing(&self, kind: ConflictKind, day: i32) -> Option<usize> {
        self.0.iter().position(|rule| rule.version.in_force(day) && rule.detects(kind))
    }

    /// The version at a place.
    pub fn get(&self, place: usize) -> Option<&ConflictRule<'a>> {
        self.0.get(place)
    }
}
