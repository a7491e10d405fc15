//! What a settlement has to know.

use apportion_data::{DealIx, DecidedOutcome, Decision, DecisionOutcome, HeldLines};
use apportion_rules::{ConflictKind, HoldWord};

use super::world::{Row, World, day, deal, decision, engagement, payee, tied_claim};
use crate::ClaimState;
use crate::conflict::{ClaimMember, SubjectClaim, TieAward};

const ID: &str = "boundary:D-1:E-ann:P-one";

fn decided(outcome: DecisionOutcome, shares: &[(&str, i64)]) -> Decision {
    decision("V-1", ID, ("frontline", "M-front", day(3, 2)), outcome, shares)
}

fn outcome(decision: Decision) -> Vec<DecidedOutcome> {
    let mut world = World::crossed();
    world.records.decisions = vec![decision];
    world.judged_now().decided.iter().map(|decided| decided.outcome).collect()
}

#[test]
fn parts_are_split_by_the_percents_in_the_order_of_claimants() {
    let odd = outcome(decided(DecisionOutcome::Split, &[("P-one", 67), ("E-ann", 33)]));
    assert_eq!(odd, [DecidedOutcome::Split([33_000_000_000, 67_000_000_000])]);
    let all = outcome(decided(DecisionOutcome::Award, &[("P-one", 100)]));
    assert_eq!(all, [DecidedOutcome::Split([0, 100_000_000_000])]);
    assert_eq!(outcome(decided(DecisionOutcome::Void, &[])), [DecidedOutcome::Void]);
    assert!(outcome(decided(DecisionOutcome::Withdrawn, &[])).is_empty());
}

#[test]
fn an_open_conflict_holds_what_its_kind_says() {
    let mut world = World::crossed();
    let held = world.judged_now().held;
    assert_eq!(held.len(), 1);
    assert_eq!(
        (held[0].what, held[0].role.as_str(), held[0].rule.as_str()),
        (HeldLines::Share, "sourced", "resolution")
    );
    assert_eq!(held[0].claimants, [payee("E-ann"), payee("P-one")]);
    for (word, what) in [(HoldWord::Claimants, HeldLines::Claimants), (HoldWord::Deal, HeldLines::Deal)] {
        world.terms.hold.by_kind = vec![(ConflictKind::Boundary, word)];
        assert_eq!(world.judged_now().held[0].what, what);
    }
    world.terms.hold.by_kind = vec![(ConflictKind::Boundary, HoldWord::None)];
    let shown = world.judged_now();
    assert!(shown.held.is_empty());
    assert_eq!(shown.conflicts.len(), 1);
    world.terms.hold.by_kind = vec![(ConflictKind::Raised, HoldWord::None)];
    assert_eq!(world.judged_now().held.len(), 1);
}

#[test]
fn a_decided_one_holds_nothing_and_a_refused_decision_leaves_it_held() {
    let mut world = World::crossed();
    world.records.decisions = vec![decided(DecisionOutcome::Void, &[])];
    assert!(world.judged_now().held.is_empty());
    world.paid = vec![(DealIx::FIRST, "M-front")];
    let judgement = world.judged_now();
    assert_eq!((judgement.held.len(), judgement.decided.len()), (1, 0));
}

#[test]
fn effects_are_in_the_order_of_deals_and_then_of_conflicts() {
    let mut world = World::crossed();
    world.deals.insert(0, Row { id: "D-9", owner_id: Some("E-bob"), ..world.deals[0].clone() });
    world.claims = vec![(deal(1), SubjectClaim { holder: true, ..tied_claim("P-two", day(3, 3)) })];
    let order: Vec<(usize, String)> =
        world.judged_now().held.into_iter().map(|held| (held.deal.at(), held.conflict)).collect();
    let expected = [(0, "boundary:D-9:E-bob:P-one"), (1, ID), (1, "direct-overlap:D-1:E-ann:P-two")];
    assert_eq!(order, expected.map(|(deal, id)| (deal, id.to_owned())));
}

#[test]
fn claims_that_pay_tell_what_they_would_give_a_claimant() {
    let mut world = World::crossed();
    world.deals[0].channel = Some("partner");
    let member =
        |id: &str, number: u32| ClaimMember { payee: payee(id), engagement: Some(engagement(number)) };
    let of = |state: ClaimState, members: Vec<ClaimMember>| SubjectClaim {
        state,
        members,
        ..tied_claim("P-one", day(3, 3))
    };
    world.claims = vec![
        (deal(0), of(ClaimState::Protected, vec![member("P-one", 7), member("E-ann", 8)])),
        (deal(0), of(ClaimState::Grace, vec![member("P-one", 9)])),
        (deal(0), of(ClaimState::Expired, vec![member("P-one", 10)])),
    ];
    world.records.decisions = vec![decided(DecisionOutcome::Void, &[])];
    let claims = &world.judged_now().decided[0].claims;
    assert_eq!(claims, &[vec![engagement(8)], vec![engagement(7), engagement(9)]]);
}

#[test]
fn an_award_of_a_tie_makes_its_winner_the_holder() {
    let mut world = World::crossed();
    world.deals[0].is_crossed = false;
    world.claims = ["P-one", "P-two"].map(|id| (deal(0), tied_claim(id, day(3, 3)))).to_vec();
    let id = "registration-tie:D-1:P-one:P-two";
    let at = ("frontline", "M-front", day(3, 3));
    let awarded = decision("V-1", id, at, DecisionOutcome::Award, &[("P-two", 100)]);
    world.records.decisions = vec![awarded];
    let judgement = world.judged_now();
    assert_eq!(judgement.tie_awards, [TieAward { deal: DealIx::FIRST, winner: payee("P-two") }]);
    assert_eq!(judgement.decided.len(), 1);
    let halves = [("P-one", 50), ("P-two", 50)];
    world.records.decisions = vec![decision("V-1", id, at, DecisionOutcome::Split, &halves)];
    assert!(world.judged_now().tie_awards.is_empty());
}
