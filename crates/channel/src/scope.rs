//! Conditions and numbers of policies, evaluated: over deals, over what is open, over registrations and payees, on a day.
//!
//! A [`Judged`] is the rows that a policy is asked about: a frame with a day for each row. A [`Judge`] is one expression of a policy, bound
//! to its tables. Everything is evaluated in parts, in parallel; of several faults that of the first row is told.

use apportion_data::{Bound, DealIx, Deals, Frame, OpenIx, PayeeIx, Payees};
use apportion_expr::{EvalError, Expr};
use apportion_rules::{Policy, PolicyIx, PolicyTerms, PolicyVersion};
use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, UInt32Array};
use arrow::datatypes::Decimal128Type;
use rayon::prelude::*;

use crate::fault::{FaultSubject, PolicyFault};
use crate::subject::Subject;

/// Rows that are evaluated at a time.
const PART_ROWS: usize = 1 << 16;

/// A policy of one kind: its terms by day.
#[derive(Debug, Clone)]
pub struct Dated<'a, T> {
    /// Which policy.
    pub policy: PolicyIx,
    /// Its id.
    pub id: &'a str,
    /// In order of `from`; they do not overlap.
    pub versions: Vec<DatedTerms<'a, T>>,
}

/// A version of a policy.
#[derive(Debug, Clone)]
pub struct DatedTerms<'a, T> {
    /// First day in force, days since 1970-01-01.
    pub from: i32,
    /// Last day in force, inclusive.
    pub until: Option<i32>,
    /// What only its kind has.
    pub terms: &'a T,
}

impl<'a, T> Dated<'a, T> {
    /// The terms of one kind out of a policy's versions; `terms` gives those of a version of that kind.
    pub fn of(policy: PolicyIx, read: &'a Policy, terms: impl Fn(&'a PolicyTerms) -> Option<&'a T>) -> Self {
        let version = |version: &'a PolicyVersion| {
            let PolicyVersion { from, until, .. } = *version;
            Some(DatedTerms { from, until, terms: terms(&version.terms)? })
        };
        Self { policy, id: &read.id, versions: read.versions.iter().filter_map(version).collect() }
    }

    /// The terms in force on a day.
    pub fn in_force(&self, day: i32) -> Option<&'a T> {
        self.versions.iter().find(|version| version.in_force(day)).map(|version| version.terms)
    }
}

impl<T> DatedTerms<'_, T> {
    /// Whether the version is in force on a day.
    pub fn in_force(&self, day: i32) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// The rows whose day is in the version, ascending.
    pub fn rows(&self, days: &[i32]) -> Vec<u32> {
        (0..).zip(days).filter(|(_, day)| self.in_force(**day)).map(|(row, _)| row).collect()
    }
}

/// What rows of a frame are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedKind {
    /// Deals, by [`DealIx`].
    Deals,
    /// Open opportunities, by [`OpenIx`].
    Open,
}

/// Rows that policies are asked about: all deals, or all that is open, with the day that decides which version is in force.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// What the rows are.
    pub kind: JudgedKind,
    /// The columns of deals.
    pub frame: &'a Frame,
    /// By row: the close_date, days since 1970-01-01.
    pub days: &'a [i32],
}

impl<'a> Judged<'a> {
    /// All deals.
    pub fn deals(deals: &'a Deals) -> Self {
        Self { kind: JudgedKind::Deals, frame: &deals.frame, days: &deals.close_date }
    }

    /// All that is open, as deals are seen, with the days on which it is expected to close.
    pub fn open(frame: &'a Frame, days: &'a [i32]) -> Self {
        Self { kind: JudgedKind::Open, frame, days }
    }

    /// The same rows with other columns.
    #[must_use]
    pub fn with_frame(self, frame: &'a Frame) -> Self {
        Self { frame, ..self }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// What a row is.
    pub fn subject(&self, row: u32) -> Subject {
        match self.kind {
            JudgedKind::Deals => Subject::Deal(DealIx::from_raw(row)),
            JudgedKind::Open => Subject::Open(OpenIx::from_raw(row)),
        }
    }

    /// Those of some rows on which a condition is true, in their order. Without a condition all.
    ///
    /// # Errors
    /// The first row on which it has no value.
    pub fn matching(
        &self,
        policy: PolicyIx,
        when: Option<&Expr>,
        rows: Vec<u32>,
    ) -> Result<Vec<u32>, PolicyFault> {
        let Some(when) = when else { return Ok(rows) };
        let judge = Judge::new(policy, when, &[Some(self.frame)]);
        let is_true = judge.truths(&[&rows], |place| self.subject(rows[place]).into())?;
        Ok(rows.iter().zip(is_true).filter(|(_, is_true)| *is_true).map(|(row, _)| *row).collect())
    }
}

/// A number: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The digits.
    pub mantissa: i128,
    /// How many of them are decimals.
    pub scale: u32,
}

