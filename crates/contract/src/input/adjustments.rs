//! `adjustments`: what is paid or taken by hand.

use super::super::RejectCode;
use super::{CellType, Domain, InputColumn, InputTable, TableName};

/// The table `adjustments`.
pub static ADJUSTMENTS: InputTable = InputTable {
    table: TableName::Adjustments,
    name: "adjustments",
    meaning: "What a close pays or takes besides what the rules give, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text("adjustment_id", "Identifies the adjustment.").required(),
        InputColumn::text("payee_id", "Whom it is for.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("period", CellType::Month, "The month that it is about.").required(),
        InputColumn::new("amount", CellType::Money, "In book currency; negative to take back.").required(),
        InputColumn::text("reason", "Why, as the payee will read it.").required(),
        InputColumn::text("entered_by", "Who entered it.").required(),
        InputColumn::text("approved_by", "Who approved it: somebody else.")
            .later(&[RejectCode::NotApproved, RejectCode::SelfApproved]),
        InputColumn::text("deal_id", "The deal that it is about, for information."),
        InputColumn::text("rule_id", "The rule that it is about, for information."),
        InputColumn::text(
            "kind",
            "What it is, for information and for journals: `write-off`; `returned`, a payment that came back and is due \
             again; `paid-outside`, one that was made without a close.",
        ),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};
