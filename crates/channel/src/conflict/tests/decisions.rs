//! Which decisions count, and which of those holds. The first level may decide from Monday 2 March 2026 on, the second from the 6th, the
//! third from the 13th.

use apportion_data::{Decision, DecisionOutcome};

use super::world::{Row, World, day, deal, decision};
use crate::Subject;

const ID: &str = "boundary:D-1:E-ann:P-one";

fn award(id: &str, (level, by, on): (&str, &str, i32)) -> Decision {
    decision(id, ID, (level, by, on), DecisionOutcome::Award, &[("P-one", 100)])
}

/// State, decision, level and why.
fn after(world: &World) -> (&'static str, String, String) {
    let found = world.judged_now().conflicts.remove(0);
    (found.state.word(), found.level.unwrap(), found.why.unwrap_or_default())
}

fn is(state: &'static str, level: &str, why: &str) -> (&'static str, String, String) {
    (state, level.to_owned(), why.to_owned())
}

fn decided_by(decisions: Vec<Decision>) -> World {
    let mut world = World::crossed();
    world.records.decisions = decisions;
    world
}

#[test]
fn a_decision_of_who_may_decide_holds_and_its_level_is_shown() {
    let world = decided_by(vec![award("V-1", ("frontline", "M-front", day(3, 2)))]);
    assert_eq!(
        world.table(),
        [format!("{ID} | D-1 | 03-02 | frontline | 03-05 | decided | V-1 | because V-1")]
    );
}

#[test]
fn a_lower_level_may_still_decide_later() {
    let world = decided_by(vec![award("V-1", ("frontline", "M-front", day(6, 1)))]);
    assert_eq!(after(&world), is("decided", "frontline", "because V-1"));
}

#[test]
fn who_is_not_entitled_decides_nothing() {
    let refused = is("overdue", "sponsor", "not-entitled");
    for (level, by) in [("frontline", "M-lead"), ("board", "M-top"), ("mediation", "M-front")] {
        let world = decided_by(vec![award("V-1", (level, by, day(3, 20)))]);
        assert_eq!(after(&world), refused, "{by} at {level}");
    }
    // The level may decide up to 50,000.
    let mut world = decided_by(vec![award("V-1", ("frontline", "M-front", day(3, 2)))]);
    world.deals[0].amount = 50_001;
    assert_eq!(after(&world), refused);
    // A skipped level.
    world.deals[0].amount = 100_001;
    world.terms.levels[0].when = None;
    assert_eq!(after(&world), refused);
}

#[test]
fn before_its_level_begins_a_decision_is_too_early() {
    let world = decided_by(vec![award("V-1", ("mediation", "M-lead", day(3, 5)))]);
    assert_eq!(after(&world), is("overdue", "sponsor", "too-early"));
    let world = decided_by(vec![award("V-1", ("mediation", "M-lead", day(3, 6)))]);
    assert_eq!(after(&world), is("decided", "mediation", "because V-1"));
    let world = decided_by(vec![award("V-1", ("frontline", "M-front", day(3, 1)))]);
    assert_eq!(after(&world), is("overdue", "sponsor", "too-early"));
}

#[test]
fn a_share_for_somebody_else_decides_nothing() {
    let shares = [("P-one", 100), ("P-two", 0)];
    let at = ("frontline", "M-front", day(3, 2));
    let world = decided_by(vec![decision("V-1", ID, at, DecisionOutcome::Split, &shares)]);
    assert_eq!(after(&world), is("overdue", "sponsor", "not-a-claimant"));
}

#[test]
fn who_gets_something_out_of_it_decides_nothing() {
    let mut world = decided_by(vec![award("V-1", ("frontline", "M-front", day(3, 2)))]);
    let Subject::Deal(of) = deal(0) else { return };
    world.paid = vec![(of, "M-front")];
    assert_eq!(after(&world), is("overdue", "sponsor", "interested"));
    // On what is open only a claimant is interested.
    world.open = vec![Row { id: "O-1", ..world.deals.remove(0) }];
    world.records.decisions[0].conflict_id = "boundary:O-1:E-ann:P-one".to_owned();
    world.open[0].created_on = Some(day(3, 2));
    assert_eq!(after(&world), is("decided", "frontline", "because V-1"));
}

