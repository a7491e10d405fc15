//! What a journal format is told: the keys of its `[exports.NAME]`, and what is known of payees.

use std::collections::{BTreeMap, BTreeSet};

use apportion_book::AccountRole;

/// A text of a key: always the same, or by a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyText {
    /// Always the same.
    Constant(String),
    /// By a column of payees or of payment_details, or by `rule`, `export` or `account`.
    By {
        /// The column.
        by: String,
        /// The text for each of its values.
        is: BTreeMap<String, String>,
        /// The text for any other value, and where there is none.
        otherwise: Option<String>,
    },
}

/// A key has no text for a value of its column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoText {
    /// The key.
    pub key: String,
    /// The column.
    pub by: String,
    /// Its value.
    pub value: Option<String>,
}

impl KeyText {
    /// The text, where columns have these values.
    ///
    /// # Errors
    /// The value that has none.
    pub fn text(&self, key: &str, value: impl FnOnce(&str) -> Option<String>) -> Result<&str, NoText> {
        match self {
            Self::Constant(text) => Ok(text),
            Self::By { by, is, otherwise } => {
                let found = value(by);
                let text = found.as_deref().and_then(|value| is.get(value)).or(otherwise.as_ref());
                text.map(String::as_str).ok_or_else(|| NoText {
                    key: key.to_owned(),
                    by: by.clone(),
                    value: found,
                })
            }
        }
    }
}

/// The keys of a journal format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalKeys {
    /// Its beginning of the reference, such as `APP`.
    pub reference: String,
    /// What the journal is called.
    pub memo: String,
    /// The company that books.
    pub entity: Option<KeyText>,
    /// By name: dimensions of lines of cost.
    pub dimensions: BTreeMap<String, KeyText>,
    /// The roles that are kept payee by payee; those of the format without it.
    pub by_payee: Option<BTreeSet<AccountRole>>,
    /// The tax code or rate, by account.
    pub tax: Option<KeyText>,
    /// The most rows of a file.
    pub max_rows: Option<usize>,
    /// The file that is filled, of a format that has no layout of its own.
    pub template: Option<Template>,
    /// All other texts, by key.
    pub texts: BTreeMap<String, KeyText>,
}

/// A file that a user has downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its path, as the project has it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Template {
    /// Whether it is a workbook; else it is CSV.
    pub fn is_workbook(&self) -> bool {
        self.name.to_ascii_lowercase().ends_with(".xlsx")
    }
}

impl Default for JournalKeys {
    fn default() -> Self {
        Self {
            reference: "APP".to_owned(),
            memo: "Commission {period}".to_owned(),
            entity: None,
            dimensions: BTreeMap::new(),
            by_payee: None,
            tax: None,
            max_rows: None,
            template: None,
            texts: BTreeMap::new(),
        }
    }
}

impl JournalKeys {
    /// The text of a key that depends on no column.
    pub fn plain(&self, key: &str) -> Option<&str> {
        match self.texts.get(key)? {
            KeyText::Constant(text) => Some(text),
            KeyText::By { .. } => None,
        }
    }
}

/// What is known of a payee beside the ledger: cells of payees and of payment_details on the close's last day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayeeCells(pub BTreeMap<String, String>);

impl PayeeCells {
    /// A cell; none where it is empty.
    pub fn get(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}
