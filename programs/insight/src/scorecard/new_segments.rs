//! `new_segments`: revenue where there was none in the year before.

use apportion::book::{civil_from_days, days_from_civil};
use polars::prelude::{Expr, IntoLazy, JoinArgs, JoinType, col, len, lit};

use super::measure::{Family, Measure};
use super::{Facts, within};
use crate::Fault;

/// Revenue of the period in groups, months aside, without any in the 12 months before it.
pub fn family(facts: &Facts<'_>) -> Result<Family, Fault> {
    let insight = facts.insight;
    let first = insight.period.0;
    let (year, month, day) = civil_from_days(first);
    let before = (days_from_civil(year - 1, month, day), first.saturating_sub(1));
    let keys: Vec<Expr> = facts.groups.of_subjects().into_iter().map(col).collect();
    // Where there are no groups, there is one: of everything.
    let everything = lit(0_u32).alias("everything");
    let on: Vec<Expr> = keys.iter().cloned().chain([col("everything")]).collect();
    let earlier = insight
        .deals
        .clone()
        .lazy()
        .filter(within("close", before).and(col("revenue").is_not_null()))
        .with_columns([everything.clone()])
        // Each group once: a join would take up every deal of it.
        .group_by(on.clone())
        .agg([len().alias("deals")]);
    let now = facts.deals.clone().filter(col("revenue").is_not_null()).with_columns([everything]);
    Ok(Family {
        facts: now.join(earlier, on.clone(), on, JoinArgs::new(JoinType::Anti)),
        month: "close_month",
        of_kinds: false,
        measures: vec![Measure::money("new_segments", lit(true), col("revenue"))],
    })
}
