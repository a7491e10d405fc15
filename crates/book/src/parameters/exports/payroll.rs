//! Keys of payroll formats.

use super::common::NEGATIVE;
use super::{needed, text};
use crate::config::describe::{Choice, Default, Parameter, Shape};
use crate::exports::Detail;

/// One sum or items.
pub(super) const DETAIL: &[Parameter] = &[
    Parameter::with_default(
        "detail",
        Shape::Choice(Detail::WORDS),
        Default::Text("payee"),
        "One sum for each payee, or items by rule.",
    ),
    NEGATIVE,
];

/// Of formats with earnings codes.
pub(super) const ITEMS: &[Parameter] = &[
    needed(
        "earnings",
        "earnings = \"B\"",
        "The code of the earning, as the company's payroll has it: one, or by `rule`, by `kind` or by a column. By rule implies items.",
    ),
    DETAIL[0],
    NEGATIVE,
    text("company_code", "The company in payroll, where payment_details do not say it."),
    text("cost_column", "The file's column in which the cost center stands; none without it."),
];

pub(super) const ADP_WORKFORCE_NOW: &[Parameter] = &[
    needed("batch", "batch = \"AP{mm}{yy}\"", "Batch ID: at most 8 characters."),
    text("pay_number", "The column `Pay #`."),
];

pub(super) const ADP_RUN: &[Parameter] = &[
    needed("pay_frequency", "pay_frequency = \"M\"", "Pay frequency of the payroll: W, B, S or M."),
    text(
        "pay_period",
        "First and last day of the next payroll, \"2026-08-01/2026-08-31\". By default the (half) month of the execution date; weekly \
         and biweekly payrolls must say it.",
    ),
    text("separate_check", "The column `Separate Check`; 0 by default."),
];

pub(super) const PAYCHEX_FLEX: &[Parameter] = &[
    Parameter::with_default(
        "columns",
        Shape::Whole { least: 16, most: 39 },
        Default::Whole(16),
        "How many columns the company's template has: 16 or 39.",
    ),
    text(
        "line_date",
        "The column `Line Date`: `period` (the month's last day), `execution`, or empty (the default).",
    ),
    text("check_seq", "The column `Check Seq Number`."),
];

pub(super) const PAYLOCITY: &[Parameter] = &[];

pub(super) const DATEV: &[Parameter] = &[
    needed("berater", "berater = \"1001\"", "Beraternummer: 4 to 7 digits."),
    needed(
        "mandant",
        "mandant = \"456\"",
        "Mandantennummer: 1 to 5 digits. Several clients make a file each.",
    ),
    text("payroll_month", "The month of the payroll, \"2026-08\"; by default that of the execution date."),
];

pub(super) const DATEV_LODAS: &[Parameter] =
    &[text("bs_nr", "Bearbeitungsschlüssel: 2 (an amount) by default.")];
