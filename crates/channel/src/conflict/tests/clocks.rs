//! Which level runs until when. Monday 2 March 2026 begins all of them.

use apportion_rules::Duration;

use super::world::{Row, World, day, escalation, over_deals};

const ID: &str = "boundary:D-1:E-ann:P-one";

/// Level, due and state on a day.
fn on(world: &mut World, as_of: i32) -> (String, String, &'static str) {
    world.as_of = as_of;
    let found = world.judged_now().conflicts.remove(0);
    let due = apportion_base::calendar::display_day(found.due.unwrap());
    (found.level.unwrap(), due[5..].to_owned(), found.state.word())
}

fn is(level: &str, due: &str, state: &'static str) -> (String, String, &'static str) {
    (level.to_owned(), due.to_owned(), state)
}

#[test]
fn levels_follow_each_other_over_weekends_until_the_last_is_overdue() {
    let mut world = World::crossed();
    // Three business days from Monday: Thursday. Five more: the next Thursday. Ten more.
    assert_eq!(on(&mut world, day(3, 2)), is("frontline", "03-05", "open"));
    assert_eq!(on(&mut world, day(3, 5)), is("frontline", "03-05", "open"));
    assert_eq!(on(&mut world, day(3, 6)), is("mediation", "03-12", "open"));
    assert_eq!(on(&mut world, day(3, 13)), is("sponsor", "03-26", "open"));
    assert_eq!(on(&mut world, day(3, 26)), is("sponsor", "03-26", "open"));
    assert_eq!(on(&mut world, day(3, 27)), is("sponsor", "03-26", "overdue"));
}

#[test]
fn holidays_are_passed_over() {
    let mut world = World::crossed();
    world.holidays = vec![day(3, 4), day(3, 9)];
    assert_eq!(on(&mut world, day(3, 2)), is("frontline", "03-06", "open"));
    assert_eq!(on(&mut world, day(3, 7)), is("mediation", "03-16", "open"));
}

#[test]
fn days_of_the_calendar_are_not() {
    let mut world = World::crossed();
    world.holidays = vec![day(3, 4)];
    world.terms.levels[0].within = Duration::Days(7);
    assert_eq!(on(&mut world, day(3, 9)), is("frontline", "03-09", "open"));
}

#[test]
fn a_large_deal_begins_at_the_second_level() {
    let mut world = World::crossed();
    world.deals[0].amount = 100_001;
    assert_eq!(on(&mut world, day(3, 2)), is("mediation", "03-09", "open"));
    assert_eq!(on(&mut world, day(3, 10)), is("sponsor", "03-23", "open"));
    world.terms.levels.truncate(1);
    assert_eq!(on(&mut world, day(3, 2)), is("frontline", "03-05", "open"));
}

#[test]
fn a_level_that_may_not_decide_this_deal_still_has_its_time() {
    let mut world = World::crossed();
    world.deals[0].amount = 60_000;
    assert_eq!(on(&mut world, day(3, 2)), is("frontline", "03-05", "open"));
}

#[test]
fn a_condition_that_is_null_does_not_escalate() {
    let mut world = World::crossed();
    world.terms.escalate = Some(over_deals("priority"));
    assert_eq!(on(&mut world, day(3, 2)), is("frontline", "03-05", "open"));
}

#[test]
fn a_claimant_ends_the_level_that_runs_on_that_day_and_only_that_one() {
    let mut world = World::crossed();
    world.records.events = vec![escalation(ID, day(3, 3), "E-ann"), escalation(ID, day(3, 3), "P-one")];
    assert_eq!(on(&mut world, day(3, 3)), is("frontline", "03-03", "open"));
    // Five business days from Tuesday.
    assert_eq!(on(&mut world, day(3, 4)), is("mediation", "03-10", "open"));
    assert_eq!(on(&mut world, day(3, 11)), is("sponsor", "03-24", "open"));
}

#[test]
fn each_level_can_be_ended_but_the_last() {
    let mut world = World::crossed();
    world.records.events =
        [day(3, 3), day(3, 4), day(3, 5), day(3, 6)].map(|day| escalation(ID, day, "P-one")).to_vec();
    assert_eq!(on(&mut world, day(3, 4)), is("mediation", "03-04", "open"));
    assert_eq!(on(&mut world, day(3, 5)), is("sponsor", "03-18", "open"));
}

#[test]
fn others_and_events_before_the_conflict_end_nothing() {
    let mut world = World::crossed();
    world.records.events = vec![
        escalation(ID, day(3, 1), "E-ann"),
        escalation(ID, day(3, 3), "M-front"),
        escalation("boundary:D-2:E-ann:P-one", day(3, 3), "E-ann"),
    ];
    assert_eq!(on(&mut world, day(3, 3)), is("frontline", "03-05", "open"));
}

#[test]
fn an_event_on_the_due_day_changes_nothing_and_one_after_it_ends_the_next() {
    let mut world = World::crossed();
    world.records.events = vec![escalation(ID, day(3, 5), "E-ann")];
    assert_eq!(on(&mut world, day(3, 6)), is("mediation", "03-12", "open"));
    world.records.events = vec![escalation(ID, day(3, 6), "E-ann")];
    assert_eq!(on(&mut world, day(3, 6)), is("mediation", "03-06", "open"));
    assert_eq!(on(&mut world, day(3, 7)), is("sponsor", "03-20", "open"));
}

#[test]
fn deals_of_one_opportunity_have_clocks_of_their_own() {
    let mut world = World::crossed();
    world.deals[0].opportunity = Some("O-1");
    world.deals.push(Row { id: "D-2", amount: 200_000, ..world.deals[0].clone() });
    world.as_of = day(3, 3);
    assert_eq!(
        world.table(),
        [
            "boundary:O-1:E-ann:P-one | D-1 | 03-02 | frontline | 03-05 | open |  | ",
            "boundary:O-1:E-ann:P-one | D-2 | 03-02 | mediation | 03-09 | open |  | ",
        ]
    );
}
