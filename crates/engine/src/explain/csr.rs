//! Rows by what they name: a counting sort.

/// Rows of key `k`: `offsets[k] .. offsets[k + 1]` of `rows`, in their order.
#[derive(Debug, Clone, Default)]
pub struct Csr {
    offsets: Vec<u32>,
    rows: Vec<u32>,
}

impl Csr {
    /// Groups rows by their keys, all below `keys`.
    pub fn new(keys: usize, of_rows: &[u32]) -> Self {
        let mut offsets = vec![0_u32; keys + 1];
        for key in of_rows {
            offsets[*key as usize + 1] += 1;
        }
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        let mut next = offsets.clone();
        let mut rows = vec![0; of_rows.len()];
        for (row, key) in (0_u32..).zip(of_rows) {
            let place = &mut next[*key as usize];
            rows[*place as usize] = row;
            *place += 1;
        }
        Self { offsets, rows }
    }

    /// The rows of a key.
    pub fn of(&self, key: u32) -> &[u32] {
        &self.rows[self.offsets[key as usize] as usize..self.offsets[key as usize + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_their_order() {
        let rows = Csr::new(4, &[2, 0, 2, 3]);
        assert_eq!([rows.of(0), rows.of(1), rows.of(2), rows.of(3)], [&[1][..], &[], &[0, 2], &[3]]);
    }
}
