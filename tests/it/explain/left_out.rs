//! Where a row that was left out is why something is not as one would think.

use apportion::world::Memory;
use apportion::{Inquiry, Session};

const PROJECT: &str = r#"
[book]
name = "Left out"
currency = "USD"
rules = ["rules.toml"]
[sources]
deals = { path = "deals.csv" }
engagements = { path = "engagements.csv" }
payees = { path = "payees.csv" }
splits = { path = "splits.csv" }
fx_rates = { path = "rates.csv" }
"#;

const RULES: &str = r#"
[[shared_credit]]
id = "equal"
effective = { from = 2026-01-01 }
when = "deal_type = 'equal'"
rate = "10%"
model = "equal"

[[shared_credit]]
id = "declared"
effective = { from = 2026-01-01 }
when = "deal_type = 'declared'"
rate = "10%"
model = "declared"

[[override]]
id = "managers"
effective = { from = 2026-01-01 }
credits = ["equal"]
levels = [ { rate = "5%" } ]
"#;

fn explained(inquiry: &Inquiry) -> String {
    let files = Memory::new()
        .with("apportion.toml", PROJECT)
        .with("rules.toml", RULES)
        .with("payees.csv", "payee_id,manager_id\nann,boss\nben,cat\ncat,ben\n")
        .with(
            "deals.csv",
            "deal_id,outcome,close_date,amount,currency,deal_type\nD1,won,2026-07-03,100,,equal\n\
             D2,won,2026-07-03,100,,equal\nD3,won,2026-07-03,100,,declared\nD4,won,2026-07-05,100,EUR,equal\n",
        )
        .with("engagements.csv", "deal_id,payee_id,role\nD1,ann,x\nD2,ben,x\nD4,ann,x\n")
        .with("splits.csv", "deal_id,payee_id,percent,role\nD3,ann,50,\nD3,ann,50,\n")
        .with(
            "rates.csv",
            "date,currency,rate\n2026-07-01,EUR,2\n2026-07-04,EUR,2.1\n2026-07-04,EUR,2.2\n2026-07-09,EUR,3\n2026-07-09,EUR,4\n",
        );
    Session::in_memory(files).unwrap().explain(None, inquiry).unwrap().to_string()
}

#[test]
fn the_manager_who_is_not_among_the_payees_or_in_a_ring() {
    let unknown = explained(&Inquiry::deal("D1").of_rule("managers"));
    assert!(unknown.contains("payees.csv row 2: manager_id `boss` unknown-manager"), "{unknown}");
    let ring = explained(&Inquiry::deal("D2").of_rule("managers"));
    assert!(ring.contains("payees.csv row 3: manager_id `cat` manager-cycle"), "{ring}");
    let manager = explained(&Inquiry::payee("cat").on_deal("D2").of_rule("managers"));
    assert!(manager.contains("kept without a manager") && manager.contains("row 3"), "{manager}");
}

#[test]
fn the_split_that_repeats_another_one() {
    let split = explained(&Inquiry::deal("D3").of_rule("declared"));
    assert!(split.contains("add up to 50% and not to 100%"), "{split}");
    assert!(split.contains("left out: splits.csv row 3: duplicate-row"), "{split}");
}

#[test]
fn the_newer_rates_that_contradict_each_other() {
    let rate =
        explained(&Inquiry::deal("D4").of_rule("equal")).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(rate.contains("rate of 2026-07-01"), "{rate}");
    assert!(rate.contains("newer rates could not be used: rates.csv row 3: conflicting-key"), "{rate}");
    assert!(!rate.contains("row 5:"), "a rate of later says nothing: {rate}");
}
