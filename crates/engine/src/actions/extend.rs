//! `extend`: the protection or the grace of a registration ends within 14 days.

use apportion_channel::{AssumedState, ClaimState};
use apportion_data::{OpenIx, RegistrationIx};

use super::ground::{Ground, on};
use super::stake::{Change, Question};
use super::{ActionKind, Found, Stake};

/// How many days ahead.
const DAYS: i32 = 14;

/// For each registration and what is open that it claims; where nothing is, for the registration itself.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let all = RegistrationIx::all(ground.governance.timelines.len());
    all.filter_map(|registration| ends(ground, registration)).flatten().collect()
}

/// What ends soon of a registration.
fn ends(ground: &Ground<'_>, registration: RegistrationIx) -> Option<Vec<Found>> {
    let timeline = &ground.governance.timelines[registration];
    let protection = timeline.protection()?;
    let (what, end) = match timeline.state(ground.as_of) {
        ClaimState::Protected => ("protection", protection.end),
        ClaimState::Grace => ("grace", protection.grace_end),
        _ => return None,
    };
    let last = ground.as_of.saturating_add(DAYS);
    let claimed = ground.claimed_by(registration).filter(|_| end <= last)?;
    Some(of_registration(ground, registration, &claimed, Ending { what, end }))
}

/// What ends, and its last day.
#[derive(Debug, Clone, Copy)]
struct Ending {
    what: &'static str,
    end: i32,
}

fn of_registration(
    ground: &Ground<'_>,
    registration: RegistrationIx,
    claimed: &[OpenIx],
    ending: Ending,
) -> Vec<Found> {
    let registrations = &ground.tables.channel.registrations;
    let (id, payee) = (registrations.ids.value(registration.at()), registrations.rows[registration].payee);
    let Ending { what, end } = ending;
    let found = |open: Option<OpenIx>| {
        let subject = open.map_or(id, |open| ground.open_id(open));
        let question = || Question {
            open: subject.to_owned(),
            payee,
            with: Change::State(id.to_owned(), AssumedState::Protected),
            without: Change::State(id.to_owned(), AssumedState::Expired),
        };
        let claims = open.map_or_else(String::new, |_| format!(", which claims {subject},"));
        let why = format!("The {what} of registration {id}{claims} ends on {}.", on(end));
        Found {
            kind: ActionKind::Extend,
            payee: Some(payee),
            subject: subject.to_owned(),
            due: Some(end),
            stake: open.map_or(Stake::Unknown, |_| Stake::Asked(question())),
            why: why + &open.map_or_else(String::new, |open| ground.expectation(open)),
        }
    };
    if claimed.is_empty() {
        vec![found(None)]
    } else {
        claimed.iter().map(|open| found(Some(*open))).collect()
    }
}
