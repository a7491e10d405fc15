//! Columns by name.

use arrow::array::ArrayRef;

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
}
