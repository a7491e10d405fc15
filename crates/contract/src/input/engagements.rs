//! `engagements`: who worked on what.

use super::super::RejectCode;
use super::{CellType, DefaultValue, Domain, InputColumn, InputTable, TableName};

/// The table `engagements`.
pub static ENGAGEMENTS: InputTable = InputTable {
    table: TableName::Engagements,
    name: "engagements",
    meaning: "Recorded pieces of work, each of one payee on one deal or account.",
    always_needed: false,
    columns: &[
        InputColumn::text(
            "engagement_id",
            "Identifies the engagement, and breaks ties between engagements of one day.",
        )
        .attribute(),
        InputColumn::text("deal_id", "The deal that was worked on.")
            .of(Domain::Deal)
            .later(&[RejectCode::UnknownDeal, RejectCode::DealRejected]),
        InputColumn::text(
            "account_id",
            "The customer that was worked for. It needs no deal among the deals.",
        )
        .of(Domain::Account),
        InputColumn::text("payee_id", "Who did the work.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::text(
            "role",
            "In which role, such as `sourced`, `cosell` or `closed`; the words are yours.",
        )
        .required(),
        InputColumn::new("occurred_on", CellType::Date, "When it was done."),
        InputColumn::new(
            "weight",
            CellType::Weight,
            "How much it counts compared with other engagements: hours, points.",
        )
        .or(DefaultValue::Text("1")),
        InputColumn::text("activity", "What was done, such as `demo`; for conditions.").attribute(),
    ],
    key: &[0],
    one_of: &[1, 2],
    ordered: None,
    derived: &[],
};
