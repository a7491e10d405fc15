//! 2^(-d / half-life) to 9 decimals, half away from zero, without a binary float.
//!
//! With f = d / h: the whole part of f is a shift, and 2^-(fraction) is a product of the constants 2^(-1/2), 2^(-1/4),
//! 2^(-1/8), …, one for each binary digit of the fraction. Everything is fixed point with [`BITS`] binary digits, each
//! step truncated, so the result is at most some 2^-110 too small: far less than any distance to a rounding edge that
//! 9 decimals can show, except for the exact halves, which are dyadic and computed without a fraction.

use std::collections::BTreeMap;

use arrow::datatypes::i256;

/// Binary digits after the point.
const BITS: u32 = 120;

/// Weights in billionths by days, for one half-life; each is computed once.
#[derive(Debug, Clone)]
pub struct Decay {
    half_life_days: u32,
    /// 2^(-2^-k) for k = 1, 2, …, in fixed point.
    roots: Vec<u128>,
    known: BTreeMap<u32, i128>,
}

impl Decay {
    /// Weights that halve every `half_life_days` (at least 1).
    pub fn new(half_life_days: u32) -> Self {
        let mut roots = Vec::new();
        let mut root = 1_u128 << (BITS - 1);
        for _ in 0..BITS {
            root = square_root(root);
            roots.push(root);
        }
        Self { half_life_days: half_life_days.max(1), roots, known: BTreeMap::new() }
    }

    /// The weight of a touch `days` before the last one, in billionths.
    pub fn weight_e9(&mut self, days: u32) -> i128 {
        if let Some(&known) = self.known.get(&days) {
            return known;
        }
        let weight = self.compute(days);
        self.known.insert(days, weight);
        weight
    }

    fn compute(&self, days: u32) -> i128 {
        let halvings = days / self.half_life_days;
        if halvings > 30 {
            // Half of a billionth is more than 2^-31.
            return 0;
        }
        let mut power = 1_u128 << BITS;
        let mut rest = u64::from(days % self.half_life_days);
        for root in &self.roots {
            if rest == 0 {
                break;
            }
            rest *= 2;
            if rest >= u64::from(self.half_life_days) {
                rest -= u64::from(self.half_life_days);
                power = multiply(power, *root);
            }
        }
        // round(power / 2^BITS / 2^halvings * 10^9), half up: all values are positive.
        let shift = BITS + halvings;
        let scaled = i256_of(power).wrapping_mul(i256::from_i128(1_000_000_000));
        let half = i256::from_i128(1) << (shift - 1) as u8;
        ((scaled.wrapping_add(half)) >> shift as u8).to_i128().unwrap_or(0)
    }
}

/// Bits are at most 2^120 here, so both fit the signed type.
fn i256_of(value: u128) -> i256 {
    i256::from_parts(value, 0)
}

fn multiply(a: u128, b: u128) -> u128 {
    let product = i256_of(a).wrapping_mul(i256_of(b)) >> BITS as u8;
    product.to_i128().map_or(0, i128::unsigned_abs)
}

/// The square root of a fixed-point number, truncated: the largest r with r * r <= value * 2^BITS.
fn square_root(value: u128) -> u128 {
    let target = i256_of(value) << BITS as u8;
    let mut root = 0_u128;
    for bit in (0..=BITS).rev() {
        let candidate = root | (1 << bit);
        if i256_of(candidate).wrapping_mul(i256_of(candidate)) <= target {
            root = candidate;
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_half_lives_are_exact_and_round_half_away() {
        let mut decay = Decay::new(7);
        assert_eq!(decay.weight_e9(0), 1_000_000_000);
        assert_eq!(decay.weight_e9(7), 500_000_000);
        assert_eq!(decay.weight_e9(63), 1_953_125);
        // 10^9 / 2^10 = 976562.5
        assert_eq!(decay.weight_e9(70), 976_563);
        assert_eq!(decay.weight_e9(7 * 31), 0);
        assert_eq!(decay.weight_e9(7 * 30), 1);
        // However long ago it is.
        assert!((31..600).all(|halvings| decay.weight_e9(7 * halvings) == 0));
    }

    #[test]
    fn fractions_agree_with_known_values() {
        // 2^(-1/7), 2^(-3/7), 2^(-1/30), 2^(-29/30), 2^(-1/365)
        for (half_life, days, expected) in [
            (7, 1, 905_723_664),
            (7, 3, 742_997_145),
            (30, 1, 977_159_968),
            (30, 29, 511_686_946),
            (365, 1, 998_102_769),
            (2, 1, 707_106_781),
            (2, 3, 353_553_391),
        ] {
            assert_eq!(Decay::new(half_life).weight_e9(days), expected, "2^(-{days}/{half_life})");
        }
    }

    /// x is right if (x - 1/2)^h * 2^d <= (10^9)^h < (x + 1/2)^h * 2^d: checked in whole numbers for small h.
    #[test]
    fn every_small_case_is_the_nearest_billionth() {
        for half_life in 1..=3_u32 {
            let mut decay = Decay::new(half_life);
            for days in 0..20 {
                let weight = i256::from_i128(decay.weight_e9(days));
                let two = i256::from_i128(2);
                let power =
                    |base: i256| (0..half_life).fold(i256::from_i128(1), |all, _| all.wrapping_mul(base));
                let target = power(i256::from_i128(2_000_000_000));
                let low = power(weight.wrapping_mul(two).wrapping_sub(i256::from_i128(1))) << days as u8;
                let high = power(weight.wrapping_mul(two).wrapping_add(i256::from_i128(1))) << days as u8;
                assert!(low <= target && target < high, "2^(-{days}/{half_life})");
            }
        }
    }
}
