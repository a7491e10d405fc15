//! Reads one `[sources.…]` table of the project file: `docs/reference/project.md#sources`.

use std::collections::BTreeMap;

use super::numbers;
use super::parse::glob;
use super::{ColumnFrom, ColumnType, Dates, Encoding, Placed, Quoted, Source, TableName, Unpivot};
use crate::config::describe::Parameter;
use crate::config::{Item, Table};
use crate::parameters::source;
use apportion_base::diagnostic::Code;
use apportion_base::notation::{DateFormat, ISO_DATE};

/// Reads a source of `table`; problems are reported to its document. A value that could not be read keeps its default, so
/// that everything else is checked as well.
pub(super) fn read(table: TableName, keys: &Table<'_>) -> Option<Source> {
    keys.keys(source::RATE_SOURCE.parameters);
    let paths = keys.need(source::PATH.key, &format!("path = \"data/{}.csv\"", table.word()));
    let paths = paths.and_then(|item| paths_of(&item));
    let source = Source {
        table,
        span: keys.span(),
        paths: Vec::new(),
        columns: map(keys, &source::COLUMNS, |item| column(table, item)),
        condition: keys.of(&source::WHERE).and_then(|item| item.expression()),
        dates: keys
            .of(&source::DATES)
            .and_then(|item| dates(&item))
            .unwrap_or(Dates::All(ISO_DATE.to_owned())),
        types: map(keys, &source::TYPES, column_type),
        values: map(keys, &source::VALUES, replacements),
        defaults: map(keys, &source::DEFAULTS, Item::cell),
        nulls: nulls(keys),
        delimiter: keys.of(&source::DELIMITER).and_then(|item| byte(&item)),
        quote: keys.of(&source::QUOTE).and_then(|item| byte(&item)).unwrap_or(b'"'),
        encoding: keys.choice(&source::ENCODING).unwrap_or(Encoding::Utf8),
        numbers: numbers::numbers(keys),
        marks: numbers::marks(keys),
        sheet: keys.of(&source::SHEET).and_then(|item| item.some_text()),
        unpivot: keys.of(&source::UNPIVOT).and_then(|item| unpivot(&item)),
        quoted: quoted(table, keys),
    };
    Some(Source { paths: paths?, ..source })
}

/// A path, a glob, or a list of them.
fn paths_of(item: &Item<'_>) -> Option<Vec<Placed<String>>> {
    if item.is_text() {
        Some(vec![glob(item)?])
    } else if item.is_list() {
        item.some_list("paths or globs")?.iter().map(glob).collect()
    } else {
        item.wrong_type("a string or a list of strings");
        None
    }
}

/// The table under a key, each value read by `read`; without the key it is empty.
fn map<'d, T>(
    keys: &Table<'d>,
    key: &Parameter,
    read: impl Fn(&Item<'d>) -> Option<T>,
) -> BTreeMap<String, T> {
    let Some(table) = keys.of(key).and_then(|item| item.table(&format!("`{}`", key.key))) else {
        return BTreeMap::new();
    };
    table.entries().iter().filter_map(|(key, item)| Some((key.value.clone(), read(item)?))).collect()
}

/// `"Amount"` or `{ expr = "…" }`; the currency of deals also `{ mark = "Amount" }`.
fn column(of: TableName, item: &Item<'_>) -> Option<ColumnFrom> {
    if item.is_table() {
        let table = item.table(&format!("`{}`", item.name()))?;
        table.keys(&[source::EXPR, source::MARK]);
        if of == TableName::Deals && item.name() == "currency" {
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

fn column_type(item: &Item<'_>) -> Option<Placed<ColumnType>> {
    let value = item.one_of()?;
    Some(Placed { value, span: item.span() })
}

/// Text in the file → text that replaces it.
fn replacements(item: &Item<'_>) -> Option<Placed<BTreeMap<String, String>>> {
    let table = item.table(&format!("`{}`", item.name()))?;
    let value = table
        .entries()
        .iter()
        .filter_map(|(from, to)| Some((from.value.clone(), to.cell()?.value)))
        .collect();
    Some(Placed { value, span: item.span() })
}

/// One format for all date columns, or a table by column.
fn dates(item: &Item<'_>) -> Option<Dates> {
    if item.is_text() {
        return date_format(item).map(Dates::All);
    }
    if !item.is_table() {
        item.wrong_type("a format such as \"%d.%m.%Y\" or a table of formats by column");
        return None;
    }
    let table = item.table("`dates`")?;
    let formats = table
        .entries()
        .iter()
        .filter_map(|(column, item)| {
            let format = Placed { value: date_format(item)?, span: item.span() };
            Some((column.value.clone(), format))
        })
        .collect();
    Some(Dates::ByColumn(formats))
}

/// A strftime format from which every date can be read back, or a count of time.
fn date_format(item: &Item<'_>) -> Option<String> {
    let format = item.text()?.value;
    if let Err(why) = DateFormat::checked(&format) {
        let message = format!("\"{format}\" does not make a date: {why}");
        let help = "strftime formats: %Y-%m-%d, %d.%m.%Y, %m/%d/%y, %d %b %Y; or epoch-s, epoch-ms";
        item.doc().report(item.error(Code::BadDateFormat, message).help(help));
        return None;
    }
    Some(format)
}

fn nulls(keys: &Table<'_>) -> Vec<String> {
    let texts = keys.of(&source::NULLS).and_then(|item| item.texts()).unwrap_or_default();
    texts.into_iter().map(|text| text.value).collect()
}

/// One ASCII character, as a delimiter or quote of cells.
fn byte(item: &Item<'_>) -> Option<u8> {
    let text = item.text()?.value;
    match *text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0) => Some(byte),
        _ => {
            let message = format!("`{}` takes one character, in ASCII", item.name());
            let help = "a tab is \"\\t\"";
            item.doc().report(item.error(Code::BadDelimiter, message).help(help));
            None
        }
    }
}

fn unpivot(item: &Item<'_>) -> Option<Placed<Unpivot>> {
    let table = item.table("`unpivot`")?;
    table.keys(source::UNPIVOT_KEYS.parameters);
    let name = table.of(&source::UNPIVOT_NAME).and_then(|item| item.some_text());
    let value = table.of(&source::UNPIVOT_VALUE).and_then(|item| item.some_text());
    let keep = table.of(&source::UNPIVOT_KEEP).map_or(Some(Vec::new()), |item| item.texts());
    let keep = keep?.into_iter().map(|column| column.value).collect();
    Some(Placed { value: Unpivot { name: name?.value, value: value?.value, keep }, span: item.span() })
}

/// `quoted`, which only fx_rates may have.
fn quoted(table: TableName, keys: &Table<'_>) -> Quoted {
    if table != TableName::FxRates {
        keys.misplaced(source::QUOTED.key, "it says how fx_rates are quoted");
        return Quoted::BookPerUnit;
    }
    keys.choice(&source::QUOTED).unwrap_or(Quoted::BookPerUnit)
}
