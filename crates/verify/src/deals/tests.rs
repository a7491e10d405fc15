//! Lines of deals as a run writes them prove; each planted mistake is found.

use super::super::calendar::{Day, Period, PeriodName};
use super::super::channel::{Decision, Decisions};
use super::super::lines::{Given, Ids, Line, LineWords};
use super::super::manifest::Terms;
use super::super::names::{Number, RuleNo};
use super::super::report::Proof;
use super::super::rounding::Rounding;
use super::super::uncredited::Row;
use super::Deals;
use apportion_base::money::Currency;
use apportion_contract::{Reason, RuleKind};

/// 1 in billionths.
const ONE: i128 = 1_000_000_000;

/// A line on the deal: payee, role, units and their total in whole numbers, credit, and what is paid.
pub type Told<'t> = (&'t str, &'t str, i128, i128, i64, i64);
/// What is kept back: payee, reason, money and credit.
type Kept<'t> = (&'t str, Reason, i128, Option<i128>);

/// What is written of one deal.
#[derive(Clone)]
struct Written<'t> {
    lines: Vec<Told<'t>>,
    kept: Vec<Kept<'t>>,
    /// The role, the claimants, and whether the decision is void.
    decisions: Vec<(&'t str, [&'t str; 2], bool)>,
    /// What the deal is worth in credit and in money.
    whole: (i64, i64),
}

/// A book in dollars with one rule, which shares credit.
pub fn terms() -> Terms {
    Terms {
        currency: Currency::from_code("USD").unwrap(),
        digits: 2,
        rounding: Rounding::from_word("half-away-from-zero").unwrap(),
        period: Period::new(PeriodName::parse("2026-07").unwrap(), 1),
        rules: vec![("new-business".to_owned(), RuleKind::SharedCredit)],
        raw: false,
        payees_change: false,
    }
}

/// The messages of both proofs.
fn found(written: &Written<'_>) -> Vec<String> {
    let (terms, mut ids) = (terms(), Ids::default());
    let deal = ids.deals.number("D-1");
    let kept = written.kept.iter().map(|(payee, reason, retained, credit)| Row {
        row: 1,
        deal,
        rule: Some(RuleNo::new(0)),
        payee: (!payee.is_empty()).then(|| ids.payees.number(payee)),
        reason: *reason,
        retained: Some(*retained),
        retained_credit: *credit,
    });
    let kept: Vec<Row> = kept.collect();
    let mut decisions = Decisions::default();
    for (role, claimants, voids) in &written.decisions {
        let claimants = claimants.map(str::to_owned);
        let decision = Decision { role: (*role).to_owned(), claimants, voids: *voids };
        decisions.add("D-1".to_owned(), decision);
    }
    let mut deals = Deals::new(&terms, &kept, decisions, written.lines.len() as u64);
    for (row, told) in (1..).zip(&written.lines) {
        deals.line(&line(row, told, written.whole, &mut ids));
    }
    while deals.next_bucket(&ids) {}
    let (splits, whole, _) = deals.proofs();
    let messages = |proof: Proof| proof.findings.groups.into_iter().flat_map(|group| group.first);
    messages(splits).chain(messages(whole)).map(|finding| finding.message).collect()
}

/// A line of that rule on the deal, which is worth so much credit and money.
pub fn line<'t>(
    row: u64,
    (payee_id, role, units, units_total, credited, uncapped): &Told<'t>,
    (credit_total, pool): (i64, i64),
    ids: &mut Ids,
) -> Line<'t> {
    Line {
        row,
        words: LineWords::given(Given {
            payee_id,
            rule_id: "new-business",
            deal_id: "D-1",
            role_id: Some(role),
        }),
        rule_from: Day(0),
        kind: Some(RuleKind::SharedCredit),
        level: None,
        close_date: Day(0),
        basis: Some(credit_total),
        rate: Some(10_000_000),
        units: Some(units * ONE),
        units_total: Some(units_total * ONE),
        credit_total: Some(credit_total),
        pool: Some(pool),
        credited: Some(*credited),
        uncapped: Some(*uncapped),
        amount: Some(*uncapped),
        in_currency: true,
        payee: ids.payees.number(payee_id),
        deal: ids.deals.number("D-1"),
        role: Some(ids.roles.number(role)),
        from_payee: None,
        of_rule: None,
        of_deal: None,
        rule: Some(RuleNo::new(0)),
    }
}

/// What is found, and how the mistake is made.
type Mistake<'m> = (&'m str, &'m dyn Fn(&mut Written<'_>));

/// What proves, and for each planted mistake how it is made and what is then found.
fn planted(written: &Written<'_>, mistakes: &[Mistake<'_>]) {
    assert_eq!(found(written), Vec::<String>::new());
    for (expected, plant) in mistakes {
        let mut changed = written.clone();
        plant(&mut changed);
        let found = found(&changed);
        assert!(found.iter().any(|one| one.contains(expected)), "{expected}: {found:?}");
    }
}

