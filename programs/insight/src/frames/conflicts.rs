//! Conflicts.

use std::collections::BTreeMap;

use apportion::channel::{ConflictState, FoundConflict, Subject};
use apportion::data::{Decision, DecisionOutcome};
use apportion::rules::RuleBook;
use apportion::rules::policies::PolicyTerms;
use polars::frame::DataFrame;

use super::Ground;
use super::builder::Builder;
use super::groups::{about, month_of};
use crate::Fault;

/// A percent in billionths that is all of it.
const ALL_E9: i64 = 100_000_000_000;

/// Conflicts on won deals of the period and on what is open: `subject`, `close_month` (of what is open as it is expected), `days` from the
/// conflict's day to the decision, `decided` (and not withdrawn), `in_time`, `beyond` the first level, `award` of 100, `to_employee`.
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let close = ground.close;
    let found = close.governance.iter().flat_map(|governance| &governance.conflicts);
    let rows: Vec<(&FoundConflict, Subject)> = found
        .filter_map(|conflict| Some((conflict, conflict.subject?)))
        .filter(|(conflict, subject)| is_shown(ground, *subject) && ground.sight.sees_conflict(conflict))
        .collect();
    let decisions = &close.tables.channel.conflicts.decisions;
    let by_id: BTreeMap<&str, &Decision> =
        decisions.iter().map(|decision| (decision.id.as_str(), decision)).collect();
    let decision = |conflict: &FoundConflict| {
        let id = conflict.decision_id.as_deref()?;
        by_id.get(id).copied()
    };
    let is_decided = |conflict: &FoundConflict| conflict.state == ConflictState::Decided;
    let days = |conflict: &FoundConflict| {
        let decided = decision(conflict)?;
        Some(i64::from(decided.decided_at.day) - i64::from(conflict.day))
    };
    let in_time = |conflict: &FoundConflict| {
        let due = decision(conflict).zip(conflict.due);
        is_decided(conflict) && due.is_some_and(|(decision, due)| decision.decided_at.day <= due)
    };
    let winner = |conflict: &FoundConflict| {
        let decision = decision(conflict).filter(|decision| decision.outcome == DecisionOutcome::Award)?;
        let share = decision.shares.iter().find(|share| share.percent_e9 == ALL_E9)?;
        Some((share.payee, decision.decided_at.day))
    };
    let to_employee = |conflict: &FoundConflict| {
        winner(conflict).is_some_and(|(payee, day)| ground.partners.is_employee(payee, day))
    };
    let frame = about(
        Builder::new(rows.len()),
        ground,
        rows.iter().map(|(_, subject)| ground.subjects.number(*subject)).collect(),
    )
    .codes("close_month", rows.iter().map(|(_, subject)| month_of(closes(ground, *subject))).collect())
    .some_numbers("days", rows.iter().map(|(conflict, _)| days(conflict)))
    .flags("decided", rows.iter().map(|(conflict, _)| is_decided(conflict)))
    .flags("in_time", rows.iter().map(|(conflict, _)| in_time(conflict)))
    .flags("beyond", rows.iter().map(|(conflict, _)| is_beyond_the_first(&close.rules, conflict)))
    .flags("award", rows.iter().map(|(conflict, _)| winner(conflict).is_some()))
    .flags("to_employee", rows.iter().map(|(conflict, _)| to_employee(conflict)))
    .frame()?;
    Ok(frame)
}

/// Whether conflicts.csv of the period has a conflict on it.
fn is_shown(ground: &Ground<'_>, subject: Subject) -> bool {
    let (first, last) = ground.period;
    match subject {
        Subject::Deal(deal) => (first..=last).contains(&ground.close.tables.deals.close_date[deal]),
        Subject::Open(_) => true,
    }
}

fn closes(ground: &Ground<'_>, subject: Subject) -> i32 {
    match subject {
        Subject::Deal(deal) => ground.close.tables.deals.close_date[deal],
        Subject::Open(open) => {
            let expected = ground.close.tables.channel.opportunities.expected_close.get(open.at());
            expected.copied().flatten().unwrap_or(ground.as_of)
        }
    }
}

/// Whether a conflict is, or was decided, beyond the first level of its rule.
fn is_beyond_the_first(rules: &RuleBook, conflict: &FoundConflict) -> bool {
    let terms = || {
        let policy = rules.policies.find(conflict.rule.as_deref()?)?;
        match &policy.in_force(conflict.day)?.terms {
            PolicyTerms::Conflict(terms) => Some(terms),
            _ => None,
        }
    };
    let level = conflict.level.as_deref();
    let first = terms().and_then(|terms| terms.levels.first()).map(|level| level.name.as_str());
    level.is_some() && first.is_some() && level != first
}
