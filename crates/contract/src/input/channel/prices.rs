//! Price books, lines of deals, approved discounts.

use crate::RejectCode;
use crate::input::{CellType, DefaultValue, Domain, InputColumn, InputTable, TableName};

/// The table `price_entries`.
pub static PRICE_ENTRIES: InputTable = InputTable {
    table: TableName::PriceEntries,
    name: "price_entries",
    meaning: "What products cost, by price book and day.",
    always_needed: false,
    columns: &[
        InputColumn::text("price_book", "The price book.").required(),
        InputColumn::text("product_id", "The product.").required(),
        InputColumn::text("currency", "Currency of the prices: an ISO 4217 code.")
            .or(DefaultValue::BookCurrency),
        InputColumn::new("from", CellType::Date, "First day in force.").required(),
        InputColumn::new("until", CellType::Date, "Last day in force."),
        InputColumn::new("unit_price", CellType::Money, "What one costs.").required(),
        InputColumn::new("floor_price", CellType::Money, "Below which none is sold."),
    ],
    key: &[0, 1, 2, 3],
    one_of: &[],
    ordered: Some([3, 4]),
    derived: &[],
};

/// The table `deal_lines`.
pub static DEAL_LINES: InputTable = InputTable {
    table: TableName::DealLines,
    name: "deal_lines",
    meaning: "What a deal consists of. The lines of a deal add up to its amount.",
    always_needed: false,
    columns: &[
        InputColumn::text("deal_id", "The deal.")
            .of(Domain::Deal)
            .required()
            .later(&[RejectCode::UnknownDeal, RejectCode::DealRejected]),
        InputColumn::text("line_no", "Identifies the line within the deal.").required(),
        InputColumn::text("product_id", "The product."),
        InputColumn::new("quantity", CellType::Number, "How many.").required(),
        InputColumn::new("amount", CellType::Money, "What they were sold for, in the deal's currency.")
            .required(),
        InputColumn::new("cost", CellType::Money, "What they cost the seller, in the deal's currency."),
    ],
    key: &[0, 1],
    one_of: &[],
    ordered: None,
    derived: &[],
};

/// The table `price_approvals`.
pub static PRICE_APPROVALS: InputTable = InputTable {
    table: TableName::PriceApprovals,
    name: "price_approvals",
    meaning: "Discounts that somebody approved.",
    always_needed: false,
    columns: &[
        InputColumn::text("approval_id", "Identifies the approval.").required(),
        InputColumn::text("deal_id", "The deal.")
            .of(Domain::Deal)
            .required()
            .later(&[RejectCode::UnknownDeal, RejectCode::DealRejected]),
        InputColumn::new("discount", CellType::Share, "The discount that it allows, 0 to 1.").required(),
        InputColumn::text("approved_by", "Who approved it.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("approved_at", CellType::Time, "When.").required(),
        InputColumn::new("expires_on", CellType::Date, "The last day on which it serves."),
        InputColumn::text("why", "Why.").attribute(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};
