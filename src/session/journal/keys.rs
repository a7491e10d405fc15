//! The format of a journal and its keys: those of an export of the project, or none.

use std::collections::BTreeMap;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::config::describe::Choice as _;
use apportion_book::exports::{ExportKeys, ExportSettings, ExportValue, TextRule};
use apportion_book::{Book, ExportFormat};
use apportion_journals::formats::Format;
use apportion_journals::journal::roles;
use apportion_journals::keys::{JournalKeys, KeyText};

/// The format and the keys of a journal.
pub(super) struct Chosen {
    /// Under which the folder is named.
    pub name: String,
    pub format: Format,
    pub keys: JournalKeys,
    pub fiscal_year_starts: Option<u8>,
}

/// The format with this name, with the keys of its export; or an export with this name.
pub(super) fn chosen(book: &Book, named: &str) -> Result<Chosen, Vec<Diagnostic>> {
    let own: Vec<&ExportSettings> = match ExportFormat::from_word(named) {
        Some(format) => book.exports.iter().filter(|export| export.format.value == format).collect(),
        None => book.exports.iter().filter(|export| export.name == named).collect(),
    };
    let word = match (ExportFormat::from_word(named), own.as_slice()) {
        (Some(format), [] | [_]) => format.word(),
        (None, [export]) => export.format.value.word(),
        (Some(_), [first, ..]) => {
            let names: Vec<&str> = own.iter().map(|export| export.name.as_str()).collect();
            let message = format!("several exports have the format `{named}`: {}", names.join(", "));
            let error = Diagnostic::error(Code::BadExport, message).at(first.span.clone(), "");
            return Err(vec![error.help("name the one that is meant: --format NAME")]);
        }
        (None, _) => return Err(vec![no_format(named)]),
    };
    let format = Format::from_word(word).ok_or_else(|| vec![no_format(named)])?;
    let (keys, fiscal_year_starts) = match own.first() {
        Some(export) => keys(export)?,
        None => (JournalKeys::default(), None),
    };
    Ok(Chosen { name: named.to_owned(), format, keys, fiscal_year_starts })
}

fn no_format(named: &str) -> Diagnostic {
    let words: Vec<&str> = Format::ALL.into_iter().map(Format::word).collect();
    let message = format!("there is no journal `{named}`");
    Diagnostic::error(Code::BadExport, message)
        .help(format!("formats are {}; or name an [exports.NAME] with one of them", words.join(", ")))
}

/// The keys of an export, as journals have them.
fn keys(export: &ExportSettings) -> Result<(JournalKeys, Option<u8>), Vec<Diagnostic>> {
    let wrong = |key: &str, message: String| {
        let span = export.keys.span(key).unwrap_or(&export.span);
        vec![Diagnostic::error(Code::BadExport, message).at(span.clone(), "")]
    };
    let text = |rule: &TextRule| match rule {
        TextRule::Constant(text) => KeyText::Constant(text.clone()),
        TextRule::By { by, is, otherwise } => {
            let plain =
                by.strip_prefix("payees.").or_else(|| by.strip_prefix("payment_details.")).unwrap_or(by);
            KeyText::By { by: plain.to_owned(), is: is.clone(), otherwise: otherwise.clone() }
        }
    };
    let texts = |keys: &ExportKeys| -> BTreeMap<String, KeyText> {
        let one = |(key, value): (&String, &ExportValue)| match value {
            ExportValue::Text(value) => Some((key.clone(), text(&value.value))),
            ExportValue::Whole(value) => Some((key.clone(), KeyText::Constant(value.value.to_string()))),
            ExportValue::Flag(_) | ExportValue::List(_) | ExportValue::Table(..) => None,
        };
        keys.0.iter().filter_map(one).collect()
    };
    let mut all = texts(&export.keys);
    let mut keys =
        JournalKeys { entity: all.remove("entity"), tax: all.remove("tax"), ..JournalKeys::default() };
    for (key, into) in [("reference", &mut keys.reference), ("memo", &mut keys.memo)] {
        match all.remove(key) {
            Some(KeyText::Constant(text)) => *into = text,
            Some(KeyText::By { .. }) => {
                return Err(wrong(key, format!("`{key}` of a journal can't depend on a column")));
            }
            None => {}
        }
    }
    let is_short = (1..=6).contains(&keys.reference.len());
    if !is_short || !keys.reference.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(wrong(
            "reference",
            format!("`reference` is \"{}\": at most 6 letters or digits", keys.reference),
        ));
    }
    all.remove("max_rows");
    keys.max_rows = export.keys.whole("max_rows").map(|most| most as usize);
    keys.dimensions = export.keys.table("dimensions").map(texts).unwrap_or_default();
    if export.keys.0.contains_key("by_payee") {
        let words = export.keys.texts("by_payee");
        let kept = roles(&words)
            .map_err(|word| wrong("by_payee", format!("there is no role `{word}` of accounts")))?;
        keys.by_payee = Some(kept);
    }
    let starts = match all.remove("fiscal_year_starts") {
        Some(KeyText::Constant(text)) => {
            let month = text.parse::<u8>().ok().filter(|month| (1..=12).contains(month));
            let wrong =
                || wrong("fiscal_year_starts", "`fiscal_year_starts` is no month from 1 to 12".to_owned());
            Some(month.ok_or_else(wrong)?)
        }
        _ => None,
    };
    keys.texts = all;
    Ok((keys, starts))
}
