//! Direct deals that were sold with a larger discount than a partner gave.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::world::{Row, World, day};

fn sale(id: &'static str, channel: &'static str, closes_on: i32, discount_e6: i128) -> Row {
    Row {
        id,
        account: Some(1),
        channel: Some(channel),
        owner_id: Some("E-ann"),
        partner_id: Some("P-one"),
        created_on: Some(closes_on - 10),
        closes_on,
        discount_e6: Some(discount_e6),
        amount: 1000,
        ..Row::default()
    }
}

#[test]
fn a_partners_smaller_discount_within_ninety_days_disputes_a_direct_deal() {
    let direct = sale("D-1", "direct", day(6, 30), 200_000);
    let found = |other: Row| World::of(vec![direct.clone(), other]).found();
    let expected = vec![("undercut:D-1:E-ann:P-one".to_owned(), "06-20".to_owned())];
    assert_eq!(found(sale("D-2", "partner", day(6, 30) - 90, 199_999)), expected);
    assert!(found(sale("D-2", "partner", day(6, 30) - 91, 199_999)).is_empty());
    assert!(found(sale("D-2", "partner", day(6, 30) + 91, 199_999)).is_empty());
    assert!(found(sale("D-2", "partner", day(6, 30), 200_000)).is_empty());
    assert!(found(sale("D-2", "direct", day(6, 30), 100_000)).is_empty());
    assert!(found(Row { account: Some(2), ..sale("D-2", "partner", day(6, 30), 0) }).is_empty());
    assert!(found(Row { discount_e6: None, ..sale("D-2", "partner", day(6, 30), 0) }).is_empty());
    assert!(found(Row { is_lost: true, ..sale("D-2", "partner", day(6, 30), 0) }).is_empty());
    // Its day is that of the later of both.
    let later = vec![("undercut:D-1:E-ann:P-one".to_owned(), "07-05".to_owned())];
    assert_eq!(found(sale("D-2", "partner", day(7, 15), 0)), later);
}

#[test]
fn several_sales_of_one_partner_are_one_conflict_from_the_first_of_them_on() {
    let others = [day(8, 1), day(7, 20), day(7, 25)];
    let mut deals = vec![sale("D-1", "direct", day(6, 30), 200_000)];
    deals.extend(others.map(|closes_on| sale("D-2", "partner", closes_on, 100_000)));
    deals.push(Row { partner_id: Some("P-two"), ..sale("D-3", "partner", day(7, 1), 150_000) });
    let expected = [("undercut:D-1:E-ann:P-one", "07-10"), ("undercut:D-1:E-ann:P-two", "06-21")];
    let found = World::of(deals).found();
    let found: Vec<(&str, &str)> = found.iter().map(|(id, day)| (id.as_str(), day.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_open_disputes_and_is_disputed() {
    let mut world = World::of(vec![sale("D-1", "direct", day(6, 30), 200_000)]);
    world.open = vec![
        sale("O-1", "partner", day(7, 30), 100_000),
        Row { created_on: None, ..sale("O-2", "direct", day(7, 30), 300_000) },
    ];
    let found = world.found();
    let found: Vec<(&str, &str)> = found.iter().map(|(id, day)| (id.as_str(), day.as_str())).collect();
    assert_eq!(found, [("undercut:D-1:E-ann:P-one", "07-20"), ("undercut:O-2:E-ann:P-one", "12-31")]);
}

/// All of them, by the sentence of the contract.
fn searched(deals: &[Row]) -> BTreeSet<(usize, &'static str, i32)> {
    let mut found = BTreeSet::new();
    for (place, direct) in deals.iter().enumerate().filter(|(_, row)| row.channel == Some("direct")) {
        for partner in ["P-one", "P-two"] {
            let disputes = |other: &&Row| {
                other.channel == Some("partner")
                    && other.partner_id == Some(partner)
                    && other.account == direct.account
                    && (other.closes_on - direct.closes_on).abs() <= 90
                    && other.discount_e6 < direct.discount_e6
            };
            let day = |other: &Row| other.created_on.max(direct.created_on).unwrap();
            found.extend(deals.iter().filter(disputes).map(day).min().map(|day| (place, partner, day)));
        }
    }
    found
}

const IDS: [&str; 24] = [
    "D-00", "D-01", "D-02", "D-03", "D-04", "D-05", "D-06", "D-07", "D-08", "D-09", "D-10", "D-11", "D-12",
    "D-13", "D-14", "D-15", "D-16", "D-17", "D-18", "D-19", "D-20", "D-21", "D-22", "D-23",
];

fn row() -> impl Strategy<Value = Row> {
    (0..2_u32, any::<bool>(), any::<bool>(), 0..300_i32, -40..40_i32, 0..6_i128).prop_map(
        |(account, is_direct, is_one, closes, created, discount)| Row {
            account: Some(account),
            partner_id: Some(if is_one { "P-one" } else { "P-two" }),
            created_on: Some(day(2, 1) + closes + created),
            ..sale("", if is_direct { "direct" } else { "partner" }, day(2, 1) + closes, discount)
        },
    )
}

proptest! {
    #[test]
    fn they_are_what_a_search_of_all_pairs_finds(rows in proptest::collection::vec(row(), 0..24)) {
        let deals: Vec<Row> = rows.into_iter().zip(IDS).map(|(row, id)| Row { id, ..row }).collect();
        let expected: BTreeSet<(String, i32)> = searched(&deals)
            .into_iter()
            .map(|(place, partner, day)| (format!("undercut:{}:E-ann:{partner}", deals[place].id), day))
            .collect();
        let judgement = World::of(deals).judged_now();
        let found: BTreeSet<(String, i32)> =
            judgement.conflicts.iter().map(|found| (found.id.clone(), found.day)).collect();
        prop_assert_eq!(judgement.conflicts.len(), found.len());
        prop_assert_eq!(found, expected);
    }
}
