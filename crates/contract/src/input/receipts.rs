//! `receipts`: what customers paid.

use super::super::RejectCode;
use super::{CellType, Domain, InputColumn, InputTable, TableName};

/// The table `receipts`.
pub static RECEIPTS: InputTable = InputTable {
    table: TableName::Receipts,
    name: "receipts",
    meaning: "What customers paid on deals, one row for each payment.",
    always_needed: false,
    columns: &[
        InputColumn::text("receipt_id", "Identifies the receipt.").required(),
        InputColumn::text("deal_id", "The deal that was paid.")
            .of(Domain::Deal)
            .required()
            .later(&[RejectCode::UnknownDeal, RejectCode::DealRejected]),
        InputColumn::new("received_on", CellType::Date, "The day on which the money came in.").required(),
        InputColumn::new(
            "amount",
            CellType::Money,
            "What came in, in the deal's currency. Negative where a payment was returned.",
        )
        .required(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};
