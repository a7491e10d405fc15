//! Pay for milestones, typed.

use crate::model::Value;
use apportion_expr::Expr;

/// An amount for every milestone of a joint account plan that was done.
#[derive(Debug, Clone)]
pub struct Milestone {
    /// Over `milestones` and `payees`, in this order; `None` is all that were done.
    pub when: Option<Expr>,
    /// In the major unit of the book's currency; plain, or by a text column of milestones or payees.
    pub amount: Value,
    /// Whether it is paid only where each side of a plan with two sides or more has done one.
    pub both_sides: bool,
    /// The day by which somebody should look at it again, days since 1970-01-01.
    pub review: Option<i32>,
}
