//! Reads `[exports.NAME]` by the description of its format.

use std::collections::BTreeMap;

use apportion_base::diagnostic::{Code, Diagnostic, Span};

use super::{ExportFormat, ExportKeys, ExportSettings, ExportValue, LONGEST_EXPORT_NAME, TextRule};
use crate::SourceValue;
use crate::config::describe::{Parameter, Record, Shape, Word};
use crate::config::{Item, Table, known_names};
use crate::parameters::exports::TEXT_BY;

/// What journals are written under; no export may be named so.
const JOURNAL_PREFIX: &str = "journal-";

/// All of `[exports]`, in the order of the file.
pub(crate) fn exports(table: &Table<'_>) -> Vec<ExportSettings> {
    let mut exports: Vec<ExportSettings> = Vec::new();
    for (key, item) in table.entries() {
        let shown = format!("[exports.{}]", key.value);
        let Some(keys) = item.table(&shown) else { continue };
        if let Some(message) = bad_name(&key.value, &exports) {
            table.doc().report(
                Diagnostic::error(Code::BadExport, message).at(key.span.clone(), "").help(
                    "an export has a name of letters, digits, `-` and `_`, such as [exports.us-payroll]",
                ),
            );
            continue;
        }
        exports.extend(export(&key.value, &keys));
    }
    exports
}

fn bad_name(name: &str, before: &[ExportSettings]) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > LONGEST_EXPORT_NAME || !name.chars().all(is_plain) {
        return Some(format!("`{name}` is no name of an export, which is the name of a folder, too"));
    }
    if name.to_ascii_lowercase().starts_with(JOURNAL_PREFIX) {
        return Some(format!("`{name}` begins with `{JOURNAL_PREFIX}`, as folders of journals do"));
    }
    let same = before.iter().find(|other| other.name.eq_ignore_ascii_case(name))?;
    Some(format!("`{name}` and `{}` would be one folder", same.name))
}

fn export(name: &str, table: &Table<'_>) -> Option<ExportSettings> {
    let item = table.need("format", "format = \"pain.001.001.09\"")?;
    let format = item.one_of::<ExportFormat>()?;
    let described = format.parameters();
    table.keys(&described);
    let payees = table.get("payees").map(|item| item.expression());
    let mut keys = keys_of(table, &described);
    let format = SourceValue { value: format, span: item.span() };
    keys.0.remove("format");
    keys.0.remove("payees");
    let payees = match payees {
        Some(read) => Some(read?),
        None => None,
    };
    Some(ExportSettings { name: name.to_owned(), span: table.span(), format, payees, keys })
}

/// The keys of a template that stands in a file of its own.
pub fn template_keys(table: &Table<'_>) -> ExportKeys {
    let described = crate::parameters::exports::TEMPLATE.parameters;
    table.keys(described);
    keys_of(table, described)
}

fn keys_of(table: &Table<'_>, described: &[Parameter]) -> ExportKeys {
    let read = |parameter: &Parameter| {
        let item = table.of(parameter)?;
        Some((parameter.key.to_owned(), value(&item, &parameter.shape)?))
    };
    ExportKeys(described.iter().filter_map(read).collect())
}

