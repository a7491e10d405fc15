//! How the files of a source are written: `docs/reference/project.md#sources`.

use std::collections::BTreeMap;

use super::{
    ColumnType, Dates, Encoding, RateQuotation, Reshape, Source, SourceValue, TableName, layout, numbers,
};
use crate::config::{Item, Table};
use crate::parameters::dialect as parameters;
use crate::values::{glob, map};
use apportion_base::diagnostic::Code;
use apportion_base::notation::{DateFormat, ISO_DATE};

pub(crate) fn with_paths(table: TableName, keys: &Table<'_>, source: Source) -> Option<Source> {
    let paths = keys.need(parameters::PATH.key, &format!("path = \"data/{}.csv\"", table.word()));
    let paths = paths.and_then(|item| paths_of(&item));
    Some(Source { paths: paths?, ..source })
}

/// A source without paths of which only the dialect of its files, and where the table is, are known.
pub(crate) fn dialect(table: TableName, keys: &Table<'_>) -> Source {
    let delimiter = keys.of(&parameters::DELIMITER).and_then(|item| byte(&item));
    let quote = keys.of(&parameters::QUOTE).and_then(|item| byte(&item)).unwrap_or(b'"');
    let item = keys.get(parameters::DELIMITER.key);
    if let Some(item) = item.filter(|_| delimiter == Some(quote)) {
        let message = "`delimiter` and `quote` are the same character".to_owned();
        let help = "give `quote` another character, which occurs in no cell";
        item.doc().report(item.error(Code::BadDelimiter, message).help(help));
    }
    Source {
        table,
        with_channel: false,
        span: keys.span(),
        paths: Vec::new(),
        columns: BTreeMap::new(),
        condition: None,
        dates: keys
            .of(&parameters::DATES)
            .and_then(|item| dates(&item))
            .unwrap_or(Dates::All(ISO_DATE.to_owned())),
        types: map(keys, &parameters::TYPES, column_type),
        values: BTreeMap::new(),
        defaults: BTreeMap::new(),
        nulls: nulls(keys),
        delimiter,
        quote,
        encoding: keys.choice(&parameters::ENCODING).unwrap_or(Encoding::Utf8),
        numbers: numbers::numbers(keys),
        marks: numbers::marks(keys),
        sheet: keys.of(&parameters::SHEET).and_then(|item| item.some_text()),
        unpivot: None,
        quoted: RateQuotation::BookPerUnit,
        layout: layout::layout(keys),
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

fn column_type(item: &Item<'_>) -> Option<SourceValue<ColumnType>> {
    let value = item.one_of()?;
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
    let texts = keys.of(&parameters::NULLS).and_then(|item| item.texts()).unwrap_or_default();
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
