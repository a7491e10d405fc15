//! Decisions on the lines of one deal: the arithmetic, and that nobody else's line changes.

use proptest::prelude::*;

use super::decided::{Decision, Decisions, Kept, WHOLE_E9, added_up, apply};
use super::kernel::{Sharing, pay};
use crate::credit::{Batch, Line, Numbers, Outcome, Reason, Shares, Slots};
use crate::plan::MonthIx;
use apportion_base::money::{Minor, Rounding, Splitter};
use apportion_data::{DealIx, DecidedConflict, DecidedOutcome, Optional, PayeeIx, RoleIx};
use apportion_rules::{RuleIx, SlotIx, VersionIx};

const PERCENT_E9: i64 = 1_000_000_000;

fn payee(number: u32) -> PayeeIx {
    PayeeIx::from_raw(number)
}

fn line(number: u32, credited: i64, pool: i64) -> Line {
    let (credited, pool) = (Minor::new(credited), Minor::new(pool));
    Line {
        role: RoleIx::FIRST.into(),
        credited,
        uncapped: pool,
        amount: pool,
        ..Line::new(RuleIx::FIRST, VersionIx::FIRST, DealIx::FIRST, payee(number))
    }
}

fn conflict(claimants: [u32; 2], outcome: DecidedOutcome) -> DecidedConflict {
    DecidedConflict {
        deal: DealIx::FIRST,
        conflict: "raised:D1".to_owned(),
        decision: "Z1".to_owned(),
        role: "sourced".to_owned(),
        claimants: claimants.map(payee),
        outcome,
        claims: [Vec::new(), Vec::new()],
    }
}

fn split(first: i64) -> DecidedOutcome {
    DecidedOutcome::Split([first * PERCENT_E9, WHOLE_E9 - first * PERCENT_E9])
}

/// Payee, credit, pool, units.
type ToldLine = (u32, i64, i64, i128);

/// Each line after a decision, and what it keeps.
fn decided(
    lines: &[(u32, i64, i64)],
    (claimants, outcome): ([u32; 2], DecidedOutcome),
    counted: [bool; 2],
) -> (Vec<ToldLine>, Vec<Kept>) {
    let conflict = conflict(claimants, outcome);
    let decision = Decision { conflict: &conflict, role: RoleIx::FIRST.into(), counted };
    let mut lines: Vec<Line> = lines.iter().map(|&(payee, credit, pool)| line(payee, credit, pool)).collect();
    let mut kept = Vec::new();
    let empty = |payee| Line::new(RuleIx::FIRST, VersionIx::FIRST, DealIx::FIRST, payee);
    apply(&decision, empty, &mut Splitter::default(), &mut lines, &mut kept).unwrap();
    let told = |line: &Line| {
        assert_eq!((line.amount, line.role), (line.uncapped, RoleIx::FIRST.into()));
        (line.payee.raw(), line.credited.raw(), line.uncapped.raw(), line.units.e9() / i128::from(PERCENT_E9))
    };
    (lines.iter().map(told).collect(), kept)
}

#[test]
fn the_parts_of_the_two_are_one_heap() {
    // A cent that is left goes to the first.
    let (lines, kept) = decided(&[(1, 100, 10), (2, 101, 11), (3, 7, 7)], ([1, 2], split(50)), [true; 2]);
    assert_eq!((lines, kept), (vec![(1, 101, 11, 50), (2, 100, 10, 50), (3, 7, 7, 0)], vec![]));
    // One who loses all keeps a line of 0.
    let (lines, kept) = decided(&[(1, 100, 10), (2, 101, 11)], ([1, 2], split(0)), [true; 2]);
    assert_eq!((lines, kept), (vec![(1, 0, 0, 0), (2, 201, 21, 100)], vec![]));
    // A reversal is split like its original.
    let (lines, _) = decided(&[(1, -100, -10), (2, -101, -11)], ([1, 2], split(50)), [true; 2]);
    assert_eq!(lines, [(1, -101, -11, 50), (2, -100, -10, 50)]);
}

#[test]
fn one_without_a_line_gets_one_if_the_rule_counts_them() {
    let (lines, kept) = decided(&[(1, 100, 10)], ([1, 2], split(40)), [true; 2]);
    assert_eq!((lines, kept), (vec![(1, 40, 4, 40), (2, 60, 6, 60)], vec![]));
    // Nothing is no line.
    let (lines, kept) = decided(&[(1, 100, 10)], ([1, 2], split(100)), [true; 2]);
    assert_eq!((lines, kept), (vec![(1, 100, 10, 100)], vec![]));
    let (lines, kept) = decided(&[(1, 100, 10)], ([1, 2], split(40)), [true, false]);
    assert_eq!(lines, [(1, 40, 4, 40)]);
    let (credit, pool) = (Minor::new(60), Minor::new(6));
    assert_eq!(kept, [Kept { payee: Some(payee(2)), reason: Reason::NotCounted, credit, pool }]);
}

