//! Assignments that change nothing, that leave a few days between them, or that are for days on which the payee is not there.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;

use crate::credit::Line;
use crate::diff::facts::cell;
use crate::kinds;
use apportion_base::diagnostic::{Code, counted};
use apportion_book::{TableName, display_day};
use apportion_data::{DealIx, PayeeIx, PayeeStates, StateIx};

use super::facts::Facts;
use super::finding::Finding;
use super::payees::{date, dates};

/// So many days between two assignments are more likely a slip than meant.
const FEW_DAYS: i32 = 7;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let states = &facts.tables.payees.states;
    if !states.change() {
        return Vec::new();
    }
    let asked = Asked::new(facts);
    let found = gaps(facts, &asked).into_iter().chain(idle(facts, &asked));
    let found = found.chain(outside_contract(facts)).chain(on_leave(facts));
    found.map(|finding| placed(facts, finding)).collect()
}

/// Whether any rule asks for what assignments say.
pub fn needed(facts: &Facts<'_>) -> bool {
    !Asked::new(facts).is_empty()
}

/// At the source of the assignments, if there is one only.
fn placed(facts: &Facts<'_>, finding: Finding) -> Finding {
    let mut sources = facts.book.sources.iter().filter(|source| source.table == TableName::Assignments);
    match (sources.next(), sources.next()) {
        (Some(source), None) => finding.at(source.span.clone(), "read by this source"),
        _ => finding,
    }
}

/// What rules ask of payees that an assignment can change.
struct Asked<'a> {
    columns: Vec<&'a str>,
    managers: bool,
}

impl<'a> Asked<'a> {
    fn new(facts: &Facts<'a>) -> Self {
        let named = |table| facts.used.get(&table).into_iter().flatten().map(String::as_str);
        let computed = named(TableName::Payees).filter(|column| *column == "on_assignment");
        let mut versions = facts.rules.rules.iter().flat_map(|rule| &rule.versions);
        let managers = versions.any(|version| kinds::of(&version.body).follows_managers());
        Self { columns: named(TableName::Assignments).chain(computed).collect(), managers }
    }

    fn is_empty(&self) -> bool {
        self.columns.is_empty() && !self.managers
    }

    /// Whether two states are the same in all that is asked.
    fn are_alike(&self, states: &PayeeStates, a: StateIx, b: StateIx) -> bool {
        let alike = |column: &&str| {
            let column = states.frame.column(column);
            column.is_none_or(|array| cell(array, a.at()) == cell(array, b.at()))
        };
        self.columns.iter().all(alike) && (!self.managers || states.manager(a) == states.manager(b))
    }
}

/// The last day of a state; `None` where it has no end.
fn last_day(states: &PayeeStates, state: StateIx) -> Option<i32> {
    let next = states.of(states.payee(state)).find(|other| *other > state)?;
    states.begins(next).map(|begins| begins - 1)
}

/// `ann (from 2026-03-01)`.
fn shown(facts: &Facts<'_>, state: StateIx) -> String {
    let states = &facts.tables.payees.states;
    let from = states.begins(state).map(display_day).unwrap_or_default();
    format!("{} (from {from})", facts.payee_id(states.payee(state)))
}

/// Assignments in which nothing that a rule asks for is other than in the payee's own row.
fn idle(facts: &Facts<'_>, asked: &Asked<'_>) -> Option<Finding> {
    let states = &facts.tables.payees.states;
    // What nothing asks for is said of the source as a whole.
    if asked.is_empty() {
        return None;
    }
    let of_payee = |payee: PayeeIx| {
        // An assignment has a first day, so that a payee begins with what the own row says.
        let own = states.of(payee).next();
        let assigned = states.of(payee).filter(|state| states.assignment(*state).is_some());
        assigned.filter(move |state| own.is_some_and(|own| asked.are_alike(states, own, *state)))
    };
    let idle: Vec<StateIx> = facts.tables.payees.all().flat_map(of_payee).collect();
    if idle.is_empty() {
        return None;
    }
    let (number, verb) =
        (counted(idle.len() as u64, "assignment"), if idle.len() == 1 { "changes" } else { "change" });
    let message = format!("{number} {verb} nothing that a rule asks of a payee");
    Some(
        Finding::note(Code::AssignmentChangesNothing, message)
            .counted(idle.len() as u64, "assignment")
            .examples(idle.iter().map(|state| shown(facts, *state)))
            .help("their cells are empty, or say what the payee's own row says: see whether that row was changed and should be as it was before"),
    )
}

