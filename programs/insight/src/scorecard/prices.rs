//! `discount`, `realisation`, `breach_rate`, `leakage`.

use polars::prelude::{DataType, col, lit};

use super::Facts;
use super::measure::{Family, Measure, Unit};

/// Of decided won deals of the period.
pub fn family(facts: &Facts<'_>) -> Family {
    let listed = || col("list").is_not_null();
    let amount = || col("amount").cast(DataType::Int128);
    let units = (Unit::Money, Unit::Money);
    Family {
        facts: facts.deals.clone().filter(col("decided").and(col("won"))),
        month: "close_month",
        of_kinds: false,
        measures: vec![
            Measure::ratio("discount", units, listed(), (col("list") - amount(), col("list"))),
            Measure::ratio("realisation", units, listed(), (amount(), col("list"))),
            Measure::share("breach_rate", col("breach"), col("under_price")),
            Measure::money("leakage", lit(true), col("below_floor")),
        ],
    }
}
