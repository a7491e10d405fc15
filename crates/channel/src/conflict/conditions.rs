//! Conditions and scores over deals, opportunities, payees and claims, many rows at a time.

use apportion_data::{Bound, Frame, PayeeIx, TemporaryTable};
use apportion_expr::{EvalError, Expr};
use apportion_rules::PolicyIx;
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::Decimal128Type;

use super::Inputs;
use crate::Subject;
use crate::fault::{FaultSubject, PolicyFault};
use crate::scope::{Judge, Number};

/// The place of `claim` in the scope of a score, after deals and payees.
const CLAIM: usize = 2;

/// A claimant whose score is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claimant {
    pub subject: Option<Subject>,
    pub payee: PayeeIx,
    /// The conflict's day.
    pub day: i32,
}

/// On which of some deals and opportunities a condition over deals is true. Without any, all columns are null.
pub(super) fn true_of_subjects(
    inputs: &Inputs,
    rule: PolicyIx,
    condition: &Expr,
    subjects: &[Option<Subject>],
) -> Result<Vec<bool>, PolicyFault> {
    let mut is_true = vec![false; subjects.len()];
    for (frame, rows) in [
        (inputs.frames.deals, SubjectRows::of_deals(subjects)),
        (inputs.frames.open, SubjectRows::of_open(subjects)),
    ] {
        let mask = Bound::new(condition, &[Some(frame)]).mask(rows.places.len(), &[Some(&rows.index)]);
        let mask = mask.map_err(|error| {
            PolicyFault::of_expression(rule, condition, error, |row| rows.about(row, subjects))
        })?;
        for (row, place) in rows.places.iter().enumerate() {
            if let Some(is_true) = is_true.get_mut(*place) {
                *is_true = mask.is_valid(row) && mask.value(row);
            }
        }
    }
    Ok(is_true)
}

/// Of which of some payees, each on a day, a condition over payees is true.
pub(super) fn true_of_payees(
    inputs: &Inputs,
    rule: PolicyIx,
    condition: &Expr,
    payees: &[(PayeeIx, i32)],
) -> Result<Vec<bool>, PolicyFault> {
    Judge::new(rule, condition, &[Some(&inputs.payees.states.frame)]).of_payees(inputs.payees, payees)
}

/// The value of a score for each of some claimants; `claims` has the columns of their claim tables, a row for each.
pub(super) fn scores(
    inputs: &Inputs,
    rule: PolicyIx,
    score: &Expr,
    claimants: &[Claimant],
    claims: &[Option<ArrayRef>],
) -> Result<Vec<Option<Number>>, PolicyFault> {
    let subjects: Vec<Option<Subject>> = claimants.iter().map(|claimant| claimant.subject).collect();
    let mut values = vec![None; claimants.len()];
    for (frame, rows) in [
        (inputs.frames.deals, SubjectRows::of_deals(&subjects)),
        (inputs.frames.open, SubjectRows::of_open(&subjects)),
    ] {
        if rows.places.is_empty() {
            continue;
        }
        let column = score_column(inputs, score, (frame, &rows), claimants, claims).map_err(|error| {
            PolicyFault::of_expression(rule, score, error, |row| rows.about(row, &subjects))
        })?;
        for (row, place) in rows.places.iter().enumerate() {
            if let Some(value) = values.get_mut(*place) {
                *value = number(&column, row);
            }
        }
    }
    Ok(values)
}

fn score_column(
    inputs: &Inputs,
    score: &Expr,
    (frame, rows): (&Frame, &SubjectRows),
    claimants: &[Claimant],
    claims: &[Option<ArrayRef>],
) -> Result<ArrayRef, EvalError> {
    let states: UInt32Array = rows
        .places
        .iter()
        .map(|place| claimants.get(*place))
        .map(|claimant| claimant.map(|claimant| inputs.payees.state(claimant.payee, claimant.day).raw()))
        .collect();
    let columns: Vec<Option<ArrayRef>> =
        claims.iter().map(|column| column.as_ref().and_then(|column| rows.picked(column))).collect();
    let bound = Bound::new(score, &[Some(frame), Some(&inputs.payees.states.frame), None]);
    let made = TemporaryTable { table: CLAIM, columns: &columns };
    let indices = [Some(&rows.index), Some(&states), None];
    bound.evaluate_node_with(score.tree(), rows.places.len(), &indices, made)
}

fn number(column: &ArrayRef, row: usize) -> Option<Number> {
    let numbers = column.as_primitive_opt::<Decimal128Type>()?;
    let scale = u32::try_from(numbers.scale()).ok()?;
    numbers.is_valid(row).then(|| Number { mantissa: numbers.value(row), scale })
}

/// Those of some deals and opportunities that are in one frame.
struct SubjectRows {
    /// Their places among all.
    places: Vec<usize>,
    /// Their rows in the frame.
    index: UInt32Array,
}

impl SubjectRows {
    /// Deals, and what is about none: a row of nulls.
    fn of_deals(subjects: &[Option<Subject>]) -> Self {
        Self::picked_by(subjects, |subject| match subject {
            Some(Subject::Deal(deal)) => Some(Some(deal.raw())),
            Some(Subject::Open(_)) => None,
            None => Some(None),
        })
    }

    fn of_open(subjects: &[Option<Subject>]) -> Self {
        Self::picked_by(subjects, |subject| match subject {
            Some(Subject::Open(open)) => Some(Some(open.raw())),
            Some(Subject::Deal(_)) | None => None,
        })
    }

    fn picked_by(subjects: &[Option<Subject>], row: impl Fn(Option<Subject>) -> Option<Option<u32>>) -> Self {
        let rows = subjects.iter().enumerate().filter_map(|(place, subject)| Some((place, row(*subject)?)));
        let (places, index): (Vec<usize>, Vec<Option<u32>>) = rows.unzip();
        Self { places, index: UInt32Array::from(index) }
    }

    /// What a row of the evaluation is about.
    fn about(&self, row: usize, subjects: &[Option<Subject>]) -> FaultSubject {
        faulty(self.places.get(row).and_then(|place| subjects.get(*place)).copied().flatten())
    }

    /// The values of a column of all of them for these.
    fn picked(&self, column: &ArrayRef) -> Option<ArrayRef> {
        let places: Option<Vec<u32>> = self.places.iter().map(|place| u32::try_from(*place).ok()).collect();
        arrow::compute::take(column, &UInt32Array::from(places?), None).ok()
    }
}

/// What a fault arose on.
pub(super) fn faulty(subject: Option<Subject>) -> FaultSubject {
    subject.map_or(FaultSubject::Policy, FaultSubject::from)
}
