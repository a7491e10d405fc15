//! Registrations and conflicts, with their clocks.

use apportion::block::{Cell, Column, Document, Table};
use apportion::channel::{ConflictState, FoundConflict, Subject};

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
    let waits = |conflict: &&FoundConflict| conflict.state.waits();
    let governance = ground.sight.settlement.as_close().governance.as_deref();
    let found = governance.iter().flat_map(|governance| &governance.conflicts);
    let mut seen: Vec<&FoundConflict> =
        found.filter(waits).filter(|conflict| ground.sight.sees_conflict(conflict)).collect();
    seen.sort_by_key(|conflict| (conflict.due.is_none(), conflict.due));
    for conflict in seen {
        table.row(row(ground, conflict));
    }
    table
}

fn row(ground: &Ground<'_>, conflict: &FoundConflict) -> Vec<Cell> {
    let about = match conflict.subject.filter(|subject| ground.sight.sees(*subject)) {
        Some(Subject::Deal(deal)) => ground.deal(deal),
        Some(Subject::Open(open)) => ground.open(open),
        None => String::new(),
    };
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
        Cell::text(about),
        Cell::text(conflict.kind.word()),
        Cell::text(named.join(", ")),
        Cell::text(conflict.state.word()),
        Cell::text(conflict.level.clone().unwrap_or_default()),
        Cell::Date(conflict.day),
        day(conflict.due),
    ]
}
