//! Milestones of joint account plans: the payee's own, and those of the other sides of the same plans.

use apportion::block::{Cell, Column, Document, Table};
use apportion::data::MilestoneRow;

use super::super::Ground;
use crate::frames::Seen;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>, seen: &Seen) {
    let rows = &ground.sight.settlement.as_close().tables.channel.milestones.rows;
    let own: Vec<&str> =
        rows.iter().filter(|row| row.payee == seen.viewer).filter_map(|row| row.plan_id.as_deref()).collect();
    let is_asked = |row: &&MilestoneRow| {
        row.payee == seen.viewer || row.plan_id.as_deref().is_some_and(|plan| own.contains(&plan))
    };
    let columns = vec![
        Column::text("plan_id", "Plan"),
        Column::text("side", "Side"),
        Column::text("milestone_id", "Milestone"),
        Column::text("payee", "Who"),
        Column::text("due_on", "Due"),
        Column::text("done_on", "Done"),
    ];
    let mut table = Table::new("milestones", "Milestones of both sides", columns);
    let mut asked: Vec<&MilestoneRow> = rows.iter().filter(is_asked).collect();
    asked.sort_by(|one, other| {
        (&one.plan_id, one.due_on, &one.id).cmp(&(&other.plan_id, other.due_on, &other.id))
    });
    for row in asked {
        let is_seen = ground.sight.sees_payee(row.payee);
        let done = row.done_on.filter(|day| *day <= ground.facts.insight.as_of);
        table.row(vec![
            Cell::text(row.plan_id.clone().unwrap_or_default()),
            Cell::text(row.side.clone().unwrap_or_default()),
            Cell::text(if is_seen { row.id.clone() } else { String::new() }),
            Cell::text(if is_seen { ground.name(row.payee) } else { "another".to_owned() }),
            Cell::Date(row.due_on),
            done.map_or(Cell::Empty, Cell::Date),
        ]);
    }
    if !table.rows.is_empty() {
        document.heading(2, "Milestones");
        document.table(table);
    }
}
