//! `deals`: what was sold.

use super::super::RejectCode;
use super::column::joined;
use super::{CellType, DefaultValue, DerivedColumn, Domain, InputColumn, InputTable, TableName};

const COLUMNS: [InputColumn; 13] = [
    InputColumn::text("deal_id", "Identifies the deal.").of(Domain::Deal).required(),
    InputColumn::new(
        "outcome",
        CellType::Outcome,
        "Whether the deal was won. A lost deal is never paid; its engagements are used for reports.",
    )
    .required(),
    InputColumn::new(
        "close_date",
        CellType::Date,
        "The day on which it closed: it decides the period, the version of each rule and the exchange rate.",
    )
    .required(),
    InputColumn::new(
        "amount",
        CellType::Money,
        "What was sold, in the deal's currency; negative for a reversal.",
    )
    .required()
    .later(&[RejectCode::TooLarge]),
    InputColumn::text("currency", "Currency of `amount` and `list_amount`: an ISO 4217 code.")
        .or(DefaultValue::BookCurrency)
        .later(&[RejectCode::NoFxRate]),
    InputColumn::text(
        "deal_type",
        "What sort of deal it is, such as `new`, `expansion` or `renewal`; the words are yours.",
    )
    .attribute(),
    InputColumn::text("account_id", "The customer; needed by `reach = [\"account\"]`.").of(Domain::Account),
    InputColumn::text("channel", "How it was sold, such as `direct` or `partner`; for conditions.")
        .attribute(),
    InputColumn::new(
        "list_amount",
        CellType::Money,
        "What it would have cost without discount, in the deal's currency.",
    )
    .later(&[RejectCode::TooLarge]),
    InputColumn::text("registration_id", "The deal registration that it came from; for conditions.")
        .attribute(),
    InputColumn::text(
        "renews_deal_id",
        "The deal that this one renews; needed by `reach = [\"prior\"]`. It need not be in the data.",
    )
    .of(Domain::Deal),
    InputColumn::text("reverses_deal_id", "The deal that this one reverses. It need not be in the data.")
        .of(Domain::Deal),
    InputColumn::text(
        "reversal_cause",
        "Why the other deal is reversed, such as `customer`; for conditions.",
    )
    .attribute(),
];

/// The table `deals`.
pub static DEALS: InputTable = DEALS_BASE;

const DEALS_BASE: InputTable = InputTable {
    table: TableName::Deals,
    name: "deals",
    meaning: "Closed opportunities, won or lost, one row each.",
    always_needed: true,
    columns: &COLUMNS,
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[
        DerivedColumn {
            name: "source_amount",
            cell: CellType::Money,
            meaning: "`amount` before it was converted to the book's currency.",
            reserved: false,
        },
        DerivedColumn {
            name: "source_list_amount",
            cell: CellType::Money,
            meaning: "`list_amount` before it was converted.",
            reserved: false,
        },
        DerivedColumn {
            name: "discount",
            cell: CellType::Number,
            meaning: "`(list_amount - amount) / list_amount`, rounded to 6 decimals; empty without a list amount.",
            reserved: false,
        },
        DerivedColumn {
            name: "received_share",
            cell: CellType::Number,
            meaning: "Which part of the deal's own amount its `receipts` up to the last day of the period come to, from 0 to 1, to 9 \
                      decimals; 1 where the amount is 0.",
            reserved: true,
        },
        DerivedColumn {
            name: "nth_of_account",
            cell: CellType::Number,
            meaning: "1 for the account's first purchase in all data, 2 for its next.",
            reserved: true,
        },
        DerivedColumn {
            name: "days_since_first",
            cell: CellType::Number,
            meaning: "Days from the account's first purchase, 0 for that one.",
            reserved: true,
        },
        DerivedColumn {
            name: "days_since_last",
            cell: CellType::Number,
            meaning: "Days from the account's purchase before; empty for the first.",
            reserved: true,
        },
    ],
};

/// The columns that deals have besides where the project has a source of the channel.
const OF_CHANNEL: [InputColumn; 5] = [
    InputColumn::text("opportunity_id", "The opportunity that it was before it closed.")
        .of(Domain::Opportunity),
    InputColumn::new("created_on", CellType::Date, "When it was created."),
    InputColumn::text("owner_id", "Who owns it.").attribute(),
    InputColumn::text("partner_id", "The partner.").attribute(),
    InputColumn::text("stage", "How far it is; for conditions.").attribute(),
];

/// The table `deals` of a project that has a source of the channel.
pub static DEALS_WITH_CHANNEL: InputTable =
    InputTable { columns: &joined::<13, 5, 18>(COLUMNS, OF_CHANNEL), ..DEALS_BASE };

/// Attributes of deals that have a type of their own, whatever the file is.
pub const TYPED_ATTRIBUTES: [(&str, CellType); 4] = [
    ("lost_reason", CellType::Text),
    ("term_ends_on", CellType::Date),
    ("churned_on", CellType::Date),
    ("term_months", CellType::Number),
];
