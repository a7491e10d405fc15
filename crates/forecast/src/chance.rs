//! How likely an opportunity is won: a ratio of whole numbers, which a word of 64 bits is compared with.

/// A chance from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// Not above `of`.
    pub won: u32,
    /// Not 0.
    pub of: u32,
}

/// The parts of a probability: it has 9 decimals at most.
const PROBABILITY_PARTS: u32 = 1_000_000_000;

impl Chance {
    /// A probability in billionths; `None` outside of 0 to 1.
    pub fn of_probability(e9: i64) -> Option<Self> {
        let won = u32::try_from(e9).ok().filter(|won| *won <= PROBABILITY_PARTS)?;
        Some(Self { won, of: PROBABILITY_PARTS })
    }

    /// Whether a word wins: it is below the chance times 2^64.
    pub fn wins(self, word: u64) -> bool {
        // Numbers of 96 bits.
        u128::from(word) * u128::from(self.of) < u128::from(self.won) << 64
    }

    /// In millionths, half away from zero.
    pub fn e6(self) -> u64 {
        let (won, of) = (u64::from(self.won), u64::from(self.of));
        // A number of 32 bits times less than 2^20.
        (won * 1_000_000 * 2 + of) / (of * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_wins_below_the_chance() {
        // chance · 2^64, the first word that loses, by hand: 2^64 / 2, / 4, and 2^64 / 3 = 6148914691236517205.33…
        for (won, of, last) in
            [(1, 2, (1_u64 << 63) - 1), (1, 4, (1 << 62) - 1), (1, 3, 6_148_914_691_236_517_205)]
        {
            let chance = Chance { won, of };
            assert!(chance.wins(0) && chance.wins(last), "{won}/{of}");
            assert!(!chance.wins(last + 1) && !chance.wins(u64::MAX), "{won}/{of}");
        }
    }

    #[test]
    fn certainty_is_certain() {
        let (never, always) = (Chance::of_probability(0), Chance::of_probability(1_000_000_000));
        for word in [0, 1, u64::MAX] {
            assert!(!never.unwrap().wins(word) && always.unwrap().wins(word));
        }
        assert_eq!([Chance::of_probability(-1), Chance::of_probability(1_000_000_001)], [None, None]);
    }

    #[test]
    fn in_millionths() {
        let e6 = |won, of| Chance { won, of }.e6();
        assert_eq!([e6(1, 3), e6(2, 3), e6(1, 1), e6(0, 7)], [333_333, 666_667, 1_000_000, 0]);
        assert_eq!(e6(u32::MAX, u32::MAX), 1_000_000);
    }
}
