//! `splits`: shares of deals that were declared in the CRM.

use super::super::RejectCode;
use super::{CellType, Domain, InputColumn, InputTable, TableName};

/// The table `splits`.
pub static SPLITS: InputTable = InputTable {
    table: TableName::Splits,
    name: "splits",
    meaning: "Shares of a deal that were declared in the CRM, one row for each deal, payee and role.",
    always_needed: false,
    columns: &[
        InputColumn::text("deal_id", "The deal that is shared.")
            .of(Domain::Deal)
            .required()
            .later(&[RejectCode::UnknownDeal, RejectCode::DealRejected]),
        InputColumn::text("payee_id", "Who has the share.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("percent", CellType::Percent, "The share in percent: 25 is a quarter.").required(),
        InputColumn::text("role", "In which role. A payee's percents on a deal are added up over roles."),
    ],
    key: &[0, 1, 3],
    one_of: &[],
    ordered: None,
    derived: &[],
};
