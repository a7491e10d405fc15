//! A shared credit, typed.

use rust_decimal::Decimal;

use crate::model::{EngagementTerms, Value};
use apportion_book::choices;
use apportion_expr::Expr;

/// A deal's credit and pool, shared over roles and payees.
#[derive(Debug, Clone)]
pub struct SharedCredit {
    /// Over `deals`; `None` is `amount`.
    pub basis: Option<Expr>,
    /// Absent: credit only, no pay. Depends on columns of deals only.
    pub rate: Option<Value>,
    /// How the deal is shared.
    pub sharing: Sharing,
    /// At most one rule with this name may match a deal.
    pub one_of: Option<String>,
}

/// How a deal is shared among payees.
#[derive(Debug, Clone)]
pub enum Sharing {
    /// Each role has a share, which the payees of that role divide.
    Roles {
        /// Whose engagements count.
        engaged: EngagementTerms,
        /// In the order of the file.
        roles: Vec<RoleShare>,
        /// How payees of one role share.
        within: Within,
        /// What becomes of the share of a role without payees.
        unfilled: Vacancy,
    },
    /// All payees share by one measure.
    Model {
        /// Whose engagements count.
        engaged: EngagementTerms,
        /// How they share.
        model: Model,
    },
    /// The `splits` source.
    Declared {
        /// Over `splits`, `payees`, `deals`, in this order; `None` counts all.
        condition: Option<Expr>,
        /// Whether each percent is paid by itself, whatever their sum.
        overlay: bool,
    },
}

/// A role and its share.
#[derive(Debug, Clone)]
pub struct RoleShare {
    /// As engagements have it.
    pub role: String,
    /// A fraction of one; the shares of a version add up to one.
    pub share: Decimal,
}

choices! {
    /// The units by which payees of one role share.
    pub enum Within {
        Weight = "weight", "By the sum of weights";
        Touches = "touches", "By the number of engagements";
        Equal = "equal", "Alike";
    }
}

choices! {
    /// What becomes of the share of a role without payees.
    pub enum Vacancy {
        Redistribute = "redistribute", "The other roles share it";
        Retain = "retain", "It is kept, and shown as retained";
    }
}

choices! {
    /// The words of `model`.
    pub(super) enum ModelWord {
        Weight = "weight", "By the sum of weights";
        Touches = "touches", "By the number of engagements";
        Equal = "equal", "Alike";
        FirstTouch = "first-touch", "All to the earliest engagement";
        LastTouch = "last-touch", "All to the latest engagement";
        Position = "position", "40% to the first, 40% to the last, 20% between";
        TimeDecay = "time-decay", "Halving with every `half_life_days` before the last engagement";
        Declared = "declared", "As the source `splits` has it";
    }
}

/// How all payees of a deal share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// By the sum of weights
    Weight,
    /// By the number of engagements
    Touches,
    /// Alike
    Equal,
    /// All to the earliest engagement
    FirstTouch,
    /// All to the latest engagement
    LastTouch,
    /// 40% to the first, 40% to the last, 20% between
    Position,
    /// Halving with time before the last engagement
    TimeDecay {
        /// The days in which it halves.
        half_life_days: u32,
    },
}

impl Model {
    /// As it is written.
    pub fn word(self) -> &'static str {
        let word = match self {
            Self::Weight => ModelWord::Weight,
            Self::Touches => ModelWord::Touches,
            Self::Equal => ModelWord::Equal,
            Self::FirstTouch => ModelWord::FirstTouch,
            Self::LastTouch => ModelWord::LastTouch,
            Self::Position => ModelWord::Position,
            Self::TimeDecay { .. } => ModelWord::TimeDecay,
        };
        word.word()
    }

    /// Whether the order of engagements decides units.
    pub fn is_ordered(self) -> bool {
        match self {
            Self::Weight | Self::Touches | Self::Equal => false,
            Self::FirstTouch | Self::LastTouch | Self::Position | Self::TimeDecay { .. } => true,
        }
    }
}
