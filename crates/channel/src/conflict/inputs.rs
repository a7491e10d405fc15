//! What conflicts are found and decided from.

use apportion_data::{Conflicts, Frame, Payees};

use super::{ConflictRules, SubjectClaims, Subjects};
use crate::clock::Clock;

/// What conflicts are found and decided from, all of it as it is known at the end of the as-of day.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Deals and what is open.
    pub subjects: &'a dyn Subjects,
    /// Who is who; their states need the column `kind`.
    pub payees: &'a Payees,
    /// What expressions see.
    pub frames: Frames<'a>,
    /// The registrations that claim them.
    pub claims: &'a SubjectClaims,
    /// The rules.
    pub rules: &'a ConflictRules<'a>,
    /// Raised conflicts, events and decisions.
    pub records: &'a Conflicts,
    /// Business days.
    pub clock: Clock<'a>,
    /// Days since 1970-01-01.
    pub as_of: i32,
}

/// The columns that expressions name.
#[derive(Debug, Clone, Copy)]
pub struct Frames<'a> {
    /// Of deals, a row for each.
    pub deals: &'a Frame,
    /// Of opportunities, as deals have them.
    pub open: &'a Frame,
}