/// The value of a key, by what its description takes.
fn value(item: &Item<'_>, shape: &Shape) -> Option<ExportValue> {
    match shape {
        Shape::Text | Shape::Pattern(_) | Shape::Condition(_) | Shape::Expression(_) => {
            item.text().map(constant)
        }
        Shape::SomeText => item.some_text().map(constant),
        Shape::Character => character(item).map(constant),
        Shape::Currency => {
            let text = item.text()?;
            crate::values::currency(item)?;
            Some(constant(text))
        }
        Shape::Choice(words) => word(item, words).map(constant),
        Shape::Flag => item.flag().map(|value| ExportValue::Flag(placed(item, value))),
        Shape::Whole { least, most } => {
            item.whole(*least..=*most).map(|value| ExportValue::Whole(placed(item, value)))
        }
        Shape::Record(record) => {
            let table = item.table(&format!("`{}`", item.name()))?;
            table.keys(record.parameters);
            Some(ExportValue::Table(keys_of(&table, record.parameters), table.span()))
        }
        Shape::Map(inner) => {
            let table = item.table(&format!("`{}`", item.name()))?;
            let read = table.entries().into_iter();
            let read = read.filter_map(|(key, item)| Some((key.value, value(&item, inner)?)));
            Some(ExportValue::Table(ExportKeys(read.collect()), table.span()))
        }
        Shape::List { item: inner, .. } => {
            let items = item.list("values")?;
            Some(ExportValue::List(items.iter().filter_map(|item| value(item, inner)).collect()))
        }
        Shape::Either([Shape::Text, Shape::Record(record)]) if is_text_by(record) => text_rule(item),
        // No format describes a key of these shapes; a test goes through all of them.
        Shape::Day | Shape::Number(_) | Shape::NumberBy(..) | Shape::Cell | Shape::Patterns { .. } => None,
        Shape::Either(_) | Shape::About(..) => None,
    }
}

fn is_text_by(record: &Record) -> bool {
    record.about == TEXT_BY.about
}

/// A text, or `{ by, is, else }`.
fn text_rule(item: &Item<'_>) -> Option<ExportValue> {
    if !item.is_table() {
        return item.text().map(constant);
    }
    let table = item.table(&format!("`{}`", item.name()))?;
    table.keys(TEXT_BY.parameters);
    let by = table.need("by", TEXT_BY.parameters[0].example()).and_then(|item| item.some_text());
    let is = table.need("is", TEXT_BY.parameters[1].example()).and_then(|item| item.table("`is`"));
    let otherwise = match table.get("else") {
        Some(item) => Some(item.text()?.value),
        None => None,
    };
    let texts = |table: Table<'_>| -> BTreeMap<String, String> {
        let entries = table.entries().into_iter();
        entries.filter_map(|(key, item)| Some((key.value, item.text()?.value))).collect()
    };
    let rule = TextRule::By { by: by?.value, is: is.map(texts)?, otherwise };
    Some(ExportValue::Text(SourceValue { value: rule, span: table.span() }))
}

fn character(item: &Item<'_>) -> Option<SourceValue<String>> {
    let text = item.text()?;
    if text.value.chars().count() != 1 {
        let message = format!("`{}` takes one character", item.name());
        item.doc().report(item.error(Code::BadDelimiter, message));
        return None;
    }
    Some(text)
}

fn word(item: &Item<'_>, words: &[Word]) -> Option<SourceValue<String>> {
    let known: Vec<(&str, usize)> =
        words.iter().enumerate().map(|(place, word)| (word.word, place)).collect();
    item.choice(&known)?;
    item.text()
}

fn placed<T>(item: &Item<'_>, value: T) -> SourceValue<T> {
    SourceValue { value, span: item.span() }
}

fn constant(text: SourceValue<String>) -> ExportValue {
    ExportValue::Text(SourceValue { value: TextRule::Constant(text.value), span: text.span })
}

impl ExportSettings {
    /// Replaces a key for this export: `key` may name one in a table, as `debtor.name`.
    ///
    /// # Errors
    /// `bad-export` for a key that the format does not have, and a value that it does not take.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), Diagnostic> {
        let (first, below) = key.split_once('.').map_or((key, None), |(first, below)| (first, Some(below)));
        let described = self.format.value.parameters();
        let known = || described.iter().map(|parameter| parameter.key);
        let unknown = |key: &str, help: String| {
            let message = format!("an export of format `{}` has no key `{key}`", self.format.value.word());
            Diagnostic::error(Code::BadExport, message).help(help)
        };
        let Some(parameter) = described.iter().find(|parameter| parameter.key == first) else {
            return Err(unknown(first, known_names(first, "the format", known())));
        };
        if ["format", "payees"].contains(&first) {
            let message = format!("`{first}` of an export can't be replaced by an argument");
            return Err(Diagnostic::error(Code::BadExport, message).help("change it in apportion.toml"));
        }
        let (shape, keys, last) = match (parameter.shape, below) {
            (Shape::Record(record), Some(below)) => {
                let Some(inner) = record.parameters.iter().find(|inner| inner.key == below) else {
                    let names = record.parameters.iter().map(|inner| inner.key);
                    return Err(unknown(key, known_names(below, first, names)));
                };
                let table = self.keys.0.entry(first.to_owned());
                let table =
                    table.or_insert_with(|| ExportValue::Table(ExportKeys::default(), self.span.clone()));
                match table {
                    ExportValue::Table(keys, _) => (inner.shape, keys, below),
                    _ => return Err(refused(key, "a table")),
                }
            }
            (_, Some(_)) => return Err(unknown(key, format!("`{first}` is no table"))),
            (shape, None) => (shape, &mut self.keys, first),
        };
        let value = argument(key, text, &shape, &self.span)?;
        keys.0.insert(last.to_owned(), value);
        Ok(())
    }
}

