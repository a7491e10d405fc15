//! Worked cases.

use std::collections::BTreeMap;

use apportion_book::TableName;
use apportion_data::{
    DealIx, DealLine, Deals, Frame, Moment, PayeeIx, PriceApproval, PriceEntry, Prices, Rates,
};
use apportion_expr::Type;
use apportion_rules::{ApprovalStep, ByColumn, Keyed, Price, Value};
use rust_decimal::Decimal;

use super::{Offered, PriceGround, audits};
use crate::governance::PriceAudit;
use crate::testing::{book, dated, deal, deals, frame, money, over, payees, texts, when};

const E6: i64 = 1_000_000;

fn percent(share: i64) -> Decimal {
    Decimal::new(share, 2)
}

fn price(allowed: i64, approve: Vec<ApprovalStep>) -> Price {
    Price {
        when: None,
        book: Keyed::Plain("DIRECT".to_owned()),
        hold_price: false,
        allowed: Value::Plain(percent(allowed)),
        approve,
        max_step: None,
        max_gap: None,
    }
}

fn entry(product: &str, from: i32, unit_price: i64, floor_price: Option<i64>) -> PriceEntry {
    PriceEntry {
        book: "DIRECT".to_owned(),
        product: product.to_owned(),
        currency: "USD".to_owned(),
        from,
        until: None,
        unit_price_e6: unit_price * E6,
        floor_price_e6: floor_price.map(|floor| floor * E6),
    }
}

fn line(number: usize, product: &str, quantity: i64, amount: i64, cost: Option<i64>) -> DealLine {
    DealLine {
        deal: deal(number),
        line_no: product.to_owned(),
        product: Some(product.to_owned()),
        quantity_e9: i128::from(quantity) * 1_000_000_000,
        amount_e6: amount * E6,
        cost_e6: cost.map(|cost| cost * E6),
    }
}

fn approval(
    number: usize,
    id: &str,
    (share, by): (i64, u32),
    (day, expires_on): (i32, Option<i32>),
) -> PriceApproval {
    PriceApproval {
        id: id.to_owned(),
        deal: deal(number),
        discount_e9: share * 10_000_000,
        approved_by: PayeeIx::from_raw(by),
        approved_at: Moment { seconds: i64::from(day) * 86_400, day, offset: 0 },
        expires_on,
        why: None,
    }
}

/// A deal of 80 with a list amount of 100 on day 10, and what is in `prices`.
fn one(policies: &[&Price], prices: &Prices, held_day: Option<i32>) -> PriceAudit {
    let columns = frame(vec![("list_amount", money(&[100])), ("currency", texts(&["USD"]))]);
    let deals = deals(&[10], &[80], columns);
    let found = all(policies, prices, &deals, held_day);
    assert_eq!(found.len(), 1);
    found[0].clone()
}

fn all(policies: &[&Price], prices: &Prices, deals: &Deals, held_day: Option<i32>) -> Vec<PriceAudit> {
    let (book, rates, payees) = (book(), Rates::default(), payees(&["manager", "vp", "rep"]));
    let held = |_: DealIx| held_day;
    let ground = PriceGround { book: &book, rates: &rates, prices, payees: &payees, held_day: &held };
    let ids = ["a", "b", "c"];
    let policies: Vec<_> =
        policies.iter().zip(ids).map(|(terms, id)| dated(id, vec![(0, None, *terms)])).collect();
    audits(&policies, ground, &Offered::deals(deals)).expect("amounts that can be held")
}

fn steps() -> Vec<ApprovalStep> {
    let columns = payees(&["x"]).frame;
    let who = |text| over("payees", &columns, text, Type::Boolean);
    vec![
        ApprovalStep { over: percent(0), who: who("role = 'manager'") },
        ApprovalStep { over: percent(10), who: who("role = 'vp'") },
    ]
}

#[test]
fn an_approval_serves_while_it_lasts_and_by_those_who_may() {
    let (manager, vp, rep) = (0, 1, 2);
    // 20% are given: beyond 15% by 5%, beyond 5% by 15%.
    for (about, allowed, approvals, serves, breach) in [
        ("nothing is beyond", 20, vec![], None, false),
        ("nobody approved", 15, vec![], None, true),
        ("the first step", 15, vec![approval(0, "A", (20, manager), (10, None))], Some("A"), false),
        ("a later step", 15, vec![approval(0, "A", (20, vp), (10, None))], Some("A"), false),
        ("nobody of a step", 15, vec![approval(0, "A", (20, rep), (10, None))], None, true),
        ("an earlier step", 5, vec![approval(0, "A", (20, manager), (10, None))], None, true),
        ("the step itself", 5, vec![approval(0, "A", (20, vp), (10, None))], Some("A"), false),
        // Exactly 10% beyond is not above the second step.
        ("on the edge of a step", 10, vec![approval(0, "A", (20, manager), (10, None))], Some("A"), false),
        ("a day too late", 15, vec![approval(0, "A", (20, vp), (11, None))], None, true),
        ("its last day", 15, vec![approval(0, "A", (20, vp), (1, Some(10)))], Some("A"), false),
        ("over", 15, vec![approval(0, "A", (20, vp), (1, Some(9)))], None, true),
        ("too little", 15, vec![approval(0, "A", (19, vp), (1, None))], None, true),
        (
            "the earliest",
            15,
            vec![approval(0, "A", (20, vp), (9, None)), approval(0, "B", (30, manager), (8, None))],
            Some("B"),
            false,
        ),
    ] {
        let prices = Prices { approvals, ..Prices::default() };
        let audit = one(&[&price(allowed, steps())], &prices, None);
        assert_eq!((audit.approval_id.as_deref(), audit.breach), (serves, breach), "{about}");
        assert_eq!((audit.given_e6, audit.list_e6), (Some(200_000), Some(100 * E6)), "{about}");
        assert_eq!(audit.over_e8, Some(i128::from((20 - allowed).max(0)) * 1_000_000), "{about}");
    }
    // Without steps anybody approves.
    let prices = Prices { approvals: vec![approval(0, "A", (20, rep), (1, None))], ..Prices::default() };
    assert_eq!(one(&[&price(0, Vec::new())], &prices, None).approval_id.as_deref(), Some("A"));
}

