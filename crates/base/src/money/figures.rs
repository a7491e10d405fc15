//! Ratios and percentiles of reports and forecasts.

use super::{Overflow, Rounding, pow10};

/// Decimals of a ratio.
pub const RATIO_SCALE: u32 = 6;

/// A ratio in millionths, divided once, half away from zero; `None` where it is of 0. Both are whole numbers with the decimals that they have.
///
/// ```
/// use apportion_base::money::ratio_e6;
/// // 2.50 of 4 is 0.625.
/// assert_eq!(ratio_e6((250, 2), (4, 0)), Ok(Some(625_000)));
/// assert_eq!(ratio_e6((1, 0), (0, 0)), Ok(None));
/// ```
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
    // Only what the decimals differ by is multiplied.
    let up = RATIO_SCALE + below_decimals;
    let scaled = |number: i128, by: u32| number.checked_mul(pow10(by)?).ok_or(Overflow);
    let above = scaled(above, up.saturating_sub(above_decimals))?;
    let below = scaled(below, above_decimals.saturating_sub(up))?;
    let above = above.checked_mul(below.signum()).ok_or(Overflow)?;
    Ok(Some(Rounding::HalfAwayFromZero.divide(above, below.checked_abs().ok_or(Overflow)?)))
}

/// The percentile of values that ascend: the one at place `ceil(percent · n / 100)`, counted from 1. `None` of nothing.
pub fn percentile(ascending: &[i128], percent: usize) -> Option<i128> {
    let place = (ascending.len() * percent).div_ceil(100);
    ascending.get(place.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_divided_once() {
        assert_eq!(ratio_e6((1, 0), (3, 0)), Ok(Some(333_333)));
        assert_eq!(ratio_e6((-2, 0), (3, 0)), Ok(Some(-666_667)));
        assert_eq!(ratio_e6((2, 0), (-3, 0)), Ok(Some(-666_667)));
        assert_eq!(ratio_e6((1, 0), (-3, 0)), Ok(Some(-333_333)));
        assert_eq!(ratio_e6((5, 0), (0, 6)), Ok(None));
    }

    #[test]
    fn terms_have_the_decimals_that_they_have() {
        assert_eq!(ratio_e6((150, 2), (3, 0)), Ok(Some(500_000)));
        assert_eq!(ratio_e6((1, 0), (3_000_000, 6)), Ok(Some(333_333)));
        assert_eq!(ratio_e6((10_000_000, 6), (4, 0)), Ok(Some(2_500_000)));
        assert_eq!(ratio_e6((1, 0), (4_000_000, 6)), Ok(Some(250_000)));
        // 8 decimals above are 2 more than a ratio has.
        assert_eq!(ratio_e6((50, 8), (1, 0)), Ok(Some(1)));
        assert_eq!(ratio_e6((i128::MAX, 0), (1, 0)), Err(Overflow));
        assert_eq!(ratio_e6((i128::MAX, 6), (1, 0)), Ok(Some(i128::MAX)));
    }

    #[test]
    fn percentiles_are_values() {
        let ten: Vec<i128> = (1..=10).collect();
        for (n, expected) in [(1, [1, 1, 1]), (2, [1, 1, 2]), (3, [1, 2, 3]), (9, [1, 5, 9]), (10, [1, 5, 9])]
        {
            assert_eq!([10, 50, 90].map(|percent| percentile(&ten[..n], percent)), expected.map(Some), "{n}");
        }
        assert_eq!([10, 50, 90, 100].map(|percent| percentile(&ten, percent)), [1, 5, 9, 10].map(Some));
        assert_eq!(percentile(&[4, 8], 50), Some(4));
        assert_eq!(percentile(&[], 50), None);
    }
}
