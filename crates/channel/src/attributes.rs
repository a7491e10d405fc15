//! Columns that policies make: which of them are asked for, and how they are added.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_data::{Frame, indexed};
use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, StringArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::DataType;

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

/// Distinct texts by number: what one of few words in each row is, or [`NONE`](apportion_data::NONE).
pub fn words(distinct: &[&str], rows: Vec<u32>) -> ArrayRef {
    indexed(rows.into_iter(), StringArray::from_iter_values(distinct))
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
