//! Tables with further deals.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::Decimal128Type;

use super::*;
use crate::{AddedDeal, DealIx, DoneMilestone, Effects, Frame, WithAddedDeals};

const DEALS: &str = "deal_id,outcome,close_date,amount,account_id,opportunity_id,seats,renews_deal_id,channel\n\
    D1,won,2026-02-01,100,A1,O1,1,,direct\nD3,won,2026-03-01,300,A1,,3,D1,\n";

fn project() -> Project {
    let types = "types = { seats = \"number\" }";
    let engagements = "engagement_id,deal_id,opportunity_id,payee_id,role\n\
        E1,D3,,P1,closed\nE2,,O2,P2,sourced\nE3,,O1,P3,cosell\nE4,,O9,P1,sourced\n";
    Project::new()
        .source("deals", "deals.csv", DEALS, types)
        .with_payees()
        .source("engagements", "e.csv", engagements, "")
        .source("splits", "s.csv", "deal_id,payee_id,percent\nD3,P1,100\n", "")
        .source("receipts", "c.csv", "receipt_id,deal_id,received_on,amount\nC1,D3,2026-03-02,30\n", "")
        .source(
            "opportunities",
            "o.csv",
            "opportunity_id,account_id,amount,seats,channel\nO2,A1,200,2,partner\n",
            types,
        )
        .source(
            "registrations",
            "r.csv",
            "registration_id,payee_id,submitted_at,deal_id\nR1,P1,2026-01-05,D3\n",
            "",
        )
        .uses(TableName::Deals, &["seats", "channel", "deal_id", "nth_of_account", "amount"])
        .uses(TableName::Engagements, &["deal_id", "engagement_id"])
}

fn with_open_one_won(tables: &Tables, book: &book::Book) -> WithAddedDeals {
    let day = |month, day| apportion_base::calendar::day_of_date(2026, month, day).unwrap();
    let open = &tables.channel.opportunities;
    let seen = open.seen_on(day(2, 10), &tables.rates, book);
    let added = AddedDeal {
        id: "D2".to_owned(),
        won: true,
        close_date: day(2, 15),
        amount_e6: 200_000_000,
        list_amount_e6: None,
        account: open.account[0],
        opportunity: Optional::some(open.opportunity[0]),
        renews: Optional::some(DealIx::FIRST),
        incomplete: open.incomplete[0],
        row: Some(0),
    };
    tables.with_added_deals(&[added], &seen.frame).unwrap()
}

/// What knew a deal before milestones came between the deals finds it again by its day and id.
#[test]
fn a_deal_is_found_among_milestones_of_its_name() {
    let project = project();
    let (_, book) = project.book();
    let before = project.load();
    let day = before.deals.close_date[DealIx::from_raw(1)];
    let milestone = AddedDeal {
        id: "D3".to_owned(),
        won: false,
        close_date: day,
        amount_e6: 0,
        list_amount_e6: None,
        account: Optional::NONE,
        opportunity: Optional::NONE,
        renews: Optional::NONE,
        incomplete: false,
        row: None,
    };
    let with = with_open_one_won(&before, &book).tables;
    let WithAddedDeals { mut tables, moved, added } =
        with.with_added_deals(&[milestone], &Frame::default()).unwrap();
    let done = DoneMilestone { deal: added[0], row: 0, own: true, joint: false };
    tables.effects = Arc::new(Effects { milestones: vec![done], ..Effects::default() });
    assert_eq!(tables.deal_on(day, "D3"), Some(moved[2]));
    assert_eq!(tables.deal_on(day, "D2"), None);
    assert_eq!(tables.deal_on(day + 1, "D3"), None);
}

#[test]
fn an_added_deal_is_one_like_any_other() {
    let project = project();
    let (_, book) = project.book();
    let before = project.load();
    let WithAddedDeals { tables, moved, added } = with_open_one_won(&before, &book);
    let [first, second, third] = [0, 1, 2].map(DealIx::from_raw);
    assert_eq!((moved, added), (vec![first, third], vec![second]));
    let deals = &tables.deals;
    assert_eq!(deals.all().map(|deal| deals.id(deal)).collect::<Vec<_>>(), ["D1", "D2", "D3"]);
    assert_eq!(deals.id_rank, [0, 1, 2]);
    assert_eq!([deals.renews[second].get(), deals.renews[third].get()], [Some(first); 2]);
    let numbers = |name: &str| -> Vec<Option<i128>> {
        deals.frame.column(name).unwrap().as_primitive::<Decimal128Type>().iter().collect()
    };
    assert_eq!(numbers("seats"), [1, 2, 3].map(|seats| Some(seats * 1_000_000_000)));
    assert_eq!(numbers("nth_of_account"), [Some(1), Some(2), Some(3)]);
    assert_eq!(numbers("amount"), [100, 200, 300].map(|amount| Some(amount * 1_000_000)));
    let channel = arrow_cast::cast(deals.frame.column("channel").unwrap(), &arrow::datatypes::DataType::Utf8);
    let channel = channel.unwrap();
    let channel: Vec<Option<&str>> = channel.as_string::<i32>().iter().collect();
    assert_eq!(channel, [Some("direct"), Some("partner"), None]);
    // E3 of O1, E2 of O2, E1; E4 waits for an opportunity that became no deal.
    assert_eq!(codes(&tables.engagements.deal), [0, 1, 2, u32::MAX]);
    assert_eq!(tables.engagements.by_deal, [0, 1, 2, 3]);
    assert_eq!(tables.engagements.payee.iter().map(|payee| payee.raw()).collect::<Vec<_>>(), [2, 1, 0, 0]);
    assert_eq!(tables.splits.of_deal(second).len(), 0);
    assert_eq!(tables.splits.of_deal(third).len(), 1);
    assert_eq!(tables.receipts.of_deal(second).len(), 0);
    assert_eq!(tables.receipts.of_deal(third).len(), 1);
    assert_eq!(tables.channel.registrations.rows[0].deal.get(), Some(third));
    assert_eq!(tables.channel.opportunity_of(second).map(|opportunity| opportunity.at()), {
        before.channel.opportunities.opportunity.first().map(|opportunity| opportunity.at())
    });
    // Nothing but the deal is new.
    assert_eq!(deals.frame.columns.len(), before.deals.frame.columns.len());
    assert_eq!(tables.engagements.frame.columns.len(), before.engagements.frame.columns.len());
}

