//! What payees are on a day: a payee's own row, or an assignment over it. See `docs/reference/inputs.md#assignments`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, StringArray, UInt32Array,
};
use arrow::datatypes::{Date32Type, Decimal128Type, UInt32Type};

use apportion_contract::is_assignable;

use super::assignments::{AssignedManager, Assignment};
use super::frames::{decimals, indexed};
use super::tables::Tables;
use super::tables::frame::Frame;
use super::tables::indices::{DealIx, NONE, PayeeIx};
use apportion_base::index::Optional;

apportion_base::indices! {
    /// What a payee is on a stretch of days: a row of [`PayeeStates`]. The states of a payee follow each other, in order of time.
    StateIx(u32);
    /// An assignment: its rank among those that are used by payee and first day.
    AssignmentIx(u32);
}

/// The states of all payees. A payee without assignments has one; without any assignments, state `i` is payee `i`.
#[derive(Debug, Clone, Default)]
pub struct PayeeStates {
    /// The columns that rules name, by state.
    pub frame: Frame,
    /// By state: who manages the payee; none also if that is nobody or leads to a cycle.
    manager: Vec<Optional<PayeeIx>>,
    /// Where the states of payees begin; `None` without any assignments.
    stretches: Option<Stretches>,
}

#[derive(Debug, Clone, Default)]
struct Stretches {
    /// By payee, and one more: the first state.
    first: Vec<u32>,
    /// By state: its first day; [`i32::MIN`] for the first of a payee.
    begins: Vec<i32>,
    /// By state: whose it is.
    payee: Vec<PayeeIx>,
    /// By state: the assignment in force.
    assignment: Vec<Optional<AssignmentIx>>,
}

impl PayeeStates {
    /// States of payees who are the same on all days, with the manager of each.
    pub fn lasting(frame: Frame, manager: Vec<Optional<PayeeIx>>) -> Self {
        Self { frame, manager, stretches: None }
    }

    /// Whether any payee is something else at some time.
    #[inline]
    pub fn change(&self) -> bool {
        self.stretches.is_some()
    }

    /// What a payee is on a day, in days since 1970-01-01.
    #[inline]
    pub fn on(&self, payee: PayeeIx, day: i32) -> StateIx {
        match &self.stretches {
            None => StateIx::from_raw(payee.raw()),
            Some(stretches) => stretches.on(payee, day),
        }
    }

    /// The states of a payee, in order of time.
    pub fn of(&self, payee: PayeeIx) -> impl DoubleEndedIterator<Item = StateIx> + ExactSizeIterator + use<> {
        let range = match &self.stretches {
            None => payee.raw()..payee.raw() + 1,
            Some(stretches) => stretches.of(payee),
        };
        range.map(StateIx::from_raw)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.manager.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.manager.is_empty()
    }

    /// Whose state it is.
    pub fn payee(&self, state: StateIx) -> PayeeIx {
        self.stretches.as_ref().map_or(PayeeIx::from_raw(state.raw()), |stretches| stretches.payee[state])
    }

    /// The first day of a state, if it is not the first one of its payee.
    pub fn begins(&self, state: StateIx) -> Option<i32> {
        let day = self.stretches.as_ref().map(|stretches| stretches.begins[state]);
        day.filter(|day| *day != i32::MIN)
    }

    /// The assignment that is in force.
    pub fn assignment(&self, state: StateIx) -> Option<AssignmentIx> {
        self.stretches.as_ref().and_then(|stretches| stretches.assignment[state].get())
    }

    /// Who manages the payee in a state.
    #[inline]
    pub fn manager(&self, state: StateIx) -> Optional<PayeeIx> {
        self.manager[state]
    }

    /// Every manager that anybody has at some time, once for each state.
    pub fn all_managers(&self) -> impl Iterator<Item = PayeeIx> + '_ {
        self.manager.iter().filter_map(|manager| manager.get())
    }
}

impl Stretches {
    fn of(&self, payee: PayeeIx) -> Range<u32> {
        self.first[payee]..self.first[payee.next()]
    }

