//! A stipend, typed.

use crate::model::{Engaged, Value};
use apportion_expr::Expr;

#[derive(Debug, Clone)]
pub struct Stipend {
    pub engaged: Engaged,
    /// Over `payees`, `deals` and the group, in this order; the third table is named `group` (bare names suffice) and has
    /// `touches` number, `weight` number, `first_on` date, `last_on` date.
    pub require: Option<Expr>,
    pub amount: Value,
    pub per: Per,
}

/// What a stipend's amount is multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Deal,
    Touch,
    Weight,
}