#[test]
fn what_is_void_is_kept_back() {
    let (lines, kept) =
        decided(&[(1, 100, 10), (2, 50, 5), (3, 1, 1)], ([1, 2], DecidedOutcome::Void), [true; 2]);
    assert_eq!(lines, [(1, 0, 0, 0), (2, 0, 0, 0), (3, 1, 1, 0)]);
    let (credit, pool) = (Minor::new(150), Minor::new(15));
    assert_eq!(kept, [Kept { payee: None, reason: Reason::Voided, credit, pool }]);
    assert_eq!(added_up(&[kept[0], kept[0]]).unwrap()[0].credit, Minor::new(300));
    // Where neither has a line nothing changes.
    assert_eq!(
        decided(&[(3, 1, 1)], ([1, 2], DecidedOutcome::Void), [true; 2]),
        (vec![(3, 1, 1, 0)], vec![])
    );
}

/// A deal of one role, shared by units, under some decisions.
fn paid(amount: i64, units: &[i128], conflicts: &[(DecidedConflict, [bool; 2])]) -> Outcome {
    let batch = Batch {
        rule: RuleIx::FIRST,
        version: VersionIx::FIRST,
        deals: &[DealIx::FIRST],
        months: vec![MonthIx::FIRST],
        verdicts: vec![None],
        rounding: Rounding::HalfAwayFromZero,
        digits: 2,
        cap: None,
    };
    let slots = Slots { share: vec![1], role: vec![Optional::from(RoleIx::FIRST)], retain: false };
    let shares = Shares {
        offsets: vec![0, u32::try_from(units.len()).unwrap()],
        slot: vec![SlotIx::FIRST; units.len()],
        payee: PayeeIx::all(units.len()).collect(),
        units_e9: units.to_vec(),
        why_empty: vec![Reason::NoFilledRole],
    };
    let decision = |(conflict, counted): &'_ (DecidedConflict, [bool; 2])| (conflict.clone(), *counted);
    let conflicts: Vec<(DecidedConflict, [bool; 2])> = conflicts.iter().map(decision).collect();
    let all = conflicts.iter().map(|(conflict, counted)| Decision {
        conflict,
        role: RoleIx::FIRST.into(),
        counted: *counted,
    });
    let decisions = Decisions::of(all.collect());
    let basis = Numbers { mantissas: vec![amount.into()], known: None, scale: 2 };
    let sharing = Sharing { slots: &slots, shares: &shares, decisions: &decisions };
    pay(&batch, &basis, Some(&[Some(10_000_000)]), sharing).unwrap()
}

fn outcome() -> impl Strategy<Value = DecidedOutcome> {
    prop_oneof![(0..=100_i64).prop_map(split), Just(DecidedOutcome::Void)]
}

fn decision() -> impl Strategy<Value = (DecidedConflict, [bool; 2])> {
    // A payee who has units counts; the last one has none.
    let claimants = (0..5_u32, 1..5_u32).prop_map(|(first, more)| {
        let second = (first + more) % 5;
        [first.min(second), first.max(second)]
    });
    (claimants, outcome(), any::<bool>()).prop_map(|(claimants, outcome, counted)| {
        (conflict(claimants, outcome), claimants.map(|payee| payee < 4 || counted))
    })
}

proptest! {
    /// A decision changes the lines of nobody but the claimants, and what is credited and kept back is the whole.
    #[test]
    fn nobody_but_the_claimants_changes(
        amount in -1_000_000..1_000_000_i64,
        units in prop::collection::vec(1..1_000_i128, 4),
        decisions in prop::collection::vec(decision(), 0..4),
    ) {
        let (before, after) = (paid(amount, &units, &[]), paid(amount, &units, &decisions));
        let claims = |payee: PayeeIx| decisions.iter().any(|(conflict, _)| conflict.claimants.contains(&payee));
        let others = |outcome: &Outcome| -> Vec<Line> {
            outcome.lines.iter().filter(|line| !claims(line.payee)).copied().collect()
        };
        prop_assert_eq!(others(&before), others(&after));
        let sum = |amounts: Vec<i128>| amounts.into_iter().sum::<i128>();
        let credited = sum(after.lines.iter().map(|line| line.credited.wide()).collect());
        let paid = sum(after.lines.iter().map(|line| line.uncapped.wide()).collect());
        let kept_credit = sum(after.uncredited.iter().filter_map(|row| Some(row.retained_credit?.wide())).collect());
        let kept = sum(after.uncredited.iter().filter_map(|row| Some(row.retained?.wide())).collect());
        let whole = sum(before.lines.iter().map(|line| line.credited.wide()).collect());
        let pool = sum(before.lines.iter().map(|line| line.uncapped.wide()).collect());
        prop_assert_eq!((credited + kept_credit, paid + kept), (whole, pool));
        let sums = after.sums[0];
        prop_assert_eq!((sums.credit_retained, sums.retained, sums.pool), (kept_credit, kept, pool));
    }
}
