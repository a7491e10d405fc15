//! The keys of a source that say what becomes of its rows before the columns are taken.

use super::dialect;
use crate::config::describe::{Default, Parameter, Record, Shape, Word};
use apportion_contract::RejectCode;

pub(crate) const FILL_DOWN: Parameter = Parameter::optional(
    "fill_down",
    Shape::list(&Shape::Text),
    "Columns of the file whose empty cells take the value above.",
);

pub(crate) const EXPLODE: Parameter = Parameter::optional(
    "explode",
    Shape::Record(&EXPLODE_KEYS),
    "A column of the file whose cells are lists: a row for each part.",
);

pub(crate) const JOINS: Parameter =
    Parameter::optional("joins", Shape::list(&Shape::Record(&JOIN_KEYS)), "Look-ups into other files.");

pub(crate) const DECIMALS: Parameter = Parameter::optional(
    "decimals",
    Shape::Map(&Shape::Whole { least: 0, most: 9 }),
    "By our column: cells with more decimals are rounded to so many, half away from zero.",
);

pub(crate) const DISTINCT: Parameter = Parameter::with_default(
    "distinct",
    Shape::Flag,
    Default::Flag(false),
    "Whether rows that are equal in all columns read count once.",
);

pub(crate) const SUM: Parameter = Parameter::optional(
    "sum",
    Shape::list(&Shape::Text),
    "Our columns in which the rows of one key are added up; in all others they must be equal.",
);

pub(crate) const ACCEPT: Parameter = Parameter::optional(
    "accept",
    Shape::list(&Shape::Record(&ACCEPT_KEYS)),
    "Rejects that are known and don't count.",
);

/// `explode`.
pub(crate) const EXPLODE_KEYS: Record =
    Record { about: "A row for each part of a cell.", parameters: &[EXPLODE_COLUMN, EXPLODE_BY] };

pub(crate) const EXPLODE_COLUMN: Parameter =
    Parameter::required("column", Shape::SomeText, "column = \"Owners\"", "The column of the file.");

pub(crate) const EXPLODE_BY: Parameter =
    Parameter::required("by", Shape::Text, "by = \";\"", "What is between the parts.");

/// An element of `accept`.
pub(crate) const ACCEPT_KEYS: Record = Record {
    about: "So many rejects of a code that are known: they do not make the exit code 1, nor count for --max-rejects. One \
            more, and all of them do.",
    parameters: &[ACCEPT_CODE, ACCEPT_MOST, ACCEPT_WHY],
};

pub(crate) const ACCEPT_CODE: Parameter =
    Parameter::required("code", Shape::Choice(&CODES), "code = \"unknown-deal\"", "The code.");

pub(crate) const ACCEPT_MOST: Parameter = Parameter::required(
    "most",
    Shape::Whole { least: 0, most: 1_000_000_000 },
    "most = 40",
    "How many rows at most.",
);

pub(crate) const ACCEPT_WHY: Parameter =
    Parameter::required("why", Shape::SomeText, "why = \"test accounts\"", "The reason, for people.");

/// The codes of rejects.
const CODES: [Word; RejectCode::ALL.len()] = {
    let mut words = [Word::plain(""); RejectCode::ALL.len()];
    let mut index = 0;
    while index < words.len() {
        words[index] = Word::plain(RejectCode::ALL[index].word());
        index += 1;
    }
    words
};

/// An element of `joins`: its own keys, and those of the other file's dialect, which mean what they mean for a source.
pub(crate) const JOIN_KEYS: Record = Record {
    about: "A look-up into another file. No match gives nulls; several reject the row.",
    parameters: &[
        dialect::PATH,
        JOIN_ON,
        JOIN_COLUMNS,
        dialect::DATES,
        dialect::TYPES,
        dialect::NULLS,
        dialect::DELIMITER,
        dialect::QUOTE,
        dialect::ENCODING,
        dialect::DECIMAL_COMMA,
        dialect::NUMBERS,
        dialect::SHEET,
        dialect::HEADER,
        dialect::NAMES,
        dialect::ENDS,
        dialect::RANGE,
        dialect::MAX_UNPACKED,
        FILL_DOWN,
    ],
};

pub(crate) const JOIN_ON: Parameter = Parameter::required(
    "on",
    Shape::Map(&Shape::Text),
    "on = { \"Product\" = \"product_code\" }",
    "Which columns are compared: that of the source's file = that of the other file.",
);

pub(crate) const JOIN_COLUMNS: Parameter = Parameter::required(
    "columns",
    Shape::some(&Shape::Text),
    "columns = [\"list_price\"]",
    "The columns of the other file that rows get.",
);
