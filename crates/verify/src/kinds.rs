//! What the lines of each kind of rule can be proved by. The one place of this crate where all kinds are listed.

use apportion_contract::output::LINE_SHAPES;
use apportion_contract::{LineColumn, RuleKind};

/// How a line is related to credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credit {
    /// It credits its payee.
    Gives,
    /// It pays on the credit of its payee, or of one of the payee's team, whom the line then names.
    OfPayee,
    /// It pays on the credit of a payee whom its own payee manages.
    OfManaged,
    /// Nothing.
    None,
}

/// What the amount of a line follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// From the credit of a deal, and from a pool where the rule pays.
    Credit,
    /// From a pool, or from a part of the deal's basis.
    PoolOrPart,
    /// From its basis times its rate.
    Product,
    /// From a running total, which lines of other deals move as well.
    RunningTotal,
    /// From parameters that are not in the result.
    Parameters,
    /// From another line: a part of it.
    TakenBack,
}

/// What the lines of a kind have to do with credit.
pub fn credit(kind: RuleKind) -> Credit {
    match kind {
        RuleKind::SharedCredit => Credit::Gives,
        RuleKind::Commission => Credit::OfPayee,
        RuleKind::Override => Credit::OfManaged,
        RuleKind::Stipend | RuleKind::RenewalBonus | RuleKind::Clawback | RuleKind::Milestone => Credit::None,
    }
}

/// What the amounts of a kind follow from.
pub fn amount(kind: RuleKind) -> Amount {
    match kind {
        RuleKind::SharedCredit => Amount::Credit,
        RuleKind::RenewalBonus => Amount::PoolOrPart,
        RuleKind::Override => Amount::Product,
        RuleKind::Commission => Amount::RunningTotal,
        RuleKind::Stipend | RuleKind::Milestone => Amount::Parameters,
        RuleKind::Clawback => Amount::TakenBack,
    }
}

/// Whether lines of a kind have a basis.
pub fn has_basis(kind: RuleKind) -> bool {
    LINE_SHAPES.iter().any(|shape| shape.kind == kind && shape.columns.contains(&LineColumn::Basis))
}
