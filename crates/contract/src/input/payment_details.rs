//! `payment_details`: where a payee's money goes, and under which numbers payroll and accounting know the payee.

use super::{CellType, Domain, InputColumn, InputTable, TableName};

/// The words of `account_type`.
pub const ACCOUNT_TYPES: [&str; 2] = ["checking", "savings"];

/// The table `payment_details`. Exports and journals read it, and no run does.
pub static PAYMENT_DETAILS: InputTable = InputTable {
    table: TableName::PaymentDetails,
    name: "payment_details",
    meaning: "Where a payee's money goes from one day to another, and under which numbers payroll and accounting know the payee. \
              Exports and journals read it; no run and no close does.",
    always_needed: false,
    columns: &[
        InputColumn::text("payee_id", "Whose details they are.").of(Domain::Payee).required(),
        InputColumn::new("from", CellType::Date, "Their first day.").required(),
        InputColumn::new("until", CellType::Date, "Their last day; empty where they have no end."),
        InputColumn::text("method", "How the payee is paid, such as `sepa` or `payroll`; for conditions."),
        InputColumn::text("employee_number", "The payee's number in payroll. A text: leading zeros stay."),
        InputColumn::text("first_name", "First name, as payroll has it."),
        InputColumn::text("last_name", "Last name, as payroll has it."),
        InputColumn::text("company_code", "The company in payroll whose employee the payee is."),
        InputColumn::text("cost_center", "Cost center."),
        InputColumn::text("cost_unit", "Cost unit (Kostenträger)."),
        InputColumn::text("vendor_id", "The payee in accounting: its vendor, or creditor account."),
        InputColumn::text("iban", "Account number of 33 countries and more; blanks do not matter."),
        InputColumn::text("bic", "The account's bank, by 8 or 11 characters."),
        InputColumn::text("routing_number", "The account's bank in the United States, by 9 digits."),
        InputColumn::text("account_number", "Account number where there is no IBAN."),
        InputColumn::new(
            "account_type",
            CellType::Word(&ACCOUNT_TYPES),
            "What the account is, in the United States.",
        ),
        InputColumn::text("account_name", "The account's holder, as the bank has it."),
        InputColumn::text("legal_name", "The payee's legal name."),
        InputColumn::text("street", "Street of the payee's address."),
        InputColumn::text("building", "House number."),
        InputColumn::text("postal_code", "Postal code."),
        InputColumn::text("town", "Town."),
        InputColumn::text("state", "State or province."),
        InputColumn::text("country", "Country: two letters of ISO 3166."),
        InputColumn::text("bank_town", "Town of the bank."),
        InputColumn::text("bank_country", "Country of the bank: two letters of ISO 3166."),
        InputColumn::text("vat_id", "VAT number."),
    ],
    key: &[0, 1],
    one_of: &[],
    ordered: Some([1, 2]),
    derived: &[],
};
