//! `[sources]` of the project file.

use apportion_book::config::describe::{Default, Parameter, Record, Shape, Word};
use apportion_contract::{InputTable, RejectCode, TableName};
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
    PATH,
    Parameter::optional(
        "columns",
        Shape::Map(&Shape::Either(&[
            Shape::About("A column of the file.", &Shape::Text),
            Shape::Record(&FROM_EXPRESSION),
        ])),
        "Our column = the name of a column of the file, or { expr = \"…\" } over the file's columns.",
    ),
    Parameter::optional(
        "where",
        Shape::Text,
        "A condition over the file's columns: other rows are filtered, and counted.",
    ),
    DATES,
    TYPES_KEY,
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
    NULLS,
    DELIMITER,
    QUOTE,
    ENCODING,
    DECIMAL_COMMA,
    SHEET,
    HEADER,
    NAMES,
    ENDS,
    RANGE,
    MAX_UNPACKED,
    FILL_DOWN,
    Parameter::optional("explode", Shape::Record(&EXPLODE), "A column of lists: a row for each part."),
    Parameter::optional("joins", Shape::list(&Shape::Record(&JOIN)), "Look-ups into other files."),
    Parameter::optional(
        "decimals",
        Shape::Map(&Shape::Whole { least: 0, most: 9 }),
        "By our column: cells with more decimals are rounded to so many, half away from zero.",
    ),
    Parameter::with_default(
        "distinct",
        Shape::Flag,
        Default::Flag(false),
        "Whether rows that are equal in all columns read count once.",
    ),
    Parameter::optional(
        "sum",
        Shape::list(&Shape::Text),
        "Our columns in which the rows of one key are added up; all others must be equal.",
    ),
    Parameter::optional("accept", Shape::list(&Shape::Record(&ACCEPT)), "Rejects that are known and don't count."),
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

const TYPES: [Word; 5] = [bare("text"), bare("number"), bare("money"), bare("date"), bare("boolean")];

const FROM_EXPRESSION: Record = Record {
    about: "A value computed from the file's columns.",
    parameters: &[Parameter::required(
        "expr",
        Shape::Text,
        "expr = \"lower(\\\"Stage\\\")\"",
        "A SQL expression over the file's columns, such as lower(\"Stage\").",
    )],
};

const HEADER_ROW: Shape = Shape::Either(&[
    Shape::Whole { least: 1, most: 1_048_576 },
    Shape::SomeText,
    Shape::About("false: the file has none.", &Shape::Flag),
]);

const EXPLODE: Record = Record {
    about: "A row for each part of a cell.",
    parameters: &[
        Parameter::required("column", Shape::SomeText, "column = \"Owners\"", "The column of the file."),
        Parameter::required("by", Shape::Text, "by = \";\"", "What is between the parts."),
    ],
};

const ACCEPT: Record = Record {
    about: "So many rejects of a code that are known: they do not make the exit code 1, nor count for --max-rejects. One \
            more, and all of them do.",
    parameters: &[
        Parameter::required("code", Shape::Choice(&CODES), "code = \"unknown-deal\"", "The code."),
        Parameter::required(
            "most",
            Shape::Whole { least: 0, most: 1_000_000_000 },
            "most = 40",
            "How many rows.",
        ),
        Parameter::required("why", Shape::SomeText, "why = \"test accounts\"", "The reason, for people."),
    ],
};

/// The codes of rejects.
const CODES: [Word; RejectCode::ALL.len()] = {
    let mut words = [bare(""); RejectCode::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = bare(RejectCode::ALL[at].word());
        at += 1;
    }
    words
};

const JOIN: Record = Record {
    about: "A look-up into another file. No match gives nulls; several reject the row.",
    parameters: JOIN_KEYS,
};

