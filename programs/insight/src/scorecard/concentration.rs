//! `concentration`: what the partner with the most credit has of all partners'.

use polars::prelude::{DataType, Expr, IntoLazy, col, lit};

use super::Facts;
use super::measure::{ByGroup, Family, Measure, Shape, Unit};
use crate::Fault;
use crate::frames::{GroupSource, code_name};

/// The largest partner's credit over that of all partners.
pub fn cells(facts: &Facts<'_>) -> Result<(String, ByGroup), Fault> {
    let groups = facts.groups;
    let lines = facts.insight.lines.clone().lazy();
    let lines = lines.filter(col("partner").and(col("credited").is_not_null()));
    let of_groups = groups.columns.iter().enumerate().filter_map(|(place, column)| match column.source {
        GroupSource::Month => Some(col("close_month")),
        GroupSource::Kind => None,
        GroupSource::Column => Some(col(code_name(place))),
    });
    let keys: Vec<Expr> = of_groups.collect();
    let by_payee = |keys: &[Expr]| Family {
        facts: lines.clone().group_by(keys.iter().cloned().chain([col("payee")]).collect::<Vec<_>>()).agg([
            col("credited").sum().alias("credited"),
            col("credited").len().cast(DataType::Int128).alias("lines"),
        ]),
        month: "close_month",
        of_kinds: false,
        measures: vec![Measure::new(
            "concentration",
            Shape::Ratio(Unit::Money, Unit::Money),
            col("credited").max(),
            col("credited").sum(),
            col("lines").sum(),
        )],
    };
    let mut cells = ByGroup::new();
    if !keys.is_empty() {
        cells.extend(by_payee(&keys).cells(groups)?.into_iter().flat_map(|(_, cells)| cells));
    }
    // Over all, a payee's credit is that of all groups.
    let none: Vec<Expr> = Vec::new();
    let all = by_payee(&none);
    let names: Vec<Expr> = groups.of_subjects().into_iter().map(|name| lit(0_u32).alias(name)).collect();
    let all = Family {
        facts: all.facts.clone().with_columns(names).with_columns([lit(0_u32).alias("close_month")]),
        ..all
    };
    let all = all.cells(groups)?.into_iter().flat_map(|(_, cells)| cells);
    cells.extend(all.filter(|(key, _)| super::is_all(key)));
    Ok(("concentration".to_owned(), cells))
}