#[test]
fn a_claimant_is_interested_even_where_entitled() {
    let mut world = decided_by(vec![award("V-1", ("frontline", "M-front", day(3, 2)))]);
    world.deals[0].owner_id = Some("M-front");
    world.records.decisions[0].conflict_id = "boundary:D-1:M-front:P-one".to_owned();
    assert_eq!(after(&world), is("overdue", "sponsor", "interested"));
}

#[test]
fn the_first_reason_is_told() {
    // Not entitled, too early, somebody else's share, a claimant: each time one less.
    let shares = [("P-two", 100)];
    let told = |level: &str, by: &str, on: i32, shares: &[(&str, i64)]| {
        after(&decided_by(vec![decision("V-1", ID, (level, by, on), DecisionOutcome::Award, shares)])).2
    };
    assert_eq!(told("mediation", "E-ann", day(3, 1), &shares), "not-entitled");
    assert_eq!(told("mediation", "M-lead", day(3, 1), &shares), "too-early");
    assert_eq!(told("mediation", "M-lead", day(3, 9), &shares), "not-a-claimant");
}

#[test]
fn of_those_that_count_the_highest_level_holds_then_the_latest_then_the_last_id() {
    let low = award("V-9", ("frontline", "M-front", day(3, 20)));
    let high = award("V-1", ("sponsor", "M-top", day(3, 13)));
    assert_eq!(after(&decided_by(vec![low.clone(), high])).2, "because V-1");
    let earlier = award("V-8", ("frontline", "M-front", day(3, 19)));
    assert_eq!(after(&decided_by(vec![earlier, low.clone()])).2, "because V-9");
    let same = award("V-10", ("frontline", "M-front", day(3, 20)));
    assert_eq!(after(&decided_by(vec![low, same])).2, "because V-9");
}

#[test]
fn the_latest_that_does_not_count_says_why_and_all_of_them_are_told() {
    let early = award("V-2", ("sponsor", "M-top", day(3, 12)));
    let wrong = award("V-1", ("sponsor", "M-lead", day(3, 12)));
    let world = decided_by(vec![wrong, early]);
    assert_eq!(after(&world).2, "too-early");
    let refused = world.judged_now().background.remove(0).refused;
    let told: Vec<(&str, &str)> =
        refused.iter().map(|refused| (refused.decision_id.as_str(), refused.refusal.code())).collect();
    assert_eq!(told, [("V-1", "not-entitled"), ("V-2", "too-early")]);
}

#[test]
fn one_that_was_withdrawn_is_no_longer_open() {
    let at = ("frontline", "M-front", day(3, 2));
    let world = decided_by(vec![decision("V-1", ID, at, DecisionOutcome::Withdrawn, &[])]);
    assert_eq!(after(&world), is("withdrawn", "frontline", "because V-1"));
    let judgement = world.judged_now();
    assert!(judgement.held.is_empty() && judgement.decided.is_empty());
}

#[test]
fn a_decision_holds_for_each_deal_of_an_opportunity_as_far_as_its_level_may() {
    let id = "boundary:O-1:E-ann:P-one";
    let mut world = decided_by(vec![award("V-1", ("frontline", "M-front", day(3, 2)))]);
    world.records.decisions[0].conflict_id = id.to_owned();
    world.deals[0].opportunity = Some("O-1");
    world.deals.push(Row { id: "D-2", ..world.deals[0].clone() });
    world.deals.push(Row { id: "D-3", amount: 60_000, ..world.deals[0].clone() });
    assert_eq!(
        world.table(),
        [
            format!("{id} | D-1 | 03-02 | frontline | 03-05 | decided | V-1 | because V-1"),
            format!("{id} | D-2 | 03-02 | frontline | 03-05 | decided | V-1 | because V-1"),
            format!("{id} | D-3 | 03-02 | sponsor | 03-26 | overdue |  | not-entitled"),
        ]
    );
}

#[test]
fn a_decision_about_nothing_is_told() {
    let mut world = decided_by(vec![award("V-1", ("frontline", "M-front", day(3, 2)))]);
    world.deals[0].is_crossed = false;
    assert_eq!(world.judged_now().unknown_decisions, ["V-1"]);
}
