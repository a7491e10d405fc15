//! Keys that many formats share.

use super::TEXT;
use crate::TableName;
use crate::config::describe::{Default, Parameter, Record, Scope, Shape};
use crate::exports::{ExportFormat, LongNames, Negative};

use crate::config::describe::Choice;

/// `{ by = …, is = { … }, else = … }`.
pub const TEXT_BY: Record = Record {
    about: "A text that depends on a column of payees or payment_details, or on `rule` or `kind`. No match and no `else` is an \
            error.",
    parameters: &[
        Parameter::required(
            "by",
            Shape::SomeText,
            "by = \"rule\"",
            "The column; `rule`, `kind`, or in journals also `account`.",
        ),
        Parameter::required(
            "is",
            Shape::Map(&Shape::Text),
            "is = { accelerator = \"C\" }",
            "The text for each value of the column.",
        ),
        Parameter::optional("else", Shape::Text, "The text for any other value, and where there is none."),
    ],
};

pub(crate) const FORMAT: Parameter = Parameter::required(
    "format",
    Shape::Choice(ExportFormat::WORDS),
    "format = \"pain.001.001.09\"",
    "What is written.",
);

const PAYEES: Parameter = Parameter::optional(
    "payees",
    Shape::Condition(Scope::new(&[TableName::Payees, TableName::PaymentDetails])),
    "Whom it pays: a condition over payees, as of the month's last day, and payment_details. Without it, everybody.",
);

const REFERENCE: Parameter = Parameter::with_default(
    "reference",
    Shape::SomeText,
    Default::Text("APP"),
    "The beginning of references: at most 6 letters or digits. Books that pay from one account need different ones.",
);

/// Of everything that pays.
pub(super) const PAYING: &[Parameter] = &[
    FORMAT,
    PAYEES,
    Parameter::optional(
        "currency",
        Shape::Currency,
        "The one currency that the file pays; by default USD for formats of the United States, EUR for DATEV and SEPA, else the book's.",
    ),
    REFERENCE,
    Parameter::with_default(
        "long_names",
        Shape::Choice(LongNames::WORDS),
        Default::Text("error"),
        "What happens to a name that is longer than the format takes.",
    ),
    MAX_ROWS,
];

const MAX_ROWS: Parameter = Parameter::optional(
    "max_rows",
    Shape::Whole { least: 1, most: 1_000_000 },
    "The most payments or rows of a file; what is beyond goes into further files, `-2`, `-3` and so on.",
);

/// Of items.
pub(super) const NEGATIVE: Parameter = Parameter::optional(
    "negative",
    Shape::Choice(Negative::WORDS),
    "What happens to an item below 0: `keep` by default where the format is known to take it, else `net`.",
);

/// Of journals.
pub(super) const JOURNAL: &[Parameter] = &[
    FORMAT,
    REFERENCE,
    Parameter::optional("memo", TEXT, "The text of an entry; `Commission {period}` by default."),
];

/// Of journals in tables: a text form has no rows.
pub(super) const JOURNAL_ROWS: &[Parameter] = &[MAX_ROWS];
