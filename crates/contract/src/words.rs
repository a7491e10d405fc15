//! Columns and keys that hold one of a few words, and which words these are.

use super::governance::{CLAIM_STATES, CONFLICT_KINDS, CONFLICT_STATES, DECISION_OUTCOMES};
use super::{IncompletePolicy, Part, Reason, RejectAction, RejectCode, RuleKind, TableName};

/// The words that a column or a key may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// The input tables.
    Tables,
    /// The kinds of rule.
    Kinds,
    /// The reasons of uncredited.csv.
    Reasons,
    /// The codes of rejects.csv.
    RejectCodes,
    /// The actions of rejects.csv.
    RejectActions,
    /// The parts of reconciliation.csv.
    Parts,
    /// `half-away-from-zero` and `half-even`.
    Roundings,
    /// `hold` and `pay`.
    Incomplete,
    /// The states of claims.csv.
    ClaimStates,
    /// The kinds of conflicts.csv.
    ConflictKinds,
    /// The states of conflicts.csv.
    ConflictStates,
    /// The outcomes of decisions.
    Outcomes,
}

impl Words {
    /// All words, each with its meaning, in their order.
    pub fn choices(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Tables => TableName::ALL.map(|table| (table.word(), table.describe().meaning)).to_vec(),
            Self::Kinds => RuleKind::ALL.map(|kind| (kind.word(), kind.meaning())).to_vec(),
            Self::Reasons => Reason::ALL.map(|reason| (reason.word(), reason.meaning())).to_vec(),
            Self::RejectCodes => RejectCode::ALL.map(|code| (code.word(), code.meaning())).to_vec(),
            Self::RejectActions => RejectAction::ALL.map(|action| (action.word(), action.meaning())).to_vec(),
            Self::Parts => Part::ALL.map(|part| (part.word(), part.meaning())).to_vec(),
            Self::Roundings => vec![
                ("half-away-from-zero", "0.5 becomes 1 and -0.5 becomes -1, as in spreadsheets."),
                ("half-even", "0.5 becomes 0 and 1.5 becomes 2."),
            ],
            Self::ClaimStates => CLAIM_STATES.to_vec(),
            Self::ConflictKinds => CONFLICT_KINDS.to_vec(),
            Self::ConflictStates => CONFLICT_STATES.to_vec(),
            Self::Outcomes => DECISION_OUTCOMES.to_vec(),
            Self::Incomplete => {
                IncompletePolicy::ALL.map(|choice| (choice.word(), choice.meaning())).to_vec()
            }
        }
    }
}
