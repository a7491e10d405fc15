//! `sla_met:GATE`: service events as gates ask about them.

use polars::prelude::{Expr, IntoLazy, col, lit};

use super::Facts;
use super::measure::{ByGroup, Family, Measure};
use crate::Fault;

/// A metric for each gate; its events have no deal.
pub fn cells(facts: &Facts<'_>) -> Result<Vec<(String, ByGroup)>, Fault> {
    let insight = facts.insight;
    let measure = |(gate, id): (u32, &String)| {
        let of = col("gate").eq(lit(gate));
        Measure::share(&format!("sla_met:{id}"), col("met"), of)
    };
    let unknown: Vec<Expr> =
        facts.groups.of_subjects().into_iter().map(|name| lit(0_u32).alias(name)).collect();
    let family = Family {
        facts: insight.events.clone().lazy().with_columns(unknown),
        month: "opened_month",
        of_kinds: false,
        measures: (0..).zip(&insight.gates).map(measure).collect(),
    };
    if insight.gates.is_empty() { Ok(Vec::new()) } else { family.cells(facts.groups) }
}
