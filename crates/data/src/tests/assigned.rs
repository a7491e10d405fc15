//! Assignments: what they make of payees, and which of them can't be used.

use apportion_book::TableName;
use apportion_expr::Type;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::convert;
use arrow::datatypes::{Date32Type, Decimal128Type};

use super::{Project, counts, lines};
use crate::{Optional, PayeeIx, StateIx, Tables};

const USED: [&str; 5] = ["tier", "desk", "limit", "seen_on", "trained"];

fn project(payees: &str, assignments: &str) -> Project {
    let types = "types = { limit = \"number\", seen_on = \"date\", trained = \"boolean\" }";
    Project::new()
        .source("deals", "d.csv", "deal_id,outcome,close_date,amount\nD1,won,1970-01-11,1\n", "")
        .source("payees", "p.csv", payees, types)
        .source("assignments", "a.csv", assignments, types)
        .uses(TableName::Payees, &USED)
        .uses(TableName::Assignments, &USED)
}

/// The texts of a column by state; empty where there is none.
fn texts(tables: &Tables, column: &str) -> Vec<String> {
    let array = tables.payees.states.frame.column(column).unwrap();
    let texts = convert::texts(array).unwrap();
    texts.iter().map(|text| text.unwrap_or_default().to_owned()).collect()
}

fn column<'t>(tables: &'t Tables, name: &str) -> &'t ArrayRef {
    tables.payees.states.frame.column(name).unwrap()
}

