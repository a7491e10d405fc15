//! Columns by name.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, UInt32Type};

/// Columns by name, as Arrow arrays of the same length, in the types of expressions:
/// text as `Utf8` or `Dictionary(UInt32, Utf8)`, number as `Decimal128(38, s)`, date as `Date32`, boolean as `Boolean`.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The length of every column.
    pub rows: usize,
    /// Name and values of each column.
    pub columns: Vec<(String, ArrayRef)>,
}

impl Frame {
    /// The column with this name; `None` if it was not read.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, array)| array)
    }

    /// A text cell; `None` where it is null or there is no such text column.
    pub fn text(&self, column: &str, row: usize) -> Option<&str> {
        let array = self.column(column)?;
        if row >= array.len() || array.is_null(row) {
            return None;
        }
        match array.data_type() {
            DataType::Dictionary(_, _) => {
                let cells = array.as_dictionary_opt::<UInt32Type>()?;
                let code = cells.keys().value(row) as usize;
                cells.values().as_string_opt::<i32>().map(|values| values.value(code))
            }
            _ => array.as_string_opt::<i32>().map(|values| values.value(row)),
        }
    }
}