/// Ann, Ben, Cat and Dan had 1, 1, 1 and 1 of 4 units: 25.00 and 2.50 each. Ann and Ben get 50.00 and 5.00 at 30 to 70.
#[test]
fn two_claimants_split_what_they_had() {
    let written = Written {
        lines: vec![
            ("ann", "sourced", 30, 100, 1_500, 150),
            ("ben", "sourced", 70, 100, 3_500, 350),
            ("cat", "sourced", 1, 4, 2_500, 250),
            ("dan", "sourced", 1, 4, 2_500, 250),
        ],
        kept: Vec::new(),
        decisions: vec![("sourced", ["ann", "ben"], false)],
        whole: (10_000, 1_000),
    };
    planted(
        &written,
        &[
            ("units do not add up", &|all| all.decisions.clear()),
            ("units do not add up", &|all| all.decisions[0].0 = "closed"),
            ("are no percent", &|all| all.lines[0].3 = 4),
            ("are no percent", &|all| all.lines[0].2 = 101),
            ("do not add up to 100", &|all| all.lines[0].2 = 31),
            ("no part of their total", &|all| all.lines[2].3 = 2),
            ("no part of their total", &|all| all.lines[2].3 = 5),
            ("of their credit that was decided", &|all| (all.lines[0].4, all.lines[1].4) = (1_501, 3_499)),
            ("of their pool that was decided", &|all| (all.lines[0].5, all.lines[1].5) = (151, 349)),
            ("not their parts of the credit", &|all| (all.lines[2].4, all.lines[1].4) = (2_400, 3_600)),
            ("not their parts of the pool", &|all| (all.lines[2].5, all.lines[3].5) = (251, 249)),
            ("a void decision leaves something", &|all| all.decisions[0].2 = true),
            ("is not the pool", &|all| all.lines[1].5 = 351),
            ("no decision in conflicts.csv", &|all| all.kept.push(("", Reason::Voided, 0, Some(0)))),
            ("no decision in conflicts.csv", &|all| all.kept.push(("eve", Reason::NotCounted, 0, Some(0)))),
        ],
    );
}

/// Ann had the half, and Ben has no work: what the decision gives him is kept back. Cat has the other half.
#[test]
fn what_is_not_counted_is_part_of_the_split() {
    let written = Written {
        lines: vec![("ann", "sourced", 40, 100, 2_000, 200), ("cat", "sourced", 1, 2, 5_000, 500)],
        kept: vec![("ben", Reason::NotCounted, 300, Some(3_000))],
        decisions: vec![("sourced", ["ann", "ben"], false)],
        whole: (10_000, 1_000),
    };
    planted(
        &written,
        &[
            ("neither a line nor a part that is kept back", &|all| all.kept.clear()),
            ("their pool that was decided", &|all| (all.lines[0].5, all.kept[0].2) = (201, 299)),
            ("their credit that was decided", &|all| (all.lines[0].4, all.kept[0].3) = (1_999, Some(3_001))),
            ("parts of the pool", &|all| (all.lines[1].5, all.kept[0].2) = (490, 310)),
            ("no decision in conflicts.csv", &|all| all.kept[0].0 = "cat"),
        ],
    );
}

/// Both lose all; a third keeps the third that was theirs.
#[test]
fn void_leaves_lines_of_nothing() {
    let written = Written {
        lines: vec![
            ("ann", "sourced", 0, 100, 0, 0),
            ("ben", "sourced", 0, 100, 0, 0),
            ("cat", "sourced", 1, 3, 3_333, 333),
        ],
        kept: vec![("", Reason::Voided, 667, Some(6_667))],
        decisions: vec![("sourced", ["ann", "ben"], true)],
        whole: (10_000, 1_000),
    };
    planted(
        &written,
        &[
            ("a void decision leaves something of the pool", &|all| {
                (all.lines[0].5, all.kept[0].2) = (1, 666)
            }),
            ("a void decision leaves something of the credit", &|all| all.lines[1].2 = 1),
            ("not their parts of the pool", &|all| (all.lines[2].5, all.kept[0].2) = (335, 665)),
            ("do not add up to 100", &|all| all.decisions[0].2 = false),
        ],
    );
}

/// The second decision splits what the first left: of Ann and Ben, 40 to 60; of Ben and Cat, 10 to 90.
#[test]
fn the_last_decision_about_a_payee_is_proved() {
    let written = Written {
        lines: vec![
            ("ann", "sourced", 40, 100, 2_000, 200),
            ("ben", "sourced", 10, 100, 550, 55),
            ("cat", "sourced", 90, 100, 4_950, 495),
            ("dan", "sourced", 1, 4, 2_500, 250),
        ],
        kept: Vec::new(),
        decisions: vec![("sourced", ["ann", "ben"], false), ("sourced", ["ben", "cat"], false)],
        whole: (10_000, 1_000),
    };
    planted(
        &written,
        &[
            ("pool that was decided", &|all| (all.lines[1].5, all.lines[2].5) = (60, 490)),
            ("not their parts of the pool", &|all| (all.lines[3].5, all.lines[0].5) = (240, 210)),
            ("do not add up to 100", &|all| all.decisions.swap(0, 1)),
        ],
    );
}

/// A gate keeps back the half of what Ben has; his part is what it was before.
#[test]
fn parts_are_those_before_gates() {
    let written = Written {
        lines: vec![("ann", "closed", 1, 3, 3_333, 333), ("ben", "closed", 2, 3, 6_667, 334)],
        kept: vec![("ben", Reason::Gated, 333, None)],
        decisions: Vec::new(),
        whole: (10_000, 1_000),
    };
    planted(
        &written,
        &[
            ("not the part of the pool", &|all| (all.lines[0].5, all.lines[1].5) = (334, 333)),
            ("is not the pool", &|all| all.kept[0].2 = 332),
            ("is not the pool", &|all| all.kept.clear()),
            ("units do not add up", &|all| all.lines[0].2 = 0),
        ],
    );
}

#[test]
fn a_gate_on_two_lines_of_a_payee_leaves_their_split_open() {
    let written = Written {
        lines: vec![
            ("ann", "closed", 1, 2, 2_500, 125),
            ("ann", "sourced", 1, 1, 5_000, 250),
            ("ben", "closed", 1, 2, 2_500, 250),
        ],
        kept: vec![("ann", Reason::Gated, 375, None)],
        decisions: Vec::new(),
        whole: (10_000, 1_000),
    };
    planted(&written, &[("is not the pool", &|all| all.lines[0].5 = 126)]);
}
