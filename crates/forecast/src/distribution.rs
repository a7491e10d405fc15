//! Mean and percentiles of what the draws come to.

use apportion_base::money::{Overflow, Rounding, pow10};

/// Decimals of a mean and of other ratios.
pub const RATIO_SCALE: u32 = 6;

/// What all draws come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    /// In millionths of the currency: the sum over the draws divided once, half away from zero.
    pub mean_e6: i128,
    /// In minor units: the tenth percentile.
    pub p10: i128,
    /// The fiftieth.
    pub p50: i128,
    /// The ninetieth.
    pub p90: i128,
}

impl Distribution {
    /// Of what each draw comes to, in minor units of so many digits; of nothing it is 0.
    ///
    /// # Errors
    /// A sum that can't be held.
    pub fn of(mut values: Vec<i128>, digits: u32) -> Result<Self, Overflow> {
        let sum = values.iter().try_fold(0_i128, |sum, value| sum.checked_add(*value)).ok_or(Overflow)?;
        values.sort_unstable();
        let mean_e6 = ratio_e6((sum, digits), (values.len() as i128, 0))?.unwrap_or(0);
        let [p10, p50, p90] = [10, 50, 90].map(|percent| percentile(&values, percent));
        Ok(Self { mean_e6, p10, p50, p90 })
    }
}

/// The percentile of values that ascend: the one at place `ceil(percent · n / 100)`, counted from 1; 0 where there are none.
pub fn percentile(ascending: &[i128], percent: usize) -> i128 {
    let place = (ascending.len() * percent).div_ceil(100);
    place.checked_sub(1).and_then(|place| ascending.get(place)).copied().unwrap_or(0)
}

/// A ratio in millionths, half away from zero; `None` where it is of 0. Both are whole numbers with the decimals that they have.
///
/// # Errors
/// Terms that can't be held.
pub fn ratio_e6(
    (above, above_decimals): (i128, u32),
    (below, below_decimals): (i128, u32),
) -> Result<Option<i128>, Overflow> {
    if below == 0 {
        return Ok(None);
    }
    let above = above.checked_mul(pow10(RATIO_SCALE + below_decimals)?).ok_or(Overflow)?;
    let below = below.checked_mul(pow10(above_decimals)?).ok_or(Overflow)?;
    let above = if below < 0 { above.checked_neg().ok_or(Overflow)? } else { above };
    let below = below.checked_abs().ok_or(Overflow)?;
    Ok(Some(Rounding::HalfAwayFromZero.divide(above, below)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of n values in order, the one at ceil(p·n / 100).
    #[test]
    fn the_percentile_is_a_value_at_a_place() {
        let ascending: Vec<i128> = (1..=10).collect();
        for (n, expected) in [(1, [1, 1, 1]), (2, [1, 1, 2]), (3, [1, 2, 3]), (9, [1, 5, 9]), (10, [1, 5, 9])]
        {
            assert_eq!([10, 50, 90].map(|percent| percentile(&ascending[..n], percent)), expected, "{n}");
        }
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn a_mean_is_divided_once() {
        let of = |values: &[i128], digits| Distribution::of(values.to_vec(), digits).unwrap();
        // 1.00, 0.00 and 0.00 in cents: a third.
        assert_eq!(of(&[100, 0, 0], 2), Distribution { mean_e6: 333_333, p10: 0, p50: 0, p90: 100 });
        // -0.01, 0.00: half a cent, of six decimals.
        assert_eq!(of(&[-1, 0], 2).mean_e6, -5_000);
        // Whole yen, thirds.
        assert_eq!(of(&[1, 1, 0], 0).mean_e6, 666_667);
        assert_eq!(of(&[], 2), Distribution { mean_e6: 0, p10: 0, p50: 0, p90: 0 });
        assert!(Distribution::of(vec![i128::MAX, 1], 2).is_err());
    }

    #[test]
    fn ratios_keep_their_decimals_apart() {
        // 1.50 over 3 = 0.5; 1 over 3.000000; -2 over 3; anything over 0.
        assert_eq!(ratio_e6((150, 2), (3, 0)), Ok(Some(500_000)));
        assert_eq!(ratio_e6((1, 0), (3_000_000, 6)), Ok(Some(333_333)));
        assert_eq!(ratio_e6((-2, 0), (3, 0)), Ok(Some(-666_667)));
        assert_eq!(ratio_e6((1, 0), (-3, 0)), Ok(Some(-333_333)));
        assert_eq!(ratio_e6((5, 0), (0, 6)), Ok(None));
        assert_eq!(ratio_e6((i128::MAX, 0), (1, 0)), Err(Overflow));
    }
}
