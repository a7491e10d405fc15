//! Registrations and conflicts, with their clocks.

use apportion::block::{Cell, Column, Document, Table};
use apportion::channel::FoundConflict;

use super::Ground;
use super::metrics;

const REGISTRATIONS: [&str; 6] =
    ["registrations", "approval_rate", "hours_to_decide", "registered_win_rate", "expired_rate", "idle_rate"];
const CONFLICTS: [&str; 7] =
    ["conflicts", "conflict_rate", "days_to_resolve", "in_time", "escalated", "won_by_direct", "held"];

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let registrations = metrics::table(ground, "registrations", "Registrations by channel", &REGISTRATIONS);
    let conflicts = metrics::table(ground, "conflicts", "Conflicts by channel", &CONFLICTS);
    let waiting = waiting(ground);
    let tables = [registrations, conflicts, waiting];
    if tables.iter().all(|table| table.rows.is_empty()) {
        return;
    }
    document.heading(2, "Registrations and conflicts");
    for table in tables.into_iter().filter(|table| !table.rows.is_empty()) {
        document.table(table);
    }
}

/// Conflicts that wait, the first due first. The id of a conflict names its claimants, so it is not shown.
fn waiting(ground: &Ground<'_>) -> Table {
    let columns = vec![
        Column::text("about", "About"),
        Column::text("kind", "Kind"),
        Column::text("claimants", "Claimants"),
        Column::text("state", "State"),
        Column::text("level", "Level"),
        Column::text("since", "Since"),
        Column::text("due", "Due"),
    ];
    let mut table = Table::new("open-conflicts", "Conflicts that wait, with their clocks", columns);
    let mut seen: Vec<&FoundConflict> =
        ground.conflicts().filter(|conflict| conflict.state.waits()).collect();
    seen.sort_by_key(|conflict| (conflict.due.is_none(), conflict.due));
    for conflict in seen {
        table.row(row(ground, conflict));
    }
    table
}

fn row(ground: &Ground<'_>, conflict: &FoundConflict) -> Vec<Cell> {
    let named: Vec<String> = conflict
        .claimants
        .iter()
        .map(
            |payee| {
                if ground.sight.names_claimant(*payee) { ground.name(*payee) } else { "another".to_owned() }
            },
        )
        .collect();
    let day = |day: Option<i32>| day.map_or(Cell::Empty, Cell::Date);
    vec![
        Cell::text(ground.about(conflict)),
        Cell::text(conflict.kind.word()),
        Cell::text(named.join(", ")),
        Cell::text(conflict.state.word()),
        Cell::text(conflict.level.clone().unwrap_or_default()),
        Cell::Date(conflict.day),
        day(conflict.due),
    ]
}
