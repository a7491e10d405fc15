//! The days on which a registration changes: decided, protected, extended, lapsed, over.

use apportion_data::{Moment, Registration, RegistrationDecision, RegistrationEvent, RegistrationEventKind};
use apportion_rules::{Duration, ProtectionClock, RegistrationPolicy, Silence};

use super::policy::{Standing, Terms};
use super::work::MemberWork;
use crate::clock::Clock;

/// A registration over time. All days are days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline {
    /// The day of the submission.
    pub submitted: i32,
    /// The day from which it is given up.
    pub withdrawn: Option<i32>,
    /// What became of it otherwise.
    pub course: Course,
}

/// What became of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// No policy, or two, are for it.
    NoPolicy,
    /// The closed list denies it.
    Listed,
    /// Nothing was decided.
    Undecided,
    /// It was returned on this day.
    Returned(i32),
    /// It was denied on this day.
    Denied(i32),
    /// It was approved.
    Approved(Protection),
}

/// How an approved registration protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// The day of the approval.
    pub decided: i32,
    /// Whether nobody decided in time.
    pub by_silence: bool,
    /// The first day of protection.
    pub clock: i32,
    /// The last day of protection as extended.
    pub end: i32,
    /// How many extensions moved it.
    pub extensions: u32,
    /// The last day of grace; `end` where there is none.
    pub grace_end: i32,
    /// The day from which nobody has worked on it for too long, were protection endless; `None` if it never lapses.
    pub idle: Option<i32>,
}

impl Protection {
    /// The day from which it has lapsed: inside protection alone.
    pub fn lapsed(&self) -> Option<i32> {
        self.idle.filter(|day| *day <= self.end)
    }
}

/// What a timeline is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The row.
    pub row: &'a Registration,
    /// What happened to it.
    pub events: &'a [RegistrationEvent],
    /// What judges it.
    pub standing: &'a Standing<'a>,
    /// When its members worked.
    pub work: &'a MemberWork<'a>,
    /// The day at whose end all this is known: silence beyond it approves nothing yet.
    pub as_of: i32,
}

impl Timeline {
    /// The timeline of a registration.
    pub fn new(facts: &Facts<'_>, clock: &Clock<'_>) -> Self {
        let withdrawals = facts.events.iter().filter(|event| event.event == RegistrationEventKind::Withdrawn);
        let mut timeline = Self {
            submitted: facts.row.submitted_at.day,
            withdrawn: withdrawals.map(|event| event.at.day).min(),
            course: Course::NoPolicy,
        };
        timeline.course = match facts.standing {
            Standing::NoPolicy | Standing::TwoPolicies => Course::NoPolicy,
            Standing::Under(Terms { listed: Some(_), .. }) => Course::Listed,
            Standing::Under(terms) => timeline.course(facts, terms, clock),
        };
        timeline
    }

    fn course(&self, facts: &Facts<'_>, terms: &Terms<'_>, clock: &Clock<'_>) -> Course {
        let silence = silence(facts.row.submitted_at, terms.terms, clock);
        let in_time = |decided: Moment| silence.is_none_or(|silence| silence.allows(decided));
        match (facts.row.decision.filter(|(_, decided)| in_time(*decided)), silence) {
            (Some((RegistrationDecision::Returned, decided)), _) => Course::Returned(decided.day),
            (Some((RegistrationDecision::Denied, decided)), _) => Course::Denied(decided.day),
            (Some((RegistrationDecision::Approved, decided)), _) => {
                Course::Approved(self.approved(facts, terms, (decided.day, false), clock))
            }
            (None, Some(SilenceEnd { day, .. })) if day <= facts.as_of => {
                Course::Approved(self.approved(facts, terms, (day, true), clock))
            }
            (None, _) => Course::Undecided,
        }
    }

    fn approved(
        &self,
        facts: &Facts<'_>,
        terms: &Terms<'_>,
        (decided, by_silence): (i32, bool),
        clock: &Clock<'_>,
    ) -> Protection {
        let first = match terms.terms.clock {
            ProtectionClock::Decided => decided,
            ProtectionClock::Submitted => self.submitted,
        };
        let end = last_day(clock, first, terms.protect);
        let idle = terms.terms.lapse.and_then(|lapse| idle_from(clock, first, lapse, facts.work));
        let (extensions, grace_end) = (0, end);
        let mut protection =
            Protection { decided, by_silence, clock: first, end, extensions, grace_end, idle };
        self.extend(&mut protection, facts.events, terms.terms, clock);
        let grace = terms.terms.grace;
        protection.grace_end = grace.map_or(protection.end, |grace| last_day(clock, protection.end, grace));
        protection
    }

    /// Moves the end for each extension of a day on which it protects.
    fn extend(
        &self,
        protection: &mut Protection,
        events: &[RegistrationEvent],
        policy: &RegistrationPolicy,
        clock: &Clock<'_>,
    ) {
        let Some(extension) = policy.extend else { return };
        let asked = events.iter().filter(|event| event.event == RegistrationEventKind::Extended);
        let mut days: Vec<i32> = asked.map(|event| event.at.day).collect();
        days.sort_unstable();
        for day in days {
            let so_far = Self { course: Course::Approved(*protection), ..*self };
            if protection.extensions < extension.times && so_far.protects(day) {
                protection.end = last_day(clock, protection.end, extension.by);
                protection.extensions += 1;
            }
        }
    }
}

/// When silence approves.
#[derive(Debug, Clone, Copy)]
struct SilenceEnd {
    /// The day on which the time for a decision ends.
    day: i32,
    /// The second at which it ends, where it ends by the clock; else with the day.
    second: Option<i64>,
}

impl SilenceEnd {
    /// Whether a decision came before it.
    fn allows(&self, decided: Moment) -> bool {
        self.second.map_or(decided.day <= self.day, |second| decided.seconds <= second)
    }
}

fn silence(submitted: Moment, policy: &RegistrationPolicy, clock: &Clock<'_>) -> Option<SilenceEnd> {
    let within = policy.decide_within.filter(|_| policy.silence == Silence::Approved)?;
    let day = clock.last_day_from(submitted, within)?;
    let second = match within {
        Duration::Hours(hours) => Some(submitted.seconds.checked_add(i64::from(hours) * 3600)?),
        Duration::Days(_) | Duration::BusinessDays(_) => None,
    };
    Some(SilenceEnd { day, second })
}

/// The last day of a duration; one that ends beyond the calendar does not end.
fn last_day(clock: &Clock<'_>, day: i32, duration: Duration) -> i32 {
    clock.last_day(day, duration).unwrap_or(i32::MAX)
}

/// The first day that is later by more than `lapse` than the first day of protection and the last work up to that day itself.
fn idle_from(clock: &Clock<'_>, first: i32, lapse: Duration, work: &MemberWork<'_>) -> Option<i32> {
    let mut since = first;
    loop {
        let idle = clock.last_day(since, lapse)?.checked_add(1)?;
        match work.last_until(idle).filter(|worked| *worked > since) {
            Some(worked) => since = worked,
            None => return Some(idle),
        }
    }
}
