//! Why an expression of a conflict rule has no value.

use apportion_data::PayeeIx;
use apportion_expr::ExprText;

use crate::Subject;

/// An expression of a conflict rule that has no value.
#[derive(Debug, Clone)]
pub struct ConflictFault {
    /// The id of the rule.
    pub rule: String,
    /// The expression.
    pub expression: ExprText,
    /// What it has no value for.
    pub row: FaultyRow,
    /// The reason, as a clause that can follow "on deal D-17: ".
    pub message: String,
}

/// What an expression has no value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultyRow {
    /// A deal or opportunity; `None` where a raised conflict is about none.
    Subject(Option<Subject>),
    /// A payee on a day.
    Payee(PayeeIx, i32),
    /// A claimant on a deal or opportunity.
    Claimant(Option<Subject>, PayeeIx),
}
