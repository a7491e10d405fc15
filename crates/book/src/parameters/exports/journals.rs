//! Keys of journal formats.

use super::{TEXT, needed, text};
use crate::config::describe::{Parameter, Shape};

/// Of all journals.
pub(super) const COMMON: &[Parameter] = &[
    text("entity", "The company that books, by company_code; each gets a balanced journal."),
    Parameter::optional(
        "dimensions",
        Shape::Map(&TEXT),
        "Dimensions of lines of expense, assets and amortisation, such as `department` and `class`.",
    ),
    Parameter::optional(
        "by_payee",
        Shape::list(&Shape::Text),
        "The roles that are kept payee by payee, such as [\"accrued\", \"payable\"].",
    ),
    text("tax", "The tax code or rate, by account."),
];

pub(super) const NETSUITE: &[Parameter] =
    &[text("date_format", "How dates are written; MM/DD/YYYY by default.")];

pub(super) const QUICKBOOKS: &[Parameter] =
    &[text("region", "`us` (the default) or `other`."), text("date_format", "How dates are written.")];

pub(super) const DYNAMICS: &[Parameter] = &[
    needed("journal_name", "journal_name = \"GenJrn\"", "Name of the journal."),
    text("account_type", "`Ledger`, `Vendor` or `Bank`, by account; `Ledger` by default."),
    text("account_format", "How an account and its dimensions are written; `{account}` by default."),
];

pub(super) const SAP: &[Parameter] = &[
    needed("template", "template = \"upload.xlsx\"", "The template of the release, as it was downloaded."),
    text("document_type", "Journal entry type; `SA` by default."),
    text("fiscal_period", "Fiscal period; the posting date's month by default."),
    text("ledger_group", "Ledger group."),
];

pub(super) const DATEV: &[Parameter] = &[
    needed("berater", "berater = \"1001\"", "Beraternummer."),
    needed("mandant", "mandant = \"456\"", "Mandantennummer."),
    text("fiscal_year_starts", "Month in which the fiscal year starts; the book's by default."),
    text("account_length", "Digits of a G/L account: 4 (the default) to 8."),
    text("initials", "Initials: 2 capitals."),
    text("chart", "Chart of accounts: `03` or `04`."),
];
