//! How a column of a staging table is parsed from a chunk.

use arrow::array::ArrayRef;

use super::column::{Column, Shape};
use super::contract::Domain;
use super::fill::last_dictionary::LastDictionary;

/// How a column of the staging table is parsed from a chunk.
#[derive(Debug)]
pub(super) struct ColumnPlan {
    pub(super) shape: Shape,
    pub(super) domain: Domain,
    pub(super) present: bool,
    /// Whether the codes of the raw texts are kept.
    pub(super) raw_text: bool,
    pub(super) dictionary: LastDictionary,
    /// See [`Column::long_from`].
    pub(super) long_from: Option<i64>,
}

/// A column of the table in a chunk, and the cells that it gets.
pub(super) struct Place<'c> {
    pub(super) column: &'c ColumnPlan,
    /// `None` where the file has nothing for it.
    pub(super) array: Option<&'c ArrayRef>,
    /// Rows of the chunk.
    pub(super) rows: usize,
}

impl ColumnPlan {
    pub(super) fn new(column: &Column) -> Self {
        Self {
            shape: column.shape,
            domain: column.domain,
            present: column.present,
            raw_text: column.raw_text.is_some(),
            dictionary: LastDictionary::default(),
            long_from: column.long_from,
        }
    }
}
