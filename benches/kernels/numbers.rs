//! Seeded numbers (splitmix64): the same inputs in every run, on every machine.

/// A stream of numbers.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of `count` things, as an index.
    pub fn index(&mut self, count: usize) -> usize {
        self.below(count as u64) as usize
    }

    /// Cents of a deal: from 100 to 2,000,000 dollars, as many in each order of magnitude.
    pub fn cents(&mut self) -> i64 {
        let top = [100_000, 1_000_000, 10_000_000, 200_000_000][self.index(4)];
        (10_000 + self.below(top)) as i64
    }

    /// Billionths of a weight of two decimals, up to 12; some are whole.
    pub fn weight_e9(&mut self) -> i64 {
        let hundredths = if self.below(10) < 6 { 100 * (1 + self.below(5)) } else { 1 + self.below(1_200) };
        hundredths as i64 * 10_000_000
    }
}
