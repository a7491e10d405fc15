//! The keys of a source: `docs/reference/project.md#sources`.

use super::shape;
use crate::config::describe::{Choice, Default, Parameter, Record, Shape, Word};
use crate::{ColumnType, Encoding, RateQuotation};
use apportion_base::notation::{DecimalSign, Group, ISO_DATE};

pub(crate) const PATH: Parameter = Parameter::required(
    "path",
    Shape::Either(&[Shape::SomeText, Shape::some(&Shape::Text)]),
    "path = \"data/deals.csv\"",
    "A path, a pattern, or a list of them, relative to the project file: .csv, .tsv, .ndjson, .parquet, .arrow,\n.xlsx, .xlsm, .xlsb, .xls, .ods; \
     text formats also with .gz or .zst.",
);

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

pub(crate) const DATES: Parameter = Parameter::with_default(
    "dates",
    Shape::Either(&[Shape::Text, Shape::Map(&Shape::Text)]),
    Default::Text(ISO_DATE),
    "How dates are written, for all columns or by column: strftime, such as \"%d.%m.%Y\"; or epoch-s, epoch-ms.",
);

pub(crate) const TYPES: Parameter = Parameter::optional(
    "types",
    Shape::Map(&Shape::Choice(ColumnType::WORDS)),
    "Types of extra columns of untyped files, and of the file's columns in `where` and `expr`; text by default.",
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

pub(crate) const NULLS: Parameter = Parameter::optional(
    "nulls",
    Shape::list(&Shape::Text),
    "Texts that mean nothing there, such as \"N/A\".",
);

pub(crate) const DELIMITER: Parameter = Parameter::optional(
    "delimiter",
    Shape::Character,
    "Between cells of a text file: a comma, or a tab for .tsv.",
);

pub(crate) const QUOTE: Parameter =
    Parameter::with_default("quote", Shape::Character, Default::Text("\""), "Around cells of a text file.");

pub(crate) const ENCODING: Parameter = Parameter::with_default(
    "encoding",
    Shape::Choice(Encoding::WORDS),
    Default::Text("utf-8"),
    "Of a text file.",
);

pub(crate) const DECIMAL_COMMA: Parameter = Parameter::with_default(
    "decimal_comma",
    Shape::Flag,
    Default::Flag(false),
    "Whether numbers are written with a decimal comma: short for numbers = { decimal = \",\" }.",
);

pub(crate) const NUMBERS: Parameter = Parameter::optional(
    "numbers",
    Shape::Either(&[Shape::Record(&NOTATION), Shape::Map(&Shape::Record(&NOTATION))]),
    "How numbers are written in texts, in all columns or by column.",
);

pub(crate) const MARKS: Parameter = Parameter::optional(
    "marks",
    Shape::Map(&Shape::Currency),
    "The currencies that symbols mean in this source, such as { \"$\" = \"CAD\" }.",
);

pub(crate) const SHEET: Parameter =
    Parameter::optional("sheet", Shape::SomeText, "Sheet of a workbook; the first by default.");

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
    PATH,
    COLUMNS,
    WHERE,
    DATES,
    TYPES,
    VALUES,
    DEFAULTS,
    NULLS,
    DELIMITER,
    QUOTE,
    ENCODING,
    DECIMAL_COMMA,
    NUMBERS,
    MARKS,
    SHEET,
    shape::HEADER,
    shape::NAMES,
    shape::ENDS,
    shape::RANGE,
    shape::MAX_UNPACKED,
    shape::FILL_DOWN,
    UNPIVOT,
    shape::EXPLODE,
    shape::JOINS,
    shape::DECIMALS,
    shape::DISTINCT,
    shape::SUM,
    shape::ACCEPT,
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

/// `numbers`, of a source or of a column.
pub(crate) const NOTATION: Record =
    Record { about: "How numbers are written.", parameters: &[DECIMAL, GROUP, PERCENT] };

pub(crate) const DECIMAL: Parameter = Parameter::with_default(
    "decimal",
    Shape::Choice(DecimalSign::WORDS),
    Default::Text("."),
    "What is before the decimals.",
);

pub(crate) const GROUP: Parameter = Parameter::optional(
    "group",
    Shape::Choice(Group::WORDS),
    "What is between groups of digits: the other one of point and comma by default.",
);

pub(crate) const PERCENT: Parameter = Parameter::with_default(
    "percent",
    Shape::Flag,
    Default::Flag(false),
    "Whether a percent sign behind a number is read: it divides by 100, and is dropped in a column of percents.",
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

/// A word that says what it means.
const fn plain(word: &'static str) -> Word {
    Word { word, meaning: "" }
}

impl Choice for ColumnType {
    const ALL: &'static [Self] =
        &[Self::Text, Self::Number, Self::Money, Self::Date, Self::Time, Self::Boolean];
    const WORDS: &'static [Word] =
        &[plain("text"), plain("number"), plain("money"), plain("date"), plain("time"), plain("boolean")];
}

impl Choice for DecimalSign {
    const ALL: &'static [Self] = &[Self::Point, Self::Comma];
    const WORDS: &'static [Word] = &[plain("."), plain(",")];
}

impl Choice for Group {
    const ALL: &'static [Self] =
        &[Self::Comma, Self::Point, Self::Blank, Self::Apostrophe, Self::Indian, Self::None];
    const WORDS: &'static [Word] = &[
        plain(","),
        plain("."),
        Word { word: " ", meaning: "any blank, the no-break and the thin one among them" },
        Word { word: "'", meaning: "either apostrophe" },
        Word { word: "indian", meaning: "`12,34,567`" },
        plain("none"),
    ];
}

impl Choice for Encoding {
    const ALL: &'static [Self] = &[Self::Utf8, Self::Utf16, Self::Windows1252];
    const WORDS: &'static [Word] = &[plain("utf-8"), plain("utf-16"), plain("windows-1252")];
}

impl Choice for RateQuotation {
    const ALL: &'static [Self] = &[Self::BookPerUnit, Self::UnitPerBook];
    const WORDS: &'static [Word] = &[plain("book-per-unit"), plain("unit-per-book")];
}
