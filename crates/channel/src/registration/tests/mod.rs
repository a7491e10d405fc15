//! Registrations of hand-made tables.

mod claims;
mod days;
mod effects;
mod policy;
mod project;
mod simulated;
mod worked;

use apportion_base::index::Optional;
use apportion_data::{Moment, Registration, RegistrationEvent, RegistrationEventKind, RegistrationIx};
use apportion_rules::{Duration, Extension, Keyed, PolicyIx, ProtectionClock, RegistrationPolicy, Silence};

use super::policy::{Standing, Terms};
use super::timeline::{Facts, Timeline};
use super::work::MemberWork;
use crate::clock::Clock;
use apportion_data::RegistrationDecision;

const CLOCK: Clock<'static> = Clock { holidays: &[], zone: None };

/// Noon of a day.
fn noon(day: i32) -> Moment {
    Moment { seconds: i64::from(day) * 86_400 + 43_200, day, offset: 0 }
}

/// Ten days of protection from the decision.
fn ten_days() -> RegistrationPolicy {
    RegistrationPolicy {
        when: None,
        deny: Vec::new(),
        clock: ProtectionClock::Decided,
        protect: Keyed::Plain(Duration::Days(10)),
        extend: Some(Extension { by: Duration::Days(5), times: 1 }),
        lapse: None,
        grace: Some(Duration::Days(3)),
        decide_within: None,
        silence: Silence::Pending,
        scope: Vec::new(),
        role: "sourced".into(),
        others: Some("cosell".into()),
    }
}

/// A registration of the first payee.
fn row(submitted: i32, decision: Option<(RegistrationDecision, i32)>) -> Registration {
    Registration {
        payee: apportion_data::PayeeIx::FIRST,
        submitted_at: noon(submitted),
        account: Optional::NONE,
        account_without_row: Optional::NONE,
        opportunity: Optional::NONE,
        deal: Optional::NONE,
        decision: decision.map(|(decision, day)| (decision, noon(day))),
        decided_by: None,
        reason: None,
    }
}

fn event(event: RegistrationEventKind, day: i32) -> RegistrationEvent {
    RegistrationEvent { registration: RegistrationIx::FIRST, at: noon(day), event, by: None, why: None }
}

fn under<'a>(terms: &'a RegistrationPolicy, protect: Duration, listed: Option<&'a str>) -> Standing<'a> {
    Standing::Under(Terms { policy: PolicyIx::FIRST, version: 0, terms, protect, listed })
}

/// The timeline of a registration that is protected for ten days.
fn timeline(
    policy: &RegistrationPolicy,
    row: &Registration,
    events: &[RegistrationEvent],
    work: &[i32],
) -> Timeline {
    let (standing, work) = (under(policy, Duration::Days(10), None), MemberWork::new([work]));
    Timeline::new(&Facts { row, events, standing: &standing, work: &work, as_of: 1000 }, &CLOCK)
}