#[test]
fn lines_make_the_list_price_where_each_has_an_entry() {
    let entries = vec![entry("A", 0, 30, Some(20)), entry("A", 8, 40, Some(25)), entry("B", 0, 50, None)];
    let lines = |lines| Prices { entries: entries.clone(), lines, approvals: Vec::new() };
    let terms = price(15, Vec::new());
    // 2 × 40 + 50; the floor of A is 2 × 25, of which 15 are missing.
    let both = lines(vec![line(0, "A", 2, 35, Some(10)), line(0, "B", 1, 45, Some(20))]);
    let audit = one(&[&terms], &both, None);
    assert_eq!(audit.list_e6, Some(130 * E6));
    // (130 - 80) / 130
    assert_eq!(audit.given_e6, Some(384_615));
    assert_eq!((audit.below_floor, audit.lines_cost), (1_500, Some(3_000)));
    // No entry of C: the list amount. No cost of it: no cost at all. The floor of A counts all the same.
    let unknown = lines(vec![line(0, "A", 2, 35, Some(10)), line(0, "C", 1, 45, None)]);
    let audit = one(&[&terms], &unknown, None);
    assert_eq!((audit.list_e6, audit.below_floor, audit.lines_cost), (Some(100 * E6), 1_500, None));
    // The prices of the submission's day, if they are held.
    let held = Price { hold_price: true, ..terms.clone() };
    let audit = one(&[&held], &both, Some(7));
    assert_eq!((audit.list_e6, audit.below_floor), (Some(110 * E6), 500));
    assert_eq!(one(&[&held], &both, None).list_e6, Some(130 * E6));
    assert_eq!(one(&[&terms], &both, Some(7)).list_e6, Some(130 * E6));
    // Another currency than that of the entries, and no rate of it: the list amount.
    let columns = frame(vec![("list_amount", money(&[100])), ("currency", texts(&["EUR"]))]);
    let euro = all(&[&terms], &both, &deals(&[10], &[80], columns), None);
    assert_eq!((euro[0].list_e6, euro[0].below_floor), (Some(100 * E6), 0));
}

#[test]
fn nothing_is_given_of_a_list_price_of_nothing() {
    let columns = |list: i64| frame(vec![("list_amount", money(&[list]))]);
    let terms = price(15, Vec::new());
    for (amount, list, given) in
        [(80, 0, None), (80, -100, Some(1_800_000)), (-80, -100, Some(200_000)), (1, 3, Some(666_667))]
    {
        let found = all(&[&terms], &Prices::default(), &deals(&[10], &[amount], columns(list)), None);
        assert_eq!(found[0].given_e6, given, "{amount} of {list}");
        assert_eq!(found[0].over_e8.is_none(), given.is_none());
    }
    let none = all(&[&terms], &Prices::default(), &deals(&[10], &[80], Frame::default()), None);
    assert_eq!((none[0].list_e6, none[0].given_e6, none[0].breach), (None, None, false));
}

#[test]
fn the_first_policy_that_matches_decides() {
    let columns = frame(vec![
        ("channel", texts(&["partner", "direct", "-"])),
        ("list_amount", money(&[100, 100, 100])),
    ]);
    let partner = Price { when: Some(when(&columns, "channel = 'partner'")), ..price(30, Vec::new()) };
    let by = ByColumn { table: TableName::Deals, column: "channel".to_owned() };
    let by_channel = Price {
        book: Keyed::By {
            column: by.clone(),
            is: BTreeMap::from([("direct".to_owned(), "SHOP".to_owned())]),
            otherwise: None,
        },
        allowed: Value::By {
            column: by,
            is: BTreeMap::from([("direct".to_owned(), percent(5))]),
            otherwise: None,
        },
        when: Some(when(&columns, "channel IS NOT NULL")),
        ..price(0, Vec::new())
    };
    let deals = deals(&[1, 2, 3], &[80, 80, 80], columns);
    let found = all(&[&partner, &by_channel], &Prices::default(), &deals, None);
    let shown: Vec<_> = found
        .iter()
        .map(|audit| (audit.rule.as_str(), audit.book.as_deref(), audit.allowed_e8, audit.breach))
        .collect();
    assert_eq!(
        shown,
        [("a", Some("DIRECT"), Some(30_000_000), false), ("b", Some("SHOP"), Some(5_000_000), true)]
    );
}

#[test]
fn what_can_not_be_held_names_the_deal() {
    let entries = vec![entry("A", 0, 999_999_999_999, None)];
    let lines = vec![DealLine { quantity_e9: i128::MAX / 2, ..line(0, "A", 1, 1, None) }];
    let prices = Prices { entries, lines, approvals: Vec::new() };
    let (book, rates, payees) = (book(), Rates::default(), payees(&["manager"]));
    let ground =
        PriceGround { book: &book, rates: &rates, prices: &prices, payees: &payees, held_day: &|_| None };
    let terms = price(15, Vec::new());
    let deals = deals(&[10], &[80], Frame::default());
    let fault = audits(&[dated("a", vec![(0, None, &terms)])], ground, &Offered::deals(&deals));
    assert_eq!(fault.unwrap_err().subject, deal(0).into());
}