/// The value of an argument, by what its key takes.
fn argument(key: &str, text: &str, shape: &Shape, span: &Span) -> Result<ExportValue, Diagnostic> {
    let placed_text = |text: &str| constant(SourceValue { value: text.to_owned(), span: span.clone() });
    match shape {
        Shape::Flag => match text {
            "true" => Ok(ExportValue::Flag(SourceValue { value: true, span: span.clone() })),
            "false" => Ok(ExportValue::Flag(SourceValue { value: false, span: span.clone() })),
            _ => Err(refused(key, "true or false")),
        },
        Shape::Whole { least, most } => {
            let number = text.parse::<u32>().ok().filter(|number| (*least..=*most).contains(number));
            let number =
                number.ok_or_else(|| refused(key, &format!("a whole number from {least} to {most}")))?;
            Ok(ExportValue::Whole(SourceValue { value: number, span: span.clone() }))
        }
        Shape::Choice(words) if words.iter().all(|word| word.word != text) => {
            let words: Vec<&str> = words.iter().map(|word| word.word).collect();
            Err(refused(key, &format!("one of {}", words.join(", "))))
        }
        Shape::Currency if apportion_base::money::Currency::from_code(text).is_none() => {
            Err(refused(key, "the code of a currency"))
        }
        Shape::Character if text.chars().count() != 1 => Err(refused(key, "one character")),
        Shape::SomeText if text.trim().is_empty() => Err(refused(key, "a text")),
        Shape::Text
        | Shape::SomeText
        | Shape::Pattern(_)
        | Shape::Choice(_)
        | Shape::Currency
        | Shape::Character => Ok(placed_text(text)),
        Shape::Either([Shape::Text, Shape::Record(_)]) => Ok(placed_text(text)),
        Shape::Day
        | Shape::Number(_)
        | Shape::NumberBy(..)
        | Shape::Condition(_)
        | Shape::Expression(_)
        | Shape::Cell
        | Shape::Record(_)
        | Shape::List { .. }
        | Shape::Patterns { .. }
        | Shape::Map(_)
        | Shape::Either(_)
        | Shape::About(..) => Err(refused(key, "a table or a list, which an argument can't give")),
    }
}

