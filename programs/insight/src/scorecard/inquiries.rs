//! `inquiries_answered`, `days_to_answer`, `inquiries_adjusted`.

use polars::prelude::{IntoLazy, col, lit};

use super::measure::{Family, Measure};
use super::{Facts, within};

/// Of inquiries that were raised in the period.
pub fn family(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.insight.inquiries.clone().lazy().filter(within("raised", facts.insight.period)),
        month: "raised_month",
        of_kinds: false,
        measures: vec![
            Measure::share("inquiries_answered", col("days").is_not_null(), lit(true)),
            Measure::median("days_to_answer", lit(true), col("days"), 1),
            Measure::share("inquiries_adjusted", col("adjusted"), lit(true)),
        ],
    }
}
