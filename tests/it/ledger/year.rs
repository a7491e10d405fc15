//! The reseller programme of `fixtures/adventureworks-year`: twelve closes by the command, one after the other, from the
//! exports of each month.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::desk::{Desk, Files, files_below, rows};
use crate::support::{copy_folder, repository};

pub const MONTHS: [&str; 12] = [
    "2012-05", "2012-06", "2012-07", "2012-08", "2012-09", "2012-10", "2012-11", "2012-12", "2013-01",
    "2013-02", "2013-03", "2013-04",
];

/// The project at the end of the year, closed once for all tests, and what each close printed.
static YEAR: LazyLock<(Files, BTreeMap<&str, String>)> = LazyLock::new(|| {
    let desk = Desk::with(&[]);
    let fixture = repository("fixtures/adventureworks-year");
    copy_folder(&fixture.join("rules"), &desk.path("rules"));
    std::fs::copy(fixture.join("apportion.toml"), desk.path("apportion.toml")).unwrap();
    let mut reports = BTreeMap::new();
    for month in MONTHS {
        copy_folder(&fixture.join("exports").join(month), &desk.path("data"));
        let (closed, said) = desk.run(&["close", "--period", month, "--by", "ann", "--post"]);
        assert!(closed, "{said}");
        reports.insert(month, said);
    }
    (files_below(&desk.path("")), reports)
});

pub fn year() -> Desk {
    Desk::holding(&YEAR.0)
}

/// An amount of two decimals in cents.
fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}

#[test]
fn twelve_closes_are_proven_and_read_well() {
    let (desk, reports) = (year(), &YEAR.1);
    desk.prove();
    insta::assert_snapshot!("the_year_in_twelve_closes", desk.run(&["ledger"]).1);
    insta::assert_snapshot!("the_balances_after_the_year", desk.run(&["ledger", "--as-of", "2013-04"]).1);
    for month in ["2012-07", "2012-10", "2013-02", "2013-03"] {
        let (report, _) = reports[month].split_once("Finished in").unwrap_or((&reports[month], ""));
        insta::assert_snapshot!(format!("the_close_of_{month}"), report);
    }
}

/// `expected.py` of the fixture computes the year of a new salesperson from the exports alone: tiers, late orders, a returned order,
/// an advance up to its limit, its recovery.
#[test]
fn the_year_of_a_new_salesperson_is_what_a_small_program_says() {
    let desk = year();
    let expected =
        rows(&std::fs::read_to_string(repository("fixtures/adventureworks-year/expected.csv")).unwrap());
    assert_eq!(expected.len(), 8);
    for row in expected {
        let balances = desk.table(&row["period"], "balances.csv");
        let own = balances.iter().find(|own| own["payee_id"] == "284").unwrap();
        for (figure, amount) in row.iter().filter(|(figure, _)| *figure != "period") {
            assert_eq!(&own[figure], amount, "{figure} of {}", row["period"]);
        }
    }
}

/// What the closes earned adds up to what the year earns by the data as they are in the end.
#[test]
fn twelve_closes_add_up_to_the_year_by_payee() {
    let desk = year();
    let (_, said) = desk.run(&["run", "--period", "2013"]);
    let payouts =
        std::fs::read_to_string(desk.path("out/2013/payouts.csv")).unwrap_or_else(|_| panic!("{said}"));
    let of_year: BTreeMap<String, i64> =
        rows(&payouts).iter().map(|row| (row["payee_id"].clone(), cents(&row["amount"]))).collect();
    let mut earned: BTreeMap<String, i64> = BTreeMap::new();
    for month in MONTHS {
        for row in desk.table(month, "balances.csv") {
            let sum: i64 = ["lines", "true_ups", "clawbacks"].iter().map(|figure| cents(&row[*figure])).sum();
            *earned.entry(row["payee_id"].clone()).or_default() += sum;
        }
    }
    assert_eq!(earned.len(), 31);
    assert_eq!(earned, of_year);
}

/// What was earned, by hand or by the rules, is paid, held or carried at the year's end; advances are paid besides.
#[test]
fn what_was_earned_in_the_year_is_paid_held_or_carried() {
    let desk = year();
    let mut open: BTreeMap<String, i64> = BTreeMap::new();
    for month in MONTHS {
        for row in desk.table(month, "balances.csv") {
            let own = open.entry(row["payee_id"].clone()).or_default();
            for figure in ["lines", "true_ups", "clawbacks", "adjustments", "advance"] {
                *own += cents(&row[figure]);
            }
            *own -= cents(&row["recovery"]) + cents(&row["paid"]);
        }
    }
    for row in desk.table("2013-04", "balances.csv") {
        assert_eq!(
            open[&row["payee_id"]],
            cents(&row["held_out"]) + cents(&row["carried_out"]),
            "{}",
            row["payee_id"]
        );
    }
}

/// The office hears two months late that salesperson 282 has moved to Europe: the managers' overrides move with the salesperson.
#[test]
fn a_change_of_territory_that_is_known_late_moves_the_overrides() {
    let desk = year();
    let july = desk.table("2012-07", "balances.csv");
    let true_ups =
        |payee: &str| cents(&july.iter().find(|row| row["payee_id"] == payee).unwrap()["true_ups"]);
    // 0.2% of each of the ten orders of May and June, deal by deal.
    let deals: Vec<BTreeMap<String, String>> = ["2012-05", "2012-06"]
        .iter()
        .flat_map(|month| {
            let file = format!("fixtures/adventureworks-year/exports/{month}/deals-{month}.csv");
            rows(&std::fs::read_to_string(repository(&file)).unwrap())
        })
        .collect();
    let own = deals.iter().filter(|row| row["SalesPersonID"] == "282");
    let credits = own.map(|row| {
        let (whole, part) = row["SubTotal"].split_once('.').unwrap();
        // Ten-thousandths to cents, half up.
        (whole.parse::<i64>().unwrap() * 10_000 + part.parse::<i64>().unwrap() + 50) / 100
    });
    let overrides: Vec<i64> = credits.map(|credit| (credit * 2 + 500) / 1000).collect();
    assert_eq!(overrides.len(), 10);
    let moved: i64 = overrides.iter().sum();
    assert!(moved > 0);
    assert_eq!(true_ups("287"), moved);
}
