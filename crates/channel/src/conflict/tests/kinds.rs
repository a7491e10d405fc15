//! Each kind of conflict, its claimants and its day.

use super::world::Row;
use super::world::{World, claim, day, deal, held_claim, open, tied_claim};
use crate::ClaimState;
use crate::conflict::{ClaimMember, SubjectClaim};

fn one(id: &str, day: &str) -> Vec<(String, String)> {
    vec![(id.to_owned(), day.to_owned())]
}

#[test]
fn a_crossed_deal_is_disputed_by_its_owner_and_its_partner() {
    let world = World::crossed();
    assert_eq!(world.found(), one("boundary:D-1:E-ann:P-one", "03-02"));
}

#[test]
fn without_a_created_on_the_day_is_that_of_closing_and_of_what_is_open_the_as_of_day() {
    let mut world = World::crossed();
    world.deals[0].created_on = None;
    assert_eq!(world.found(), one("boundary:D-1:E-ann:P-one", "04-01"));
    world.open = vec![Row { id: "O-1", ..world.deals.remove(0) }];
    assert_eq!(world.found(), one("boundary:O-1:E-ann:P-one", "12-31"));
}

#[test]
fn the_subject_is_the_opportunity_where_there_is_one_and_each_of_its_deals_has_its_row() {
    let mut world = World::crossed();
    world.deals[0].opportunity = Some("O-7");
    world.deals.push(Row { id: "D-2", created_on: Some(day(3, 9)), ..world.deals[0].clone() });
    let rows = world.table();
    assert_eq!(
        rows,
        [
            "boundary:O-7:E-ann:P-one | D-1 | 03-02 | sponsor | 03-26 | overdue |  | ",
            "boundary:O-7:E-ann:P-one | D-2 | 03-09 | sponsor | 04-02 | overdue |  | ",
        ]
    );
}

#[test]
fn an_owner_or_partner_who_is_no_payee_is_who_worked_first() {
    let mut world = World::crossed();
    let row = &mut world.deals[0];
    (row.owner_id, row.partner_id) = (Some("nobody"), None);
    row.work = vec![
        // Earlier, but without a date, of another kind, or later by the id.
        ("E-ann", None, 0),
        ("X-other", Some(day(2, 1)), 0),
        ("E-ann", Some(day(2, 2)), 2),
        ("E-bob", Some(day(2, 2)), 1),
        // One day, no ids: the payee decides.
        ("P-two", Some(day(2, 3)), 0),
        ("P-one", Some(day(2, 3)), 0),
    ];
    assert_eq!(world.found(), one("boundary:D-1:E-bob:P-one", "03-02"));
}

#[test]
fn without_two_different_payees_there_is_no_conflict() {
    let mut world = World::crossed();
    world.deals[0].partner_id = Some("E-ann");
    assert!(world.found().is_empty());
    world.deals[0].partner_id = None;
    assert!(world.found().is_empty());
}

#[test]
fn a_lost_deal_has_none() {
    let mut world = World::crossed();
    world.deals[0].is_lost = true;
    assert!(world.found().is_empty());
}

#[test]
fn a_direct_deal_with_a_protected_holder_is_disputed_by_its_owner() {
    let mut world = World::crossed();
    world.deals[0].is_crossed = false;
    world.claims = vec![(deal(0), held_claim("P-two", day(3, 10)))];
    assert_eq!(world.found(), one("direct-overlap:D-1:E-ann:P-two", "03-10"));
    // Protection that began before the deal was there.
    world.claims = vec![(deal(0), held_claim("P-two", day(1, 10)))];
    assert_eq!(world.found(), one("direct-overlap:D-1:E-ann:P-two", "03-02"));
}

#[test]
fn it_is_not_where_the_owner_is_a_member_or_the_holder_is_in_grace_or_a_partner_sells() {
    let mut world = World::crossed();
    world.deals[0].is_crossed = false;
    let holder = held_claim("P-two", day(3, 10));
    let ann = ClaimMember { payee: super::world::payee("E-ann"), engagement: None };
    world.claims = vec![(deal(0), SubjectClaim { members: vec![ann], ..holder.clone() })];
    assert!(world.found().is_empty());
    world.claims = vec![(deal(0), SubjectClaim { state: ClaimState::Grace, ..holder.clone() })];
    assert!(world.found().is_empty());
    world.claims = vec![(deal(0), holder)];
    world.deals[0].channel = Some("partner");
    assert!(world.found().is_empty());
}

#[test]
fn a_tie_is_no_duplicate_and_a_third_claim_disputes_with_both() {
    let mut world = World::crossed();
    world.deals[0].is_crossed = false;
    world.claims = vec![
        (deal(0), tied_claim("P-two", day(3, 3))),
        (deal(0), tied_claim("P-one", day(3, 3))),
        (deal(0), claim("X-other", day(3, 5))),
    ];
    let found = world.found();
    let rows: Vec<(&str, &str)> = found.iter().map(|(id, day)| (id.as_str(), day.as_str())).collect();
    assert_eq!(
        rows,
        [
            ("duplicate:D-1:P-one:X-other", "03-05"),
            ("duplicate:D-1:P-two:X-other", "03-05"),
            ("registration-tie:D-1:P-one:P-two", "03-03"),
        ]
    );
}

#[test]
fn two_payees_are_duplicates_once_from_the_first_day_on_which_both_were_protected() {
    let mut world = World::crossed();
    world.deals[0].is_crossed = false;
    world.claims = vec![
        (deal(0), held_claim("P-one", day(3, 3))),
        (deal(0), claim("P-two", day(3, 20))),
        (deal(0), claim("P-two", day(3, 8))),
        (deal(0), claim("P-one", day(3, 30))),
        (deal(0), SubjectClaim { state: ClaimState::Expired, ..claim("X-other", day(3, 4)) }),
    ];
    world.deals[0].channel = Some("partner");
    assert_eq!(world.found(), one("duplicate:D-1:P-one:P-two", "03-08"));
}

#[test]
fn a_tie_in_grace_is_one_too() {
    let mut world = World::crossed();
    world.deals[0].is_crossed = false;
    let in_grace = |id| SubjectClaim { state: ClaimState::Grace, ..tied_claim(id, day(3, 3)) };
    world.claims = vec![(deal(0), in_grace("P-one")), (deal(0), in_grace("P-two"))];
    assert_eq!(world.found(), one("registration-tie:D-1:P-one:P-two", "03-03"));
}

#[test]
fn what_no_rule_detects_on_its_day_is_not_found() {
    let mut world = World::crossed();
    world.from = day(3, 3);
    assert!(world.found().is_empty());
    world.from = day(3, 2);
    assert_eq!(world.found().len(), 1);
    world.terms.detect.retain(|kind| kind.word() != "boundary");
    assert!(world.found().is_empty());
}

#[test]
fn what_is_open_has_conflicts_too() {
    let mut world = World::of(Vec::new());
    world.open = vec![Row { id: "O-1", ..World::crossed().deals.remove(0) }];
    world.claims = vec![(open(0), held_claim("P-two", day(3, 10)))];
    let found = world.found();
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["boundary:O-1:E-ann:P-one", "direct-overlap:O-1:E-ann:P-two"]);
    let judgement = world.judged_now();
    assert!(judgement.held.is_empty(), "nothing is paid on what is open");
    assert_eq!(judgement.conflicts[0].deal_id, None);
    assert_eq!(judgement.conflicts[0].opportunity_id.as_deref(), Some("O-1"));
}
