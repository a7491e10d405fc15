//! `acceptances`: what somebody decided about what a close found.

use super::{CellType, InputColumn, InputTable, TableName};
use crate::AcceptanceAction;

/// The table `acceptances`.
pub static ACCEPTANCES: InputTable = InputTable {
    table: TableName::Acceptances,
    name: "acceptances",
    meaning: "What somebody decided about what stops a close, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text(
            "id",
            "The id of what has vanished, or `true-ups|2026-07|SUM` for the sum of large true-ups, as the close shows it.",
        )
        .required(),
        InputColumn::new(
            "action",
            CellType::Word(&AcceptanceAction::WORDS),
            "What becomes of it: `keep` what was posted, `take-back` what was posted, or `post` large true-ups.",
        )
        .required(),
        InputColumn::text("reason", "Why.").required(),
        InputColumn::text("by", "Who decided it.").required(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};
