//! First and last days of each state, as an analyst reads them. Day 10 is the submission's unless said otherwise.

use apportion_data::RegistrationDecision::{Approved, Denied, Returned};
use apportion_data::RegistrationEventKind::{CustomerChoice, Extended, Withdrawn};

use super::*;
use crate::registration::Course;

/// `state from..until` for each stretch of days from 0 to 60.
fn stretches(timeline: &Timeline) -> String {
    let mut told: Vec<(String, i32, i32)> = Vec::new();
    for day in 0..=60 {
        let word = timeline.state(day).word().to_owned();
        match told.last_mut() {
            Some((last, _, until)) if *last == word => *until = day,
            _ => told.push((word, day, day)),
        }
    }
    let words = told.iter().map(|(word, from, until)| format!("{word} {from}..{until}"));
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn protection_runs_from_the_decision_through_its_last_day_and_then_grace() {
    let timeline = timeline(&ten_days(), &row(10, Some((Approved, 12))), &[], &[]);
    assert_eq!(
        stretches(&timeline),
        "late 0..9, pending 10..11, protected 12..22, grace 23..25, expired 26..60"
    );
    assert_eq!(timeline.until(), Some(22));
}

#[test]
fn protection_from_the_submission_is_pending_until_it_is_decided() {
    let policy = RegistrationPolicy { clock: ProtectionClock::Submitted, grace: None, ..ten_days() };
    let told = |decided| stretches(&timeline(&policy, &row(10, Some((Approved, decided))), &[], &[]));
    assert_eq!(told(12), "late 0..9, pending 10..11, protected 12..20, expired 21..60");
    assert_eq!(told(25), "late 0..9, pending 10..24, expired 25..60");
    // Decided before it was submitted: it is not there before.
    assert_eq!(told(5), "late 0..9, protected 10..20, expired 21..60");
}

#[test]
fn a_decision_before_the_submission_starts_its_clock_there() {
    let told = stretches(&timeline(&ten_days(), &row(10, Some((Approved, 5))), &[], &[]));
    assert_eq!(told, "late 0..9, protected 10..15, grace 16..18, expired 19..60");
}

#[test]
fn what_is_not_approved() {
    let told = |decision| stretches(&timeline(&ten_days(), &row(10, decision), &[], &[]));
    assert_eq!(told(Some((Denied, 12))), "late 0..9, pending 10..11, denied 12..60");
    assert_eq!(told(Some((Returned, 12))), "late 0..9, pending 10..11, returned 12..60");
    assert_eq!(told(None), "late 0..9, pending 10..60");
}

#[test]
fn the_list_denies_from_the_submission_whatever_was_decided() {
    let (policy, row) = (ten_days(), row(10, Some((Approved, 12))));
    let events = [event(Withdrawn, 30)];
    let of = |standing: &Standing<'_>| {
        let work = MemberWork::default();
        Timeline::new(&Facts { row: &row, events: &events, standing, work: &work, as_of: 99 }, &CLOCK)
    };
    let listed = of(&under(&policy, Duration::Days(10), Some("house")));
    assert_eq!(stretches(&listed), "late 0..9, denied 10..29, withdrawn 30..60");
    assert_eq!(listed.until(), None);
    assert_eq!(stretches(&of(&Standing::NoPolicy)), "late 0..9, no-policy 10..29, withdrawn 30..60");
    assert_eq!(of(&Standing::TwoPolicies).course, Course::NoPolicy);
}

#[test]
fn what_is_withdrawn_stays_so_from_the_first_time() {
    let events = [event(Withdrawn, 15), event(Withdrawn, 20)];
    let told = stretches(&timeline(&ten_days(), &row(10, Some((Approved, 12))), &events, &[]));
    assert_eq!(told, "late 0..9, pending 10..11, protected 12..14, withdrawn 15..60");
}

#[test]
fn an_extension_counts_on_days_of_protection_alone() {
    let told = |days: &[i32]| {
        let events: Vec<_> = days.iter().map(|day| event(Extended, *day)).collect();
        timeline(&ten_days(), &row(10, Some((Approved, 12))), &events, &[]).until()
    };
    // Pending on the day before; protected on the first and the last day; in grace after it.
    assert_eq!([11, 12, 22, 23].map(|day| told(&[day])), [Some(22), Some(27), Some(27), Some(22)]);
    // The first that counts is the only one.
    assert_eq!([told(&[11, 12, 13]), told(&[12, 27])], [Some(27), Some(27)]);
    let twice = Extension { by: Duration::Days(5), times: 2 };
    let policy = RegistrationPolicy { extend: Some(twice), ..ten_days() };
    let events = [event(Extended, 22), event(CustomerChoice, 23), event(Extended, 27)];
    assert_eq!(timeline(&policy, &row(10, Some((Approved, 12))), &events, &[]).until(), Some(32));
    let never = RegistrationPolicy { extend: None, ..ten_days() };
    assert_eq!(timeline(&never, &row(10, Some((Approved, 12))), &events, &[]).until(), Some(22));
}

