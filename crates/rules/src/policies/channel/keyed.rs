//! A value, or one by a text column: `{ by = "payees.tier", is = { gold = … }, else = … }`.

use std::collections::BTreeMap;

use super::model::Keyed;
use crate::context::Context;
use crate::values::Values;
use apportion_book::config::Item;
use apportion_book::config::describe::{Parameter, Shape};
use apportion_contract::TableName;

/// `by` of a value by a column.
pub(super) const BY: Parameter = Parameter::required(
    "by",
    Shape::Text,
    "by = \"payees.tier\"",
    "The text column, such as \"payees.tier\" or \"accounts.class\".",
);

/// `is` of a value by a column.
pub(super) const fn is(values: &'static Shape) -> Parameter {
    Parameter::required(
        "is",
        Shape::Map(values),
        "is = { gold = … }",
        "The value for each text of the column.",
    )
}

/// `else` of a value by a column.
pub(super) const fn or_else(value: Shape) -> Parameter {
    Parameter::optional("else", value, "The value for any other text, and where there is none.")
}

/// Reads a value that may depend on a text column of one of `tables`.
pub(super) fn keyed<T>(
    context: &Context<'_>,
    item: &Item<'_>,
    tables: &[TableName],
    read: impl Fn(&Item<'_>) -> Option<T>,
) -> Option<Keyed<T>> {
    if !item.is_table() {
        return read(item).map(Keyed::Plain);
    }
    let table = item.table(&format!("`{}`", item.name()))?;
    table.known(&["by", "is", "else"]);
    let column = table.of(&BY).and_then(|item| context.by_column(&item, tables));
    let cases = table.need("is", "is = { gold = … }").and_then(|item| item.table("`is`"));
    let otherwise = match table.get("else") {
        Some(item) => Some(read(&item)?),
        None => None,
    };
    let cases: Vec<Option<(String, T)>> = cases?
        .entries()
        .iter()
        .map(|(key, item)| read(item).map(|value| (key.value.clone(), value)))
        .collect();
    let is = cases.into_iter().collect::<Option<BTreeMap<_, _>>>()?;
    Some(Keyed::By { column: column?, is, otherwise })
}

impl<T> Keyed<T> {
    /// Lists it as texts.
    pub(super) fn values(&self, values: &mut Values, key: &'static str, text: impl Fn(&T) -> String) {
        match self {
            Self::Plain(plain) => values.put(key, text(plain)),
            Self::By { column, is, otherwise } => {
                values.part(key, "by", format!("{}.{}", column.table.word(), column.column));
                for (case, value) in is {
                    values.part(key, case, text(value));
                }
                if let Some(value) = otherwise {
                    values.part(key, "else", text(value));
                }
            }
        }
    }
}
