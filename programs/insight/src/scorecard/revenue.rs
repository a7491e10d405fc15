//! `revenue`, `deals`, `average_deal`, `share_of_revenue`.

use polars::prelude::{col, lit};

use super::measure::{ByGroup, Family, Measure, Shape, Unit};
use super::{Facts, of_metric};

/// Of deals of the period.
pub fn family(facts: &Facts<'_>) -> Family {
    let sold = || col("decided").and(col("won"));
    Family {
        facts: facts.deals.clone(),
        month: "close_month",
        of_kinds: false,
        measures: vec![
            Measure::money("revenue", lit(true), col("revenue")),
            Measure::number("deals", sold()),
            Measure::ratio("average_deal", (Unit::Money, Unit::Count), sold(), (col("amount"), lit(1))),
            Measure::number("excluded", col("excluded")),
        ],
    }
}

/// `share_of_revenue`: that of the group over all.
pub fn add_share(metrics: &mut Vec<(String, ByGroup)>) {
    let Some(revenue) = of_metric(metrics, "revenue") else { return };
    let all = revenue.iter().find(|(key, _)| super::is_all(key)).map(|(_, cell)| cell.clone());
    let mut shares = revenue.clone();
    for cell in shares.values_mut() {
        cell.shape = Shape::Ratio(Unit::Money, Unit::Money);
        cell.denominator = all.as_ref().and_then(|all| all.numerator).unwrap_or(0);
        cell.n = all.as_ref().map_or(0, |all| all.n);
    }
    metrics.push(("share_of_revenue".to_owned(), shares));
}
