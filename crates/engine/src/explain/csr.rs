//! Rows by what they name: a counting sort.

use std::marker::PhantomData;

use apportion_base::sorted::offsets;
use apportion_data::Ix;

/// Rows of key `k`: `offsets[k] .. offsets[k + 1]` of `rows`, in their order.
#[derive(Debug, Clone)]
pub struct Csr<K, R> {
    offsets: Vec<usize>,
    rows: Vec<R>,
    key: PhantomData<K>,
}

impl<K: Ix, R: Ix> Csr<K, R> {
    /// Groups rows by their keys, of which there are `keys`.
    pub fn new(keys: usize, of_rows: impl Iterator<Item = (R, K)> + Clone) -> Self {
        let offsets = offsets(keys, of_rows.clone().map(|(_, key)| key.code() as usize));
        let mut next = offsets.clone();
        let mut rows = vec![R::VACANT; offsets[keys]];
        for (row, key) in of_rows {
            let place = &mut next[key.code() as usize];
            rows[*place] = row;
            *place += 1;
        }
        Self { offsets, rows, key: PhantomData }
    }

    /// The rows of a key.
    pub fn of(&self, key: K) -> &[R] {
        let key = key.code() as usize;
        &self.rows[self.offsets[key]..self.offsets[key + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_data::{DealIx, PayeeIx};

    #[test]
    fn rows_stand_in_their_order() {
        let keys = [2, 0, 2, 3].map(PayeeIx::from_raw);
        let rows = Csr::new(4, DealIx::all(4).zip(keys));
        let rows_of = |key| rows.of(PayeeIx::from_raw(key)).iter().map(|row| row.raw()).collect::<Vec<_>>();
        assert_eq!([rows_of(0), rows_of(1), rows_of(2), rows_of(3)], [vec![1], vec![], vec![0, 2], vec![3]]);
    }
}
