//! `re-engage`: a registration lapses within 7 days unless a member works on it.

use apportion_channel::{AssumedState, ClaimState};
use apportion_data::{OpenIx, RegistrationIx};

use super::ground::{Ground, on};
use super::stake::{Change, Question};
use super::{ActionKind, Found, Stake};

/// How many days ahead.
const DAYS: i32 = 7;

/// For each registration and what is open that it claims; where nothing is, for the registration itself.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let all = RegistrationIx::all(ground.governance.timelines.len());
    let soon = all.filter_map(|registration| Some((registration, lapses(ground, registration)?)));
    soon.flat_map(|(registration, day)| of_registration(ground, registration, day)).collect()
}

/// The day on which a protected registration lapses, if that is soon. Work on that day itself still saves it.
fn lapses(ground: &Ground<'_>, registration: RegistrationIx) -> Option<i32> {
    let timeline = &ground.governance.timelines[registration];
    let lapsed = timeline.protection()?.lapsed()?;
    let is_soon = lapsed <= ground.as_of.saturating_add(DAYS);
    (timeline.state(ground.as_of) == ClaimState::Protected && is_soon).then_some(lapsed)
}

fn of_registration(ground: &Ground<'_>, registration: RegistrationIx, day: i32) -> Vec<Found> {
    let Some(claimed) = ground.claimed_by(registration) else { return Vec::new() };
    let registrations = &ground.tables.channel.registrations;
    let (id, payee) = (registrations.ids.value(registration.at()), registrations.rows[registration].payee);
    let found = |open: Option<OpenIx>| {
        let subject = open.map_or(id, |open| ground.open_id(open));
        let question = || Question {
            open: subject.to_owned(),
            payee,
            with: Change::State(id.to_owned(), AssumedState::Protected),
            without: Change::State(id.to_owned(), AssumedState::Lapsed),
        };
        let claims = open.map_or_else(String::new, |_| format!(", which claims {subject},"));
        Found {
            kind: ActionKind::ReEngage,
            payee: Some(payee),
            subject: subject.to_owned(),
            due: Some(day),
            stake: open.map_or(Stake::Unknown, |_| Stake::Asked(question())),
            why: format!(
                "Registration {id}{claims} lapses on {} unless a member works on it by then.",
                on(day)
            ),
        }
    };
    if claimed.is_empty() {
        vec![found(None)]
    } else {
        claimed.iter().map(|open| found(Some(*open))).collect()
    }
}
