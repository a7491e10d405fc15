//! `quotas`: what each payee is to reach.

use super::super::RejectCode;
use super::{CellType, Domain, InputColumn, InputTable, TableName};

/// The table `quotas`.
pub static QUOTAS: InputTable = InputTable {
    table: TableName::Quotas,
    name: "quotas",
    meaning: "What a payee is to reach in a period, one row for each payee, period and measure.",
    always_needed: false,
    columns: &[
        InputColumn::text("payee_id", "Whose quota it is.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("period", CellType::Period, "The month, fiscal quarter or fiscal year.").required(),
        InputColumn::new(
            "amount",
            CellType::Quota,
            "The quota, in the book's currency, or in the unit of `measure`.",
        )
        .required(),
        InputColumn::text(
            "measure",
            "What is measured, such as `seats`: a commission names it with `quota_measure`. Empty for the quotas of commissions \
             that name none.",
        ),
    ],
    key: &[0, 1, 3],
    one_of: &[],
    ordered: None,
    derived: &[],
};
