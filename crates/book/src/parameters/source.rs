//! The keys of a source: `docs/reference/project.md#sources`.

use super::{dialect, reshape};
use crate::RateQuotation;
use crate::config::describe::{Choice, Default, Parameter, Record, Shape, Word};

pub(crate) const COLUMNS: Parameter = Parameter::optional(
    "columns",
    Shape::Map(&Shape::Either(&[
        Shape::About("A column of the file.", &Shape::Text),
        Shape::Record(&COMPUTED),
    ])),
    "Our column = the name of a column of the file, or { expr = \"…\" } over the file's columns. The currency of deals\nmay be \
     { mark = \"Amount\" }: what is written beside the amounts.",
);

pub(crate) const WHERE: Parameter = Parameter::optional(
    "where",
    Shape::Text,
    "A condition over the file's columns: other rows are filtered, and counted.",
);

pub(crate) const VALUES: Parameter = Parameter::optional(
    "values",
    Shape::Map(&Shape::Map(&Shape::Cell)),
    "By column: the text in the file = its value.",
);

pub(crate) const DEFAULTS: Parameter = Parameter::optional(
    "defaults",
    Shape::Map(&Shape::Cell),
    "By column: the value where a cell is empty or the column is missing.",
);

pub(crate) const UNPIVOT: Parameter = Parameter::optional(
    "unpivot",
    Shape::Record(&UNPIVOT_KEYS),
    "Turns wide rows into long ones: every column but those kept becomes a row.",
);

pub(crate) const QUOTED: Parameter = Parameter::with_default(
    "quoted",
    Shape::Choice(RateQuotation::WORDS),
    Default::Text("book-per-unit"),
    "Whether a rate is book currency per unit (the amount is multiplied) or units per book currency (divided).",
);

/// A source of any table but exchange rates.
pub const SOURCE: Record = Record {
    about: "Where rows of a table come from and how they are read.",
    parameters: WITH_QUOTED.split_at(WITH_QUOTED.len() - 1).0,
};

/// A source of exchange rates.
pub const RATE_SOURCE: Record =
    Record { about: "Where exchange rates come from and how they are read.", parameters: WITH_QUOTED };

/// The keys of all sources, and at last the one that only exchange rates have.
const WITH_QUOTED: &[Parameter] = &[
    dialect::PATH,
    COLUMNS,
    WHERE,
    dialect::DATES,
    dialect::TYPES,
    VALUES,
    DEFAULTS,
    dialect::NULLS,
    dialect::DELIMITER,
    dialect::QUOTE,
    dialect::ENCODING,
    dialect::DECIMAL_COMMA,
    dialect::NUMBERS,
    dialect::MARKS,
    dialect::SHEET,
    dialect::HEADER,
    dialect::NAMES,
    dialect::ENDS,
    dialect::RANGE,
    dialect::MAX_UNPACKED,
    reshape::FILL_DOWN,
    UNPIVOT,
    reshape::EXPLODE,
    reshape::JOINS,
    reshape::DECIMALS,
    reshape::DISTINCT,
    reshape::SUM,
    reshape::ACCEPT,
    QUOTED,
];

/// `{ expr = "…" }` or `{ mark = "…" }` in `columns`.
const COMPUTED: Record =
    Record { about: "A value computed from the file's columns: one of two keys.", parameters: &[EXPR, MARK] };

pub(crate) const MARK: Parameter = Parameter::optional(
    "mark",
    Shape::Text,
    "Of the currency of deals: the column of the file beside whose amounts it is written.",
);

pub(crate) const EXPR: Parameter = Parameter::optional(
    "expr",
    Shape::Text,
    "A SQL expression over the file's columns, such as lower(\"Stage\").",
);

/// `unpivot`.
pub(crate) const UNPIVOT_KEYS: Record = Record {
    about: "Turns wide rows into long ones.",
    parameters: &[UNPIVOT_NAME, UNPIVOT_VALUE, UNPIVOT_KEEP],
};

pub(crate) const UNPIVOT_NAME: Parameter = Parameter::required(
    "name",
    Shape::SomeText,
    "name = \"currency\"",
    "Name of the new column that holds the old column's name.",
);

pub(crate) const UNPIVOT_VALUE: Parameter = Parameter::required(
    "value",
    Shape::SomeText,
    "value = \"rate\"",
    "Name of the new column that holds the cell.",
);

pub(crate) const UNPIVOT_KEEP: Parameter =
    Parameter::optional("keep", Shape::list(&Shape::Text), "Columns that stay as they are.");

impl Choice for RateQuotation {
    const ALL: &'static [Self] = &[Self::BookPerUnit, Self::UnitPerBook];
    const WORDS: &'static [Word] = &[Word::plain("book-per-unit"), Word::plain("unit-per-book")];
}