#[test]
fn an_extension_on_the_day_of_the_withdrawal_comes_too_late() {
    let events = [event(Extended, 15), event(Withdrawn, 15)];
    assert_eq!(timeline(&ten_days(), &row(10, Some((Approved, 12))), &events, &[]).until(), Some(22));
}

#[test]
fn without_work_it_lapses_and_stays_so() {
    let policy = RegistrationPolicy { lapse: Some(Duration::Days(4)), ..ten_days() };
    let told = |work: &[i32], events: &[RegistrationEvent]| {
        stretches(&timeline(&policy, &row(10, Some((Approved, 12))), events, work))
    };
    let before = "late 0..9, pending 10..11, protected";
    assert_eq!(told(&[], &[]), format!("{before} 12..16, lapsed 17..60"));
    // Work before protection is none later than its first day; work on the day itself saves it, on the next one no more.
    assert_eq!(told(&[11], &[]), format!("{before} 12..16, lapsed 17..60"));
    assert_eq!(told(&[17], &[]), format!("{before} 12..21, lapsed 22..60"));
    assert_eq!(told(&[18], &[]), format!("{before} 12..16, lapsed 17..60"));
    // The day on which it would lapse lies after its end.
    assert_eq!(told(&[17, 18], &[]), format!("{before} 12..22, grace 23..25, expired 26..60"));
    // An extension while it has lapsed changes nothing; one before lets it lapse in the longer protection.
    assert_eq!(told(&[], &[event(Extended, 17)]), format!("{before} 12..16, lapsed 17..60"));
    assert_eq!(told(&[17, 18], &[event(Extended, 22)]), format!("{before} 12..22, lapsed 23..60"));
}

#[test]
fn idle_days_count_while_the_decision_is_awaited() {
    let lapse = Some(Duration::Days(4));
    let policy = RegistrationPolicy { clock: ProtectionClock::Submitted, lapse, ..ten_days() };
    let told = stretches(&timeline(&policy, &row(10, Some((Approved, 16))), &[], &[]));
    assert_eq!(told, "late 0..9, pending 10..15, lapsed 16..60");
}

#[test]
fn silence_approves_when_the_time_ends_and_a_later_decision_changes_nothing() {
    let decide_within = Some(Duration::Days(2));
    let policy = RegistrationPolicy { silence: Silence::Approved, decide_within, grace: None, ..ten_days() };
    let told = |decision| stretches(&timeline(&policy, &row(10, decision), &[], &[]));
    let silent = "late 0..9, pending 10..11, protected 12..22, expired 23..60";
    assert_eq!(told(None), silent);
    assert_eq!(told(Some((Denied, 13))), silent);
    assert_eq!(told(Some((Denied, 12))), "late 0..9, pending 10..11, denied 12..60");
    assert_eq!(told(Some((Approved, 11))), "late 0..9, pending 10..10, protected 11..21, expired 22..60");
}

#[test]
fn silence_by_the_clock_ends_at_a_second() {
    let decide_within = Some(Duration::Hours(48));
    let policy = RegistrationPolicy { silence: Silence::Approved, decide_within, ..ten_days() };
    let course = |seconds_late: i64| {
        let mut row = row(10, Some((Denied, 12)));
        row.decision = Some((Denied, Moment { seconds: noon(12).seconds + seconds_late, ..noon(12) }));
        timeline(&policy, &row, &[], &[]).state(12).word()
    };
    assert_eq!([course(-1), course(0), course(1)], ["denied", "denied", "protected"]);
}

#[test]
fn silence_that_has_not_ended_approves_nothing_yet() {
    let decide_within = Some(Duration::Days(2));
    let policy = RegistrationPolicy { silence: Silence::Approved, decide_within, ..ten_days() };
    let (row, standing, work) =
        (row(10, None), under(&policy, Duration::Days(10), None), MemberWork::default());
    let course = |as_of| {
        Timeline::new(&Facts { row: &row, events: &[], standing: &standing, work: &work, as_of }, &CLOCK)
    };
    assert_eq!(course(11).course, Course::Undecided);
    assert_eq!([course(11).until(), course(12).until()], [None, Some(22)]);
}

#[test]
fn what_was_made_while_a_claim_was_awaited_or_protected_was_not_made_too_late() {
    let timeline = timeline(&ten_days(), &row(10, Some((Approved, 12))), &[], &[]);
    let over: Vec<i32> = (8..=24).filter(|day| timeline.is_over(*day)).collect();
    assert_eq!(over, [8, 9, 23, 24]);
}
