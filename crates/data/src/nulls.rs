//! The `nulls` of a source: texts that are read as null.
//!
//! Columns of a table apply them together with `values` (see [`mapping`](super::mapping)), so that rejects can quote the raw
//! text. For expressions and `unpivot` they are removed here. In both cases the text of a cell is looked up, also that
//! of a typed cell, so that a file means the same in every format.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::nullif;
use arrow::error::ArrowError;

use apportion_book::Source;

use super::cells::array::Cells;

/// The texts that are read as null in a source.
#[derive(Debug, Clone)]
pub(super) struct Nulls<'a>(Vec<&'a str>);

impl<'a> Nulls<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self(source.nulls.iter().map(|null| null.trim()).collect())
    }

    /// The column with these texts replaced by null.
    ///
    /// # Errors
    /// The array is of no type in which files are read.
    pub(super) fn without(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        if self.0.is_empty() {
            return Ok(Arc::clone(array));
        }
        let cells = Cells::new(array);
        let mut buffer = String::new();
        let mut means_nothing =
            |row: usize| cells.cell(row).text(&mut buffer).is_some_and(|text| self.0.contains(&text));
        let mask: Vec<bool> = (0..array.len()).map(&mut means_nothing).collect();
        nullif(array, &BooleanArray::from(mask))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, Date32Array, Decimal128Array, DictionaryArray, StringArray};
    use arrow::datatypes::UInt32Type;

    use super::*;

    #[test]
    fn the_text_of_a_cell_counts_in_every_type() {
        let nulls = Nulls(vec!["0", "N/A", "true", "1970-01-02"]);
        let decimals = Decimal128Array::from(vec![Some(0), Some(50), None]).with_precision_and_scale(38, 2);
        let categories: DictionaryArray<UInt32Type> = ["N/A", "x", "N/A"].into_iter().collect();
        let arrays: [(ArrayRef, [bool; 3]); 5] = [
            (Arc::new(StringArray::from(vec!["x", "N/A", "n/a"])), [true, false, true]),
            (Arc::new(categories), [false, true, false]),
            (Arc::new(decimals.unwrap()), [false, true, false]),
            (Arc::new(Date32Array::from(vec![0, 1, 2])), [true, false, true]),
            (Arc::new(BooleanArray::from(vec![true, false, true])), [false, true, false]),
        ];
        for (array, valid) in &arrays {
            let found = nulls.without(array).unwrap();
            let found = found.logical_nulls().map(|found| found.iter().collect::<Vec<_>>());
            assert_eq!(found.as_deref(), Some(&valid[..]), "{array:?}");
        }
    }
}
