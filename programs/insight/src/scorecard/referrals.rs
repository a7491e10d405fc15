//! `referrals`, `referrals_won`, `referral_revenue`.

use polars::prelude::{IntoLazy, col, lit};

use super::measure::{Family, Measure};
use super::{Facts, within};

/// Registrations of the kind `referral` that were submitted in the period.
pub fn registered(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.insight.registrations.clone().lazy().filter(within("submitted", facts.insight.period)),
        month: "submitted_month",
        of_kinds: false,
        measures: vec![Measure::number("referrals", col("referral"))],
    }
}

/// Decided won deals of the period that one holds.
pub fn won(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.deals.clone().filter(col("decided").and(col("won")).and(col("referral"))),
        month: "close_month",
        of_kinds: false,
        measures: vec![
            Measure::number("referrals_won", lit(true)),
            Measure::money("referral_revenue", lit(true), col("amount")),
        ],
    }
}
