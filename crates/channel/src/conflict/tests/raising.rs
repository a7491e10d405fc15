//! Conflicts that people raised.

use apportion_data::{DealIx, RaisedConflict};

use super::world::{Row, World, day, payee, raise};

fn of_deal() -> RaisedConflict {
    RaisedConflict {
        deal_id: Some("D-1".to_owned()),
        deal: DealIx::FIRST.into(),
        ..raise("C-1", day(3, 2), ["P-two", "E-bob"])
    }
}

fn quiet() -> World {
    let mut world = World::crossed();
    world.deals[0].is_crossed = false;
    world
}

#[test]
fn one_keeps_its_id_its_day_and_the_order_of_its_claimants() {
    let mut world = quiet();
    world.records.raised = vec![of_deal()];
    let judgement = world.judged_now();
    let found = &judgement.conflicts[0];
    assert_eq!((found.id.as_str(), found.day, found.deal_id.as_deref()), ("C-1", day(3, 2), Some("D-1")));
    assert_eq!(found.claimants, [payee("P-two"), payee("E-bob")]);
    assert_eq!(judgement.held[0].claimants, [payee("E-bob"), payee("P-two")]);
    assert_eq!(found.value_e6, Some(1_000_000_000));
}

#[test]
fn the_role_is_its_own_where_it_says_one() {
    let mut world = quiet();
    world.records.raised = vec![RaisedConflict { role: Some("cosell".to_owned()), ..of_deal() }];
    let judgement = world.judged_now();
    assert_eq!((judgement.conflicts[0].role.as_str(), judgement.held[0].role.as_str()), ("cosell", "cosell"));
}

#[test]
fn one_on_an_opportunity_is_about_what_is_open_and_later_about_its_deals() {
    let mut world = World::of(Vec::new());
    world.open = vec![Row { id: "O-1", amount: 1000, ..Row::default() }];
    let by_opportunity = |world: &World| RaisedConflict {
        opportunity: world.opportunity_ix("O-1").into(),
        ..raise("C-1", day(3, 2), ["E-bob", "P-two"])
    };
    world.records.raised = vec![by_opportunity(&world)];
    world.as_of = day(3, 3);
    assert_eq!(world.table(), ["C-1 |  | 03-02 | frontline | 03-05 | open |  | "]);
    assert!(world.judged_now().held.is_empty());
    world.open.clear();
    let closed = Row { opportunity: Some("O-1"), closes_on: day(3, 20), amount: 1000, ..Row::default() };
    world.deals = vec![Row { id: "D-1", ..closed.clone() }, Row { id: "D-2", ..closed.clone() }];
    world.deals.push(Row { id: "D-3", is_lost: true, ..closed });
    world.records.raised = vec![by_opportunity(&world)];
    world.as_of = day(3, 31);
    assert_eq!(
        world.table(),
        [
            "C-1 | D-1 | 03-02 | sponsor | 03-26 | overdue |  | ",
            "C-1 | D-2 | 03-02 | sponsor | 03-26 | overdue |  | ",
        ]
    );
    assert_eq!(world.judged_now().held.len(), 2);
}

#[test]
fn one_on_a_deal_that_has_not_closed_is_about_nothing_yet() {
    let mut world = quiet();
    world.records.raised = vec![RaisedConflict {
        deal_id: Some("D-77".to_owned()),
        ..raise("C-1", day(3, 2), ["E-bob", "P-two"])
    }];
    let judgement = world.judged_now();
    assert_eq!(judgement.conflicts[0].subject, None);
    assert_eq!(judgement.conflicts[0].deal_id.as_deref(), Some("D-77"));
    assert!(judgement.held.is_empty());
}

#[test]
fn one_of_a_lost_deal_is_about_nothing() {
    let mut world = quiet();
    world.deals[0].is_lost = true;
    world.records.raised = vec![of_deal()];
    assert_eq!(world.judged_now().conflicts[0].subject, None);
}

#[test]
fn one_that_no_rule_detects_is_not_found() {
    let mut world = quiet();
    world.records.raised = vec![of_deal()];
    world.from = day(3, 3);
    assert!(world.found().is_empty());
}
