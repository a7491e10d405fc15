//! `handoffs`, `handoff_acceptance`, `handoff_days`.

use polars::prelude::{IntoLazy, col, lit};

use super::measure::{Family, Measure};
use super::{Facts, within};

/// Of hand-overs that were offered in the period.
pub fn family(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.insight.handoffs.clone().lazy().filter(within("offered", facts.insight.period)),
        month: "offered_month",
        of_kinds: false,
        measures: vec![
            Measure::number("handoffs", lit(true)),
            Measure::share("handoff_acceptance", col("days").is_not_null(), lit(true)),
            Measure::median("handoff_days", lit(true), col("days"), 1),
        ],
    }
}
