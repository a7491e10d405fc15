//! `decide`: a conflict is due within 2 business days, or overdue.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::Diagnostic;
use apportion_book::Period;
use apportion_channel::{ConflictState, FoundConflict, Subject};
use apportion_data::{Bound, PayeeIx};
use apportion_rules::{Duration, Level, PolicyTerms};

use super::ground::{Ground, no_value, on};
use super::{ActionKind, Found, Stake};
use crate::disputes::HeldSums;
use crate::plan::index_array;

/// How many business days ahead.
const DAYS: u32 = 2;

/// For each such conflict and who may decide it on the day; the claimants may not. Where nobody may, the conflict alone.
pub(super) fn find(ground: &Ground<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let due: Vec<&FoundConflict> =
        ground.governance.conflicts.iter().filter(|found| is_due(ground, found)).collect();
    let held = held(ground, &due)?;
    // One that stands on several deals is one.
    let conflicts: BTreeMap<&str, &FoundConflict> =
        due.iter().map(|found| (found.id.as_str(), *found)).collect();
    let mut found = Vec::new();
    for (id, conflict) in conflicts {
        let deciders = deciders(ground, conflict)?;
        let all: Vec<Option<PayeeIx>> =
            if deciders.is_empty() { vec![None] } else { deciders.into_iter().map(Some).collect() };
        let held = held.get(id).copied().unwrap_or_default();
        found.extend(all.into_iter().map(|payee| Found {
            kind: ActionKind::Decide,
            payee,
            subject: id.to_owned(),
            due: conflict.due,
            stake: Stake::Known(held),
            why: why(ground, conflict, payee.is_some()),
        }));
    }
    Ok(found)
}

fn is_due(ground: &Ground<'_>, conflict: &FoundConflict) -> bool {
    let waits = conflict.state.waits();
    let last = ground.clock().last_day(ground.as_of, Duration::BusinessDays(DAYS)).unwrap_or(i32::MAX);
    waits && conflict.due.is_some_and(|due| due <= last)
}

fn why(ground: &Ground<'_>, conflict: &FoundConflict, has_decider: bool) -> String {
    let [one, other] = conflict.claimants.map(|payee| ground.payee_id(payee));
    let level = conflict.level.as_deref().unwrap_or_default();
    let due = conflict.due.map_or_else(String::new, on);
    let is = if conflict.state == ConflictState::Overdue { "was due" } else { "is due" };
    let nobody = if has_decider { "" } else { ", and nobody is entitled to it" };
    let kind = conflict.kind.word();
    format!(
        "{one} and {other} are in conflict ({kind}) since {}; level `{level}` {is} on {due}{nobody}.",
        on(conflict.day)
    )
}

/// What conflicts hold, by id: of the lines of the fiscal years of the deals of these.
fn held<'a>(
    ground: &Ground<'a>,
    conflicts: &[&FoundConflict],
) -> Result<BTreeMap<&'a str, i128>, Vec<Diagnostic>> {
    let of_deal = |conflict: &&FoundConflict| match conflict.subject {
        Some(Subject::Deal(deal)) => Some(ground.year_of(ground.tables.deals.close_date[deal])),
        _ => None,
    };
    let years: BTreeSet<Period> = conflicts.iter().filter_map(of_deal).collect();
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for year in years {
        for (id, amount) in HeldSums::new(ground.tables, ground.rules, &*ground.settled(year)?).all() {
            *sums.entry(id).or_default() += amount;
        }
    }
    Ok(sums)
}

/// Who may decide at the level that runs, in order; none of the two claimants.
fn deciders(ground: &Ground<'_>, conflict: &FoundConflict) -> Result<Vec<PayeeIx>, Vec<Diagnostic>> {
    let Some((rule, level)) = level(ground, conflict) else { return Ok(Vec::new()) };
    let payees = &ground.tables.payees;
    let asked: Vec<PayeeIx> = payees.all().filter(|payee| !conflict.claimants.contains(payee)).collect();
    let states = index_array(asked.iter().map(|payee| payees.state(*payee, ground.as_of).raw()));
    let who = Bound::new(&level.who, &[Some(&payees.states.frame)]);
    let mask = who.mask(asked.len(), &[Some(&states)]).map_err(|error| no_value(rule, &level.who, &error))?;
    Ok(mask.values().set_indices().map(|place| asked[place]).collect())
}

/// The level that a conflict has reached, and the id of its rule.
fn level<'a>(ground: &Ground<'a>, conflict: &'a FoundConflict) -> Option<(&'a str, &'a Level)> {
    let id = conflict.rule.as_deref()?;
    let policy = ground.rules.policies.find(id)?;
    let PolicyTerms::Conflict(terms) = &policy.in_force(conflict.day)?.terms else { return None };
    let level = conflict.level.as_deref()?;
    Some((id, terms.levels.iter().find(|known| known.name == level)?))
}
