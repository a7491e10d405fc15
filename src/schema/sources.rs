//! `[sources]` of the project file.

use apportion_book::config::describe::Shape;
use apportion_book::parameters::{RATE_SOURCE, SOURCE};
use apportion_contract::{InputTable, TableName};
use serde_json::Value;

use super::made::{Keys, about, shape, table};

/// `[sources]`: a key for each input table.
pub(super) fn sources() -> Keys {
    let source = |name: TableName| {
        let takes = match name {
            TableName::FxRates => &RATES_ONE_OR_MORE,
            _ => &ONE_OR_MORE,
        };
        (name.word().to_owned(), Value::Object(about(&meaning(name.describe()), shape(takes))))
    };
    table(
        "Where the rows of each table come from. A table may be fed by several sources, as `[[sources.engagements]]`.",
        TableName::IN_PROJECT.into_iter().map(source).collect(),
        TableName::always_needed().map(|name| name.word().into()).collect(),
    )
}

/// What a row of a table is, and which columns a row needs.
fn meaning(table: &InputTable) -> String {
    let required = table.columns.iter().filter(|column| column.required).map(|column| column.name);
    let mut needed: Vec<String> = required.map(str::to_owned).collect();
    let one_of: Vec<&str> = table.one_of.iter().map(|index| table.columns[*index].name).collect();
    needed.extend((!one_of.is_empty()).then(|| one_of.join(" or ")));
    format!("{} Needed: {}.", table.meaning, needed.join(", "))
}

const ONE_OR_MORE: Shape = Shape::Either(&[Shape::Record(&SOURCE), Shape::some(&Shape::Record(&SOURCE))]);
const RATES_ONE_OR_MORE: Shape =
    Shape::Either(&[Shape::Record(&RATE_SOURCE), Shape::some(&Shape::Record(&RATE_SOURCE))]);
