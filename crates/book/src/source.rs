//! Reads one `[sources.…]` table of the project file: `docs/reference/project.md#sources`.

use std::collections::BTreeMap;

use super::numbers;
use super::parse::glob;
use super::{
    ColumnFrom, ColumnType, Dates, Encoding, RateQuotation, Reshape, Source, SourceValue, TableName, Unpivot,
    parameters, shape,
};
use crate::config::describe::Parameter;
use crate::config::{Item, Table};
use crate::parameters::source;
use apportion_base::diagnostic::Code;
use apportion_base::notation::{DateFormat, ISO_DATE};

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
        reshape: shape::reshape(table, keys),
        ..dialect(table, keys)
    };
    if source.reshape.distinct && !source.reshape.sum.is_empty() {
        let why = "`sum` adds up equal rows as well, and `distinct` would count them once";
        keys.misplaced(parameters::shape::DISTINCT.key, why);
    }
    with_paths(table, keys, source)
}

/// The other file of a join.
pub(super) fn of_join(table: TableName, keys: &Table<'_>) -> Option<Source> {
    keys.keys(parameters::shape::JOIN_KEYS.parameters);
    let fill_down = shape::texts(keys, &parameters::shape::FILL_DOWN);
    let source = dialect(table, keys);
    with_paths(table, keys, Source { reshape: Reshape { fill_down, ..Reshape::default() }, ..source })
}

fn with_paths(table: TableName, keys: &Table<'_>, source: Source) -> Option<Source> {
    let paths = keys.need(source::PATH.key, &format!("path = \"data/{}.csv\"", table.word()));
    let paths = paths.and_then(|item| paths_of(&item));
    Some(Source { paths: paths?, ..source })
}

/// A source without paths of which only the dialect of its files, and where the table is, are known.
fn dialect(table: TableName, keys: &Table<'_>) -> Source {
    let delimiter = keys.of(&source::DELIMITER).and_then(|item| byte(&item));
    let quote = keys.of(&source::QUOTE).and_then(|item| byte(&item)).unwrap_or(b'"');
    let item = keys.get(source::DELIMITER.key);
    if let Some(item) = item.filter(|_| delimiter == Some(quote)) {
        let message = "`delimiter` and `quote` are the same character".to_owned();
        let help = "give `quote` another character, which occurs in no cell";
        item.doc().report(item.error(Code::BadDelimiter, message).help(help));
    }
    Source {
        table,
        span: keys.span(),
        paths: Vec::new(),
        columns: BTreeMap::new(),
        condition: None,
        dates: keys
            .of(&source::DATES)
            .and_then(|item| dates(&item))
            .unwrap_or(Dates::All(ISO_DATE.to_owned())),
        types: map(keys, &source::TYPES, column_type),
        values: BTreeMap::new(),
        defaults: BTreeMap::new(),
        nulls: nulls(keys),
        delimiter,
        quote,
        encoding: keys.choice(&source::ENCODING).unwrap_or(Encoding::Utf8),
        numbers: numbers::numbers(keys),
        marks: numbers::marks(keys),
        sheet: keys.of(&source::SHEET).and_then(|item| item.some_text()),
        unpivot: None,
        quoted: RateQuotation::BookPerUnit,
        layout: shape::layout(keys),
        reshape: Reshape::default(),
    }
}

/// A path, a glob, or a list of them.
fn paths_of(item: &Item<'_>) -> Option<Vec<SourceValue<String>>> {
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
pub(super) fn map<'d, T>(
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

fn column_type(item: &Item<'_>) -> Option<SourceValue<ColumnType>> {
    let value = item.one_of()?;
    Some(SourceValue { value, span: item.span() })
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
            let format = SourceValue { value: date_format(item)?, span: item.span() };
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

/// A number of bytes, as a whole number or with a unit: `"16 GiB"`.
pub(super) fn byte_count(item: &Item<'_>) -> Option<u64> {
    if !item.is_text() {
        return item.whole(1..=u32::MAX).map(u64::from);
    }
    let text = item.text()?.value;
    let digits = text.trim();
    let (number, unit) = digits.split_at(digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()));
    let unit: Option<u64> = match unit.trim() {
        "" | "B" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        "TiB" => Some(1 << 40),
        _ => None,
    };
    let bytes = unit.and_then(|unit| number.parse::<u64>().ok()?.checked_mul(unit));
    let bytes = bytes.filter(|bytes| *bytes > 0);
    if bytes.is_none() {
        let message = format!("`{}` can't be \"{text}\"", item.name());
        let help = "write a number of bytes with a unit: \"512 MiB\", \"16 GiB\"";
        item.doc().report(item.error(Code::InvalidNumber, message).help(help));
    }
    bytes
}
