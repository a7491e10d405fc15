//! Why a policy could not be applied.

use apportion_base::diagnostic::Span;
use apportion_base::money::Overflow;
use apportion_data::{DealIx, OpenIx, PayeeIx, RegistrationIx};
use apportion_expr::{EvalError, Expr};
use apportion_rules::PolicyIx;

use crate::subject::Subject;

/// What a fault arose on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultSubject {
    /// The policy alone: a parameter that does not fit.
    Policy,
    /// A deal.
    Deal(DealIx),
    /// What is open.
    Open(OpenIx),
    /// A registration.
    Registration(RegistrationIx),
    /// A payee.
    Payee(PayeeIx),
}

impl From<DealIx> for FaultSubject {
    fn from(deal: DealIx) -> Self {
        Self::Deal(deal)
    }
}

impl From<Subject> for FaultSubject {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Deal(deal) => Self::Deal(deal),
            Subject::Open(open) => Self::Open(open),
        }
    }
}

impl From<RegistrationIx> for FaultSubject {
    fn from(registration: RegistrationIx) -> Self {
        Self::Registration(registration)
    }
}

impl From<PayeeIx> for FaultSubject {
    fn from(payee: PayeeIx) -> Self {
        Self::Payee(payee)
    }
}

/// A value that a policy needs and that can't be computed: an error that stops the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFault {
    /// Whose it is.
    pub policy: PolicyIx,
    /// What it arose on.
    pub subject: FaultSubject,
    /// What is wrong, as a clause that can follow "on deal D-17: ".
    pub message: String,
    /// The expression without a value, if it is one's fault.
    pub place: Option<Span>,
}

impl std::fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PolicyFault {}

impl PolicyFault {
    /// A fault without an expression.
    pub fn new(policy: PolicyIx, subject: impl Into<FaultSubject>, message: impl Into<String>) -> Self {
        Self { policy, subject: subject.into(), message: message.into(), place: None }
    }

    /// A number with more digits than can be held.
    pub fn overflow(policy: PolicyIx, subject: impl Into<FaultSubject>) -> impl Fn(Overflow) -> Self {
        let subject = subject.into();
        move |overflow| Self::new(policy, subject, overflow.to_string())
    }

    /// An expression without a value on a row; `subject` gives what the row is about.
    pub fn of_expression(
        policy: PolicyIx,
        expr: &Expr,
        error: EvalError,
        subject: impl Fn(usize) -> FaultSubject,
    ) -> Self {
        Self { place: Some(expr.text().span.clone()), ..Self::new(policy, subject(error.row), error.message) }
    }

    /// All parts, or the fault of the first of them that has one, whichever thread found one first.
    ///
    /// # Errors
    /// That fault.
    pub fn first<T>(parts: Vec<Result<T, Self>>) -> Result<Vec<T>, Self> {
        parts.into_iter().collect()
    }
}
