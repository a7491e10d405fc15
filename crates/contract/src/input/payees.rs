//! `payees`: who can be paid.

use super::super::RejectCode;
use super::{CellType, DefaultValue, DerivedColumn, Domain, InputColumn, InputTable, TableName};

/// The table `payees`.
pub static PAYEES: InputTable = InputTable {
    table: TableName::Payees,
    name: "payees",
    meaning: "Who can be paid: employees and partner companies, one row each.",
    always_needed: true,
    columns: &[
        InputColumn::text("payee_id", "Identifies the payee.").of(Domain::Payee).required(),
        InputColumn::text("name", "The payee's name, for statements and payouts."),
        InputColumn::text(
            "kind",
            "What sort of payee it is, such as `employee` or `partner`; for conditions.",
        )
        .attribute(),
        InputColumn::text(
            "tier",
            "The payee's level, such as `gold`; for conditions and for values by a column.",
        )
        .attribute(),
        InputColumn::text("manager_id", "The payee who manages this one. Overrides follow it upwards.")
            .of(Domain::Payee)
            .later(&[RejectCode::UnknownManager, RejectCode::ManagerCycle]),
        InputColumn::text(
            "currency",
            "The payee's own currency: an ISO 4217 code. An attribute; payment terms with `currency = \"payee\"` pay in it.",
        )
        .or(DefaultValue::BookCurrency)
        .attribute(),
        InputColumn::new(
            "start_date",
            CellType::Date,
            "The first day of the payee's contract. Quotas that a commission prorates count from it on.",
        )
        .attribute(),
        InputColumn::new(
            "end_date",
            CellType::Date,
            "The last day of the payee's contract. Quotas that a commission prorates count up to it.",
        )
        .attribute(),
        InputColumn::new(
            "fte",
            CellType::Share,
            "The part of full time that the payee works: 0.5 is half. Quotas that a commission prorates are multiplied by it, day by day.",
        )
        .or(DefaultValue::Text("1"))
        .attribute(),
        InputColumn::text(
            "language",
            "The language of the payee's statements: `en`, `de`, `fr` or `es`. With another one they are in the book's.",
        )
        .attribute(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[DerivedColumn {
        name: "on_assignment",
        cell: CellType::Boolean,
        meaning: "Whether an assignment of the payee is in force.",
        reserved: true,
    }],
};
