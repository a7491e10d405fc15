//! A TOML value, which is read as the expected type or reported.

use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::DeValue;

use super::number::{self, NotANumber};
use super::{Doc, Table, known_names, strings};
use crate::{SourceValue, day_of_date};
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_expr::ExprText;

/// A value with its place and its key.
///
/// The methods that read it return `None` for a value that can't be used, after they have reported it to its [`Doc`].
#[derive(Debug, Clone)]
pub struct Item<'d> {
    doc: &'d Doc,
    name: String,
    value: &'d DeValue<'d>,
    range: Range<usize>,
}

/// A number as it was written: a TOML number, or a string that may have a percent sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenNumber {
    /// The digits, without the sign: `10%` is 10.
    pub value: Decimal,
    /// Whether it had a percent sign.
    pub percent: bool,
}

impl<'d> Item<'d> {
    pub(super) fn new(doc: &'d Doc, name: String, value: &'d Spanned<DeValue<'d>>) -> Self {
        Self { doc, name, value: value.get_ref(), range: value.span() }
    }

    /// The document that the value is part of.
    pub fn doc(&self) -> &'d Doc {
        self.doc
    }

    /// The key of the value.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place of the whole value.
    pub fn span(&self) -> Span {
        self.doc.span(self.range.clone())
    }

    /// An error at this value.
    pub fn error(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.span(), "")
    }

    /// Reports a value of the wrong type. `expected` reads "a string", "a list of …".
    pub fn wrong_type(&self, expected: &str) {
        let message = format!("`{}` takes {expected}, and this is {}", self.name, self.kind());
        self.doc.report(self.error(Code::WrongType, message));
    }

    /// Whether it is a string.
    pub fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    /// Whether it is a boolean.
    pub fn is_flag(&self) -> bool {
        matches!(self.value, DeValue::Boolean(_))
    }

    /// Whether it is a table (inline or with a header).
    pub fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Whether it is a list (also `[[…]]`).
    pub fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// The value as a string.
    pub fn text(&self) -> Option<SourceValue<String>> {
        match self.value {
            DeValue::String(text) => Some(self.placed(text.to_string())),
            _ => self.refuse("a string"),
        }
    }

    /// The value as a string that is not blank.
    pub fn some_text(&self) -> Option<SourceValue<String>> {
        let text = self.text()?;
        if text.value.trim().is_empty() {
            self.doc.report(self.error(Code::EmptyText, format!("`{}` is empty", self.name)));
            return None;
        }
        Some(text)
    }

    /// The value as an expression: a string, with the place of each of its bytes.
    pub fn expression(&self) -> Option<ExprText> {
        let DeValue::String(text) = self.value else {
            return self.refuse("an expression in a string");
        };
        let places = strings::places(self.doc.raw(&self.range), self.range.start);
        let span = self.doc.span(places.content);
        Some(ExprText { text: Arc::from(text.as_ref()), span, offsets: Arc::from(places.offsets) })
    }

    /// The value as a boolean.
    pub fn flag(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.refuse("true or false"),
        }
    }

    /// The value of one of these words.
    pub fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let message = format!("`{}` can't be \"{}\"", self.name, text.value);
            let help = known_names(&text.value, &self.name, words.iter().map(|(word, _)| *word));
            self.doc.report(self.error(Code::UnknownChoice, message).help(help));
        }
        found
    }

    /// One of the words of a type.
    pub fn one_of<T: super::describe::Choice>(&self) -> Option<T> {
        let words: Vec<(&str, T)> =
            T::WORDS.iter().zip(T::ALL).map(|(word, value)| (word.word, *value)).collect();
        self.choice(&words)
    }

    /// The value as a whole number within `range`.
    pub fn whole(&self, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let (first, last) = (*range.start(), *range.end());
        let expected = format!("a whole number from {first} to {last}");
        if !matches!(self.value, DeValue::Integer(_) | DeValue::Float(_)) {
            return self.refuse(&expected);
        }
        let found = self
            .plain_number()
            .ok()
            .filter(|number| number.is_integer())
            .and_then(|number| u32::try_from(number.mantissa()).ok())
            .filter(|number| range.contains(number));
        if found.is_none() {
            let message = format!("`{}` takes {expected}", self.name);
            self.doc.report(self.error(Code::InvalidNumber, message));
        }
        found
    }

    /// The value as a number: a TOML number, or a string that may end with a percent sign. `code` is the code of the
    /// errors, and `accepted` completes the sentence "`rate` takes …".
    pub fn written(&self, code: Code, accepted: &str) -> Option<WrittenNumber> {
        let (number, percent) = match self.value {
            DeValue::Integer(_) | DeValue::Float(_) => (self.plain_number(), false),
            DeValue::String(text) => match text.strip_suffix('%') {
                Some(digits) => (number::decimal(digits), true),
                None => (number::decimal(text), false),
            },
            _ => return self.refuse(accepted),
        };
        match number {
            Ok(value) => Some(WrittenNumber { value, percent }),
            Err(why) => {
                let message = format!("`{}` takes {accepted}, and this {}", self.name, why.message());
                self.doc.report(self.error(code, message));
                None
            }
        }
    }

    /// The value as a date (a TOML date or a string), in days since 1970-01-01.
    pub fn date(&self) -> Option<i32> {
        const EXPECTED: &str = "a date such as 2026-01-01";
        let text = match self.value {
            DeValue::Datetime(_) => self.doc.raw(&self.range),
            DeValue::String(text) => text.as_ref(),
            _ => return self.refuse(EXPECTED),
        };
        let day = civil_date(text);
        if day.is_none() {
            let message = format!("`{}` takes {EXPECTED}, and this is not one", self.name);
            self.doc
                .report(self.error(Code::InvalidDate, message).help("write year-month-day, without a time"));
        }
        day
    }

    /// The value as the text of a cell: the contents of a string; numbers, booleans and dates as they were written.
    pub fn cell(&self) -> Option<SourceValue<String>> {
        let text = match self.value {
            DeValue::String(text) => text.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Datetime(_) => self.doc.raw(&self.range).to_owned(),
            DeValue::Integer(_) | DeValue::Float(_) => match self.plain_number() {
                Ok(_) => self.digits(),
                Err(why) => {
                    let message = format!("the number of `{}` {}", self.name, why.message());
                    self.doc.report(self.error(Code::InvalidNumber, message));
                    return None;
                }
            },
            DeValue::Array(_) | DeValue::Table(_) => {
                return self.refuse("a string, a number, a date or a boolean");
            }
        };
        Some(self.placed(text))
    }

    /// The value as a table, which messages call `name`.
    pub fn table(&self, name: &str) -> Option<Table<'d>> {
        match self.value {
            DeValue::Table(table) => Some(Table::new(self.doc, name.to_owned(), table, self.range.clone())),
            _ => self.refuse("a table"),
        }
    }

    /// The elements of a list. `elements` completes the sentence "takes a list of …".
    pub fn list(&self, elements: &str) -> Option<Vec<Item<'d>>> {
        match self.value {
            DeValue::Array(items) => {
                Some(items.iter().map(|item| Item::new(self.doc, self.name.clone(), item)).collect())
            }
            _ => self.refuse(&format!("a list of {elements}")),
        }
    }

    /// The elements of a list that must not be empty. `elements` is as in [`list`](Self::list).
    pub fn some_list(&self, elements: &str) -> Option<Vec<Item<'d>>> {
        let items = self.list(elements)?;
        if items.is_empty() {
            let message = format!("`{}` is empty", self.name);
            self.doc
                .report(self.error(Code::EmptyList, message).help(format!("it takes a list of {elements}")));
            return None;
        }
        Some(items)
    }

    /// The strings of a list. Elements that are not strings are reported and left out.
    pub fn texts(&self) -> Option<Vec<SourceValue<String>>> {
        Some(self.list("strings")?.iter().filter_map(Item::text).collect())
    }

    fn placed<T>(&self, value: T) -> SourceValue<T> {
        SourceValue { value, span: self.span() }
    }

    fn refuse<T>(&self, expected: &str) -> Option<T> {
        self.wrong_type(expected);
        None
    }

    /// The digits of a TOML number as written, without underscores and without a plus sign.
    fn digits(&self) -> String {
        let digits: String = self.doc.raw(&self.range).chars().filter(|c| *c != '_').collect();
        digits.strip_prefix('+').map(str::to_owned).unwrap_or(digits)
    }

    /// A TOML number, digit for digit.
    fn plain_number(&self) -> Result<Decimal, NotANumber> {
        match self.value {
            DeValue::Integer(integer) if integer.radix() != 10 => Err(NotANumber::NotPlain),
            _ => number::decimal(&self.digits()),
        }
    }

    /// The type of the value, as messages name it.
    fn kind(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or a time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }
}

