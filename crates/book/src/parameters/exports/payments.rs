//! Keys of files that banks take.

use super::{needed, text};
use crate::config::describe::{Choice, Default, Parameter, Record, Shape};
use crate::exports::Scheme;

/// The one word of `detail` that transfers take.
pub(super) const TRANSFER: &[Parameter] = &[];

const fn plain(key: &'static str, meaning: &'static str) -> Parameter {
    Parameter::optional(key, Shape::SomeText, meaning)
}

/// `debtor`.
pub const DEBTOR: Record = Record {
    about: "Who pays, and from which account.",
    parameters: &[
        Parameter::required(
            "name",
            Shape::SomeText,
            "name = \"Northwind GmbH\"",
            "Name of the account's holder.",
        ),
        plain("iban", "The account."),
        plain("account", "The account, where it has no IBAN."),
        plain("bic", "The account's bank; `NOTPROVIDED` stands in the file without it."),
        plain("routing", "The account's bank in the United States: 9 digits."),
        plain("account_currency", "Currency of the account, where the bank asks for it."),
        plain("id", "The company's id, where the bank asks for one."),
        plain("id_scheme", "The scheme of the id, such as `BANK` or `CUST`."),
        plain("street", "Street of the company's address."),
        plain("building", "House number."),
        plain("postal_code", "Postal code."),
        plain("town", "Town; needed where the payee or the company is outside of the EEA."),
        plain("state", "State or province."),
        plain("country", "Country: two letters of ISO 3166."),
    ],
};

/// `balanced`.
pub const BALANCED: Record = Record {
    about: "The company's own account, from which a balanced file debits the sum.",
    parameters: &[
        Parameter::required(
            "routing",
            Shape::SomeText,
            "routing = \"021000021\"",
            "The account's bank: 9 digits.",
        ),
        Parameter::required("account", Shape::SomeText, "account = \"12345\"", "The account."),
        plain("account_type", "`checking` (the default) or `savings`."),
    ],
};

/// Of pain.001.
pub(super) const PAIN: &[Parameter] = &[
    Parameter::required(
        "debtor",
        Shape::Record(&DEBTOR),
        "debtor = { name = \"Northwind GmbH\", iban = \"DE…\", bic = \"…\" }",
        "Who pays, and from which account.",
    ),
    Parameter::with_default(
        "scheme",
        Shape::Choice(Scheme::WORDS),
        Default::Text("sepa"),
        "Which rules hold: those of SEPA, or those of CGI for other currencies and countries.",
    ),
    Parameter::with_default(
        "batch_booking",
        Shape::Flag,
        Default::Flag(true),
        "Whether the account shows one sum, so that single pay does not show.",
    ),
    text("service_level", "CGI: `NURG` (the default) or `URGP`."),
    text("charge_bearer", "CGI: who bears the charges; `SHAR` by default."),
    text("local_instrument", "CGI: such as `PPD` or `CCD`."),
    text("category_purpose", "Four letters; `SUPP` for partners and `SALA` for others by default."),
    text("purpose", "Four letters; `COMM` for partners and `SALA` for others by default."),
    text("remittance", "What the payee reads; `Commission {period} {payee_id}` by default."),
];

/// Of both kinds of NACHA files.
pub(super) const NACHA: &[Parameter] = &[
    needed("destination", "destination = \"121000248\"", "Immediate destination: the bank's routing number."),
    needed(
        "destination_name",
        "destination_name = \"WELLS FARGO\"",
        "Name of the bank, at most 23 characters.",
    ),
    needed(
        "origin",
        "origin = \"1234567890\"",
        "Immediate origin: 10 characters, as the bank says; 9 digits get a blank before them.",
    ),
    needed("origin_name", "origin_name = \"ACME INC\"", "Name of the company, at most 23 characters."),
    needed(
        "company_name",
        "company_name = \"ACME INC\"",
        "Name of the company in the batch, at most 16 characters.",
    ),
    needed(
        "company_id",
        "company_id = \"1234567890\"",
        "Id of the company, at most 10 characters, as the bank says.",
    ),
    text("discretionary", "Discretionary data, at most 20 characters."),
    text(
        "file_id",
        "File id modifier: A to Z or 0 to 9, another one for each file of a day. `A` by default.",
    ),
    text(
        "entry_description",
        "Entry description, at most 10 characters. PPD must begin with `PAYROLL`, the default; `COMMISSION` for CCD.",
    ),
    text("descriptive_date", "Descriptive date, at most 6 characters; `{MON} {yy}` by default."),
    text("odfi", "The first 8 digits of the originating bank; those of the destination by default."),
    text("line_end", "`crlf` (the default) or `lf`."),
    Parameter::optional(
        "balanced",
        Shape::Record(&BALANCED),
        "Makes the file balanced: one debit from the company's account. Off unless the bank asks for it.",
    ),
];

pub(super) const NACHA_CCD: &[Parameter] =
    &[text("addenda", "Text of an addenda record for each entry, at most 80 characters; none without it.")];
