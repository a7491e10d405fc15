//! What the rest of the fiscal year may cost: open opportunities drawn many times.

use std::sync::Arc;

use apportion::block::{Cell, Column, Document, Money, Table};
use apportion::book::Every;
use apportion::forecast::{CostLevel, CostRow};
use apportion::store::Store;
use apportion::world::Disk;
use apportion::{Error, ForecastRequest, PlanForecast};

use super::Ground;
use super::metrics::share;

/// The key of the generator: the page is the same whenever it is made.
const SEED: u64 = 1;

/// Adds the forecast of the fiscal year in which the period ends. It has everybody's cost, so that it is shown to nobody who sees a part.
pub(super) fn add(document: &mut Document, ground: &Ground<'_>, draws: Option<u32>) -> Result<(), Error> {
    let (Some(draws), None) = (draws, ground.sight.seen) else { return Ok(()) };
    let as_of = ground.facts.insight.as_of;
    let period = ground.session.book().calendar().period_of(as_of, Every::Year);
    let store: Arc<dyn Store> = Arc::new(Disk);
    let session = ground.session.clone().known_at(Some(as_of));
    let plan = session.forecast(&store, None, ForecastRequest { period, draws, seed: SEED })?;
    document.heading(2, format!("What {period} may cost"));
    let said = plan.forecast.pipeline.drawn.len();
    document.paragraph(format!(
        "{draws} draws (seed {SEED}) of {said} open opportunities. P10 means: in a tenth of the draws it is no more."
    ));
    document.table(costs(ground, &plan));
    let exceeded = budgets(ground, &plan);
    if !exceeded.rows.is_empty() {
        document.table(exceeded);
    }
    Ok(())
}

/// By period in total, and by rule over the whole period.
fn costs(ground: &Ground<'_>, plan: &PlanForecast) -> Table {
    let columns = vec![
        Column::text("what", "What"),
        Column::text("period", "Period"),
        Column::number("mean", "Mean"),
        Column::number("p10", "P10"),
        Column::number("p50", "P50"),
        Column::number("p90", "P90"),
    ];
    let mut table = Table::new("forecast", "What the plan may cost", columns);
    let whole = plan.forecast.question.period;
    let is_shown = |row: &&CostRow| match row.level {
        CostLevel::Total => true,
        CostLevel::Rule => row.period == whole && row.cost.mean_e6 != 0,
        CostLevel::Payee => false,
    };
    let amount = |minor: i128| Cell::Amount(Money { minor, currency: ground.currency });
    for row in plan.forecast.costs.iter().filter(is_shown) {
        let what = if row.id.is_empty() { "all rules".to_owned() } else { row.id.clone() };
        let cost = &row.cost;
        table.row(vec![
            Cell::text(what),
            Cell::text(row.period.to_string()),
            super::metrics::rounded(cost.mean_e6, ground.currency),
            amount(cost.p10),
            amount(cost.p50),
            amount(cost.p90),
        ]);
    }
    table
}

fn budgets(ground: &Ground<'_>, plan: &PlanForecast) -> Table {
    let columns = vec![
        Column::text("period", "Budget of"),
        Column::number("budget", "Budget"),
        Column::number("chance", "Chance that it is exceeded"),
    ];
    let mut table = Table::new("budgets", "Budgets", columns);
    for row in plan.forecast.budgets.iter().filter(|row| row.exceeded_e6.is_some()) {
        table.row(vec![
            Cell::text(row.period.to_string()),
            Cell::Amount(Money::of(row.budget, ground.currency)),
            row.exceeded_e6.map_or(Cell::Empty, share),
        ]);
    }
    table
}
