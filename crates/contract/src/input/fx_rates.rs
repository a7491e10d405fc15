//! `fx_rates`: exchange rates.

use super::{CellType, InputColumn, InputTable, TableName};

/// The table `fx_rates`.
pub static FX_RATES: InputTable = InputTable {
    table: TableName::FxRates,
    name: "fx_rates",
    meaning: "Exchange rates, one row for each day and currency.",
    always_needed: false,
    columns: &[
        InputColumn::new("date", CellType::Date, "The day of the rate.").required(),
        InputColumn::text("currency", "The currency that is not the book's: an ISO 4217 code.").required(),
        InputColumn::new(
            "rate",
            CellType::Rate,
            "Book currency for one unit; with `quoted = \"unit-per-book\"`, units for one of book currency.",
        )
        .required(),
    ],
    key: &[0, 1],
    one_of: &[],
    ordered: None,
    derived: &[],
};
