//! `re-engage`: a registration lapses within 7 days unless a member works on it.

use apportion_channel::{AssumedState, ClaimState};
use apportion_data::RegistrationIx;

use super::ending::Ending;
use super::ground::{Ground, on};
use super::{ActionKind, Found};

/// How many days ahead.
const DAYS: i32 = 7;

/// For each registration and what is open that it claims; where nothing is, for the registration itself.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let all = RegistrationIx::all(ground.governance.courses.len());
    let soon = all.filter_map(|registration| Some((registration, lapses(ground, registration)?)));
    soon.flat_map(|(registration, day)| of_registration(ground, registration, day)).collect()
}

/// The day on which a protected registration lapses, if that is soon. Work on that day itself still saves it.
fn lapses(ground: &Ground<'_>, registration: RegistrationIx) -> Option<i32> {
    let timeline = &ground.governance.courses[registration].timeline;
    let lapsed = timeline.protection()?.lapsed()?;
    let is_soon = lapsed <= ground.as_of.saturating_add(DAYS);
    (timeline.state(ground.as_of) == ClaimState::Protected && is_soon).then_some(lapsed)
}

fn of_registration(ground: &Ground<'_>, registration: RegistrationIx, day: i32) -> Vec<Found> {
    let otherwise = AssumedState::Lapsed;
    let ending = Ending { kind: ActionKind::ReEngage, registration, due: day, otherwise };
    ending.found(ground, |registration, _| {
        format!("Registration {registration} lapses on {} unless a member works on it by then.", on(day))
    })
}