#[test]
fn a_payee_is_an_assignment_over_its_own_row() {
    let payees = "payee_id,tier,limit,seen_on,trained,manager_id\nP1,a,1,1970-01-05,false,P2\nP2,b,,,,\n";
    // From the 11th to the 20th day, the 21st to the 30th, and from the 41st on; nothing of P2.
    let assignments = "payee_id,from,until,tier,desk,limit,seen_on,trained,manager_id\n\
        P1,1970-01-11,1970-01-20,b,x,2.5,1970-01-06,true,P1\n\
        P1,1970-02-10,,,,,,,\n\
        P1,1970-01-21,1970-01-30,,y,,,,P9\n";
    let tables =
        project(payees, assignments).uses(TableName::Payees, &["on_assignment", "manager_id"]).load();
    let states = &tables.payees.states;
    assert!(states.change());
    let begins: Vec<Option<i32>> = states.of(PayeeIx::FIRST).map(|state| states.begins(state)).collect();
    assert_eq!(begins, [None, Some(10), Some(20), Some(30), Some(40)]);
    assert_eq!(states.of(PayeeIx::from_raw(1)).map(StateIx::raw).collect::<Vec<_>>(), [5]);
    let on = |day| states.on(PayeeIx::FIRST, day).raw();
    assert_eq!([i32::MIN, 9, 10, 19, 20, 29, 30, 39, 40, i32::MAX].map(on), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    assert_eq!(states.on(PayeeIx::from_raw(1), 15).raw(), 5);
    assert_eq!(tables.state(PayeeIx::FIRST, crate::DealIx::FIRST).raw(), 1);

    assert_eq!(texts(&tables, "tier"), ["a", "b", "a", "a", "a", "b"]);
    assert_eq!(texts(&tables, "desk"), ["", "x", "y", "", "", ""]);
    let limit = column(&tables, "limit").as_primitive::<Decimal128Type>();
    assert_eq!(
        limit.values()[..5],
        [1, 2_500_000_000, 1, 1, 1].map(|number| if number == 1 { 1_000_000_000 } else { number })
    );
    assert!(limit.is_null(5));
    assert_eq!(column(&tables, "seen_on").as_primitive::<Date32Type>().values()[..3], [4, 5, 4]);
    let trained: Vec<Option<bool>> = column(&tables, "trained").as_boolean().iter().collect();
    assert_eq!(trained, [Some(false), Some(true), Some(false), Some(false), Some(false), None]);
    let assigned: Vec<Option<bool>> = column(&tables, "on_assignment").as_boolean().iter().collect();
    assert_eq!(assigned, [false, true, true, false, true, false].map(Some));
    // The own manager of P1 is P2; the first assignment names P1 itself, the second nobody who is there.
    let managers = (0..6).map(|state| states.manager(StateIx::from_raw(state)));
    let p2: Optional<PayeeIx> = PayeeIx::from_raw(1).into();
    assert_eq!(managers.collect::<Vec<_>>(), [p2, Optional::NONE, Optional::NONE, p2, p2, Optional::NONE]);
    assert_eq!(texts(&tables, "manager_id"), ["P2", "", "", "P2", "P2", ""]);
    assert_eq!(
        lines(&tables),
        [
            "assignments a.csv:2 [P1|1970-01-11] manager_id manager-cycle `P1` kept",
            "assignments a.csv:4 [P1|1970-01-21] manager_id unknown-manager `P9` kept",
        ]
    );
    // What payees are called does not change.
    assert_eq!(tables.payees.frame.rows, 2);
}

#[test]
fn without_assignments_a_state_is_a_payee() {
    let tables = project("payee_id,tier\nP1,a\nP2,b\n", "payee_id,from,desk\n").load();
    let states = &tables.payees.states;
    assert!(!states.change() && states.len() == 2);
    assert_eq!((states.on(PayeeIx::from_raw(1), 7).raw(), states.begins(StateIx::FIRST)), (1, None));
    assert_eq!(
        (texts(&tables, "tier"), texts(&tables, "desk").len()),
        (vec!["a".to_owned(), "b".to_owned()], 2)
    );
}

#[test]
fn overlaps_are_those_of_rows_that_can_be_used() {
    let assignments = "payee_id,from,until,tier\n\
        P1,1970-01-01,1970-01-31,a\n\
        P1,1970-01-05,1970-01-06,a\n\
        P1,1970-01-31,1970-02-10,a\n\
        P1,1970-02-11,1970-02-20,a\n\
        P1,1970-02-12,1970-02-11,a\n\
        P1,1970-02-20,x,a\n\
        P2,1970-01-01,,a\n\
        P2,1970-01-01,,a\n\
        P3,1970-01-01,,a\n\
        P3,1970-06-01,1970-06-02,a\n";
    let tables = project("payee_id,tier\nP1,a\nP2,b\n", assignments).load();
    assert_eq!(
        lines(&tables),
        [
            "assignments a.csv:2 [P1|1970-01-01]  overlapping-assignment ``",
            "assignments a.csv:3 [P1|1970-01-05]  overlapping-assignment ``",
            "assignments a.csv:4 [P1|1970-01-31]  overlapping-assignment ``",
            "assignments a.csv:6 [P1|1970-02-12] until bad-date `1970-02-11`",
            "assignments a.csv:7 [P1|1970-02-20] until bad-date `x`",
            "assignments a.csv:9 [P2|1970-01-01]  duplicate-row ``",
            "assignments a.csv:10 [P3|1970-01-01]  overlapping-assignment ``",
            "assignments a.csv:11 [P3|1970-06-01]  overlapping-assignment ``",
        ]
    );
    assert_eq!(counts(&tables, TableName::Assignments), [10, 2, 0, 8]);
    let messages: Vec<&str> = tables.rejects.iter().map(|reject| reject.message.as_str()).collect();
    assert!(
        messages[1].starts_with("on 1970-01-05 another assignment of `P1` is in force, row 2 of a.csv"),
        "{}",
        messages[1]
    );
}

#[test]
fn payees_have_the_columns_of_assignments() {
    let assignments = "payee_id,from,until,desk,tier,name,start_date\n";
    let (catalogue, _) = project("payee_id,region\n", assignments).run().unwrap();
    let payees = &catalogue.tables[&TableName::Payees].columns;
    let ty = |name: &str| payees.iter().find(|(known, _)| known == name).map(|(_, ty)| *ty);
    assert_eq!((ty("desk"), ty("region"), ty("from")), (Some(Type::Text), Some(Type::Text), None));
    assert_eq!((ty("on_assignment"), ty("fte")), (Some(Type::Boolean), Some(Type::Number)));
    assert_eq!(payees.iter().filter(|(name, _)| name == "tier").count(), 1);
}

#[test]
fn a_column_of_both_tables_has_one_type() {
    let project = |used: &[&str]| {
        Project::usual()
            .source("assignments", "a.csv", "payee_id,from,desk\n", "types = { desk = \"number\" }")
            .source("payees", "more.csv", "payee_id,desk\n", "")
            .uses(TableName::Payees, used)
    };
    assert!(project(&[]).mistakes().is_empty());
    assert_eq!(
        project(&["desk"]).mistakes(),
        [
            "mixed-types: `desk` is text in more.csv and number in a.csv; a column that rules name has one type"
        ]
    );
}

#[test]
fn a_column_that_is_computed_is_in_no_file() {
    for (table, file) in
        [("payees", "payee_id,on_assignment\n"), ("assignments", "payee_id,from,on_assignment\n")]
    {
        let mistakes = Project::usual().source(table, "x.csv", file, "").mistakes();
        let expected = format!(
            "computed-column: x.csv has a column `on_assignment`, and {table}.on_assignment is computed"
        );
        assert_eq!(mistakes, [expected]);
    }
}
