//! `deliver`: a milestone of a joint plan is due within 14 days, or overdue.

use super::ground::{Ground, on};
use super::{ActionKind, Found, Stake};

/// How many days ahead.
const DAYS: i32 = 14;

/// For each milestone that is not done.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let last = ground.as_of.saturating_add(DAYS);
    let rows = ground.tables.channel.milestones.rows.iter();
    let waiting = rows.filter(|row| row.done_on.is_none() && row.due_on <= last);
    let found = |row: &apportion_data::MilestoneRow| {
        let is = if row.due_on < ground.as_of { "was" } else { "is" };
        let of_plan = row.plan_id.as_ref().map_or_else(String::new, |plan| format!(" of plan {plan}"));
        Found {
            kind: ActionKind::Deliver,
            payee: Some(row.payee),
            subject: row.id.clone(),
            due: Some(row.due_on),
            stake: Stake::Unknown,
            why: format!("Milestone {}{of_plan} {is} due on {} and is not done.", row.id, on(row.due_on)),
        }
    };
    waiting.map(found).collect()
}