/// The day of a date in the form `2026-01-31`; no other form is taken.
fn civil_date(text: &str) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i32::from(byte - b'0')))
    };
    let month = u8::try_from(number(&[m1, m2])?).ok()?;
    let day = u8::try_from(number(&[d1, d2])?).ok()?;
    day_of_date(number(&[y1, y2, y3, y4])?, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::read;

    /// Reads `key = <raw>` and returns the value with the headlines of what was found.
    fn one<T>(raw: &str, take: impl FnOnce(&Item<'_>) -> Option<T>) -> (Option<T>, Vec<String>) {
        let (value, shown) =
            read(&format!("key = {raw}\n"), |table| table.get("key").and_then(|item| take(&item)));
        let heads = shown.lines().filter(|line| line.starts_with("error")).map(str::to_owned).collect();
        (value.flatten(), heads)
    }

    fn number(raw: &str) -> Option<String> {
        let (value, heads) = one(raw, |item| item.written(Code::BadRate, "a rate"));
        assert_eq!(value.is_none(), !heads.is_empty(), "{heads:?}");
        value.map(|written| format!("{}{}", written.value, if written.percent { "%" } else { "" }))
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(number("0.10").as_deref(), Some("0.1"));
        assert_eq!(number("1_000.000_1").as_deref(), Some("1000.0001"));
        assert_eq!(number("+5").as_deref(), Some("5"));
        assert_eq!(number("-5").as_deref(), Some("-5"));
        assert_eq!(number("0.1234567890123456789").as_deref(), Some("0.1234567890123456789"));
        assert_eq!(number("\"12.50%\"").as_deref(), Some("12.5%"));
        assert_eq!(number("\"250\"").as_deref(), Some("250"));
        for raw in [
            "1e3", "1.0E2", "inf", "-inf", "nan", "0x10", "0o7", "0b1", "\"1e3\"", "\"+5\"", "\"1_0\"",
            "\"\"", "\"%\"",
        ] {
            assert_eq!(number(raw), None, "{raw}");
        }
    }

    #[test]
    fn dates_are_toml_dates_or_strings() {
        let date = |raw: &str| one(raw, |item| item.date()).0;
        assert_eq!(date("1970-01-02"), Some(1));
        assert_eq!(date("\"1970-01-02\""), Some(1));
        assert_eq!(date("2024-02-29"), Some(19_782));
        for raw in
            ["1970-01-02T00:00:00", "1970-01-02 10:00:00", "10:00:00", "\"1970-1-2\"", "\"2026-02-30\"", "1"]
        {
            assert_eq!(date(raw), None, "{raw}");
        }
    }

    #[test]
    fn cells_are_as_they_were_written() {
        let cell = |raw: &str| one(raw, |item| item.cell()).0.map(|cell| cell.value);
        assert_eq!(cell("\" x \"").as_deref(), Some(" x "));
        assert_eq!(cell("1_000.50").as_deref(), Some("1000.50"));
        assert_eq!(cell("true").as_deref(), Some("true"));
        assert_eq!(cell("2026-01-01").as_deref(), Some("2026-01-01"));
        assert_eq!(cell("1e3"), None);
        assert_eq!(cell("[1]"), None);
    }

    #[test]
    fn whole_numbers_have_a_range() {
        let whole = |raw: &str| one(raw, |item| item.whole(1..=12)).0;
        assert_eq!(whole("12"), Some(12));
        assert_eq!(whole("7.0"), Some(7));
        for raw in ["0", "13", "-1", "1.5", "1e0", "\"7\"", "99999999999"] {
            assert_eq!(whole(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_wrong_type_says_what_is_taken() {
        let (_, shown) = read("key = [1, 2]\n", |table| table.get("key").map(|item| item.text().is_some()));
        assert_eq!(
            shown,
            "\
error[wrong-type]: `key` takes a string, and this is a list
┌─ test.toml:1:7
1│ key = [1, 2]
│       ^^^^^^"
        );
    }

    #[test]
    fn a_word_that_is_no_choice_is_shown_with_the_nearest() {
        let words = [("weight", 1), ("touches", 2)];
        let (_, shown) =
            read("key = \"touch\"\n", |table| table.get("key").and_then(|item| item.choice(&words)));
        assert!(shown.contains("error[unknown-choice]: `key` can't be \"touch\""), "{shown}");
        assert!(shown.contains("did you mean `touches`? key also has: weight"), "{shown}");
    }

    #[test]
    fn carets_inside_an_expression_find_their_place() {
        let text = "when = \"lower(\\\"Deal Type\\\") = 'new'\"\n";
        let (place, _) = read(text, |table| {
            let expression = table.get("when").and_then(|item| item.expression()).unwrap();
            assert_eq!(&*expression.text, "lower(\"Deal Type\") = 'new'");
            let index = expression.text.find("'new'").unwrap();
            (expression.place(index..index + 5).range, expression.span.range)
        });
        let (word, whole) = place.unwrap();
        assert_eq!(&text[word], "'new'");
        assert_eq!(&text[whole], "lower(\\\"Deal Type\\\") = 'new'");
    }
}
