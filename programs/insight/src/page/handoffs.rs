//! Who worked first and who last on won deals, and hand-overs.

use apportion::block::{Cell, Column, Document, Table};

use super::Ground;
use super::metrics::{self, money};
use crate::Fault;
use crate::scorecard::matrix;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Fault> {
    let rows = matrix::rows(ground.facts, ground.sight.settlement)?;
    let handoffs = metrics::table(
        ground,
        "handoffs",
        "Hand-overs by channel",
        &["handoffs", "handoff_acceptance", "handoff_days"],
    );
    if rows.is_empty() && handoffs.rows.is_empty() {
        return Ok(());
    }
    document.heading(2, "From the first touch to the last");
    document.paragraph(
        "Won deals by who worked on them first and who last, with dated work on or before the close.",
    );
    let columns = vec![
        Column::text("from_kind", "First: kind"),
        Column::text("from_role", "First: role"),
        Column::text("to_kind", "Last: kind"),
        Column::text("to_role", "Last: role"),
        Column::number("deals", "Deals"),
        Column::number("revenue", "Revenue"),
    ];
    let mut table = Table::new("matrix", "Won deals by first and last touch", columns);
    for (key, deals, revenue) in rows {
        let mut cells: Vec<Cell> = key.into_iter().map(Cell::text).collect();
        cells.extend([Cell::Number(deals, 0), money(revenue, ground.currency)]);
        table.row(cells);
    }
    document.table(table);
    if !handoffs.rows.is_empty() {
        document.table(handoffs);
    }
    Ok(())
}
