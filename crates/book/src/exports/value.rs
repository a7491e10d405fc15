//! The values of an export's keys, with their places.

use std::collections::BTreeMap;

use apportion_base::diagnostic::Span;

use crate::SourceValue;

/// The keys of an export, or of a table in it.
#[derive(Debug, Clone, Default)]
pub struct ExportKeys(pub BTreeMap<String, ExportValue>);

/// A text: one, or one that depends on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextRule {
    /// Always the same, but for placeholders such as `{period}`.
    Constant(String),
    /// By a column.
    By {
        /// The column.
        by: String,
        /// The text for each of its values.
        is: BTreeMap<String, String>,
        /// The text for any other value.
        otherwise: Option<String>,
    },
}

/// The value of a key, as its description says it is.
#[derive(Debug, Clone)]
pub enum ExportValue {
    /// A text, or a word of a choice.
    Text(SourceValue<TextRule>),
    /// A whole number.
    Whole(SourceValue<u32>),
    /// `true` or `false`.
    Flag(SourceValue<bool>),
    /// A list.
    List(Vec<ExportValue>),
    /// A table.
    Table(ExportKeys, Span),
}

impl ExportValue {
    /// Its place.
    pub fn span(&self) -> Option<&Span> {
        match self {
            Self::Text(value) => Some(&value.span),
            Self::Whole(value) => Some(&value.span),
            Self::Flag(value) => Some(&value.span),
            Self::List(values) => values.first().and_then(Self::span),
            Self::Table(_, span) => Some(span),
        }
    }
}

impl ExportKeys {
    /// The text under a key, if there is one.
    pub fn text(&self, key: &str) -> Option<&SourceValue<TextRule>> {
        match self.0.get(key)? {
            ExportValue::Text(value) => Some(value),
            _ => None,
        }
    }

    /// The text under a key whose description takes no column.
    pub fn plain(&self, key: &str) -> Option<&str> {
        match &self.text(key)?.value {
            TextRule::Constant(text) => Some(text),
            TextRule::By { .. } => None,
        }
    }

    /// The word under a key, as a value of its choice.
    pub fn choice<T: crate::config::describe::Choice>(&self, key: &str) -> Option<T> {
        T::from_word(self.plain(key)?)
    }

    /// The whole number under a key.
    pub fn whole(&self, key: &str) -> Option<u32> {
        match self.0.get(key)? {
            ExportValue::Whole(value) => Some(value.value),
            _ => None,
        }
    }

    /// The flag under a key.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.0.get(key)? {
            ExportValue::Flag(value) => Some(value.value),
            _ => None,
        }
    }

    /// The elements of the list under a key; none without it.
    pub fn list(&self, key: &str) -> &[ExportValue] {
        match self.0.get(key) {
            Some(ExportValue::List(values)) => values,
            _ => &[],
        }
    }

    /// The plain texts of the list under a key.
    pub fn texts(&self, key: &str) -> Vec<&str> {
        let plain = |value| match value {
            &ExportValue::Text(SourceValue { value: TextRule::Constant(ref text), .. }) => {
                Some(text.as_str())
            }
            _ => None,
        };
        self.list(key).iter().filter_map(plain).collect()
    }

    /// The table under a key.
    pub fn table(&self, key: &str) -> Option<&ExportKeys> {
        match self.0.get(key)? {
            ExportValue::Table(keys, _) => Some(keys),
            _ => None,
        }
    }

    /// The place of a key's value.
    pub fn span(&self, key: &str) -> Option<&Span> {
        self.0.get(key)?.span()
    }
}
