//! The keys of `[exports.NAME]`, by format: `docs/reference/exports.md`.
//!
//! What a format takes is described here once. The reader, the JSON schema and the tables of the reference are made of it.

mod common;
mod journals;
mod payments;
mod payroll;
mod template;

use crate::config::describe::{Parameter, Record, Shape};
use crate::exports::ExportFormat;

pub use common::TEXT_BY;
pub use template::{TEMPLATE, TEMPLATE_COLUMN};

/// A text, or a text that depends on a column.
pub(crate) const TEXT: Shape = Shape::Either(&[Shape::Text, Shape::Record(&TEXT_BY)]);

/// A text key that may be left out.
pub(crate) const fn text(key: &'static str, meaning: &'static str) -> Parameter {
    Parameter::optional(key, TEXT, meaning)
}

/// A text key that must be there.
pub(crate) const fn needed(key: &'static str, example: &'static str, meaning: &'static str) -> Parameter {
    Parameter::required(key, TEXT, example, meaning)
}

impl ExportFormat {
    /// The keys that an export of this format takes, in the order in which they are offered.
    pub fn parameters(self) -> Vec<Parameter> {
        let groups: &[&[Parameter]] = match self {
            Self::AdpWorkforceNow => &[common::PAYING, payroll::ITEMS, payroll::ADP_WORKFORCE_NOW],
            Self::AdpRun => &[common::PAYING, payroll::ITEMS, payroll::ADP_RUN],
            Self::PaychexFlex => &[common::PAYING, payroll::ITEMS, payroll::PAYCHEX_FLEX],
            Self::Gusto => &[common::PAYING, payroll::ITEMS],
            Self::Paylocity => &[common::PAYING, payroll::ITEMS, payroll::PAYLOCITY],
            Self::DatevLodas => &[common::PAYING, payroll::ITEMS, payroll::DATEV, payroll::DATEV_LODAS],
            Self::DatevLohnUndGehalt => &[common::PAYING, payroll::ITEMS, payroll::DATEV],
            Self::Pain00100109 | Self::Pain00100103 => &[common::PAYING, payments::TRANSFER, payments::PAIN],
            Self::NachaPpd => &[common::PAYING, payments::TRANSFER, payments::NACHA],
            Self::NachaCcd => &[common::PAYING, payments::TRANSFER, payments::NACHA, payments::NACHA_CCD],
            Self::Template => &[common::PAYING, payroll::DETAIL, template::OF_EXPORT, TEMPLATE.parameters],
            Self::Beancount | Self::Hledger => &[common::JOURNAL, journals::COMMON],
            Self::DoubleEntry | Self::Xero => &[common::JOURNAL, common::JOURNAL_ROWS, journals::COMMON],
            Self::NetSuite => &[common::JOURNAL, common::JOURNAL_ROWS, journals::COMMON, journals::NETSUITE],
            Self::QuickBooksOnline => {
                &[common::JOURNAL, common::JOURNAL_ROWS, journals::COMMON, journals::QUICKBOOKS]
            }
            Self::Dynamics365 => {
                &[common::JOURNAL, common::JOURNAL_ROWS, journals::COMMON, journals::DYNAMICS]
            }
            Self::SapF2548 => &[common::JOURNAL, common::JOURNAL_ROWS, journals::COMMON, journals::SAP],
            Self::DatevExtf => &[common::JOURNAL, common::JOURNAL_ROWS, journals::COMMON, journals::DATEV],
        };
        groups.iter().flat_map(|group| group.iter().copied()).collect()
    }
}

/// Every record that a key of an export takes, for the tables of the reference.
pub const EXPORT_RECORDS: &[(&str, &Record)] = &[
    ("debtor", &payments::DEBTOR),
    ("balanced", &payments::BALANCED),
    ("columns", &template::TEMPLATE_COLUMN),
    ("by", &common::TEXT_BY),
];
