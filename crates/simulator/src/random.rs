//! Numbers that follow from a seed.

/// SplitMix64: small, and good enough to choose what fails.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below `bound`; 0 where that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() >> 33).unwrap_or(0).checked_rem(bound).unwrap_or(0)
    }

    /// Whether something happens that happens once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A number that follows from some others, whatever was drawn before.
pub fn drawn(numbers: &[u64], text: &str) -> u64 {
    let start = numbers.iter().fold(0, |sum, number| mixed(sum ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    text.bytes().fold(start, |sum, byte| mixed(sum ^ u64::from(byte)))
}

fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
