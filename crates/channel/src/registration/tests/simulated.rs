//! The days of a timeline against a walk through them, one day after the other.

use apportion_data::RegistrationDecision::{Approved, Denied, Returned};
use apportion_data::RegistrationEventKind::{Extended, Withdrawn};
use proptest::prelude::*;

use super::*;
use crate::governance::ClaimState;

const LAST: i32 = 90;

/// A registration with all that happens to it.
#[derive(Debug, Clone)]
struct History {
    policy: RegistrationPolicy,
    submitted: i32,
    decision: Option<(RegistrationDecision, i32)>,
    extended: Vec<i32>,
    withdrawn: Option<i32>,
    work: Vec<i32>,
}

fn policies() -> impl Strategy<Value = RegistrationPolicy> {
    let days = |most: u32| prop::option::of((0..most).prop_map(Duration::Days));
    let extension = prop::option::of((0..12_u32, 0..4_u32));
    (days(8), days(8), days(6), extension, any::<[bool; 2]>()).prop_map(
        |(lapse, grace, decide_within, extension, [from_submission, silent])| RegistrationPolicy {
            lapse,
            grace,
            decide_within,
            extend: extension.map(|(by, times)| Extension { by: Duration::Days(by), times }),
            clock: if from_submission { ProtectionClock::Submitted } else { ProtectionClock::Decided },
            silence: if silent { Silence::Approved } else { Silence::Pending },
            ..ten_days()
        },
    )
}

fn histories() -> impl Strategy<Value = History> {
    let decision = (prop::sample::select(vec![Approved, Approved, Approved, Denied, Returned]), 0..25_i32);
    let days = |most| prop::collection::vec(0..60_i32, 0..most);
    (policies(), 3..12_i32, prop::option::of(decision), days(4), prop::option::of(0..80_i32), days(14))
        .prop_map(|(policy, submitted, decision, extended, withdrawn, work)| History {
            policy,
            submitted,
            decision,
            extended,
            withdrawn,
            work,
        })
}

impl History {
    fn timeline(&self, reversed: bool) -> Timeline {
        let mut events: Vec<_> = self.extended.iter().map(|day| event(Extended, *day)).collect();
        events.extend(self.withdrawn.map(|day| event(Withdrawn, day)));
        if reversed {
            events.reverse();
        }
        let mut work = self.work.clone();
        work.sort_unstable();
        timeline(&self.policy, &row(self.submitted, self.decision), &events, &work)
    }

    /// The state on each day, found by living through them.
    fn walk(&self) -> Vec<ClaimState> {
        let mut walk = Walk { history: self, decided: None, end: None, extensions: 0 };
        (0..=LAST).map(|day| walk.live(day)).collect()
    }
}

/// What is known on the way.
struct Walk<'a> {
    history: &'a History,
    decided: Option<(RegistrationDecision, i32)>,
    end: Option<i32>,
    extensions: u32,
}

fn days(duration: Option<Duration>) -> Option<i32> {
    duration.map(|duration| match duration {
        Duration::Days(days) => i32::try_from(days).unwrap(),
        _ => unreachable!("histories have days alone"),
    })
}

impl Walk<'_> {
    fn live(&mut self, day: i32) -> ClaimState {
        self.decide(day);
        if let (Some((Approved, decided)), None) = (self.decided, self.end) {
            self.end = Some(self.first(decided) + 10);
        }
        for _ in self.history.extended.iter().filter(|extended| **extended == day) {
            let Some(extension) = self.history.policy.extend else { continue };
            if self.extensions < extension.times && self.state(day) == ClaimState::Protected {
                self.extensions += 1;
                self.end = self.end.map(|end| end + days(Some(extension.by)).unwrap());
            }
        }
        self.state(day)
    }

    fn decide(&mut self, day: i32) {
        let History { policy, submitted, decision, .. } = self.history;
        let silent = days(policy.decide_within).filter(|_| policy.silence == Silence::Approved);
        if self.decided.is_none() {
            self.decided = decision.filter(|(_, decided)| *decided == day);
        }
        if self.decided.is_none() && silent.is_some_and(|within| submitted + within == day) {
            self.decided = Some((Approved, day));
        }
    }

    fn first(&self, decided: i32) -> i32 {
        match self.history.policy.clock {
            ProtectionClock::Decided => decided,
            ProtectionClock::Submitted => self.history.submitted,
        }
    }

    fn state(&self, day: i32) -> ClaimState {
        let History { policy, submitted, withdrawn, .. } = self.history;
        if day < *submitted {
            return ClaimState::Late;
        }
        if withdrawn.is_some_and(|withdrawn| withdrawn <= day) {
            return ClaimState::Withdrawn;
        }
        let (decided, end) = match (self.decided, self.end) {
            (Some((Returned, _)), _) => return ClaimState::Returned,
            (Some((Denied, _)), _) => return ClaimState::Denied,
            (Some((Approved, decided)), Some(end)) => (decided, end),
            _ => return ClaimState::Pending,
        };
        let first = self.first(decided);
        let is_idle = |on: i32, lapse: i32| {
            let last = self.history.work.iter().copied().filter(|worked| *worked <= on).max();
            on - last.unwrap_or(first).max(first) > lapse
        };
        let lapsed = |lapse| (first..=day.min(end)).any(|on| is_idle(on, lapse));
        if days(policy.lapse).is_some_and(lapsed) {
            ClaimState::Lapsed
        } else if day <= end {
            ClaimState::Protected
        } else if day <= end + days(policy.grace).unwrap_or(0) {
            ClaimState::Grace
        } else {
            ClaimState::Expired
        }
    }
}

/// How far a state is on the way that all go.
fn step(state: ClaimState) -> u32 {
    match state {
        ClaimState::Late => 0,
        ClaimState::Pending => 1,
        ClaimState::Returned | ClaimState::Denied | ClaimState::NoPolicy | ClaimState::Protected => 2,
        ClaimState::Lapsed | ClaimState::Grace => 3,
        ClaimState::Expired => 4,
        ClaimState::Withdrawn => 5,
    }
}

proptest! {
    #[test]
    fn a_timeline_is_what_a_walk_finds(history in histories()) {
        let timeline = history.timeline(false);
        let found: Vec<ClaimState> = (0..=LAST).map(|day| timeline.state(day)).collect();
        prop_assert_eq!(found, history.walk());
        prop_assert_eq!(history.timeline(true), timeline);
    }

    #[test]
    fn states_go_one_way(history in histories()) {
        let timeline = history.timeline(false);
        for day in 0..LAST {
            let (before, after) = (timeline.state(day), timeline.state(day + 1));
            prop_assert!(step(before) <= step(after), "{before:?} and then {after:?} on day {}", day + 1);
            let stays = matches!(before, ClaimState::Returned | ClaimState::Denied | ClaimState::Lapsed);
            prop_assert!(!stays || before == after || after == ClaimState::Withdrawn, "{before:?}, {after:?}");
        }
    }
}
