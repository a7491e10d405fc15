//! Which open opportunities are drawn, and why others are not.

use super::{Texts, cost, made, open, project_file, question};
use crate::{CostLevel, NotDrawn, Plan};

const RULES: &str = "[[shared_credit]]\nid = \"new\"\nwhy = \"Test\"\neffective = { from = 2025-01-01 }\nrate = \"10%\"\nmodel = \"equal\"\n";

fn texts(deals: &str, opportunities: &str) -> Texts {
    let rates = "fx_rates = { path = \"fx.csv\" }\n";
    vec![
        ("apportion.toml", project_file(rates)),
        ("rules.toml", RULES.to_owned()),
        ("payees.csv", "payee_id\nbob\n".to_owned()),
        ("engagements.csv", "deal_id,opportunity_id,payee_id,role\n".to_owned()),
        ("fx.csv", "date,currency,rate\n2026-06-15,EUR,1.5\n2026-01-01,GBP,2\n".to_owned()),
        ("deals.csv", format!("deal_id,outcome,close_date,amount,opportunity_id\n{deals}")),
        (
            "opportunities.csv",
            format!("opportunity_id,amount,currency,probability,created_on,expected_close\n{opportunities}"),
        ),
    ]
}

/// By hand: as of 2026-06-30, over the fiscal year 2026.
#[test]
fn the_first_reason_that_holds() {
    let table = [
        // opportunity_id, amount, currency, probability, created_on, expected_close, what becomes of it
        ("A-drawn", "100", "", "0.5", "", "2026-07-01", "drawn"),
        ("B-today", "100", "", "0.5", "2026-06-30", "2026-06-30", "drawn"),
        ("C-last-day", "100", "", "0.5", "", "2026-12-31", "drawn"),
        ("D-overdue", "", "", "", "", "2026-06-29", "overdue"),
        ("E-no-date", "", "", "", "", "", "no-date"),
        ("F-no-amount", "", "", "", "", "2026-07-01", "no-amount"),
        ("G-no-probability", "100", "", "", "", "2026-07-01", "no-probability"),
        ("H-deal-id", "100", "", "0.5", "", "2026-07-01", "deal-id"),
        // Its rate is two weeks old; that of the next half a year, which is no rate.
        ("I-euro", "100", "EUR", "0.5", "", "2026-07-01", "drawn"),
        ("J-pound", "100", "GBP", "0.5", "", "2026-07-01", "no-amount"),
        ("K-next-year", "100", "", "0.5", "", "2027-01-01", "outside"),
        // A deal that closed by the day names it; one that closed later does not close it.
        ("L-closed", "100", "", "0.5", "", "2026-07-01", "not open"),
        ("M-closed-later", "100", "", "0.5", "", "2026-07-01", "drawn"),
        ("N-not-yet", "100", "", "0.5", "2026-07-01", "2026-08-01", "not open"),
        ("O-certain", "100", "", "1", "", "2026-07-01", "drawn"),
        ("P-hopeless", "100", "", "0", "", "2026-07-01", "drawn"),
    ];
    // Lost ones and those of long ago: no win rate comes of them.
    let deals =
        "H-deal-id,lost,2024-01-01,1,\nD1,won,2025-01-01,1,L-closed\nD2,won,2026-07-02,1,M-closed-later\n";
    let rows: String = table
        .iter()
        .map(|(id, amount, currency, probability, created, close, _)| {
            format!("{id},{amount},{currency},{probability},{created},{close}\n")
        })
        .collect();
    let pipeline = made(&open(&texts(deals, &rows)), question("2026", "2026-06-30", 1)).pipeline;
    for (id, .., expected) in table {
        let drawn = pipeline.drawn.iter().any(|drawn| drawn.id == id).then_some("drawn");
        let told = pipeline.told.iter().find(|told| told.id == id).map(|told| told.reason.word());
        assert_eq!(
            drawn.or(told).unwrap_or("-"),
            if expected == "outside" || expected == "not open" { "-" } else { expected },
            "{id}"
        );
    }
    assert_eq!((pipeline.outside, pipeline.closed_later), (1, 1));
    let euro = pipeline.drawn.iter().find(|drawn| drawn.id == "I-euro").expect("it is drawn");
    assert_eq!(euro.amount_e6, 150_000_000);
    assert_eq!(pipeline.told.first().map(|told| told.reason), Some(NotDrawn::Overdue));
}

#[test]
fn a_project_without_opportunities_is_what_a_run_pays() {
    let mut texts = texts("D1,won,2026-01-05,1000,\n", "");
    texts.retain(|(name, _)| *name != "opportunities.csv" && *name != "apportion.toml");
    let file = project_file("").replace("opportunities = { path = \"opportunities.csv\" }\n", "");
    texts.push(("apportion.toml", file));
    texts.retain(|(name, _)| *name != "engagements.csv" && *name != "deals.csv");
    texts.push(("engagements.csv", "deal_id,payee_id,role\nD1,bob,any\n".to_owned()));
    texts.push(("deals.csv", "deal_id,outcome,close_date,amount\nD1,won,2026-01-05,1000\n".to_owned()));
    let forecast = made(&open(&texts), question("2026", "2026-06-30", 3));
    assert!(!forecast.pipeline.has_source && forecast.pipeline.drawn.is_empty());
    let total = forecast.costs.first().map(|row| row.cost);
    assert_eq!(
        total.map(|cost| (cost.mean_e6, cost.p10, cost.p50, cost.p90)),
        Some((100_000_000, 10_000, 10_000, 10_000))
    );
}

/// By hand, as of 2026-06-30: O1 became D1 later, so that it is open still. Its work is that of D1, which the data has, and of what is
/// drawn: 100 and 500 at 10%. The row that names D1 itself is not: bob's half of D1.
#[test]
fn work_of_what_closed_later_counts_for_both() {
    let mut texts = texts("D1,won,2026-07-02,1000,O1\n", "O1,5000,,1,,2026-08-01\n");
    for (name, text) in &mut texts {
        match *name {
            "payees.csv" => *text = "payee_id\nann\nbob\n".to_owned(),
            "engagements.csv" => {
                *text = "deal_id,opportunity_id,payee_id,role\n,O1,ann,any\nD1,O1,bob,any\n".to_owned();
            }
            _ => {}
        }
    }
    let forecast = made(&open(&texts), question("2026", "2026-06-30", 3));
    for (payee, minor) in [("ann", 55_000), ("bob", 5_000)] {
        let cost = cost(&forecast, CostLevel::Payee, payee, Plan::Project, "2026").cost;
        assert_eq!((cost.p10, cost.p90), (minor, minor), "{payee}");
    }
}
