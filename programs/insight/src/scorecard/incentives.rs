//! `credited`, `earned`, `cost_rate`.

use polars::prelude::{IntoLazy, col, lit};

use super::Facts;
use super::measure::{ByGroup, Cell, Family, Key, Measure, Shape, Unit};
use super::of_metric;
use crate::frames::{GroupSource, Groups};

/// Of the lines of the period.
pub fn family(facts: &Facts<'_>) -> Family {
    Family {
        facts: facts.insight.lines.clone().lazy(),
        month: "close_month",
        of_kinds: true,
        measures: vec![
            Measure::money("credited", lit(true), col("credited")),
            Measure::money("earned", lit(true), col("amount")),
        ],
    }
}

/// `cost_rate`: what was earned over the revenue of all kinds.
pub fn add_cost_rate(metrics: &mut Vec<(String, ByGroup)>, groups: &Groups) {
    let (Some(earned), Some(revenue)) = (of_metric(metrics, "earned"), of_metric(metrics, "revenue")) else {
        return;
    };
    let kind = groups.columns.iter().position(|column| column.source == GroupSource::Kind);
    let of_all_kinds = |key: &Key| {
        let mut key = key.clone();
        if let Some(code) = kind.and_then(|place| key.get_mut(place)) {
            *code = None;
        }
        key
    };
    let cell = |key: &Key| {
        let revenue = revenue.get(&of_all_kinds(key));
        let numerator = earned.get(key).and_then(|cell| cell.numerator).unwrap_or(0);
        Cell {
            shape: Shape::Ratio(Unit::Money, Unit::Money),
            numerator: Some(numerator),
            denominator: revenue.and_then(|cell| cell.numerator).unwrap_or(0),
            n: revenue.map_or(0, |cell| cell.n),
        }
    };
    // Groups without anybody's lines have no kind.
    let without_lines = revenue.keys().filter(|_| kind.is_none());
    let rates = earned.keys().chain(without_lines).map(|key| (key.clone(), cell(key))).collect();
    metrics.push(("cost_rate".to_owned(), rates));
}