#[test]
fn an_added_deal_renews_what_its_opportunity_does_and_lacks_what_that_lacks() {
    let opportunities = "opportunity_id,account_id,amount,renews_deal_id\nO2,A1,200,D1\nO3,A1,5,D9\n";
    let registrations = "registration_id,payee_id,submitted_at,opportunity_id\nR1,nobody,2026-01-05,O2\n";
    let project = Project::new()
        .source("deals", "deals.csv", DEALS, "")
        .with_payees()
        .source("opportunities", "o.csv", opportunities, "")
        .source("registrations", "r.csv", registrations, "");
    let (_, book) = project.book();
    let before = project.load();
    let open = &before.channel.opportunities;
    assert_eq!(open.renews.iter().map(|deal| deal.get()).collect::<Vec<_>>(), [DealIx::new(0), None]);
    assert_eq!(open.incomplete, [true, false]);
    let WithAddedDeals { tables: Tables { deals, .. }, .. } = with_open_one_won(&before, &book);
    let [first, second, third] = [0, 1, 2].map(DealIx::from_raw);
    assert_eq!([second, third].map(|deal| deals.renews[deal].get()), [Some(first), Some(first)]);
    assert_eq!(deals.incomplete_engagements, [false, true, false]);
    assert_eq!(deals.incomplete_splits, [false, true, false]);
}

#[test]
fn nothing_added_changes_nothing() {
    let before = project().load();
    let WithAddedDeals { tables, moved, added } =
        before.with_added_deals(&[], &crate::Frame::default()).unwrap();
    assert_eq!(moved, before.deals.all().collect::<Vec<_>>());
    assert!(added.is_empty());
    assert_eq!(format!("{:?}", tables.deals.frame.columns), format!("{:?}", before.deals.frame.columns));
    assert_eq!(codes(&tables.engagements.deal), codes(&before.engagements.deal));
}

/// An opportunity that became a deal is still open as of an earlier day: its work is that of both. A row that names a deal itself is not.
#[test]
fn work_of_an_opportunity_that_has_deals_is_work_of_the_added_one_too() {
    let deals = "deal_id,outcome,close_date,amount,opportunity_id\nD1,won,2026-01-05,100,O1\nD3,won,2026-03-05,300,O1\n";
    let engagements = "engagement_id,deal_id,opportunity_id,payee_id,role\nE1,,O1,P1,sourced\nE2,D3,O1,P2,closed\nE3,,O2,P1,closed\n";
    let project = Project::new()
        .source("deals", "deals.csv", deals, "")
        .with_payees()
        .source("engagements", "e.csv", engagements, "")
        .source("opportunities", "o.csv", "opportunity_id,amount\nO1,5\nO2,6\n", "");
    let (_, book) = project.book();
    let before = project.load();
    let open = &before.channel.opportunities;
    let seen = open.seen_on(0, &before.rates, &book);
    let added = AddedDeal {
        id: "O1".to_owned(),
        won: true,
        close_date: before.deals.close_date[DealIx::FIRST] + 1,
        amount_e6: 5_000_000,
        list_amount_e6: None,
        account: Optional::NONE,
        opportunity: Optional::some(open.opportunity[0]),
        renews: Optional::NONE,
        incomplete: false,
        row: Some(0),
    };
    let WithAddedDeals { tables, .. } = before.with_added_deals(&[added], &seen.frame).unwrap();
    let rows = &tables.engagements;
    let of_deal =
        |deal| rows.of_deal(DealIx::from_raw(deal)).map(|row| rows.payee[row].raw()).collect::<Vec<_>>();
    // E1 is there for D1, O1 and D3; E2 for D3.
    assert_eq!([of_deal(0), of_deal(1), of_deal(2)], [vec![0], vec![0], vec![0, 1]]);
    assert_eq!(rows.len(), 5);
    let work: BTreeSet<_> = rows.all().map(|row| rows.work(row)).collect();
    assert_eq!(work.len(), 3, "each piece of work is one");
}
