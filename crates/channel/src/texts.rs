//! Text columns of frames, read row by row.

use apportion_data::Frame;
use apportion_rules::ByColumn;
use arrow::array::{Array, ArrayRef, AsArray, StringArray, UInt32Array};
use arrow::datatypes::UInt32Type;

/// A column of texts, in either layout that a frame has.
#[derive(Debug, Clone, Copy)]
pub enum Texts<'a> {
    /// A text each.
    Plain(&'a StringArray),
    /// Numbers of distinct texts.
    Dictionary(&'a UInt32Array, &'a StringArray),
    /// Null in every row.
    Absent,
}

impl<'a> Texts<'a> {
    /// The texts of an array; null where it has none.
    pub fn new(array: Option<&'a ArrayRef>) -> Self {
        let Some(array) = array else { return Self::Absent };
        if let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() {
            let values = dictionary.values().as_string_opt::<i32>();
            return values.map_or(Self::Absent, |values| Self::Dictionary(dictionary.keys(), values));
        }
        array.as_string_opt::<i32>().map_or(Self::Absent, Self::Plain)
    }

    /// A column of a frame; null in every row where the frame lacks it.
    pub fn of(frame: &'a Frame, column: &str) -> Self {
        Self::new(frame.column(column))
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Plain(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::Dictionary(keys, texts) => {
                let key = (row < keys.len() && keys.is_valid(row)).then(|| keys.value(row) as usize)?;
                (key < texts.len() && texts.is_valid(key)).then(|| texts.value(key))
            }
            Self::Absent => None,
        }
    }
}

/// The name of a column in a frame of deals, opportunities or registrations: columns of accounts stand there with their table's name.
pub fn column_name(column: &ByColumn) -> String {
    match column.table {
        apportion_contract::TableName::Accounts => format!("accounts.{}", column.column),
        _ => column.column.clone(),
    }
}
