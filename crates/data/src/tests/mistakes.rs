//! What stops a project before a row is read.

use super::*;

const DEALS: &str = "deal_id,outcome,close_date,amount,region\n";

fn with_deals(added: &str) -> Vec<String> {
    Project::new().source("deals", "deals.csv", DEALS, added).with_payees().mistakes()
}

#[test]
fn columns_that_are_not_there() {
    assert_eq!(
        with_deals("columns = { amount = \"Amnt\", tier = \"Tier\" }"),
        [
            "missing-column: deals.csv has no column `Amnt`, which `amount` is to come from",
            "missing-column: deals.csv has no column `Tier`, which `tier` is to come from",
        ]
    );
    let project = Project::new()
        .source("deals", "deals.csv", "deal_id,close_date\n", "defaults = { outcome = \"won\" }")
        .source("engagements", "e.csv", "payee_id,role\n", "")
        .with_payees();
    assert_eq!(
        project.mistakes(),
        [
            "missing-column: deals.csv has no column `amount`, which deals need",
            "missing-column: e.csv has neither `deal_id` nor `account_id`, and engagements need one of them",
        ]
    );
}

#[test]
fn defaults_that_are_no_value() {
    assert_eq!(
        with_deals("defaults = { outcome = \"Won\" }"),
        ["bad-default: the default `Won` of `outcome` is not `won` or `lost`"]
    );
}

#[test]
fn expressions_are_typed_against_the_file() {
    let found = with_deals("where = \"regio = 'north'\"");
    assert!(found.len() == 1 && found[0].starts_with("unknown-column"), "{found:?}");
    assert!(!with_deals("columns = { deal_type = { expr = \"amount = 'x'\" } }").is_empty());
    assert_eq!(with_deals("columns = { big = { expr = \"amount = 'x'\" } }"), [""; 0]);
}

#[test]
fn attributes_of_two_types() {
    let project = Project::new()
        .source("deals", "a.csv", DEALS, "types = { region = \"number\" }")
        .source("deals", "b.csv", DEALS, "")
        .with_payees();
    assert_eq!(project.mistakes(), [""; 0]);
    let project = project.uses(TableName::Deals, &["region"]);
    assert_eq!(
        project.mistakes(),
        ["mixed-types: `region` is number in a.csv and text in b.csv; a column that rules name has one type"]
    );
}
