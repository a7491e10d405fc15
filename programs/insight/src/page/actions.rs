//! What is to be done now.

use apportion::Error;
use apportion::actions::Action;
use apportion::block::{Cell, Column, Document, Money, Table};

use super::Ground;

/// Actions that are listed.
const LISTED: usize = 100;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Error> {
    let day = ground.facts.insight.as_of;
    let tables = &ground.sight.settlement.as_close().tables;
    let actions = match ground.sight.seen {
        Some(seen) => ground.session.actions_of(tables.payees.id(seen.viewer), day)?,
        None => ground.session.actions(day)?,
    };
    let seen: &[Action] = &actions.actions;
    if seen.is_empty() {
        return Ok(());
    }
    document.heading(2, "What is to be done");
    let columns = vec![
        Column::text("action", "Action"),
        Column::text("payee", "Who"),
        Column::text("subject", "About"),
        Column::text("due", "Due"),
        Column::number("stake", "Stake"),
        Column::text("why", "Why"),
    ];
    let mut table = Table::new("actions", "What is to be done", columns);
    for action in seen.iter().take(LISTED) {
        table.row(vec![
            Cell::text(action.kind.word()),
            Cell::text(action.payee_id.clone().unwrap_or_default()),
            Cell::text(&action.subject),
            action.due.map_or(Cell::Empty, Cell::Date),
            Cell::amount(action.stake.map(|minor| Money { minor, currency: ground.currency })),
            Cell::text(&action.why),
        ]);
    }
    if let Some(left_out @ 1..) = seen.len().checked_sub(LISTED) {
        document.paragraph(format!("{left_out} more are due later: apportion actions lists them all."));
    }
    document.table(table);
    Ok(())
}
