//! `conflicts`, `conflict_rate`, `days_to_resolve`, `in_time`, `escalated`, `won_by_direct`, `held`.

use polars::prelude::{IntoLazy, col, lit};

use super::measure::{ByGroup, Family, Measure, Unit};
use super::{Facts, of_metric, ratio_of};

/// Of conflicts on the deals of the period and on what is open. Their month is that in which the deal closes.
pub fn family(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.insight.conflicts.clone().lazy(),
        month: "close_month",
        of_kinds: false,
        measures: vec![
            Measure::number("conflicts", lit(true)),
            Measure::median("days_to_resolve", lit(true), col("days"), 1),
            Measure::share("in_time", col("in_time"), col("decided")),
            Measure::share("escalated", col("beyond"), lit(true)),
            Measure::share("won_by_direct", col("to_employee"), col("award")),
        ],
    }
}

/// `held`: of the lines of the period, each once.
pub fn held(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.insight.held.clone().lazy(),
        month: "close_month",
        of_kinds: false,
        measures: vec![Measure::money("held", lit(true), col("amount"))],
    }
}

/// How much is open, by group: what conflicts may be on beside the deals of the period.
pub fn open(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.insight.open.clone().lazy(),
        month: "close_month",
        of_kinds: false,
        measures: vec![Measure::number("open", lit(true))],
    }
}

/// `conflict_rate`: conflicts over the deals and all that is open.
pub fn add_rate(metrics: &mut Vec<(String, ByGroup)>, open: Vec<(String, ByGroup)>) {
    let (Some(found), Some(deals)) = (of_metric(metrics, "conflicts"), of_metric(metrics, "deals")) else {
        return;
    };
    let mut all = deals.clone();
    for (key, cell) in open.into_iter().flat_map(|(_, cells)| cells) {
        let known =
            all.entry(key).or_insert_with(|| super::Cell { numerator: Some(0), n: 0, ..cell.clone() });
        known.numerator = Some(known.numerator.unwrap_or(0) + cell.numerator.unwrap_or(0));
        known.n += cell.n;
    }
    let rate = ratio_of(found, &all, (Unit::Count, Unit::Count));
    metrics.push(("conflict_rate".to_owned(), rate));
}
