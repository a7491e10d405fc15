//! Columns that policies make: which of them are asked for, and how they are added.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_data::Frame;
use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, StringArray, UInt32Array};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, UInt32Type};

use crate::scope::put_column;

/// Columns of deals that policies make, in the order in which they are made.
#[derive(Debug, Clone, Default)]
pub struct Attributes {
    columns: Vec<(&'static str, ArrayRef)>,
}

impl Attributes {
    /// Adds a column.
    pub fn put(&mut self, name: &'static str, array: ArrayRef) {
        self.columns.push((name, array));
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, array)| array)
    }

    /// Puts those columns into a frame that `used` names.
    pub fn add_to(&self, frame: &mut Frame, used: &BTreeSet<String>) {
        for (name, array) in self.columns.iter().filter(|(name, _)| used.contains(*name)) {
            put_column(frame, name, Arc::clone(array));
        }
    }
}

/// The number of no word.
pub const NO_WORD: u32 = u32::MAX;

/// Distinct texts by number: what one of few words in each row is, or [`NO_WORD`].
pub fn words(distinct: &[&str], rows: Vec<u32>) -> ArrayRef {
    let values = Arc::new(StringArray::from_iter_values(distinct));
    let keys = match rows.contains(&NO_WORD) {
        // The key of a null is that of another word.
        true => rows.iter().map(|number| Some(*number).filter(|number| *number != NO_WORD)).collect(),
        false => UInt32Array::from(rows),
    };
    Arc::new(DictionaryArray::<UInt32Type>::new(keys, values))
}

/// Conditions.
pub fn flags(rows: impl Iterator<Item = bool>) -> ArrayRef {
    Arc::new(BooleanArray::from(rows.collect::<BooleanBuffer>()))
}

/// Decimals with `scale` decimal places, at most 38.
pub fn decimals(rows: impl Iterator<Item = Option<i128>>, scale: i8) -> ArrayRef {
    let array: Decimal128Array = rows.collect();
    Arc::new(array.with_data_type(DataType::Decimal128(38, scale)))
}
