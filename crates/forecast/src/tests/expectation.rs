//! The mean of many draws against the exact expectation, which is found by settling every outcome.

use num_bigint::BigInt;
use num_rational::Ratio;

use super::{Texts, cost, made, open, project_file, question};
use crate::{CostLevel, Plan};

const RULES: &str = r#"
[[shared_credit]]
id = "new"
why = "Test"
effective = { from = 2026-01-01 }
rate = "7%"
model = "weight"

[[commission]]
id = "accelerator"
why = "Test"
effective = { from = 2026-01-01 }
credits = ["new"]
every = "quarter"
mode = "whole"
tiers = [ { from = "0", rate = "3%" }, { from = "6000", rate = "9%", bonus = "77.77" } ]
cap = [ { amount = "900", per = "payee", every = "year" } ]
"#;

/// Amount, billionths of the probability, day.
const OPEN: [(&str, i64, &str); 5] = [
    ("3333.33", 250_000_000, "2026-07-11"),
    ("5000.01", 333_333_333, "2026-08-01"),
    ("1200.00", 900_000_000, "2026-08-01"),
    ("7777.77", 100_000_001, "2026-11-30"),
    ("2500.50", 500_000_000, "2026-12-01"),
];

fn texts(probability: impl Fn(usize) -> String) -> Texts {
    let mut opportunities = "opportunity_id,amount,probability,expected_close\n".to_owned();
    let mut engagements = "deal_id,opportunity_id,payee_id,role,weight\nD1,,ann,x,1\n".to_owned();
    for (nth, (amount, _, day)) in OPEN.iter().enumerate() {
        opportunities.push_str(&format!("O{nth},{amount},{},{day}\n", probability(nth)));
        engagements.push_str(&format!(",O{nth},ann,x,{}\n,O{nth},bob,x,3\n", nth + 1));
    }
    vec![
        ("apportion.toml", project_file("")),
        ("rules.toml", RULES.to_owned()),
        ("payees.csv", "payee_id\nann\nbob\n".to_owned()),
        ("deals.csv", "deal_id,outcome,close_date,amount\nD1,won,2026-02-10,1000.00\n".to_owned()),
        ("opportunities.csv", opportunities),
        ("engagements.csv", engagements),
    ]
}

fn total(texts: &Texts, draws: u32) -> i128 {
    let forecast = made(&open(texts), question("2026", "2026-06-30", draws));
    cost(&forecast, CostLevel::Total, "", Plan::Project, "2026").cost.mean_e6
}

fn whole(number: i128) -> Ratio<BigInt> {
    Ratio::from_integer(BigInt::from(number))
}

/// (mean − E)² · n ≤ 9 · Var, in fractions. The mean is rounded to a millionth, which is far below a standard error.
#[test]
fn ten_thousand_draws_are_within_three_standard_errors() {
    let draws = 10_000;
    let (mut expected, mut of_squares) = (whole(0), whole(0));
    for outcome in 0..1_usize << OPEN.len() {
        let won = |nth: usize| outcome >> nth & 1 == 1;
        // Certain to be so: one draw is the outcome.
        let cost = total(&texts(|nth| u8::from(won(nth)).to_string()), 1);
        let chance = OPEN.iter().enumerate().fold(whole(1), |chance, (nth, (_, e9, _))| {
            let own = if won(nth) { *e9 } else { 1_000_000_000 - *e9 };
            chance * Ratio::new(BigInt::from(own), BigInt::from(1_000_000_000))
        });
        expected += &chance * whole(cost);
        of_squares += &chance * whole(cost) * whole(cost);
    }
    let variance = of_squares - &expected * &expected;
    let mean = total(&texts(|nth| format!("0.{:09}", OPEN[nth].1)), draws);
    let off = whole(mean) - &expected;
    assert!(&off * &off * whole(draws.into()) <= whole(9) * &variance, "{mean} against {expected}");
    assert!(variance > whole(0));
}
