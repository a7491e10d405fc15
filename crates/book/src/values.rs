//! Reads values that several tables of the project file have.

use std::collections::BTreeMap;

use crate::SourceValue;
use crate::config::describe::Parameter;
use crate::config::{Item, Table};
use apportion_base::diagnostic::{Code, nearest};
use apportion_base::money::Currency;

/// A currency of ISO 4217.
pub(crate) fn currency(item: &Item<'_>) -> Option<Currency> {
    let code = item.text()?.value;
    let currency = Currency::from_code(&code);
    if currency.is_none() {
        let near = nearest(&code, Currency::codes());
        let help = match near {
            Some(near) => format!("did you mean `{near}`? ISO 4217 writes currencies in three capitals"),
            None => "ISO 4217 writes currencies in three capitals: USD, EUR, JPY".to_owned(),
        };
        let message = format!("there is no currency \"{code}\"");
        item.doc().report(item.error(Code::UnknownCurrency, message).help(help));
    }
    currency
}

/// A path or glob, checked for its syntax.
pub(crate) fn glob(item: &Item<'_>) -> Option<SourceValue<String>> {
    let text = item.some_text()?;
    if let Err(error) = glob::Pattern::new(&text.value) {
        let message = format!("\"{}\" is not a glob: {}", text.value, error.msg);
        let help =
            "`*` matches any part of a name, `**` for any folders, `?` for one character; `[*]` is a star";
        item.doc().report(item.error(Code::BadGlob, message).help(help));
        return None;
    }
    Some(text)
}

/// The table under a key, each value read by `read`; without the key it is empty.
pub(crate) fn map<'d, T>(
    keys: &Table<'d>,
    key: &Parameter,
    read: impl Fn(&Item<'d>) -> Option<T>,
) -> BTreeMap<String, T> {
    let Some(table) = keys.of(key).and_then(|item| item.table(&format!("`{}`", key.key))) else {
        return BTreeMap::new();
    };
    table.entries().iter().filter_map(|(key, item)| Some((key.value.clone(), read(item)?))).collect()
}

/// A list of texts.
/// The texts of a list; none without the key.
pub(crate) fn texts(keys: &Table<'_>, key: &Parameter) -> Vec<SourceValue<String>> {
    keys.of(key).and_then(|item| item.texts()).unwrap_or_default()
}

/// A list of tables.
pub(crate) fn tables<T>(keys: &Table<'_>, key: &Parameter, read: impl Fn(&Table<'_>) -> Option<T>) -> Vec<T> {
    let list = keys.of(key).and_then(|item| item.list("tables")).unwrap_or_default();
    let name = format!("`{}`", key.key);
    list.iter().filter_map(|item| read(&item.table(&name)?)).collect()
}

/// A number of bytes, as a whole number or with a unit: `"16 GiB"`.
pub(crate) fn byte_count(item: &Item<'_>) -> Option<u64> {
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
