//! `win_rate` and its like, `close_rate`, `still_open`, `cycle_days`.

use polars::prelude::{DataType, Expr, IntoLazy, UnionArgs, col, concat, lit};

use super::measure::{Family, Measure, Unit, sum};
use super::{Facts, within};
use crate::Fault;

/// `win_rate`, `win_rate_by_value`, `attach_rate`: of decided deals of the period.
pub fn decided(facts: &Facts<'_>) -> Family {
    let value = Measure::new(
        "win_rate_by_value",
        super::measure::Shape::Ratio(Unit::Money, Unit::Money),
        sum(col("won"), col("amount")),
        sum(lit(true), col("amount")),
        super::measure::count(lit(true)),
    );
    Family {
        facts: facts.deals.clone().filter(col("decided")),
        month: "close_month",
        of_kinds: false,
        measures: vec![
            Measure::share("win_rate", col("won"), lit(true)),
            value,
            Measure::share("attach_rate", col("joined"), lit(true)),
        ],
    }
}

/// `close_rate` and `still_open`: of what was created in the period, decided by the as-of day or open.
pub fn created(facts: &Facts<'_>) -> Result<Family, Fault> {
    let insight = facts.insight;
    let names = facts.groups.of_subjects();
    let columns = |won: Expr, open: bool| -> Vec<Expr> {
        let own = [col("created"), col("created_month"), won.alias("won"), lit(open).alias("open")];
        own.into_iter().chain(names.iter().cloned().map(col)).collect()
    };
    let closed =
        insight.deals.clone().lazy().filter(col("decided").and(col("close").lt_eq(lit(insight.as_of))));
    let open = insight.open.clone().lazy();
    let all = concat(
        [closed.select(columns(col("won"), false)), open.select(columns(lit(false), true))],
        UnionArgs::default(),
    )?;
    Ok(Family {
        facts: all.filter(within("created", insight.period)),
        month: "created_month",
        of_kinds: false,
        measures: vec![
            Measure::share("close_rate", col("won"), lit(true)),
            Measure::number("still_open", col("open")),
        ],
    })
}

/// `cycle_days`, `cycle_days_lost`: of decided deals of the period that say when they were created.
pub fn cycle(facts: &Facts<'_>) -> Family {
    let days = || col("close").cast(DataType::Int64) - col("created").cast(DataType::Int64);
    Family {
        facts: facts.deals.clone().filter(col("decided").and(col("created").is_not_null())),
        month: "close_month",
        of_kinds: false,
        measures: vec![
            Measure::median("cycle_days", col("won"), days(), 1),
            Measure::median("cycle_days_lost", col("won").not(), days(), 1),
        ],
    }
}
