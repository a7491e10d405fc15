//! Ratios, medians and amounts, in whole numbers.

use apportion::money::{Overflow, Rounding, format_scaled, pow10};

/// Decimals of what was divided.
pub const DECIMALS: u32 = 6;

/// `numerator / denominator`, to 6 decimals, half away from zero; `None` where the denominator is 0. `shift` is by how many decimals the
/// numerator is scaled less than the denominator.
///
/// # Errors
/// A number over 38 digits.
pub fn ratio_e6(numerator: i128, denominator: i128, shift: i32) -> Result<Option<i128>, Overflow> {
    if denominator == 0 {
        return Ok(None);
    }
    let up = DECIMALS.checked_add_signed(shift).ok_or(Overflow)?;
    let numerator = numerator.checked_mul(pow10(up)?).ok_or(Overflow)?;
    let numerator = numerator.checked_mul(denominator.signum()).ok_or(Overflow)?;
    Ok(Some(Rounding::HalfAwayFromZero.divide(numerator, denominator.checked_abs().ok_or(Overflow)?)))
}

/// Twice the median: the middle one twice, or the sum of the middle two. `None` of nothing. The numbers are ascending.
pub fn twice_the_median(ascending: &[i128]) -> Result<Option<i128>, Overflow> {
    let Some(last) = ascending.len().checked_sub(1) else { return Ok(None) };
    match (ascending.get(last / 2), ascending.get(ascending.len() / 2)) {
        (Some(low), Some(high)) => low.checked_add(*high).map(Some).ok_or(Overflow),
        _ => Ok(None),
    }
}

/// The percentile of ascending numbers: the one at `ceil(percent · n / 100)`, from 1. `None` of nothing.
pub fn percentile(ascending: &[i128], percent: usize) -> Option<i128> {
    let place = (percent * ascending.len()).div_ceil(100).max(1);
    ascending.get(place - 1).copied()
}

/// An amount of millionths in the digits of its currency at least, without needless zeros behind them.
pub fn money(amount_e6: i128, digits: u32) -> String {
    let (mut amount, mut scale) = (amount_e6, 6);
    while scale > digits && amount % 10 == 0 {
        amount /= 10;
        scale -= 1;
    }
    // Currencies of more than six digits do not exist.
    format_scaled(amount, scale)
}

/// A number of millionths with all its six decimals.
pub fn decimals(number_e6: i128) -> String {
    format_scaled(number_e6, DECIMALS)
}

/// The square root of a number of millionths, in millionths, half up. `None` of a negative one.
pub fn root_e6(number_e6: i128) -> Result<Option<i128>, Overflow> {
    let square = u128::try_from(number_e6.checked_mul(1_000_000).ok_or(Overflow)?);
    let Ok(square) = square else { return Ok(None) };
    let floor = square.isqrt();
    // (floor + 1/2)² is floor² + floor + 1/4.
    let root = if square - floor * floor > floor { floor + 1 } else { floor };
    i128::try_from(root).map(Some).map_err(|_| Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_divided_once() {
        assert_eq!(ratio_e6(1, 3, 0), Ok(Some(333_333)));
        assert_eq!(ratio_e6(-2, 3, 0), Ok(Some(-666_667)));
        assert_eq!(ratio_e6(2, -3, 0), Ok(Some(-666_667)));
        assert_eq!(ratio_e6(5, 0, 0), Ok(None));
        // An amount of millionths over a number, and the other way round.
        assert_eq!(ratio_e6(10_000_000, 4, -6), Ok(Some(2_500_000)));
        assert_eq!(ratio_e6(1, 4_000_000, 6), Ok(Some(250_000)));
        assert_eq!(ratio_e6(i128::MAX, 1, 0), Err(Overflow));
    }

    #[test]
    fn medians_and_percentiles() {
        assert_eq!(twice_the_median(&[]), Ok(None));
        assert_eq!(twice_the_median(&[7]), Ok(Some(14)));
        assert_eq!(twice_the_median(&[1, 2, 9]), Ok(Some(4)));
        assert_eq!(twice_the_median(&[1, 2, 3, 9]), Ok(Some(5)));
        let ten: Vec<i128> = (1..=10).collect();
        assert_eq!([10, 50, 90, 100].map(|percent| percentile(&ten, percent)), [1, 5, 9, 10].map(Some));
        assert_eq!(percentile(&[4, 8], 50), Some(4));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        assert_eq!(money(1_500_000, 2), "1.50");
        assert_eq!(money(1_234_500, 2), "1.2345");
        assert_eq!(money(-7_000_000, 0), "-7");
        assert_eq!(money(0, 3), "0.000");
    }

    #[test]
    fn roots() {
        assert_eq!(root_e6(2_000_000), Ok(Some(1_414_214)));
        assert_eq!(root_e6(0), Ok(Some(0)));
        assert_eq!(root_e6(4_000_000), Ok(Some(2_000_000)));
        assert_eq!(root_e6(-1), Ok(None));
    }
}
