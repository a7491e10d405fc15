//! Conflicts, and what was decided.

use apportion::block::{Cell, Column, Document, Table};
use apportion::channel::Subject;

use super::super::Ground;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let close = ground.sight.settlement.as_close();
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
    let found = close.governance.iter().flat_map(|governance| &governance.conflicts);
    for conflict in found.filter(|conflict| ground.is_known(conflict) && ground.sight.sees_conflict(conflict))
    {
        let about = match conflict.subject.filter(|subject| ground.sight.sees(*subject)) {
            Some(Subject::Deal(deal)) => ground.deal(deal),
            Some(Subject::Open(open)) => ground.open(open),
            None => String::new(),
        };
        table.row(vec![
            Cell::text(about),
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
