//! The ids of engagements, as far as the order of work of one day needs them.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::ArrayRef;

use super::super::texts::{TextChunk, Texts};
use super::indices::{EngagementIx, NONE};

/// The `engagement_id` of each row, by which work of one day is put in order. They are texts as they were read, without numbers: few are
/// ever compared, and to rank millions of them costs more than all of these comparisons.
#[derive(Debug, Clone, Default)]
pub struct WorkIds {
    texts: Arc<Texts>,
    /// By engagement: the place of its text, or [`NONE`]. Rows after these have none, and all where nobody asked for ids.
    places: Vec<u32>,
}

impl WorkIds {
    /// Engagements whose ids are at these places.
    pub(crate) fn new(texts: Arc<Texts>, places: Vec<u32>) -> Self {
        Self { texts, places }
    }

    /// The ids that a frame has.
    pub(crate) fn of_column(column: &ArrayRef) -> Self {
        let mut texts = Texts::default();
        texts.push(TextChunk::Read(Arc::clone(column)));
        // Rows are numbered in 32 bits.
        let places = (0..u32::try_from(column.len()).unwrap_or(NONE)).collect();
        Self { texts: Arc::new(texts), places }
    }

    /// The id of a row; `None` where it has none.
    pub fn get(&self, row: EngagementIx) -> Option<&str> {
        self.texts.get(*self.places.get(row.at()).filter(|place| **place != NONE)? as usize)
    }

    /// The order of two rows by the bytes of their ids, null first.
    pub fn compare(&self, one: EngagementIx, other: EngagementIx) -> Ordering {
        self.get(one).cmp(&self.get(other))
    }

    /// Those of other rows, each a row of these.
    pub(crate) fn of_rows(&self, rows: impl Iterator<Item = u32>) -> Self {
        let place = |row: u32| self.places.get(row as usize).copied().unwrap_or(NONE);
        let places = if self.places.is_empty() { Vec::new() } else { rows.map(place).collect() };
        Self { texts: Arc::clone(&self.texts), places }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::*;

    #[test]
    fn rows_are_in_the_order_of_their_ids_and_those_without_come_first() {
        let mut texts = Texts::default();
        texts.push(TextChunk::new(Arc::new(StringArray::from(vec![Some("b"), None, Some("a")]))));
        let ids = WorkIds::new(Arc::new(texts), vec![2, 0, 1, 0]);
        let row = EngagementIx::from_raw;
        let order = |one, other| ids.compare(row(one), row(other));
        assert_eq!(
            [order(0, 1), order(1, 3), order(2, 0)],
            [Ordering::Less, Ordering::Equal, Ordering::Less]
        );
        assert_eq!(order(2, 4), Ordering::Equal, "both have none");
        let moved = ids.of_rows([3, 0].into_iter());
        assert_eq!([moved.get(row(0)), moved.get(row(1)), moved.get(row(2))], [Some("b"), Some("a"), None]);
        let none = WorkIds::default();
        assert_eq!((none.get(row(0)), none.compare(row(0), row(1))), (None, Ordering::Equal));
    }
}
