//! Registrations.

use std::collections::{BTreeMap, BTreeSet};

use apportion::channel::registration::{Course, Place};
use apportion::channel::{ClaimState, Governance, Subject};
use apportion::data::{EngagementIx, PayeeIx, Registration, RegistrationDecision, RegistrationIx, Tables};
use polars::frame::DataFrame;

use super::builder::Builder;
use super::groups::{about, month_of};
use super::work::day_of;
use super::{Ground, Values};
use crate::Fault;

/// Registrations that are known: `subject`, which may be missing; `submitted`, `submitted_month`; `decided` and `approved` on the as-of day;
/// `seconds`, of those that people decided, from the submission to the decision; `over` (approved, expired or lapsed on the as-of day, and
/// holder of no won deal); `idle` (approved, and no member worked on what it names or its account); `referral`.
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let tables = &*ground.close.tables;
    let registrations = &tables.channel.registrations;
    let facts = Facts::new(ground);
    let is_seen = |(place, _): &(RegistrationIx, &Registration)| ground.sight.sees_registration(*place);
    let rows: Vec<(RegistrationIx, &Registration)> = registrations.iter().filter(is_seen).collect();
    let subject = |row: &Registration| {
        let subject = ground.subjects.of(row.deal.get(), row.opportunity.get())?;
        ground.subjects.number(subject)
    };
    let kinds = Values::of(&registrations.frame, "kind");
    let outcomes: Vec<Outcome> = rows.iter().map(|(place, row)| facts.outcome(*place, row)).collect();
    let approved = |place: usize| outcomes.get(place).is_some_and(|outcome| outcome.approved);
    let places = || (0..rows.len()).zip(rows.iter().map(|(place, _)| *place));
    let frame = about(Builder::new(rows.len()), ground, rows.iter().map(|(_, row)| subject(row)).collect())
        .days("submitted", rows.iter().map(|(_, row)| row.submitted_at.day).collect())
        .codes("submitted_month", rows.iter().map(|(_, row)| month_of(row.submitted_at.day)).collect())
        .flags("decided", outcomes.iter().map(|outcome| outcome.decided))
        .flags("approved", outcomes.iter().map(|outcome| outcome.approved))
        .some_numbers("seconds", outcomes.iter().map(|outcome| outcome.seconds))
        .flags("over", places().map(|(row, place)| approved(row) && facts.is_over(place)))
        .flags("idle", places().map(|(row, place)| approved(row) && !facts.worked.contains(&place)))
        .flags("referral", places().map(|(_, place)| kinds.text(place.at()).as_deref() == Some("referral")))
        .frame()?;
    Ok(frame)
}

/// What became of a registration by the as-of day.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    decided: bool,
    approved: bool,
    /// From the submission to the decision, of those that people decided.
    seconds: Option<i64>,
}

struct Facts<'a> {
    governance: Option<&'a Governance>,
    as_of: i32,
    /// Registrations that hold a won deal.
    won: BTreeSet<RegistrationIx>,
    /// Registrations whose members worked on what they name, or on their account.
    worked: BTreeSet<RegistrationIx>,
}

impl<'a> Facts<'a> {
    fn new(ground: &'a Ground<'_>) -> Self {
        let tables = &*ground.close.tables;
        let governance = ground.close.governance.as_deref();
        let claims = governance.iter().flat_map(|governance| &governance.claims);
        let won = claims.filter(|claim| claim.holder).filter_map(|claim| match claim.subject {
            Subject::Deal(deal) => tables.deals.won[deal].then_some(claim.registration),
            Subject::Open(_) => None,
        });
        Self { governance, as_of: ground.as_of, won: won.collect(), worked: worked(tables, ground.as_of) }
    }

    fn outcome(&self, place: RegistrationIx, row: &Registration) -> Outcome {
        let course = self.governance.and_then(|governance| governance.courses.get(place.at()));
        let by_people = |approved: bool| {
            let seconds = row.decision.map(|(_, decided)| decided.seconds - row.submitted_at.seconds);
            Outcome { decided: true, approved, seconds }
        };
        match course.map(|course| course.timeline.course) {
            Some(Course::Listed) => Outcome { decided: true, ..Outcome::default() },
            Some(Course::Approved(protection)) if protection.by_silence => {
                Outcome { decided: true, approved: true, seconds: None }
            }
            Some(Course::Approved(_)) => by_people(true),
            Some(Course::Returned(_) | Course::Denied(_)) => by_people(false),
            Some(Course::Undecided) => Outcome::default(),
            // Under no policy: what people decided.
            Some(Course::NoPolicy) | None => match row.decision {
                Some((decision, _)) => by_people(decision == RegistrationDecision::Approved),
                None => Outcome::default(),
            },
        }
    }

    /// Whether it came to nothing: expired or lapsed, and no won deal is its.
    fn is_over(&self, place: RegistrationIx) -> bool {
        let course = self.governance.and_then(|governance| governance.courses.get(place.at()));
        let state = course.map(|course| course.timeline.state(self.as_of));
        matches!(state, Some(ClaimState::Expired | ClaimState::Lapsed)) && !self.won.contains(&place)
    }
}

/// The registrations a member of which worked on the deal or the opportunity that they name, or on their account, by a day. Work without a
/// day counts on what it names, and not for an account.
fn worked(tables: &Tables, as_of: i32) -> BTreeSet<RegistrationIx> {
    let registrations = &tables.channel.registrations;
    let mut asked: BTreeMap<(PayeeIx, Place), Vec<RegistrationIx>> = BTreeMap::new();
    for (place, row) in registrations.iter() {
        let named = row.deal.get().map(Place::Deal);
        let named = named.into_iter().chain(row.opportunity.get().map(Place::Opportunity));
        let named: Vec<Place> = named.chain(row.account.get().map(Place::Account)).collect();
        for (member, _) in registrations.members_of(place) {
            for name in &named {
                asked.entry((member, *name)).or_default().push(place);
            }
        }
    }
    let mut worked = BTreeSet::new();
    if asked.is_empty() {
        return worked;
    }
    let engagements = &tables.engagements;
    for row in engagements.all().filter(|row| engagements.is_source(*row)) {
        let day = day_of(tables, row);
        if day.is_some_and(|day| day > as_of) {
            continue;
        }
        for place in places(tables, row).into_iter().flatten() {
            if day.is_none() && matches!(place, Place::Account(_)) {
                continue;
            }
            worked.extend(asked.get(&(engagements.payee[row], place)).into_iter().flatten().copied());
        }
    }
    worked
}

/// What a piece of work is on: the deal that it names, the opportunity, the accounts.
fn places(tables: &Tables, row: EngagementIx) -> [Option<Place>; 5] {
    let engagements = &tables.engagements;
    let deal = engagements.deal[row].get();
    let opportunity = engagements.opportunity.get(row.at()).and_then(|named| named.get());
    let of_deal = deal.and_then(|deal| tables.channel.opportunity_of(deal));
    [
        deal.map(Place::Deal),
        opportunity.map(Place::Opportunity),
        of_deal.map(Place::Opportunity),
        engagements.account[row].get().map(Place::Account),
        deal.and_then(|deal| tables.deals.account[deal].get()).map(Place::Account),
    ]
}
