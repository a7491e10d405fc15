//! The table `claim` that a score sees: what a claimant did on the subject, and how they did elsewhere.

use std::sync::Arc;

use apportion_data::PayeeIx;
use apportion_expr::Expr;
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array};

use super::decide::Hearing;
use super::history::{History, Record};
use super::{Inputs, SubjectClaim, Work};

/// The table `claim`: a claimant's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ClaimFacts {
    first: bool,
    days_registered: Option<i128>,
    touches: i128,
    weight_e9: i128,
    first_on: Option<i32>,
    last_on: Option<i32>,
    record: Record,
}

impl ClaimFacts {
    /// Those of the two claimants, in their order.
    pub fn of(inputs: &Inputs, hearing: &Hearing, history: &History) -> [Self; 2] {
        let dispute = &hearing.dispute;
        let claims = dispute.subject.map_or(&[][..], |subject| inputs.claims.of(subject));
        let work = dispute.subject.map_or_else(Vec::new, |subject| inputs.subjects.work(subject));
        let [a, b] = dispute.claimants;
        [(a, b), (b, a)].map(|(payee, other)| {
            let facts = Self::of_work(work.iter().filter(|work| work.payee == payee));
            let record = history.before(payee, dispute.day);
            Self { record, ..facts }.with_submission(claims, (payee, other), dispute.day)
        })
    }

    fn of_work<'w>(work: impl Iterator<Item = &'w Work>) -> Self {
        work.fold(Self::default(), |facts, work| Self {
            touches: facts.touches + 1,
            weight_e9: facts.weight_e9 + i128::from(work.weight_e9),
            first_on: facts.first_on.into_iter().chain(work.occurred_on).min(),
            last_on: facts.last_on.max(work.occurred_on),
            ..facts
        })
    }

    /// Their earliest submission, beside the other's.
    fn with_submission(self, claims: &[SubjectClaim], (payee, other): (PayeeIx, PayeeIx), day: i32) -> Self {
        let earliest = |payee: PayeeIx| {
            claims.iter().filter(|claim| claim.payee == payee).map(|claim| claim.submitted_at).min()
        };
        let Some(own) = earliest(payee) else { return self };
        let first = earliest(other).is_none_or(|other| own.seconds < other.seconds);
        Self { first, days_registered: Some(i128::from(day) - i128::from(own.day)), ..self }
    }
}

/// The columns of `claim` in the order of a score's scope; `None` for one that is not known.
pub(super) fn claim_columns(score: &Expr, facts: &[ClaimFacts]) -> Vec<Option<ArrayRef>> {
    let claim = score.scope().tables.iter().find(|table| table.name == "claim");
    claim.map_or_else(Vec::new, |claim| claim.columns.iter().map(|(name, _)| column(name, facts)).collect())
}

fn column(name: &str, facts: &[ClaimFacts]) -> Option<ArrayRef> {
    let numbers = |number: fn(&ClaimFacts) -> Option<i128>, scale: i8| {
        let array: Decimal128Array = facts.iter().map(number).collect();
        array.with_precision_and_scale(38, scale).ok().map(|array| Arc::new(array) as ArrayRef)
    };
    let days = |day: fn(&ClaimFacts) -> Option<i32>| {
        Some(Arc::new(facts.iter().map(day).collect::<Date32Array>()) as ArrayRef)
    };
    match name {
        "first" => Some(Arc::new(facts.iter().map(|facts| Some(facts.first)).collect::<BooleanArray>())),
        "days_registered" => numbers(|facts| facts.days_registered, 0),
        "touches" => numbers(|facts| Some(facts.touches), 0),
        "weight" => numbers(|facts| Some(facts.weight_e9), 9),
        "first_on" => days(|facts| facts.first_on),
        "last_on" => days(|facts| facts.last_on),
        "won" => numbers(|facts| Some(facts.record.won), 0),
        "lost" => numbers(|facts| Some(facts.record.lost), 0),
        "revenue" => numbers(|facts| Some(facts.record.revenue_e6), 6),
        _ => None,
    }
}
