//! `apportion.toml`.

use apportion_book::config::describe::{Default, Parameter, Record, Shape, Word};

use super::made::{Keys, record};
use super::sources::{RATE_SOURCE, SOURCE};

pub(super) const TITLE: &str = "apportion.toml";

/// The project file.
pub(super) fn file() -> Keys {
    record(&PROJECT)
}

const PROJECT: Record = Record {
    about: "The project file of apportion: the book, where the data come from, where the rules are.",
    parameters: &[
        Parameter::required("book", Shape::Record(&BOOK), "[book]", "What is paid, and by which calendar."),
        Parameter::required(
            "sources",
            Shape::Record(&SOURCES),
            "[sources]",
            "Where the rows of each table come from.",
        ),
    ],
};

/// `[book]`.
pub(super) const BOOK: Record = Record {
    about: "What is paid, and by which calendar.",
    parameters: &[
        Parameter::required(
            "name",
            Shape::SomeText,
            "name = \"Partner programme\"",
            "Name of the programme, as people see it.",
        ),
        Parameter::required(
            "currency",
            Shape::Currency,
            "currency = \"USD\"",
            "Currency of all amounts in rules and of everything that is paid: an ISO 4217 code.",
        ),
        Parameter::with_default(
            "fiscal_year_starts",
            Shape::Whole { least: 1, most: 12 },
            Default::Whole(1),
            "Month in which a fiscal year starts. A fiscal year is named after the calendar year in which it ends.",
        ),
        Parameter::with_default(
            "rounding",
            Shape::Choice(&[
                Word {
                    word: "half-away-from-zero",
                    meaning: "0.5 becomes 1 and -0.5 becomes -1, as in spreadsheets",
                },
                Word { word: "half-even", meaning: "0.5 becomes 0 and 1.5 becomes 2" },
            ]),
            Default::Text("half-away-from-zero"),
            "How the last digit is rounded.",
        ),
        Parameter::required(
            "rules",
            Shape::Patterns { example: "rules/*.toml" },
            "rules = [\"rules/*.toml\"]",
            "Rule files: paths or patterns, relative to this file.",
        ),
        Parameter::with_default(
            "fx_max_age_days",
            Shape::Whole { least: 0, most: 100_000 },
            Default::Whole(31),
            "An exchange rate older than this is no rate.",
        ),
        Parameter::with_default(
            "incomplete",
            Shape::Choice(&[
                Word { word: "hold", meaning: "It is not paid until the row is mended" },
                Word { word: "pay", meaning: "It is paid to those who are left" },
            ]),
            Default::Text("hold"),
            "What happens to a deal some of whose engagements or splits were rejected.",
        ),
    ],
};

const ONE_OR_MORE: Shape = Shape::Either(&[Shape::Record(&SOURCE), Shape::some(&Shape::Record(&SOURCE))]);
const RATES_ONE_OR_MORE: Shape =
    Shape::Either(&[Shape::Record(&RATE_SOURCE), Shape::some(&Shape::Record(&RATE_SOURCE))]);

/// `[sources]`.
pub(super) const SOURCES: Record = Record {
    about: "Where the rows of each table come from. A table may be fed by several sources, as `[[sources.engagements]]`.",
    parameters: &[
        Parameter::required(
            "deals",
            ONE_OR_MORE,
            "[sources.deals]",
            "Deals: deal_id, outcome (won or lost), close_date and amount are needed.",
        ),
        Parameter::optional(
            "engagements",
            ONE_OR_MORE,
            "Engagements: payee_id, role, and deal_id or account_id are needed.",
        ),
        Parameter::required("payees", ONE_OR_MORE, "[sources.payees]", "Payees: payee_id is needed."),
        Parameter::optional(
            "splits",
            ONE_OR_MORE,
            "Shares declared in the CRM: deal_id, payee_id and percent are needed.",
        ),
        Parameter::optional(
            "quotas",
            ONE_OR_MORE,
            "Quotas in book currency: payee_id, period and amount are needed.",
        ),
        Parameter::optional(
            "fx_rates",
            RATES_ONE_OR_MORE,
            "Exchange rates: date, currency and rate are needed.",
        ),
    ],
};
