//! Results against the period before, and against the plan.

use apportion::block::{Cell, Column, Document, Money, Table};

use super::super::Ground;
use super::super::metrics::{Metrics, n, value};
use crate::frames::Seen;

const METRICS: [&str; 12] = [
    "revenue",
    "deals",
    "average_deal",
    "win_rate",
    "cycle_days",
    "sourced",
    "co_sold",
    "influenced",
    "registrations",
    "approval_rate",
    "credited",
    "earned",
];

pub(super) fn add(document: &mut Document, ground: &Ground<'_>, seen: &Seen, before: &Metrics) {
    let columns = vec![
        Column::text("metric", "Metric"),
        Column::number("value", "This period"),
        Column::number("n", "n"),
        Column::number("before", "Period before"),
        Column::number("n_before", "n before"),
    ];
    let mut table = Table::new("results", "Results against the period before", columns);
    for metric in METRICS {
        let (now, then) = (ground.channels.all(metric), before.all(metric));
        let cells = |row: Option<&crate::scorecard::Row>| {
            row.map_or([Cell::Empty, Cell::Empty], |row| [value(row, ground.currency), n(row)])
        };
        let mut row = vec![Cell::text(metric.replace('_', " "))];
        row.extend(cells(now));
        row.extend(cells(then));
        table.row(row);
    }
    document.heading(2, "Results");
    document.table(table);
    plan(document, ground, seen);
}

/// How far the payee came, of its quotas.
fn plan(document: &mut Document, ground: &Ground<'_>, seen: &Seen) {
    let close = ground.sight.settlement.as_close();
    let columns = vec![
        Column::text("rule", "Rule"),
        Column::text("period", "Quota of"),
        Column::number("quota", "Quota"),
        Column::number("credit", "Credit so far"),
        Column::number("attainment", "Reached"),
    ];
    let mut table = Table::new("plan", "Against the plan", columns);
    let all = close.settlement.attainment.iter().flatten();
    for row in all.filter(|row| row.payee == seen.viewer && row.quota_e6.is_some()) {
        table.row(vec![
            Cell::text(&close.rules[row.rule].id),
            Cell::text(row.period.to_string()),
            row.quota_e6.map_or(Cell::Empty, |quota| Cell::Number(quota, 6)),
            Cell::Amount(Money { minor: row.credit, currency: ground.currency }),
            row.attainment_e6.map_or(Cell::Empty, |reached| Cell::Rate(reached, 6)),
        ]);
    }
    if !table.rows.is_empty() {
        document.table(table);
    }
}
