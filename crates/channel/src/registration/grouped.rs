//! Rows by what they belong to.

use apportion_data::Ix;

/// Rows by group; both are numbered.
#[derive(Debug, Clone)]
pub struct Grouped<G, R> {
    /// By group and then by row, each pair once.
    pairs: Vec<(G, R)>,
}

impl<G: Ix, R: Ix> Grouped<G, R> {
    /// From pairs in any order.
    pub fn new(pairs: impl IntoIterator<Item = (G, R)>) -> Self {
        let mut pairs: Vec<(G, R)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self { pairs }
    }

    /// The rows of a group, ascending.
    pub fn of(&self, group: G) -> impl Iterator<Item = R> + Clone + '_ {
        let from = self.pairs.partition_point(|(other, _)| *other < group);
        self.pairs[from..].iter().take_while(move |(other, _)| *other == group).map(|(_, row)| *row)
    }
}
