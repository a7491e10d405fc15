//! Conflicts, and what was decided.

use apportion::block::{Cell, Column, Document, Table};

use super::super::Ground;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let columns = vec![
        Column::text("about", "About"),
        Column::text("kind", "Kind"),
        Column::text("state", "State"),
        Column::text("level", "Level"),
        Column::text("since", "Since"),
        Column::text("due", "Due"),
        Column::text("outcome", "Outcome"),
    ];
    let mut table = Table::new("conflicts", "Conflicts and decisions", columns);
    for conflict in ground.conflicts() {
        table.row(vec![
            Cell::text(ground.about(conflict)),
            Cell::text(conflict.kind.word()),
            Cell::text(conflict.state.word()),
            Cell::text(conflict.level.clone().unwrap_or_default()),
            Cell::Date(conflict.day),
            conflict.due.map_or(Cell::Empty, Cell::Date),
            Cell::text(conflict.outcome.map_or("", apportion::data::DecisionOutcome::word)),
        ]);
    }
    if !table.rows.is_empty() {
        document.heading(2, "Conflicts and decisions");
        document.table(table);
    }
}
