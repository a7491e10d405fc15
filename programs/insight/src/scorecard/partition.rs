//! `sourced`, `co_sold`, `influenced`, `fulfilled`, `direct`: revenue by what partners did. They add up to it.

use polars::prelude::{col, lit};

use super::Facts;
use super::measure::{Family, Measure};
use crate::frames::Class;

/// Of deals of the period.
pub fn family(facts: &Facts<'_>) -> Family {
    let of_class =
        |class: Class| Measure::money(class.metric(), col("class").eq(lit(class as u32)), col("revenue"));
    Family {
        facts: facts.deals.clone(),
        month: "close_month",
        of_kinds: false,
        measures: Class::ALL.map(of_class).to_vec(),
    }
}