    fn on(&self, payee: PayeeIx, day: i32) -> StateIx {
        let Range { start, end } = self.of(payee);
        if end - start == 1 {
            return StateIx::from_raw(start);
        }
        let begins = &self.begins[start as usize..end as usize];
        // The first one begins before all days. There are fewer states than can be numbered.
        let later = begins.partition_point(|begin| *begin <= day).max(1) - 1;
        StateIx::from_raw(start + u32::try_from(later).unwrap_or(0))
    }
}

impl Tables {
    /// What a payee is on the day on which a deal closed.
    #[inline]
    pub fn state(&self, payee: PayeeIx, deal: DealIx) -> StateIx {
        // Without assignments, the day is not even looked up.
        match &self.payees.states.stretches {
            None => StateIx::from_raw(payee.raw()),
            Some(stretches) => stretches.on(payee, self.deals.close_date[deal]),
        }
    }
}

/// A state before its columns are made: whose row, and which assignment over it.
#[derive(Debug, Clone, Copy)]
struct State {
    payee: PayeeIx,
    begins: i32,
    assignment: Option<usize>,
}

/// What the states are made of.
pub(super) struct Sources<'a> {
    /// The payees' own rows, with the columns that rules name.
    pub(super) own: &'a Frame,
    /// By payee: the manager of its own row.
    pub(super) manager: Vec<Optional<PayeeIx>>,
    /// The assignments, in order of payee and first day.
    pub(super) assignments: &'a [Assignment],
    /// The columns of the assignments that rules name, in the same order.
    pub(super) assigned: Frame,
    /// The ids of all payees.
    pub(super) ids: &'a StringArray,
}

/// The states of all payees; `None` where they are more than can be numbered.
pub(super) fn build(sources: Sources<'_>) -> Option<PayeeStates> {
    let Sources { own, manager, assignments, assigned, ids } = sources;
    if assignments.is_empty() {
        return Some(PayeeStates::lasting(own.clone(), manager));
    }
    let states = states(manager.len(), assignments);
    let named = |state: &State| state.assignment.map(|assignment| assignments[assignment].manager);
    let managers: Vec<Optional<PayeeIx>> = states
        .iter()
        .map(|state| match named(state) {
            None | Some(AssignedManager::Own) => manager[state.payee],
            Some(AssignedManager::Dropped) => Optional::NONE,
            Some(AssignedManager::Payee(manager)) => manager.into(),
        })
        .collect();
    let column = |(name, array): &(String, ArrayRef)| {
        let over = assigned.column(name).filter(|_| is_assignable(name));
        let array = match name.as_str() {
            "manager_id" => indexed(managers.iter().map(|manager| manager.code()), ids.clone()),
            "on_assignment" => on_assignment(states.iter().map(|state| state.assignment.is_some())),
            _ => merged(array, over, &states),
        };
        (name.clone(), array)
    };
    let frame = Frame { rows: states.len(), columns: own.columns.iter().map(column).collect() };
    let mut stretches = Stretches::default();
    for (index, state) in states.iter().enumerate() {
        let index = u32::try_from(index).ok().filter(|index| *index != NONE)?;
        while stretches.first.len() <= state.payee.at() {
            stretches.first.push(index);
        }
        stretches.begins.push(state.begins);
        stretches.payee.push(state.payee);
        let assignment = state.assignment.and_then(AssignmentIx::new);
        stretches.assignment.push(assignment.map_or(Optional::NONE, Into::into));
    }
    stretches.first.push(u32::try_from(states.len()).ok()?);
    Some(PayeeStates { frame, manager: managers, stretches: Some(stretches) })
}

/// The stretches of days of all payees, between which an assignment begins or ends.
fn states(payees: usize, assignments: &[Assignment]) -> Vec<State> {
    let mut states = Vec::with_capacity(payees + 2 * assignments.len());
    let mut next = 0;
    for payee in PayeeIx::all(payees) {
        // The first day that no state covers so far; none where an assignment has no end.
        let mut open = Some(i32::MIN);
        while let Some(assignment) = assignments.get(next).filter(|assignment| assignment.payee == payee) {
            let Assignment { from, until, .. } = *assignment;
            if let Some(begins) = open.filter(|open| *open < from) {
                states.push(State { payee, begins, assignment: None });
            }
            states.push(State { payee, begins: from, assignment: Some(next) });
            open = until.checked_add(1);
            next += 1;
        }
        if let Some(begins) = open {
            states.push(State { payee, begins, assignment: None });
        }
    }
    states
}

