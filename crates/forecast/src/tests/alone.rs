//! Forecasts of a few opportunities that are checked by hand.

use super::{Texts, cost, made, open, project_file, question};
use crate::{CostLevel, Distribution, Plan};

const RULES: &str = r#"
[[shared_credit]]
id = "new"
why = "Test"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "sourced", share = "40%" }, { role = "closed", share = "60%" } ]

[[commission]]
id = "accelerator"
why = "Test"
effective = { from = 2026-01-01 }
credits = ["new"]
payees = "kind = 'employee'"
every = "year"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "10%" } ]

[[stipend]]
id = "thanks"
why = "Test"
effective = { from = 2026-01-01 }
amount = "100"
cap = [ { amount = "150", per = "payee", every = "year" } ]
"#;

fn texts() -> Texts {
    vec![
        (
            "apportion.toml",
            project_file("quotas = { path = \"quotas.csv\" }\n\n[forecast]\nbudget = { \"2026-Q1\" = \"230\", \"2026-Q3\" = \"1000\", 2026 = \"1399.99\", 2027 = \"1\" }\n"),
        ),
        ("rules.toml", RULES.to_owned()),
        ("payees.csv", "payee_id,kind\nann,employee\npat,partner\n".to_owned()),
        ("quotas.csv", "payee_id,period,amount\nann,2026,3000\n".to_owned()),
        ("deals.csv", "deal_id,outcome,close_date,amount\nD1,won,2026-02-10,1000\n".to_owned()),
        (
            "opportunities.csv",
            "opportunity_id,amount,probability,expected_close\nO1,4000,1,2026-08-05\nO2,9000,0,2026-08-06\n".to_owned(),
        ),
        (
            "engagements.csv",
            "deal_id,opportunity_id,payee_id,role\nD1,,ann,closed\nD1,,pat,sourced\n,O1,ann,closed\n,O2,ann,closed\n".to_owned(),
        ),
    ]
}

/// By hand. D1: pool 100, pat 40, ann 60; credit 400 and 600. O1: ann alone: pool 400, credit 4000. ann's commission: 600 at 5% = 30;
/// then 2400 more at 5% = 120 and 1600 at 10% = 160. Stipends of 100 each, within 150 for each payee: pat 100, ann 100 and 50.
#[test]
fn what_is_certain_is_what_a_run_would_pay() {
    let forecast = made(&open(&texts()), question("2026", "2026-06-30", 7));
    let fixed = |minor: i128| Distribution { mean_e6: minor * 10_000, p10: minor, p50: minor, p90: minor };
    for (level, id, period, minor) in [
        (CostLevel::Rule, "new", "2026-Q1", 10_000),
        (CostLevel::Rule, "new", "2026-Q3", 40_000),
        (CostLevel::Rule, "accelerator", "2026-Q1", 3_000),
        (CostLevel::Rule, "accelerator", "2026-Q3", 28_000),
        (CostLevel::Rule, "thanks", "2026-Q1", 20_000),
        (CostLevel::Rule, "thanks", "2026-Q3", 5_000),
        (CostLevel::Payee, "pat", "2026", 14_000),
        (CostLevel::Payee, "ann", "2026", 92_000),
        (CostLevel::Payee, "ann", "2026-Q2", 0),
        (CostLevel::Total, "", "2026", 106_000),
        (CostLevel::Total, "", "2026-Q3", 73_000),
    ] {
        assert_eq!(cost(&forecast, level, id, Plan::Project, period).cost, fixed(minor), "{id} {period}");
    }
    // Credit of 4600 over a quota of 3000.
    let attained: Vec<(&str, &str, i128)> = forecast
        .attainment
        .iter()
        .map(|row| (row.payee_id.as_str(), row.rule_id.as_str(), row.p50_e6))
        .collect();
    assert_eq!(attained, [("ann", "accelerator", 1_533_333)]);
    // 1060 over 5000.
    assert_eq!(forecast.revenue.first().and_then(|row| row.cost_per_revenue_e6), Some(212_000));
    // 330 and 730 and 1060, against 230, 1000 and 1399.99; the next year is no part of it.
    let exceeded: Vec<Option<i128>> = forecast.budgets.iter().map(|row| row.exceeded_e6).collect();
    assert_eq!(exceeded, [Some(1_000_000), Some(0), Some(0), None]);
}

/// Seed 1, two opportunities: the words of draw 0 are the first two of the stream. Half of them win.
#[test]
fn a_draw_is_won_where_its_word_is_below_the_chance() {
    let mut texts = texts();
    texts.retain(|(name, _)| *name != "opportunities.csv");
    texts.push((
        "opportunities.csv",
        "opportunity_id,amount,probability,expected_close\nO1,4000,0.5,2026-08-05\nO2,9000,0.25,2026-08-06\n"
            .to_owned(),
    ));
    let forecast = made(&open(&texts), question("2026", "2026-06-30", 400));
    let words: Vec<u64> = crate::words::Words::new(1, 800).of_draw(0).collect();
    let won = |place: usize, below: u64| words.chunks(2).filter(|draw| draw[place] < below).count() as i128;
    let (first, second) = (won(0, 1 << 63), won(1, 1 << 62));
    // The pool of the one is 400, of the other 900; that of D1 is 100.
    let sum = 400 * 100 + first * 400 + second * 900;
    let mean_e6 = cost(&forecast, CostLevel::Rule, "new", Plan::Project, "2026").cost.mean_e6;
    assert_eq!(mean_e6, sum * 1_000_000 / 400);
    assert!((150..250).contains(&first) && (60..140).contains(&second), "{first} {second}");
}
