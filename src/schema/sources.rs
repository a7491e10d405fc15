//! One `[sources.…]` table of the project file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::parts::Cell;
use apportion_contract::{InputTable, TableName};

/// `[sources]`: a key for each input table that the contract describes.
pub struct Sources;

impl JsonSchema for Sources {
    fn schema_name() -> Cow<'static, str> {
        "Sources".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let properties: Map<String, Value> = TableName::ALL
            .into_iter()
            .map(|table| {
                let mut source = match table {
                    TableName::FxRates => OneOrMore::<RateSource>::json_schema(generator),
                    _ => OneOrMore::<Source>::json_schema(generator),
                };
                source.insert("description".to_owned(), description(table.describe()).into());
                (table.word().to_owned(), source.to_value())
            })
            .collect();
        let required: Vec<&str> = TableName::always_needed().map(TableName::word).collect();
        json_schema!({
            "description": "Where the rows of each table come from. A table may be fed by several sources, as `[[sources.engagements]]`.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
            "required": required,
        })
    }
}

/// What a row of a table is, and which columns a row needs.
fn description(table: &InputTable) -> String {
    let required = table.columns.iter().filter(|column| column.required).map(|column| column.name);
    let mut needed: Vec<String> = required.map(str::to_owned).collect();
    needed.extend(table.one_of.map(|pair| pair.map(|at| table.columns[at].name).join(" or ")));
    format!("{} Needed: {}.", table.meaning, needed.join(", "))
}

/// A table, or a list of tables.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum OneOrMore<T> {
    One(T),
    More(#[schemars(length(min = 1))] Vec<T>),
}

/// Defines a source with the keys that all have, and those that only it has.
macro_rules! source {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name {
            /// A path, a pattern, or a list of them, relative to the project file: .csv, .tsv, .ndjson, .parquet, .arrow,
            /// .xlsx; text formats also with .gz or .zst.
            path: Paths,
            /// Our column = the name of a column of the file, or { expr = "…" } over the file's columns.
            columns: Option<BTreeMap<String, ColumnFrom>>,
            /// A condition over the file's columns: other rows are filtered, and counted.
            r#where: Option<String>,
            /// How dates are written, for all columns or by column: strftime, such as "%d.%m.%Y".
            #[schemars(extend("default" = "%Y-%m-%d"))]
            dates: Option<Dates>,
            /// Types of extra columns of untyped files; text unless said.
            types: Option<BTreeMap<String, ColumnType>>,
            /// By column: the text in the file = the text that is meant.
            values: Option<BTreeMap<String, BTreeMap<String, Cell>>>,
            /// By column: what stands where a cell is empty or the column is missing.
            defaults: Option<BTreeMap<String, Cell>>,
            /// Texts that mean nothing there, such as "N/A".
            nulls: Option<Vec<String>>,
            /// Between cells of a text file: a comma, or a tab for .tsv.
            #[schemars(length(min = 1, max = 1))]
            delimiter: Option<String>,
            /// Around cells of a text file.
            #[schemars(length(min = 1, max = 1), extend("default" = "\""))]
            quote: Option<String>,
            /// Of a text file.
            #[schemars(extend("default" = "utf-8"))]
            encoding: Option<Encoding>,
            /// Whether numbers are written with a decimal comma.
            #[schemars(extend("default" = false))]
            decimal_comma: Option<bool>,
            /// Sheet of an .xlsx; the first unless said.
            #[schemars(length(min = 1))]
            sheet: Option<String>,
            /// Turns wide rows into long ones: every column but those kept becomes a row.
            unpivot: Option<Unpivot>,
            $($own)*
        }
    };
}

source! {
    /// Where rows of a table come from and how they are read.
    Source {}
}

source! {
    /// Where exchange rates come from and how they are read.
    RateSource {
        /// Whether a rate is book currency per unit (the amount is multiplied) or units per book currency (divided).
        #[schemars(extend("default" = "book-per-unit"))]
        quoted: Option<Quoted>,
    }
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Paths {
    One(#[schemars(length(min = 1))] String),
    More(#[schemars(length(min = 1))] Vec<String>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum ColumnFrom {
    /// A column of the file.
    Name(String),
    Expr(FromExpression),
}

/// A value computed from the file's columns.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FromExpression {
    /// A SQL expression over the file's columns, such as lower("Stage").
    expr: String,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Dates {
    All(String),
    ByColumn(BTreeMap<String, String>),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum ColumnType {
    Text,
    Number,
    Money,
    Date,
    Boolean,
}

#[derive(JsonSchema)]
enum Encoding {
    #[schemars(rename = "utf-8")]
    Utf8,
    #[schemars(rename = "utf-16")]
    Utf16,
    #[schemars(rename = "windows-1252")]
    Windows1252,
}

/// Turns wide rows into long ones.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Unpivot {
    /// Name of the new column that holds the old column's name.
    #[schemars(length(min = 1))]
    name: String,
    /// Name of the new column that holds the cell.
    #[schemars(length(min = 1))]
    value: String,
    /// Columns that stay as they are.
    keep: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Quoted {
    BookPerUnit,
    UnitPerBook,
}
