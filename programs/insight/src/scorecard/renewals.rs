//! `renewal_rate`, `renewal_rate_by_value`, `churned`.

use polars::prelude::{DataType, IntoLazy, col, lit, when};

use super::measure::{Family, Measure, Unit};
use super::{Facts, within};
use crate::Fault;

/// Of decided won deals whose term ends in the period, renewed by decided won deals that closed by the as-of day.
pub fn family(facts: &Facts<'_>) -> Result<Family, Fault> {
    let insight = facts.insight;
    let sold = insight.deals.clone().lazy().filter(col("decided").and(col("won")));
    let renewals = sold
        .clone()
        .filter(col("renews").is_not_null().and(col("close").lt_eq(lit(insight.as_of))))
        .group_by([col("renews")])
        .agg([col("amount").cast(DataType::Int128).sum().alias("renewed")]);
    let ending =
        sold.filter(within("term", insight.period)).left_join(renewals, col("subject"), col("renews"));
    let renewed = || col("renewed").is_not_null();
    let amount = || col("amount").cast(DataType::Int128);
    let renewed_by = || col("renewed").fill_null(lit(0).cast(DataType::Int128));
    let kept = when(renewed_by().lt(amount())).then(renewed_by()).otherwise(amount());
    Ok(Family {
        facts: ending,
        month: "term_month",
        of_kinds: false,
        measures: vec![
            Measure::share("renewal_rate", renewed(), lit(true)),
            Measure::ratio("renewal_rate_by_value", (Unit::Money, Unit::Money), lit(true), (kept, amount())),
            Measure::money("churned", renewed().not(), col("amount")),
        ],
    })
}