fn refused(key: &str, takes: &str) -> Diagnostic {
    Diagnostic::error(Code::BadExport, format!("`{key}` takes {takes}"))
        .help("--set NAME.key=value replaces a key of the export for this time")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::describe::Choice;
    use crate::config::testing;

    fn read(text: &str) -> (Vec<ExportSettings>, String) {
        let (read, shown) = testing::read(text, exports);
        (read.unwrap_or_default(), shown)
    }

    #[test]
    fn keys_are_read_by_the_description_of_their_format() {
        let (read, shown) = read(
            "[us]\nformat = \"adp-workforce-now\"\npayees = \"country = 'US'\"\ncompany_code = \"ABC\"\nbatch = \"AP\"\n\
             earnings = { by = \"rule\", is = { ramp = \"D\" }, else = \"B\" }\nmax_rows = 10\n\
             [bank]\nformat = \"pain.001.001.09\"\ndebtor = { name = \"N\", iban = \"DE\" }\nbatch_booking = false\n",
        );
        assert_eq!(shown, "");
        let [us, bank] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((us.name.as_str(), us.format.value), ("us", ExportFormat::AdpWorkforceNow));
        assert!(us.payees.is_some());
        assert_eq!((us.keys.plain("batch"), us.keys.whole("max_rows")), (Some("AP"), Some(10)));
        let TextRule::By { by, is, otherwise } = &us.keys.text("earnings").unwrap().value else { panic!() };
        assert_eq!((by.as_str(), is["ramp"].as_str(), otherwise.as_deref()), ("rule", "D", Some("B")));
        let debtor = bank.keys.table("debtor").unwrap();
        assert_eq!((debtor.plain("name"), bank.keys.flag("batch_booking")), (Some("N"), Some(false)));
    }

    #[test]
    fn names_are_those_of_folders() {
        for name in ["\"a b\"", "\"../x\"", "journal-netsuite", "\"\""] {
            let (read, shown) = read(&format!("[{name}]\nformat = \"gusto\"\nearnings = \"bonus\"\n"));
            assert!(read.is_empty() && shown.contains("error[bad-export]"), "{name}: {shown}");
        }
        let (_, shown) = read(
            "[us]\nformat = \"gusto\"\nearnings = \"bonus\"\n[US]\nformat = \"gusto\"\nearnings = \"bonus\"\n",
        );
        assert!(shown.contains("`US` and `us` would be one folder"), "{shown}");
    }

    #[test]
    fn an_argument_replaces_a_key() {
        let (mut read, _) = read(
            "[p]\nformat = \"nacha-ppd\"\ndestination = \"1\"\ndestination_name = \"a\"\norigin = \"1\"\n\
             origin_name = \"a\"\ncompany_name = \"a\"\ncompany_id = \"1\"\n\
             balanced = { routing = \"1\", account = \"2\" }\n",
        );
        let export = &mut read[0];
        export.set("file_id", "B").unwrap();
        export.set("balanced.account", "3").unwrap();
        export.set("max_rows", "7").unwrap();
        assert_eq!(export.keys.plain("file_id"), Some("B"));
        assert_eq!(export.keys.table("balanced").unwrap().plain("account"), Some("3"));
        assert_eq!(export.keys.whole("max_rows"), Some(7));
        for (key, value) in [
            ("fileid", "B"),
            ("max_rows", "x"),
            ("payees", "TRUE"),
            ("balanced.iban", "x"),
            ("file_id.x", "y"),
        ] {
            assert_eq!(export.set(key, value).unwrap_err().code, Code::BadExport, "{key}");
        }
    }

    #[test]
    fn every_key_of_every_format_has_a_shape_that_is_read() {
        fn is_read(shape: &Shape) -> bool {
            match shape {
                Shape::Day
                | Shape::Number(_)
                | Shape::NumberBy(..)
                | Shape::Cell
                | Shape::Patterns { .. } => false,
                Shape::Either([Shape::Text, Shape::Record(record)]) => is_text_by(record),
                Shape::Either(_) | Shape::About(..) => false,
                Shape::Record(record) => record.parameters.iter().all(|parameter| is_read(&parameter.shape)),
                Shape::Map(inner) => is_read(inner),
                Shape::List { item, .. } => is_read(item),
                Shape::Text
                | Shape::SomeText
                | Shape::Character
                | Shape::Pattern(_)
                | Shape::Choice(_)
                | Shape::Currency
                | Shape::Flag
                | Shape::Whole { .. }
                | Shape::Condition(_)
                | Shape::Expression(_) => true,
            }
        }
        for format in ExportFormat::ALL {
            let keys = format.parameters();
            for parameter in &keys {
                assert!(is_read(&parameter.shape), "{} {}", format.word(), parameter.key);
                assert_eq!(
                    keys.iter().filter(|other| other.key == parameter.key).count(),
                    1,
                    "{}",
                    parameter.key
                );
            }
        }
    }
}