/// `on_assignment` of these rows.
pub(super) fn on_assignment(in_force: impl Iterator<Item = bool>) -> ArrayRef {
    Arc::new(in_force.map(Some).collect::<BooleanArray>())
}

/// A column by state: the assignment's cell where it is not null, else that of the payee's own row.
fn merged(own: &ArrayRef, assigned: Option<&ArrayRef>, states: &[State]) -> ArrayRef {
    let decimal = own.as_primitive_opt::<Decimal128Type>();
    if let Some(own) = decimal {
        let over = assigned.and_then(|over| over.as_primitive_opt::<Decimal128Type>());
        let scale = over.map_or(own.scale(), |over| over.scale().max(own.scale()));
        // Numbers have 18 digits, so that nine decimals leave room.
        let number = |array: &Decimal128Array, row: usize| {
            let missing = u32::from(scale.abs_diff(array.scale()));
            array.is_valid(row).then(|| array.value(row).saturating_mul(10_i128.pow(missing)))
        };
        let number = |state: &State| {
            over.zip(state.assignment)
                .and_then(|(over, row)| number(over, row))
                .or_else(|| number(own, state.payee.at()))
        };
        return decimals(states.iter().map(number), scale);
    }
    if let Some(own) = own.as_primitive_opt::<Date32Type>() {
        let over = assigned.and_then(|over| over.as_primitive_opt::<Date32Type>());
        let day = |array: &Date32Array, row: usize| array.is_valid(row).then(|| array.value(row));
        let day = |state: &State| {
            over.zip(state.assignment)
                .and_then(|(over, row)| day(over, row))
                .or_else(|| day(own, state.payee.at()))
        };
        return Arc::new(states.iter().map(day).collect::<Date32Array>());
    }
    if let Some(own) = own.as_boolean_opt() {
        let over = assigned.and_then(|over| over.as_boolean_opt());
        let flag = |array: &BooleanArray, row: usize| array.is_valid(row).then(|| array.value(row));
        let flag = |state: &State| {
            over.zip(state.assignment)
                .and_then(|(over, row)| flag(over, row))
                .or_else(|| flag(own, state.payee.at()))
        };
        return Arc::new(states.iter().map(flag).collect::<BooleanArray>());
    }
    merged_texts(own, assigned, states)
}

/// The same of texts, as indices into the distinct ones in byte order.
fn merged_texts(own: &ArrayRef, assigned: Option<&ArrayRef>, states: &[State]) -> ArrayRef {
    let (own, over) = (Texts::new(own), assigned.map(Texts::new));
    let text = |state: &State| {
        let over = over.as_ref().zip(state.assignment).and_then(|(over, row)| over.get(row));
        over.or_else(|| own.get(state.payee.at()))
    };
    let all: Vec<Option<&str>> = states.iter().map(text).collect();
    let distinct: BTreeSet<&str> = all.iter().flatten().copied().collect();
    let distinct: Vec<&str> = distinct.into_iter().collect();
    // There are no more distinct texts than states.
    let code = |text: &Option<&str>| {
        let place = text.and_then(|text| distinct.binary_search(&text).ok());
        place.and_then(|place| u32::try_from(place).ok()).unwrap_or(NONE)
    };
    indexed(all.iter().map(code), StringArray::from_iter_values(&distinct))
}

/// A column of texts in either layout of a frame.
enum Texts<'a> {
    Plain(&'a StringArray),
    Dictionary(&'a UInt32Array, &'a StringArray),
    /// No row has one.
    None,
}

impl<'a> Texts<'a> {
    fn new(array: &'a ArrayRef) -> Self {
        if let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() {
            let values = dictionary.values().as_string_opt::<i32>();
            return values.map_or(Self::None, |values| Self::Dictionary(dictionary.keys(), values));
        }
        array.as_string_opt::<i32>().map_or(Self::None, Self::Plain)
    }

    fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Plain(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Self::Dictionary(keys, texts) => {
                let key = keys.is_valid(row).then(|| keys.value(row) as usize)?;
                texts.is_valid(key).then(|| texts.value(key))
            }
            Self::None => None,
        }
    }
}
