//! Customers, who covers them, and days on which nobody works.

use crate::RejectCode;
use crate::input::{CellType, DefaultValue, Domain, InputColumn, InputTable, TableName};

/// The table `accounts`.
pub static ACCOUNTS: InputTable = InputTable {
    table: TableName::Accounts,
    name: "accounts",
    meaning: "Customers, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text("account_id", "Identifies the account.").of(Domain::Account).required(),
        InputColumn::text("parent_id", "The account above it.").of(Domain::Account),
        InputColumn::text("name", "What people call it.").attribute(),
        InputColumn::text("domain", "Its domain in the net.").attribute(),
        InputColumn::text("country", "Its country.").attribute(),
        InputColumn::text("class", "What sort of account it is, such as `house`; the words are yours.")
            .attribute(),
        InputColumn::text("owner_id", "Who owns it.").attribute(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};

/// The table `territories`.
pub static TERRITORIES: InputTable = InputTable {
    table: TableName::Territories,
    name: "territories",
    meaning: "Who covers which deals. Its columns that a coverage names must match; an empty cell matches everything.",
    always_needed: false,
    columns: &[
        InputColumn::text("territory_id", "Identifies the territory.").required(),
        InputColumn::text("payee_id", "Who covers it.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("from", CellType::Date, "First day in force."),
        InputColumn::new("until", CellType::Date, "Last day in force."),
        InputColumn::new("weight", CellType::Weight, "How much the work counts that it gives.")
            .or(DefaultValue::Text("1")),
        InputColumn::new(
            "rank",
            CellType::Number,
            "Of rows with equally many matching cells the lowest stays.",
        )
        .or(DefaultValue::Text("0")),
    ],
    key: &[],
    one_of: &[],
    ordered: Some([2, 3]),
    derived: &[],
};

/// The table `holidays`.
pub static HOLIDAYS: InputTable = InputTable {
    table: TableName::Holidays,
    name: "holidays",
    meaning: "Days on which nobody works.",
    always_needed: false,
    columns: &[
        InputColumn::new("date", CellType::Date, "The day.").required(),
        InputColumn::text("name", "What people call it.").attribute(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};
