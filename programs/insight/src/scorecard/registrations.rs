//! `registrations`, `approval_rate`, `hours_to_decide`, `registered_win_rate`, `expired_rate`, `idle_rate`.

use polars::prelude::{IntoLazy, col, lit};

use super::measure::{Family, Measure};
use super::{Facts, within};

/// Seconds of an hour.
const HOUR: i128 = 3_600;

/// Of registrations that were submitted in the period.
pub fn submitted(facts: &Facts<'_>) -> Family {
    let approved = || col("approved");
    Family {
        facts: facts.insight.registrations.clone().lazy().filter(within("submitted", facts.insight.period)),
        month: "submitted_month",
        of_kinds: false,
        measures: vec![
            Measure::number("registrations", lit(true)),
            Measure::share("approval_rate", approved(), col("decided")),
            Measure::median("hours_to_decide", lit(true), col("seconds"), HOUR),
            Measure::share("expired_rate", col("over"), approved()),
            Measure::share("idle_rate", col("idle"), approved()),
        ],
    }
}

/// Of decided deals of the period that somebody holds.
pub fn claimed(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.deals.clone().filter(col("decided").and(col("claimed"))),
        month: "close_month",
        of_kinds: false,
        measures: vec![Measure::share("registered_win_rate", col("won"), lit(true))],
    }
}
