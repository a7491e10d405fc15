//! Keys of a template: a file whose columns the project lists.

use super::text;
use crate::config::describe::{Choice, Default, Parameter, Record, Shape};
use crate::exports::{Alignment, QuoteStyle, Sign, TextEncoding};

/// Keys that are an export's own and never those of a template file.
pub(super) const OF_EXPORT: &[Parameter] = &[
    Parameter::optional(
        "template",
        Shape::SomeText,
        "A file with the keys of a template, relative to the project. What the export says itself goes before it.",
    ),
    text(
        "earnings",
        "What `code` is in expressions: one text, or by `rule`, by `kind` or by a column. By rule implies items.",
    ),
    text("company_code", "What `company_code` is where payment_details do not say it."),
    Parameter::with_default(
        "pays",
        Shape::Flag,
        Default::Flag(true),
        "Whether the file pays. One that does not may list payees whom another export pays.",
    ),
];

/// A column of a template.
pub const TEMPLATE_COLUMN: Record = Record {
    about: "A column of the file.",
    parameters: &[
        Parameter::required("name", Shape::Text, "name = \"Employee ID\"", "Its name in the header."),
        Parameter::required(
            "value",
            Shape::Text,
            "value = \"employee_number\"",
            "Its value: an expression over payees, payment_details, and `amount`, `code`, `company_code`, `payee_id`, `name`, `paid_currency`, \
             `period`, `period_start`, `period_end`, `execution_date`, `reference`, `line`. One column is `amount` itself.",
        ),
        Parameter::optional(
            "width",
            Shape::Whole { least: 1, most: 1_000 },
            "The most characters that it takes; in a file of fixed width exactly so many.",
        ),
        Parameter::with_default(
            "align",
            Shape::Choice(Alignment::WORDS),
            Default::Text("left"),
            "Where it stands in its width.",
        ),
        Parameter::with_default("fill", Shape::Character, Default::Text(" "), "What fills its width."),
        Parameter::with_default(
            "required",
            Shape::Flag,
            Default::Flag(false),
            "Whether an empty cell is an error.",
        ),
    ],
};

/// Keys of a template, in an export or in a file of its own.
pub const TEMPLATE: Record = Record {
    about: "A file whose columns are listed here.",
    parameters: &[
        Parameter::optional(
            "columns",
            Shape::some(&Shape::Record(&TEMPLATE_COLUMN)),
            "The columns, in order.",
        ),
        Parameter::optional(
            "file",
            Shape::SomeText,
            "Name of the file, such as \"pay-{period}.csv\"; `{reference}.csv` by default.",
        ),
        Parameter::with_default(
            "header",
            Shape::Flag,
            Default::Flag(true),
            "Whether the names of the columns are a line.",
        ),
        Parameter::optional(
            "header_lines",
            Shape::list(&Shape::Text),
            "Lines before them, with placeholders and {sum}, {count}, {payees}.",
        ),
        Parameter::optional(
            "footer_lines",
            Shape::list(&Shape::Text),
            "Lines at the end: a totals row has {sum}, {count}, {payees}.",
        ),
        Parameter::with_default("delimiter", Shape::Character, Default::Text(","), "Between cells."),
        Parameter::with_default(
            "quotes",
            Shape::Choice(QuoteStyle::WORDS),
            Default::Text("needed"),
            "Which cells are quoted.",
        ),
        Parameter::with_default(
            "encoding",
            Shape::Choice(TextEncoding::WORDS),
            Default::Text("utf-8"),
            "How the file is encoded.",
        ),
        Parameter::with_default("line_end", Shape::Text, Default::Text("crlf"), "`crlf` or `lf`."),
        Parameter::with_default(
            "decimal",
            Shape::Text,
            Default::Text("."),
            "The decimal sign of amounts; empty for whole minor units.",
        ),
        Parameter::with_default("group", Shape::Text, Default::Text(""), "What stands between thousands."),
        Parameter::with_default(
            "sign",
            Shape::Choice(Sign::WORDS),
            Default::Text("before"),
            "How an amount below 0 is written.",
        ),
        Parameter::with_default(
            "dates",
            Shape::Text,
            Default::Text("%Y-%m-%d"),
            "How dates are written: strftime.",
        ),
        Parameter::with_default(
            "fixed",
            Shape::Flag,
            Default::Flag(false),
            "Whether columns have their width and no delimiter.",
        ),
    ],
};
