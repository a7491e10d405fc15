//! `[sources]` of the project file.

use apportion_book::config::describe::{Default, Parameter, Record, Shape, Word};
use apportion_contract::{InputTable, TableName};
use serde_json::Value;

use super::made::{Keys, about, shape, table};

/// `[sources]`: a key for each input table that the contract describes.
pub(super) fn sources() -> Keys {
    let source = |name: TableName| {
        let takes = match name {
            TableName::FxRates => &RATES_ONE_OR_MORE,
            TableName::Deals
            | TableName::Engagements
            | TableName::Payees
            | TableName::Splits
            | TableName::Quotas => &ONE_OR_MORE,
        };
        (name.word().to_owned(), Value::Object(about(&meaning(name.describe()), shape(takes))))
    };
    table(
        "Where the rows of each table come from. A table may be fed by several sources, as `[[sources.engagements]]`.",
        TableName::ALL.into_iter().map(source).collect(),
        TableName::always_needed().map(|name| name.word().into()).collect(),
    )
}

/// What a row of a table is, and which columns a row needs.
fn meaning(table: &InputTable) -> String {
    let required = table.columns.iter().filter(|column| column.required).map(|column| column.name);
    let mut needed: Vec<String> = required.map(str::to_owned).collect();
    needed.extend(table.one_of.map(|pair| pair.map(|at| table.columns[at].name).join(" or ")));
    format!("{} Needed: {}.", table.meaning, needed.join(", "))
}

const ONE_OR_MORE: Shape = Shape::Either(&[Shape::Record(&SOURCE), Shape::some(&Shape::Record(&SOURCE))]);
const RATES_ONE_OR_MORE: Shape =
    Shape::Either(&[Shape::Record(&RATE_SOURCE), Shape::some(&Shape::Record(&RATE_SOURCE))]);

/// A source of any table but exchange rates.
const SOURCE: Record = Record {
    about: "Where rows of a table come from and how they are read.",
    parameters: WITH_QUOTED.split_at(WITH_QUOTED.len() - 1).0,
};

/// A source of exchange rates.
const RATE_SOURCE: Record =
    Record { about: "Where exchange rates come from and how they are read.", parameters: WITH_QUOTED };

/// The keys of all sources, and at last the one that only exchange rates have.
const WITH_QUOTED: &[Parameter] = &[
    Parameter::required(
        "path",
        Shape::Either(&[Shape::SomeText, Shape::some(&Shape::Text)]),
        "path = \"data/deals.csv\"",
        "A path, a pattern, or a list of them, relative to the project file: .csv, .tsv, .ndjson, .parquet, .arrow,\n.xlsx; \
         text formats also with .gz or .zst.",
    ),
    Parameter::optional(
        "columns",
        Shape::Map(&Shape::Either(&[
            Shape::About("A column of the file.", &Shape::Text),
            Shape::Record(&FROM_EXPRESSION),
            Shape::Record(&FROM_MARKS),
        ])),
        "Our column = the name of a column of the file, or { expr = \"…\" } over the file's columns. The currency of deals\nmay be \
         { mark = \"Amount\" }: what is beside the amounts.",
    ),
    Parameter::optional(
        "where",
        Shape::Text,
        "A condition over the file's columns: other rows are filtered, and counted.",
    ),
    Parameter::with_default(
        "dates",
        Shape::Either(&[Shape::Text, Shape::Map(&Shape::Text)]),
        Default::Text("%Y-%m-%d"),
        "How dates are written, for all columns or by column: strftime, such as \"%d.%m.%Y\"; or epoch-s, epoch-ms.",
    ),
    Parameter::optional(
        "types",
        Shape::Map(&Shape::Choice(&TYPES)),
        "Types of extra columns of untyped files, and of the file's columns in `where` and `expr`; text unless said.",
    ),
    Parameter::optional(
        "values",
        Shape::Map(&Shape::Map(&Shape::Cell)),
        "By column: the text in the file = the text that is meant.",
    ),
    Parameter::optional(
        "defaults",
        Shape::Map(&Shape::Cell),
        "By column: the value where a cell is empty or the column is missing.",
    ),
    Parameter::optional(
        "nulls",
        Shape::list(&Shape::Text),
        "Texts that mean nothing there, such as \"N/A\".",
    ),
    Parameter::optional(
        "delimiter",
        Shape::Character,
        "Between cells of a text file: a comma, or a tab for .tsv.",
    ),
    Parameter::with_default("quote", Shape::Character, Default::Text("\""), "Around cells of a text file."),
    Parameter::with_default(
        "encoding",
        Shape::Choice(&[bare("utf-8"), bare("utf-16"), bare("windows-1252")]),
        Default::Text("utf-8"),
        "Of a text file.",
    ),
    Parameter::with_default(
        "decimal_comma",
        Shape::Flag,
        Default::Flag(false),
        "Whether numbers are written with a decimal comma: short for numbers = { decimal = \",\" }.",
    ),
    Parameter::optional(
        "numbers",
        Shape::Either(&[Shape::Record(&NUMBERS), Shape::Map(&Shape::Record(&NUMBERS))]),
        "How numbers are written in texts, in all columns or by column.",
    ),
    Parameter::optional(
        "marks",
        Shape::Map(&Shape::Currency),
        "The currencies that symbols mean in this source, such as { \"$\" = \"CAD\" }.",
    ),
    Parameter::optional("sheet", Shape::SomeText, "Sheet of an .xlsx; the first unless said."),
    Parameter::optional(
        "unpivot",
        Shape::Record(&UNPIVOT),
        "Turns wide rows into long ones: every column but those kept becomes a row.",
    ),
    Parameter::with_default(
        "quoted",
        Shape::Choice(&[bare("book-per-unit"), bare("unit-per-book")]),
        Default::Text("book-per-unit"),
        "Whether a rate is book currency per unit (the amount is multiplied) or units per book currency (divided).",
    ),
];