/// The keys of a join: its own, and those of the other file's dialect, which mean what they mean for a source.
const JOIN_KEYS: &[Parameter] = &[
    PATH,
    Parameter::required(
        "on",
        Shape::Map(&Shape::Text),
        "on = { \"Product\" = \"product_code\" }",
        "Which columns are compared: that of the source's file = that of the other file.",
    ),
    Parameter::required(
        "columns",
        Shape::some(&Shape::Text),
        "columns = [\"list_price\"]",
        "The columns of the other file that rows get.",
    ),
    DATES,
    TYPES_KEY,
    NULLS,
    DELIMITER,
    QUOTE,
    ENCODING,
    DECIMAL_COMMA,
    SHEET,
    HEADER,
    NAMES,
    ENDS,
    RANGE,
    MAX_UNPACKED,
    FILL_DOWN,
];

const PATH: Parameter = Parameter::required(
        "path",
        Shape::Either(&[Shape::SomeText, Shape::some(&Shape::Text)]),
        "path = \"data/deals.csv\"",
        "A path, a pattern, or a list of them, relative to the project file: .csv, .tsv, .ndjson, .parquet, .arrow,\n.xlsx, .xlsm, .xlsb, .xls, .ods; \
         text formats also with .gz or .zst.",
    );

const DATES: Parameter = Parameter::with_default(
        "dates",
        Shape::Either(&[Shape::Text, Shape::Map(&Shape::Text)]),
        Default::Text("%Y-%m-%d"),
        "How dates are written, for all columns or by column: strftime, such as \"%d.%m.%Y\".",
    );

const TYPES_KEY: Parameter = Parameter::optional(
        "types",
        Shape::Map(&Shape::Choice(&TYPES)),
        "Types of extra columns of untyped files; text unless said.",
    );

const NULLS: Parameter = Parameter::optional(
        "nulls",
        Shape::list(&Shape::Text),
        "Texts that mean nothing there, such as \"N/A\".",
    );

const DELIMITER: Parameter = Parameter::optional(
        "delimiter",
        Shape::Character,
        "Between cells of a text file: a comma, or a tab for .tsv.",
    );

const QUOTE: Parameter = Parameter::with_default("quote", Shape::Character, Default::Text("\""), "Around cells of a text file.");

const ENCODING: Parameter = Parameter::with_default(
        "encoding",
        Shape::Choice(&[bare("utf-8"), bare("utf-16"), bare("windows-1252")]),
        Default::Text("utf-8"),
        "Of a text file.",
    );

const DECIMAL_COMMA: Parameter = Parameter::with_default(
        "decimal_comma",
        Shape::Flag,
        Default::Flag(false),
        "Whether numbers are written with a decimal comma.",
    );

const SHEET: Parameter = Parameter::optional("sheet", Shape::SomeText, "Sheet of a workbook; the first unless said.");

const HEADER: Parameter = Parameter::optional(
        "header",
        HEADER_ROW,
        "The row that names the columns: its number, a text of one of its cells, or false with `names`. Without it: the \
         first row with a text.",
    );

const NAMES: Parameter = Parameter::optional("names", Shape::some(&Shape::Text), "Names of the columns of a file without a header.");

const ENDS: Parameter = Parameter::optional(
        "ends",
        Shape::SomeText,
        "Where the table ends: \"blank-row\", or a text that the first cell of a row begins with, such as \"Total\".",
    );

const RANGE: Parameter = Parameter::optional(
        "range",
        Shape::SomeText,
        "Of a workbook: cells such as \"B4:H900\", or the name of a table or of a defined name.",
    );

const MAX_UNPACKED: Parameter = Parameter::with_default(
        "max_unpacked",
        Shape::Either(&[Shape::SomeText, Shape::Whole { least: 1, most: u32::MAX }]),
        Default::Text("16 GiB"),
        "What a compressed file may unpack to.",
    );

const FILL_DOWN: Parameter = Parameter::optional(
        "fill_down",
        Shape::list(&Shape::Text),
        "Columns of the file whose empty cells take the value above.",
    );

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
