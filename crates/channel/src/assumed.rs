//! What is assumed beside the tables, to say what something would come to if it was done, or if it was not.

use apportion_data::{AddedWork, Decision, RegistrationIx, Tables};
use apportion_rules::{Duration, RegistrationPolicy};

use crate::registration::{Course, Standing, Terms, Timeline};
use crate::scope::Dated;

/// Assumptions. Without them it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assumed {
    /// States of registrations on the as-of day, by `registration_id`.
    pub registrations: Vec<(String, AssumedState)>,
    /// Work on deals, which counts as that of coverage does.
    pub work: AddedWork,
    /// A decision that is taken to hold, whoever may decide, in place of those about its conflict.
    pub decision: Option<Decision>,
}

/// What a registration is assumed to be on the as-of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssumedState {
    /// Under the first policy by id that is in force on the day of its submission, whatever that asks of it.
    UnderPolicy,
    /// It protects.
    Protected,
    /// Its protection and its grace are over.
    Expired,
    /// Nobody worked on it for too long.
    Lapsed,
}

impl Assumed {
    /// Whether nothing is assumed.
    pub fn is_empty(&self) -> bool {
        self.registrations.is_empty() && self.work.rows.is_empty() && self.decision.is_none()
    }

    /// Puts registrations under policies that they need not match.
    pub(crate) fn put_under_policies<'a>(
        &self,
        standings: &mut [Standing<'a>],
        policies: &'a [Dated<'a, RegistrationPolicy>],
        tables: &Tables,
    ) {
        for (registration, state) in self.rows(tables) {
            let submitted = tables.channel.registrations.rows[registration].submitted_at.day;
            if let (AssumedState::UnderPolicy, Some(terms)) = (state, first_in_force(policies, submitted)) {
                standings[registration] = Standing::Under(terms);
            }
        }
    }

    /// Moves the days of approved registrations so that they have these states on the as-of day.
    pub(crate) fn change(&self, timelines: &mut [Timeline], tables: &Tables, as_of: i32) {
        for (registration, state) in self.rows(tables) {
            let Course::Approved(protection) = &mut timelines[registration].course else { continue };
            let lasting = protection.end.max(as_of);
            let end = if state == AssumedState::Expired { as_of.saturating_sub(1) } else { lasting };
            let grace_end = if state == AssumedState::Expired { end } else { protection.grace_end.max(end) };
            (protection.end, protection.grace_end) = (end, grace_end);
            protection.idle = (state == AssumedState::Lapsed).then_some(as_of);
        }
    }

    fn rows<'t>(&'t self, tables: &'t Tables) -> impl Iterator<Item = (RegistrationIx, AssumedState)> + 't {
        let ids = &tables.channel.registrations.ids;
        let all = RegistrationIx::all(tables.channel.registrations.rows.len());
        all.filter_map(|registration| {
            let id = ids.value(registration.at());
            let (_, state) = self.registrations.iter().find(|(assumed, _)| assumed == id)?;
            Some((registration, *state))
        })
    }
}

/// The terms of the first policy that is in force on a day, with the shortest protection that there is.
fn first_in_force<'a>(policies: &'a [Dated<'a, RegistrationPolicy>], day: i32) -> Option<Terms<'a>> {
    let versions = policies.iter().flat_map(|policy| policy.versions.iter().map(move |own| (policy, own)));
    let (version, (policy, own)) = versions.enumerate().find(|(_, (_, own))| own.in_force(day))?;
    let (policy, terms) = (policy.policy, own.terms);
    Some(Terms { policy, version, terms, protect: Duration::Days(0), listed: None })
}
