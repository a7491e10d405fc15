//! A shared credit, typed.

use rust_decimal::Decimal;

use crate::model::{Engaged, Value};
use apportion_expr::Expr;

#[derive(Debug, Clone)]
pub struct SharedCredit {
    /// Over `deals`; `None` is `amount`.
    pub basis: Option<Expr>,
    /// Absent: credit only, no pay. Depends on columns of deals only.
    pub rate: Option<Value>,
    pub sharing: Sharing,
    pub one_of: Option<String>,
}

/// How a deal is shared among payees.
#[derive(Debug, Clone)]
pub enum Sharing {
    Roles {
        engaged: Engaged,
        roles: Vec<RoleShare>,
        within: Within,
        unfilled: Unfilled,
    },
    Model {
        engaged: Engaged,
        model: Model,
    },
    /// The `splits` source; `condition` is over `splits`, `payees`, `deals`, in this order.
    Declared {
        condition: Option<Expr>,
        overlay: bool,
    },
}

#[derive(Debug, Clone)]
pub struct RoleShare {
    pub role: String,
    /// A fraction of one; the shares of a version add up to one.
    pub share: Decimal,
}

/// The units by which payees of one role share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    Weight,
    Touches,
    Equal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfilled {
    Redistribute,
    Retain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    Weight,
    Touches,
    Equal,
    FirstTouch,
    LastTouch,
    Position,
    TimeDecay { half_life_days: u32 },
}

impl Model {
    /// Whether the order of engagements decides units.
    pub fn is_ordered(self) -> bool {
        match self {
            Self::Weight | Self::Touches | Self::Equal => false,
            Self::FirstTouch | Self::LastTouch | Self::Position | Self::TimeDecay { .. } => true,
        }
    }
}
