//! The keys of a source that say how its files are written and where the table is: `docs/reference/project.md#sources`.

use crate::config::describe::{Choice, Default, Parameter, Record, Shape, Word};
use crate::{ColumnType, Encoding};
use apportion_base::notation::{DecimalSign, Group, ISO_DATE};

pub(crate) const PATH: Parameter = Parameter::required(
    "path",
    Shape::Either(&[Shape::SomeText, Shape::some(&Shape::Text)]),
    "path = \"data/deals.csv\"",
    "A path, a pattern, or a list of them, relative to the project file: .csv, .tsv, .ndjson, .parquet, .arrow,\n.xlsx, .xlsm, .xlsb, .xls, .ods; \
     text formats also with .gz or .zst.",
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

/// The last row of a sheet.
pub(crate) const MOST_ROWS: u32 = 1_048_576;

pub(crate) const HEADER: Parameter = Parameter::optional(
    "header",
    Shape::Either(&[
        Shape::Whole { least: 1, most: MOST_ROWS },
        Shape::SomeText,
        Shape::About("false: the file has none.", &Shape::Flag),
    ]),
    "The row that names the columns: its number, a text of one of its cells, or false with `names`. Without it: the first \
     row with a text.",
);

pub(crate) const NAMES: Parameter = Parameter::optional(
    "names",
    Shape::some(&Shape::Text),
    "Names of the columns of a file without a header.",
);

pub(crate) const ENDS: Parameter = Parameter::optional(
    "ends",
    Shape::SomeText,
    "Where the table ends: \"blank-row\", or a text that the first cell of a row begins with, such as \"Total\".",
);

pub(crate) const RANGE: Parameter = Parameter::optional(
    "range",
    Shape::SomeText,
    "Of a workbook: cells such as \"B4:H900\", or the name of a table or of a defined name.",
);

pub(crate) const MAX_UNPACKED: Parameter = Parameter::with_default(
    "max_unpacked",
    Shape::Either(&[Shape::SomeText, Shape::Whole { least: 1, most: u32::MAX }]),
    Default::Text("16 GiB"),
    "What a compressed file may unpack to.",
);

impl Choice for ColumnType {
    const ALL: &'static [Self] =
        &[Self::Text, Self::Number, Self::Money, Self::Date, Self::Time, Self::Boolean];
    const WORDS: &'static [Word] = &[
        Word::plain("text"),
        Word::plain("number"),
        Word::plain("money"),
        Word::plain("date"),
        Word::plain("time"),
        Word::plain("boolean"),
    ];
}

impl Choice for DecimalSign {
    const ALL: &'static [Self] = &[Self::Point, Self::Comma];
    const WORDS: &'static [Word] = &[Word::plain("."), Word::plain(",")];
}

impl Choice for Group {
    const ALL: &'static [Self] =
        &[Self::Comma, Self::Point, Self::Blank, Self::Apostrophe, Self::Indian, Self::None];
    const WORDS: &'static [Word] = &[
        Word::plain(","),
        Word::plain("."),
        Word { word: " ", meaning: "any blank, the no-break and the thin one among them" },
        Word { word: "'", meaning: "either apostrophe" },
        Word { word: "indian", meaning: "`12,34,567`" },
        Word::plain("none"),
    ];
}

impl Choice for Encoding {
    const ALL: &'static [Self] = &[Self::Utf8, Self::Utf16, Self::Windows1252];
    const WORDS: &'static [Word] =
        &[Word::plain("utf-8"), Word::plain("utf-16"), Word::plain("windows-1252")];
}
