//! What an opportunity brings along when it is won: what it renews, who registered it, and rows that were rejected. By hand.

use super::{Texts, cost, made, open, project_file, question};
use crate::{CostLevel, Plan};

const RULES: &str = r#"
[[shared_credit]]
id = "new"
why = "Test"
effective = { from = 2026-01-01 }
when = "renews_deal_id IS NULL"
rate = "10%"
roles = [ { role = "sourced", share = "40%" }, { role = "closed", share = "60%" } ]
unfilled = "retain"

[[renewal_bonus]]
id = "care"
why = "Test"
effective = { from = 2026-01-01 }
when = "renews_deal_id IS NOT NULL"
measure = "touches"
rates = [ { from = 1, rate = "1%" } ]
rate_by = "deal"

[[registration]]
id = "early"
why = "Test"
effective = { from = 2026-01-01 }
protect = "90 days"
role = "sourced"
others = "cosell"
"#;

fn texts() -> Texts {
    vec![
        ("apportion.toml", project_file("registrations = { path = \"registrations.csv\" }\n")),
        ("rules.toml", RULES.to_owned()),
        ("payees.csv", "payee_id,kind\nann,employee\npat,partner\n".to_owned()),
        (
            "deals.csv",
            "deal_id,outcome,close_date,amount,renews_deal_id\nD1,won,2026-01-10,1000,\n".to_owned(),
        ),
        (
            "opportunities.csv",
            "opportunity_id,amount,probability,expected_close,renews_deal_id\n\
             RENEWS,2000,1,2026-07-10,D1\nREJECTED,3000,1,2026-07-20,\nREGISTERED,4000,1,2026-08-01,\nLATE,5000,1,2026-09-01,\n"
                .to_owned(),
        ),
        (
            "engagements.csv",
            "deal_id,opportunity_id,payee_id,role\n,RENEWS,pat,adoption\n,REJECTED,ann,closed\n,REGISTERED,ann,closed\n,LATE,ann,closed\n"
                .to_owned(),
        ),
        (
            "registrations.csv",
            "registration_id,payee_id,submitted_at,opportunity_id,decision,decided_at\n\
             R1,nobody,2026-06-01,REJECTED,approved,2026-06-01\nR2,pat,2026-06-01,REGISTERED,approved,2026-06-01\n\
             R3,pat,2026-06-01,LATE,approved,2026-06-01\n"
                .to_owned(),
        ),
    ]
}

/// RENEWS: one touch, 1% of 2000 for pat. REJECTED is held, as a registration that names it was rejected. REGISTERED closes within 90
/// days of the first of June: pat sourced, 40% of 400, and ann closed, 60%. LATE closes on the 92nd day after it: 60% of 500 for ann, and
/// nobody sourced.
#[test]
fn an_opportunity_brings_along_what_names_it() {
    let forecast = made(&open(&texts()), question("2026", "2026-06-30", 2));
    for (level, id, minor) in [
        (CostLevel::Rule, "care", 2_000),
        (CostLevel::Rule, "new", 16_000 + 24_000 + 30_000),
        (CostLevel::Payee, "pat", 2_000 + 16_000),
        (CostLevel::Payee, "ann", 24_000 + 30_000),
    ] {
        let cost = cost(&forecast, level, id, Plan::Project, "2026").cost;
        assert_eq!((cost.p10, cost.p90, cost.mean_e6), (minor, minor, minor * 10_000), "{id}");
    }
    // 2000, 3000, 4000 and 5000 are sold in each draw, and 1000 was.
    let revenue = forecast.revenue.first().map(|row| row.revenue_e6);
    assert_eq!(revenue, Some(2 * 15_000 * 1_000_000));
}