/// A few days between two assignments, on which the payee is what its own row says.
fn gaps(facts: &Facts<'_>, asked: &Asked<'_>) -> Option<Finding> {
    let states = &facts.tables.payees.states;
    let of_payee = |payee: PayeeIx| {
        let all: Vec<StateIx> = states.of(payee).collect();
        let is_gap = |three: &[StateIx]| {
            let [before, between, after] = three else { return false };
            let assigned = |state: &StateIx| states.assignment(*state).is_some();
            let few = states.begins(*between).zip(last_day(states, *between));
            assigned(before)
                && !assigned(between)
                && assigned(after)
                && few.is_some_and(|(from, until)| until - from < FEW_DAYS)
                && !asked.are_alike(states, *before, *between)
        };
        let gaps: Vec<StateIx> = all.windows(3).filter(|three| is_gap(three)).map(|three| three[1]).collect();
        gaps
    };
    let gaps: Vec<StateIx> = facts.tables.payees.all().flat_map(of_payee).collect();
    if gaps.is_empty() {
        return None;
    }
    let message = format!(
        "{} of at most {FEW_DAYS} days between two assignments of a payee: on these days the payee's own row counts",
        counted(gaps.len() as u64, "gap")
    );
    let days = |state: &StateIx| {
        let until = last_day(states, *state).map(display_day).unwrap_or_default();
        let from = states.begins(*state).map(display_day).unwrap_or_default();
        format!("{} ({from} to {until})", facts.payee_id(states.payee(*state)))
    };
    Some(
        Finding::warning(Code::AssignmentGap, message)
            .counted(gaps.len() as u64, "gap")
            .examples(gaps.iter().map(days))
            .help("`until` is the last day of an assignment, and counts: the next one begins on the day after it"),
    )
}

/// Assignments none of whose days are from the payee's first to the last.
fn outside_contract(facts: &Facts<'_>) -> Option<Finding> {
    let states = &facts.tables.payees.states;
    let is_outside = |state: &StateIx| {
        let payee = states.payee(*state);
        let ended = date(dates(facts, "end_date"), payee).zip(states.begins(*state));
        let started = date(dates(facts, "start_date"), payee).zip(last_day(states, *state));
        ended.is_some_and(|(end, begins)| begins > end) || started.is_some_and(|(start, last)| last < start)
    };
    let assigned = |payee: PayeeIx| states.of(payee).filter(|state| states.assignment(*state).is_some());
    let outside: Vec<StateIx> = facts.tables.payees.all().flat_map(assigned).filter(is_outside).collect();
    if outside.is_empty() {
        return None;
    }
    let (number, verb) =
        (counted(outside.len() as u64, "assignment"), if outside.len() == 1 { "is" } else { "are" });
    let message = format!("{number} {verb} before the payee's `start_date` or after their `end_date`");
    Some(
        Finding::note(Code::AssignmentOutsideContract, message)
            .counted(outside.len() as u64, "assignment")
            .examples(outside.iter().map(|state| shown(facts, *state)))
            .help("see which of the dates is right"),
    )
}

/// Payees with lines on deals that closed while they worked 0 of full time.
fn on_leave(facts: &Facts<'_>) -> Option<Finding> {
    let tables = facts.tables;
    let fte = tables.payees.states.frame.column("fte")?.as_primitive_opt::<Decimal128Type>()?;
    let mut late: BTreeMap<PayeeIx, BTreeSet<DealIx>> = BTreeMap::new();
    for &Line { payee, deal, .. } in facts.settlement.lines.iter() {
        let state = tables.state(payee, deal).at();
        if fte.is_valid(state) && fte.value(state) == 0 {
            late.entry(payee).or_default().insert(deal);
        }
    }
    if late.is_empty() {
        return None;
    }
    let deals: u64 = late.values().map(|deals| deals.len() as u64).sum();
    let message = format!(
        "{} {} lines on deals {} that closed while their `fte` was 0, {} in all",
        counted(late.len() as u64, "payee"),
        if late.len() == 1 { "has" } else { "have" },
        facts.in_days(),
        counted(deals, "deal")
    );
    Some(
        Finding::note(Code::PaidOnLeave, message)
            .counted(late.len() as u64, "payee")
            .examples(late.keys().map(|payee| facts.payee_id(*payee)))
            .help("nothing to do if work from before the leave is paid; else say so in a condition: payees.fte > 0"),
    )
}
