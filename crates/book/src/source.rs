//! Reads one `[sources.…]` table of the project file: `docs/reference/project.md#sources`.

use std::collections::BTreeMap;

use super::dialect::{dialect, with_paths};
use super::{ColumnFrom, RateQuotation, Source, SourceValue, TableName, Unpivot, reshape};
use crate::config::{Item, Table};
use crate::parameters::{self, source};
use crate::values::map;

/// Reads a source of `table`; problems are reported to its document. A value that could not be read keeps its default, so
/// that everything else is checked as well.
pub(super) fn read(table: TableName, keys: &Table<'_>) -> Option<Source> {
    keys.keys(source::RATE_SOURCE.parameters);
    let source = Source {
        columns: map(keys, &source::COLUMNS, |item| column(table, item)),
        condition: keys.of(&source::WHERE).and_then(|item| item.expression()),
        values: map(keys, &source::VALUES, replacements),
        defaults: map(keys, &source::DEFAULTS, Item::cell),
        unpivot: keys.of(&source::UNPIVOT).and_then(|item| unpivot(&item)),
        quoted: quoted(table, keys),
        reshape: reshape::reshape(table, keys),
        ..dialect(table, keys)
    };
    if source.reshape.distinct && !source.reshape.sum.is_empty() {
        let why = "`sum` adds up equal rows as well, and `distinct` would count them once";
        keys.misplaced(parameters::reshape::DISTINCT.key, why);
    }
    with_paths(table, keys, source)
}

/// `"Amount"` or `{ expr = "…" }`; the currency of deals also `{ mark = "Amount" }`.
fn column(table_name: TableName, item: &Item<'_>) -> Option<ColumnFrom> {
    if item.is_table() {
        let table = item.table(&format!("`{}`", item.name()))?;
        table.keys(&[source::EXPR, source::MARK]);
        if table_name == TableName::Deals && item.name() == "currency" {
            if let Some(mark) = table.of(&source::MARK) {
                return mark.text().map(ColumnFrom::Mark);
            }
        } else {
            let why = "only the currency of a deal can be taken from the marks beside its amounts";
            table.misplaced(source::MARK.key, why);
        }
        let example = "expr = \"lower(\\\"Stage\\\")\"";
        return table.need(source::EXPR.key, example)?.expression().map(ColumnFrom::Expr);
    }
    if !item.is_text() {
        item.wrong_type("the name of a column of the file or { expr = \"…\" }");
        return None;
    }
    item.text().map(ColumnFrom::Name)
}

/// Text in the file → text that replaces it.
fn replacements(item: &Item<'_>) -> Option<SourceValue<BTreeMap<String, String>>> {
    let table = item.table(&format!("`{}`", item.name()))?;
    let value = table
        .entries()
        .iter()
        .filter_map(|(from, to)| Some((from.value.clone(), to.cell()?.value)))
        .collect();
    Some(SourceValue { value, span: item.span() })
}

fn unpivot(item: &Item<'_>) -> Option<SourceValue<Unpivot>> {
    let table = item.table("`unpivot`")?;
    table.keys(source::UNPIVOT_KEYS.parameters);
    let name = table.of(&source::UNPIVOT_NAME).and_then(|item| item.some_text());
    let value = table.of(&source::UNPIVOT_VALUE).and_then(|item| item.some_text());
    let keep = table.of(&source::UNPIVOT_KEEP).map_or(Some(Vec::new()), |item| item.texts());
    let keep = keep?.into_iter().map(|column| column.value).collect();
    Some(SourceValue { value: Unpivot { name: name?.value, value: value?.value, keep }, span: item.span() })
}

/// `quoted`, which only fx_rates may have.
fn quoted(table: TableName, keys: &Table<'_>) -> RateQuotation {
    if table != TableName::FxRates {
        keys.misplaced(source::QUOTED.key, "it says how fx_rates are quoted");
        return RateQuotation::BookPerUnit;
    }
    keys.choice(&source::QUOTED).unwrap_or(RateQuotation::BookPerUnit)
}
