//! A conflict before anybody looks at its clock.

use apportion_data::{PayeeIx, RaisedConflict};
use apportion_rules::ConflictKind;

use crate::Subject;

/// A conflict before anybody looks at its clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dispute<'a> {
    /// `kind:subject:a:b`, or its own where it was raised.
    pub id: String,
    /// What it is about.
    pub kind: ConflictKind,
    /// On what; `None` where a raised one names nothing on which conflicts are found.
    pub subject: Option<Subject>,
    /// In byte order of ids; of a raised one as named.
    pub claimants: [PayeeIx; 2],
    /// Days since 1970-01-01.
    pub day: i32,
    /// The place of the rule's version under which it stands.
    pub rule: usize,
    /// The row that raised it.
    pub raised: Option<&'a RaisedConflict>,
}

/// Two payees in byte order; `None` where they are one.
pub(super) fn pair(one: PayeeIx, other: PayeeIx) -> Option<[PayeeIx; 2]> {
    (one != other).then(|| [one.min(other), one.max(other)])
}