/// An expression of a policy, bound to its tables.
#[derive(Debug, Clone)]
pub struct Judge<'a> {
    policy: PolicyIx,
    bound: Bound<'a>,
}

impl<'a> Judge<'a> {
    /// Takes the columns that the expression names out of `frames`, which are in the order of the tables of its scope.
    pub fn new(policy: PolicyIx, expr: &'a Expr, frames: &[Option<&Frame>]) -> Self {
        Self { policy, bound: Bound::new(expr, frames) }
    }

    /// The expression.
    pub fn expr(&self) -> &'a Expr {
        self.bound.expr()
    }

    /// Whether the condition is true on each row: row `i` reads row `indices[t][i]` of table `t` of the scope. Null is not true.
    ///
    /// # Errors
    /// The first row on which it has no value; `subject` says what the row is about.
    pub fn truths(
        &self,
        indices: &[&[u32]],
        subject: impl Fn(usize) -> FaultSubject + Sync,
    ) -> Result<Vec<bool>, PolicyFault> {
        let part = |rows: usize, indices: &[Option<&UInt32Array>]| {
            let mask = self.bound.mask(rows, indices)?;
            Ok(mask.values().iter().collect())
        };
        self.in_parts(indices, subject, part)
    }

    /// The number on each row, or none where it is null. Rows are as in [`Self::truths`].
    ///
    /// # Errors
    /// The first row on which it has no value; `subject` says what the row is about.
    pub fn numbers(
        &self,
        indices: &[&[u32]],
        subject: impl Fn(usize) -> FaultSubject + Sync,
    ) -> Result<Vec<Option<Number>>, PolicyFault> {
        let part = |rows: usize, indices: &[Option<&UInt32Array>]| {
            self.bound.evaluate(rows, indices).map(|values| numbers(&values))
        };
        self.in_parts(indices, subject, part)
    }

    /// Whether a condition over payees alone is true of each payee on a day.
    ///
    /// # Errors
    /// The first of them for whom it has no value.
    pub fn of_payees(&self, payees: &Payees, asked: &[(PayeeIx, i32)]) -> Result<Vec<bool>, PolicyFault> {
        let states: Vec<u32> = asked.iter().map(|(payee, day)| payees.state(*payee, *day).raw()).collect();
        self.truths(&[&states], |place| asked[place].0.into())
    }

    fn in_parts<T: Send>(
        &self,
        indices: &[&[u32]],
        subject: impl Fn(usize) -> FaultSubject + Sync,
        part: impl Fn(usize, &[Option<&UInt32Array>]) -> Result<Vec<T>, EvalError> + Sync,
    ) -> Result<Vec<T>, PolicyFault> {
        let rows = indices.first().map_or(0, |index| index.len());
        let evaluated = |number: usize| {
            let range = number * PART_ROWS..((number + 1) * PART_ROWS).min(rows);
            let arrays: Vec<UInt32Array> =
                indices.iter().map(|index| UInt32Array::from(index[range.clone()].to_vec())).collect();
            let arrays: Vec<Option<&UInt32Array>> = arrays.iter().map(Some).collect();
            part(range.len(), &arrays).map_err(|error| {
                let subject = |row: usize| subject(range.start + row);
                PolicyFault::of_expression(self.policy, self.expr(), error, subject)
            })
        };
        let parts = (0..rows.div_ceil(PART_ROWS)).into_par_iter().with_max_len(1).map(evaluated).collect();
        Ok(PolicyFault::first(parts)?.into_iter().flatten().collect())
    }
}

/// Decimals one by one. What is no number, such as a null without a type, is null in every row.
fn numbers(values: &ArrayRef) -> Vec<Option<Number>> {
    let decimals: Option<&Decimal128Array> = values.as_primitive_opt::<Decimal128Type>();
    let Some(decimals) = decimals else { return vec![None; values.len()] };
    // Expressions never make a decimal of negative scale.
    let scale = u32::from(decimals.scale().unsigned_abs());
    decimals.iter().map(|mantissa| Some(Number { mantissa: mantissa?, scale })).collect()
}

/// A column of deals or of what is open that policies made: it takes the place of one of the same name.
pub fn put_column(frame: &mut Frame, name: &str, array: ArrayRef) {
    match frame.columns.iter_mut().find(|(known, _)| known == name) {
        Some((_, column)) => *column = array,
        None => frame.columns.push((name.to_owned(), array)),
    }
}
