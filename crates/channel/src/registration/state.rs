//! The state of a registration on a day.

use super::timeline::{Course, Protection, Timeline};
use crate::governance::ClaimState;

impl Timeline {
    /// The state at the end of a day (days since 1970-01-01): the first that holds.
    pub fn state(&self, day: i32) -> ClaimState {
        if day < self.submitted {
            return ClaimState::Late;
        }
        if self.withdrawn.is_some_and(|withdrawn| withdrawn <= day) {
            return ClaimState::Withdrawn;
        }
        match self.course {
            Course::NoPolicy => ClaimState::NoPolicy,
            Course::Listed => ClaimState::Denied,
            Course::Undecided => ClaimState::Pending,
            Course::Returned(decided) if decided <= day => ClaimState::Returned,
            Course::Denied(decided) if decided <= day => ClaimState::Denied,
            Course::Returned(_) | Course::Denied(_) => ClaimState::Pending,
            Course::Approved(protection) => protection.state(day),
        }
    }

    /// Whether it protects on a day.
    pub fn protects(&self, day: i32) -> bool {
        self.state(day) == ClaimState::Protected
    }

    /// Whether what was made on a day was made too early or too late for it: it is not there yet, or over.
    pub fn is_over(&self, day: i32) -> bool {
        use ClaimState::{Expired, Grace, Lapsed, Late, Withdrawn};
        matches!(self.state(day), Late | Withdrawn | Lapsed | Grace | Expired)
    }

    /// How it protects, if it was approved and the list does not deny it.
    pub fn protection(&self) -> Option<&Protection> {
        match &self.course {
            Course::Approved(protection) => Some(protection),
            _ => None,
        }
    }

    /// The last day of protection of one that was approved and that the list does not deny; `None` also where protection does not end.
    pub fn until(&self) -> Option<i32> {
        self.protection().map(|protection| protection.end).filter(|end| *end < i32::MAX)
    }
}

impl Protection {
    fn state(&self, day: i32) -> ClaimState {
        if day < self.decided || day < self.clock {
            ClaimState::Pending
        } else if self.lapsed().is_some_and(|lapsed| lapsed <= day) {
            ClaimState::Lapsed
        } else if day <= self.end {
            ClaimState::Protected
        } else if day <= self.grace_end {
            ClaimState::Grace
        } else {
            ClaimState::Expired
        }
    }
}
