//! Two rule sets in the same draws.

use apportion_data::NoProgress;

use super::random::sample;
use super::{cost, open_two, question};
use crate::{CostLevel, Distribution, Plan, forecast};

#[test]
fn a_plan_that_pays_twice_as_much_costs_once_as_much_more_in_each_draw() {
    let mut texts = sample(3).texts();
    let rules = "[[shared_credit]]\nid = \"new\"\nwhy = \"Test\"\neffective = { from = 2025-01-01 }\nrate = \"10%\"\nmodel = \"equal\"\n";
    // Amounts are even at a tenth of them, so that rounding doubles as well: every pool is whole cents.
    texts.retain(|(name, _)| *name != "rules.toml");
    texts.push(("rules.toml", rules.replace("10%", "100%")));
    let extra =
        "[[stipend]]\nid = \"thanks\"\nwhy = \"Test\"\neffective = { from = 2025-01-01 }\namount = \"5\"\n";
    texts.push(("other.toml", format!("{}\n{extra}", rules.replace("10%", "100%"))));
    let (own, other) = open_two(&texts, "other.toml");
    let question = question("2026", "2026-06-30", 50);
    let made = forecast(&own, Some(&other), question, &NoProgress).expect("a forecast");
    let of = |level, id, plan| cost(&made, level, id, plan, "2026").cost;
    // What both pay is the same in each draw, whatever its distribution is.
    let nothing = Distribution { mean_e6: 0, p10: 0, p50: 0, p90: 0 };
    assert_eq!(of(CostLevel::Rule, "new", Plan::Difference), nothing);
    assert_eq!(of(CostLevel::Rule, "new", Plan::Project), of(CostLevel::Rule, "new", Plan::Other));
    // What one of them pays alone is the difference.
    assert_eq!(of(CostLevel::Rule, "thanks", Plan::Project), nothing);
    let thanks = of(CostLevel::Rule, "thanks", Plan::Other);
    assert_eq!(of(CostLevel::Rule, "thanks", Plan::Difference), thanks);
    assert_eq!(of(CostLevel::Total, "", Plan::Difference), thanks);
    assert!(thanks.p10 < thanks.p90);
}
