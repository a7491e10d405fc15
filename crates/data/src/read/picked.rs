//! Rows of a Parquet file that are picked by their places: of other pages nothing is decoded.

use ::parquet::arrow::arrow_reader::{RowSelection, RowSelector};

use super::row_group::RowGroup;

/// The picked rows of a row group.
#[derive(Debug)]
pub(super) struct Picked {
    pub(super) selection: RowSelection,
    /// Their places in the file, ascending.
    pub(super) places: Vec<u64>,
}

impl Picked {
    /// Of the rows at some places of the file, which ascend, those in a row group.
    pub(super) fn new(places: &[u64], group: &RowGroup) -> Self {
        let until = group.before + group.rows as u64;
        let from = places.partition_point(|place| *place < group.before);
        let after = places.partition_point(|place| *place < until);
        let places = places[from..after].to_vec();
        let mut selectors = Vec::new();
        let mut next = group.before;
        for stretch in places.chunk_by(|one, other| one + 1 == *other) {
            if let Some(first) = stretch.first() {
                selectors.push(RowSelector::skip((first - next) as usize));
                selectors.push(RowSelector::select(stretch.len()));
                next = first + stretch.len() as u64;
            }
        }
        Self { selection: RowSelection::from(selectors), places }
    }
}
