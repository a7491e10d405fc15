//! A TOML table, which is read key by key.

use std::ops::Range;

use toml::de::DeTable;

use super::describe::{Choice, Default, Parameter, Presence, Shape};
use super::{Doc, Item, known_names};
use crate::SourceValue;
use apportion_base::diagnostic::{Code, Diagnostic, Span};

/// A table with its place and its name in messages (`[book]`, `[[shared_credit]]`, `cap`).
#[derive(Debug, Clone)]
pub struct Table<'d> {
    doc: &'d Doc,
    name: String,
    table: &'d DeTable<'d>,
    range: Range<usize>,
}

impl<'d> Table<'d> {
    pub(super) fn new(doc: &'d Doc, name: String, table: &'d DeTable<'d>, range: Range<usize>) -> Self {
        Self { doc, name, table, range }
    }

    /// The document that the table is part of.
    pub fn doc(&self) -> &'d Doc {
        self.doc
    }

    /// The table's name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place of the table's header, or of a whole inline table.
    pub fn span(&self) -> Span {
        self.doc.span(self.range.clone())
    }

    /// Reports every key that is not among `known`.
    pub fn known(&self, known: &[&str]) {
        for (key, _) in self.entries() {
            if !known.contains(&key.value.as_str()) {
                let message = format!("{} has no key `{}`", self.name, key.value);
                let help = known_names(&key.value, &self.name, known.iter().copied());
                self.doc.report(Diagnostic::error(Code::UnknownKey, message).at(key.span, "").help(help));
            }
        }
    }

    /// The value of a key; `None` if the table does not have the key.
    pub fn get(&self, key: &str) -> Option<Item<'d>> {
        let (_, value) = self.table.get_key_value(key)?;
        Some(Item::new(self.doc, key.to_owned(), value))
    }

    /// The value of a required key. If it is missing, that is reported, with `example` as what to write.
    pub fn need(&self, key: &str, example: &str) -> Option<Item<'d>> {
        let item = self.get(key);
        if item.is_none() {
            let message = format!("{} needs the key `{key}`", self.name);
            let help = format!("write, for example, `{example}`");
            self.doc.report(Diagnostic::error(Code::MissingKey, message).at(self.span(), "").help(help));
        }
        item
    }

    /// Reports every key that is not described.
    pub fn keys(&self, parameters: &[Parameter]) {
        let known: Vec<&str> = parameters.iter().map(|parameter| parameter.key).collect();
        self.known(&known);
    }

    /// The value of a described key; one that is required and missing is reported.
    pub fn of(&self, parameter: &Parameter) -> Option<Item<'d>> {
        match parameter.need {
            Presence::Required { example } => self.need(parameter.key, example),
            Presence::Optional | Presence::Default(_) => self.get(parameter.key),
        }
    }

    /// What is read of a described key that may be missing, but not wrong: `None` where it is wrong, which `read` reports.
    pub fn optional<T>(
        &self,
        parameter: &Parameter,
        read: impl FnOnce(&Item<'d>) -> Option<T>,
    ) -> Option<Option<T>> {
        self.of(parameter).map_or(Some(None), |item| read(&item).map(Some))
    }

    /// The choice under a described key, or its default.
    pub fn choice<T: Choice>(&self, parameter: &Parameter) -> Option<T> {
        match (self.of(parameter), parameter.need) {
            (Some(item), _) => item.one_of::<T>(),
            (None, Presence::Default(Default::Text(word))) => T::from_word(word),
            (None, _) => None,
        }
    }

    /// The whole number under a described key, within its limits, or its default.
    pub fn whole(&self, parameter: &Parameter) -> Option<u32> {
        let Shape::Whole { least, most } = parameter.shape else { return None };
        match (self.of(parameter), parameter.need) {
            (Some(item), _) => item.whole(least..=most),
            (None, Presence::Default(Default::Whole(number))) => Some(number),
            (None, _) => None,
        }
    }

    /// Reports a key that has no meaning together with the others, if the table has it. `why` says what it belongs to.
    pub fn misplaced(&self, key: &str, why: &str) {
        if let Some(span) = self.key_span(key) {
            let message = format!("`{key}` means nothing here: {why}");
            let help = format!("take `{key}` out, or change what it should go with");
            self.doc.report(Diagnostic::error(Code::MisplacedKey, message).at(span, "").help(help));
        }
    }

    /// The place of a key, without its value.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.table.get_key_value(key).map(|(key, _)| self.doc.span(key.span()))
    }

    /// All keys with their values, in the order of the file.
    pub fn entries(&self) -> Vec<(SourceValue<String>, Item<'d>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| {
                let placed =
                    SourceValue { value: key.get_ref().to_string(), span: self.doc.span(key.span()) };
                (placed, Item::new(self.doc, key.get_ref().to_string(), value))
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.span.range.start);
        entries
    }
}

#[cfg(test)]
mod tests {
    use crate::config::testing::read;

    #[test]
    fn unknown_keys_are_shown_with_the_nearest_name() {
        let (_, shown) = read("curency = \"USD\"\nname = 1\n", |table| table.known(&["name", "currency"]));
        assert_eq!(
            shown,
            "\
error[unknown-key]: the file has no key `curency`
┌─ test.toml:1:1
1│ curency = \"USD\"
│ ^^^^^^^
= help: did you mean `currency`? the file also has: name"
        );
    }

    #[test]
    fn a_key_that_is_missing_is_shown_at_its_table() {
        let (_, shown) = read("[book]\nname = \"x\"\n", |table| {
            let book = table.get("book").and_then(|item| item.table("[book]"));
            book.map(|book| book.need("currency", "currency = \"USD\"").is_some())
        });
        assert_eq!(
            shown,
            "\
error[missing-key]: [book] needs the key `currency`
┌─ test.toml:1:1
1│ [book]
│ ^^^^^^
= help: write, for example, `currency = \"USD\"`"
        );
    }
}
