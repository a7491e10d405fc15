//! Hand-overs and inquiries: what moves no amount.

use crate::RejectCode;
use crate::input::{CellType, DefaultValue, Domain, InputColumn, InputTable, TableName};

/// The table `handoffs`.
pub static HANDOFFS: InputTable = InputTable {
    table: TableName::Handoffs,
    name: "handoffs",
    meaning: "Work that one payee hands over to another.",
    always_needed: false,
    columns: &[
        InputColumn::text("handoff_id", "Identifies the hand-over.").required(),
        InputColumn::text("deal_id", "The deal. It need not have closed.").of(Domain::Deal),
        InputColumn::text("opportunity_id", "The opportunity.").of(Domain::Opportunity),
        InputColumn::text("from_payee_id", "Who hands over.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::text("to_payee_id", "To whom.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("offered_at", CellType::Time, "When it was offered.").required(),
        InputColumn::new("accepted_at", CellType::Time, "When it was accepted."),
        InputColumn::new("rejected_at", CellType::Time, "When it was rejected."),
        InputColumn::text("why", "Why.").attribute(),
    ],
    key: &[0],
    one_of: &[1, 2],
    ordered: None,
    derived: &[],
};

/// The table `inquiries`.
pub static INQUIRIES: InputTable = InputTable {
    table: TableName::Inquiries,
    name: "inquiries",
    meaning: "What people ask about their lines. It moves nothing.",
    always_needed: false,
    columns: &[
        InputColumn::text("inquiry_id", "Identifies the inquiry.").required(),
        InputColumn::text("payee_id", "Who asks.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("raised_on", CellType::Date, "When.").required(),
        InputColumn::text("deal_id", "The deal that it is about."),
        InputColumn::text("rule_id", "The rule that it is about."),
        InputColumn::text("close", "The close that it is about."),
        InputColumn::text("question", "The question."),
        InputColumn::new(
            "state",
            CellType::Word(&["open", "answered", "accepted", "rejected"]),
            "What became of it; `open` is meant where it is empty.",
        )
        .or(DefaultValue::Text("open")),
        InputColumn::new("answered_on", CellType::Date, "When it was answered."),
        InputColumn::text("answered_by", "By whom."),
        InputColumn::text("answer", "The answer."),
        InputColumn::text("adjustment_id", "The adjustment that came of it."),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};
