//! `extend`: the protection or the grace of a registration ends within 14 days.

use apportion_channel::{AssumedState, ClaimState};
use apportion_data::{OpenIx, RegistrationIx};

use super::ending::Ending;
use super::ground::{Ground, on};
use super::{ActionKind, Found};

/// How many days ahead.
const DAYS: i32 = 14;

/// For each registration and what is open that it claims; where nothing is, for the registration itself.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let all = RegistrationIx::all(ground.governance.courses.len());
    let soon = all.filter_map(|registration| Some((registration, ends(ground, registration)?)));
    soon.flat_map(|(registration, end)| of_registration(ground, registration, end)).collect()
}

/// What ends soon of a registration, and its last day.
fn ends(ground: &Ground<'_>, registration: RegistrationIx) -> Option<(&'static str, i32)> {
    let timeline = &ground.governance.courses[registration].timeline;
    let protection = timeline.protection()?;
    let (what, end) = match timeline.state(ground.as_of) {
        ClaimState::Protected => ("protection", protection.end),
        ClaimState::Grace => ("grace", protection.grace_end),
        _ => return None,
    };
    (end <= ground.as_of.saturating_add(DAYS)).then_some((what, end))
}

fn of_registration(
    ground: &Ground<'_>,
    registration: RegistrationIx,
    (what, end): (&str, i32),
) -> Vec<Found> {
    let otherwise = AssumedState::Expired;
    let ending = Ending { kind: ActionKind::Extend, registration, due: end, otherwise };
    ending.found(ground, |registration, open: Option<OpenIx>| {
        let expectation = open.map_or_else(String::new, |open| ground.expectation(open));
        format!("The {what} of registration {registration} ends on {}.{expectation}", on(end))
    })
}
