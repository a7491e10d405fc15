//! Work that policies add to what the sources have.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type};

use super::*;
use crate::{AddedEngagement, AddedIds, AddedWork, DealIx, EngagementIx, Frame, PayeeIx};

fn project(engagements: &str) -> Tables {
    let deals =
        "deal_id,outcome,close_date,amount\nD1,won,2026-02-01,1\nD2,lost,2026-02-02,1\nD3,won,2026-02-03,1\n";
    let columns =
        ["deal_id", "payee_id", "role", "occurred_on", "weight", "activity", "engagement_id", "note"];
    let project = Project::new().source("deals", "deals.csv", deals, "").with_payees();
    let project = match engagements {
        "" => project,
        rows => {
            let header = "engagement_id,deal_id,payee_id,role,occurred_on,weight,activity,note,account_id\n";
            project.source("engagements", "e.csv", format!("{header}{rows}"), "")
        }
    };
    project.uses(TableName::Engagements, &columns).load()
}

/// Work of some payees on some deals, in some roles.
fn added<const N: usize>(rows: [(u32, u32, &str); N]) -> AddedWork {
    let mut work = AddedWork::default();
    for (deal, payee, role) in rows {
        let kind = work.kind(&role.into(), "coverage");
        let (deal, payee) = (DealIx::from_raw(deal), PayeeIx::from_raw(payee));
        work.rows.push(AddedEngagement { deal, payee, kind, occurred_on: 7, weight_e9: 2_000_000_000 });
    }
    work
}

fn text(frame: &Frame, column: &str, row: EngagementIx) -> Option<String> {
    let dictionary = frame.column(column)?.as_any_dictionary_opt()?;
    let key = dictionary.keys().is_valid(row.at()).then(|| dictionary.normalized_keys()[row.at()])?;
    Some(dictionary.values().as_string::<i32>().value(key).to_owned())
}

/// `deal payee role activity` of the rows of a deal.
fn of_deal(engagements: &Engagements, deal: u32) -> Vec<String> {
    let shown = |row: EngagementIx| {
        let names = ["deal_id", "payee_id", "role", "activity"];
        let cells = names.map(|name| text(&engagements.frame, name, row).unwrap_or_else(|| "-".to_owned()));
        assert_eq!(engagements.roles[engagements.role(row)], cells[2]);
        cells.join(" ")
    };
    engagements.of_deal(DealIx::from_raw(deal)).map(shown).collect()
}

#[test]
fn added_work_is_among_that_of_its_deal() {
    let tables =
        project("E1,D1,P1,cosell,2026-01-05,1,call,x,\nE2,D3,P2,cosell,,3,,y,\nE3,,P3,cosell,,3,,z,A1\n");
    let ids = AddedIds { deals: &tables.deals, payees: &tables.payees };
    let work = added([(2, 2, "sourced"), (0, 1, "area"), (0, 0, "cosell")]);
    let source = Engagements::clone(&tables.engagements);
    let (engagements, _) = source.with_work(work.clone(), AddedWork::default(), ids).unwrap();
    assert_eq!(engagements.roles, ["area", "cosell", "sourced"]);
    assert_eq!(
        of_deal(&engagements, 0),
        ["D1 P1 cosell call", "D1 P2 area coverage", "D1 P1 cosell coverage"]
    );
    assert_eq!(of_deal(&engagements, 1), [""; 0]);
    assert_eq!(of_deal(&engagements, 2), ["D3 P2 cosell -", "D3 P3 sourced coverage"]);
    let is_source: Vec<bool> = engagements.all().map(|row| engagements.is_source(row)).collect();
    assert_eq!(is_source, [true, true, true, false, false, false]);
    let own: Vec<Option<&str>> = engagements.all().map(|row| engagements.ids.get(row)).collect();
    assert_eq!(own, [Some("E1"), Some("E2"), Some("E3"), None, None, None]);
    let frame = &engagements.frame;
    assert!(frame.columns.iter().all(|(_, array)| array.len() == 6) && frame.rows == 6);
    assert_eq!(frame.column("occurred_on").unwrap().as_primitive::<Date32Type>().value(5), 7);
    assert_eq!(frame.column("weight").unwrap().as_primitive::<Decimal128Type>().value(5), 2_000_000_000);
    assert_eq!(text(frame, "note", EngagementIx::from_raw(3)), None);
    assert!(engagements.with_work(work, AddedWork::default(), ids).is_err());
}

#[test]
fn claims_belong_to_no_deal_and_say_which_one_they_name() {
    let tables = project("E1,D1,P1,cosell,2026-01-05,1,call,x,\n");
    let ids = AddedIds { deals: &tables.deals, payees: &tables.payees };
    let claims = added([(2, 2, "sourced"), (0, 0, "area")]);
    let source = Engagements::clone(&tables.engagements);
    let (engagements, first) = source.with_work(added([(0, 1, "area")]), claims, ids).unwrap();
    assert_eq!(first, EngagementIx::from_raw(2));
    assert_eq!(of_deal(&engagements, 0), ["D1 P1 cosell call", "D1 P2 area coverage"]);
    assert_eq!(of_deal(&engagements, 2), [""; 0]);
    assert_eq!(codes(&engagements.deal), [0, 0, u32::MAX, u32::MAX]);
    assert_eq!(text(&engagements.frame, "deal_id", first).as_deref(), Some("D3"));
    assert_eq!(engagements.all().filter(|row| engagements.is_source(*row)).count(), 1);
}

#[test]
fn work_can_be_added_where_no_source_has_any() {
    let tables = project("");
    let ids = AddedIds { deals: &tables.deals, payees: &tables.payees };
    let none = Engagements::clone(&tables.engagements);
    let nothing = AddedWork::default;
    assert_eq!(none.clone().with_work(nothing(), nothing(), ids).unwrap().0.added_by_deal, [0; 0]);
    let (engagements, _) = none.with_work(added([(1, 1, "area")]), nothing(), ids).unwrap();
    assert_eq!(of_deal(&engagements, 1), ["D2 P2 area coverage"]);
    assert_eq!((engagements.ids.get(EngagementIx::from_raw(0)), engagements.added), (None, 1));
}
