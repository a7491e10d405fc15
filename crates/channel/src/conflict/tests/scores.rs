//! What criteria recommend. The conflict is of Monday 2 March 2026, between E-ann and P-one.

use super::world::{Row, World, claim, criterion, day, deal};
use crate::ClaimState;
use crate::conflict::{CriterionPart, SubjectClaim};

fn scores(world: &World) -> [Option<i128>; 2] {
    world.judged_now().conflicts[0].scores_e6
}

fn by(world: &mut World, weight: &str, score: &str) -> [i128; 2] {
    world.terms.criteria = vec![criterion(weight, score)];
    scores(world).map(Option::unwrap)
}

#[test]
fn without_criteria_there_is_no_score() {
    assert_eq!(scores(&World::crossed()), [None, None]);
}

#[test]
fn a_score_is_kept_within_zero_and_one_and_null_is_zero() {
    let mut world = World::crossed();
    assert_eq!(by(&mut world, "40", "7"), [40_000_000; 2]);
    assert_eq!(by(&mut world, "40", "-1"), [0; 2]);
    assert_eq!(by(&mut world, "40", "NULL"), [0; 2]);
    assert_eq!(by(&mut world, "2.5", "amount / 4000"), [625_000; 2]);
    assert_eq!(by(&mut world, "1", "CASE WHEN payees.kind = 'partner' THEN 0.25 END"), [0, 250_000]);
}

#[test]
fn sums_are_rounded_once_half_away_and_parts_are_kept() {
    let mut world = World::crossed();
    world.terms.criteria =
        vec![criterion("1", "0.0000004"), criterion("1", "0.0000001"), criterion("3", "NULL")];
    // Each part rounds to 0, and 0.0000005 to one millionth.
    assert_eq!(scores(&world), [Some(1); 2]);
    let [ann, _] = world.judged_now().background.remove(0).recommendation.unwrap();
    let parts = [Some(0), Some(0), None].map(|score_e6| CriterionPart { score_e6, points_e6: 0 });
    assert_eq!(ann.parts, parts);
    assert_eq!(by(&mut world, "30", "1 / 3"), [10_000_000; 2]);
}

#[test]
fn work_on_the_subject_counts() {
    let mut world = World::crossed();
    world.deals[0].work = vec![
        ("E-ann", Some(day(2, 9)), 0),
        ("E-ann", None, 0),
        ("E-ann", Some(day(2, 1)), 0),
        ("P-two", None, 0),
    ];
    assert_eq!(by(&mut world, "1", "claim.touches / 10"), [300_000, 0]);
    assert_eq!(by(&mut world, "1", "claim.weight / 10"), [450_000, 0]);
    assert_eq!(
        by(&mut world, "1", "CASE WHEN claim.first_on = DATE '2026-02-01' THEN 1 END"),
        [1_000_000, 0]
    );
    assert_eq!(by(&mut world, "1", "CASE WHEN claim.last_on = DATE '2026-02-09' THEN 1 END"), [1_000_000, 0]);
    assert_eq!(by(&mut world, "1", "CASE WHEN claim.last_on IS NULL THEN 1 END"), [0, 1_000_000]);
}

#[test]
fn the_earliest_submission_is_first_whatever_became_of_it() {
    let first = "CASE WHEN claim.first THEN 1 ELSE 0 END";
    let mut world = World::crossed();
    assert_eq!(by(&mut world, "40", first), [0, 0]);
    let denied = SubjectClaim { state: ClaimState::Denied, ..claim("P-one", day(2, 20)) };
    world.claims = vec![(deal(0), denied)];
    assert_eq!(by(&mut world, "40", first), [0, 40_000_000]);
    assert_eq!(by(&mut world, "1", "claim.days_registered / 100"), [0, 100_000]);
    assert_eq!(by(&mut world, "1", "CASE WHEN claim.days_registered IS NULL THEN 1 END"), [1_000_000, 0]);
    world.claims.push((deal(0), claim("E-ann", day(2, 20))));
    assert_eq!(by(&mut world, "40", first), [0, 0]);
    world.claims.push((deal(0), claim("E-ann", day(2, 10))));
    assert_eq!(by(&mut world, "40", first), [40_000_000, 0]);
}

#[test]
fn deals_of_the_year_before_count_once_each() {
    let mut world = World::crossed();
    let before = |id, closes_on, is_lost| Row {
        id,
        closes_on,
        is_lost,
        amount: 300,
        work: vec![("P-one", None, 0), ("P-one", Some(day(1, 1)), 1)],
        ..Row::default()
    };
    world.deals.extend([
        before("L-1", day(3, 1), false),
        before("L-2", day(3, 2) - 365, false),
        before("L-3", day(2, 1), true),
        // The conflict's day itself, and one day too old.
        before("L-4", day(3, 2), false),
        before("L-5", day(3, 2) - 366, false),
    ]);
    assert_eq!(by(&mut world, "1", "claim.won / 10"), [0, 200_000]);
    assert_eq!(by(&mut world, "1", "claim.lost / 10"), [0, 100_000]);
    assert_eq!(by(&mut world, "1", "claim.revenue / 1000"), [0, 600_000]);
    // Nothing won and nothing lost is no rate.
    assert_eq!(by(&mut world, "3", "claim.won / (claim.won + claim.lost)"), [0, 2_000_000]);
}
