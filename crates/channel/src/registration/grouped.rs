//! Rows by what they belong to.

use std::marker::PhantomData;

use apportion_base::sorted::{self, offsets};
use apportion_data::Ix;
use rayon::prelude::*;

/// Rows by group; both are numbered.
#[derive(Debug, Clone)]
pub struct Grouped<G, R> {
    /// Offsets, one more than groups, up to the last group that has rows.
    by_group: Vec<usize>,
    /// Ascending within a group, each once.
    rows: Vec<R>,
    groups: PhantomData<G>,
}

impl<G: Ix + Send, R: Ix + Send> Grouped<G, R> {
    /// From pairs in any order.
    pub fn new(pairs: impl IntoIterator<Item = (G, R)>) -> Self {
        let mut pairs: Vec<(G, R)> = pairs.into_iter().collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        let place = |group: G| group.code() as usize;
        let count = pairs.last().map_or(0, |(last, _)| place(*last) + 1);
        let by_group = offsets(count, pairs.iter().map(|(group, _)| place(*group)));
        Self { by_group, rows: pairs.into_iter().map(|(_, row)| row).collect(), groups: PhantomData }
    }

    /// The rows of a group, ascending.
    pub fn of(&self, group: G) -> &[R] {
        &self.rows[sorted::group(&self.by_group, group.code() as usize)]
    }
}