/// A word that says what it means.
const fn bare(word: &'static str) -> Word {
    Word { word, meaning: "" }
}

const TYPES: [Word; 6] =
    [bare("text"), bare("number"), bare("money"), bare("date"), bare("time"), bare("boolean")];

const FROM_MARKS: Record = Record {
    about: "The currency that is written beside the amounts of a column of the file.",
    parameters: &[Parameter::required(
        "mark",
        Shape::Text,
        "mark = \"Amount\"",
        "The column of the file with the amounts.",
    )],
};

const NUMBERS: Record = Record {
    about: "How numbers are written.",
    parameters: &[
        Parameter::with_default(
            "decimal",
            Shape::Choice(&[bare("."), bare(",")]),
            Default::Text("."),
            "What is before the decimals.",
        ),
        Parameter::optional(
            "group",
            Shape::Choice(&[
                bare(","),
                bare("."),
                Word { word: " ", meaning: "any blank, the no-break and the thin one among them" },
                Word { word: "'", meaning: "either apostrophe" },
                Word { word: "indian", meaning: "`12,34,567`" },
                Word { word: "none", meaning: "nothing" },
            ]),
            "What is between groups of digits: the other one of point and comma, unless said.",
        ),
        Parameter::with_default(
            "percent",
            Shape::Flag,
            Default::Flag(false),
            "Whether a percent sign behind a number is read: it divides by 100, and is dropped in a column of percents.",
        ),
    ],
};

const FROM_EXPRESSION: Record = Record {
    about: "A value computed from the file's columns.",
    parameters: &[Parameter::required(
        "expr",
        Shape::Text,
        "expr = \"lower(\\\"Stage\\\")\"",
        "A SQL expression over the file's columns, such as lower(\"Stage\").",
    )],
};

const UNPIVOT: Record = Record {
    about: "Turns wide rows into long ones.",
    parameters: &[
        Parameter::required(
            "name",
            Shape::SomeText,
            "name = \"role\"",
            "Name of the new column that holds the old column's name.",
        ),
        Parameter::required(
            "value",
            Shape::SomeText,
            "value = \"payee_id\"",
            "Name of the new column that holds the cell.",
        ),
        Parameter::optional("keep", Shape::list(&Shape::Text), "Columns that stay as they are."),
    ],
};
