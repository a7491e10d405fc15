//! The conflict rules, by day and by what they detect.

use apportion_rules::{Conflict, ConflictKind};

/// A version of a `[[conflict]]`.
#[derive(Debug, Clone, Copy)]
pub struct ConflictRule<'a> {
    /// Its id.
    pub id: &'a str,
    /// First day in force, days since 1970-01-01.
    pub from: i32,
    /// Last day in force, inclusive.
    pub until: Option<i32>,
    /// What it says.
    pub terms: &'a Conflict,
}

impl ConflictRule<'_> {
    fn stands(&self, kind: ConflictKind, day: i32) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until) && self.terms.detect.contains(&kind)
    }
}

/// All versions of all conflict rules.
#[derive(Debug, Clone)]
pub struct ConflictRules<'a>(Vec<ConflictRule<'a>>);

impl<'a> ConflictRules<'a> {
    /// Versions in any order.
    pub fn new(mut versions: Vec<ConflictRule<'a>>) -> Self {
        versions.sort_by_key(|version| (version.id, version.from));
        Self(versions)
    }

    /// Whether any version ever detects a kind.
    pub fn ever_detect(&self, kind: ConflictKind) -> bool {
        self.0.iter().any(|version| version.terms.detect.contains(&kind))
    }

    /// The place of the version under which a conflict of a kind and a day stands. A kind stands under one id.
    pub fn standing(&self, kind: ConflictKind, day: i32) -> Option<usize> {
        self.0.iter().position(|version| version.stands(kind, day))
    }

    /// The version at a place.
    pub fn get(&self, place: usize) -> Option<&ConflictRule<'a>> {
        self.0.get(place)
    }

    /// All versions, by their places.
    pub fn all(&self) -> &[ConflictRule<'a>] {
        &self.0
    }
}
