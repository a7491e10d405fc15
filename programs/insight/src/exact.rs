//! Roots, and numbers as they are written, in whole numbers.

use apportion::money::{Overflow, RATIO_SCALE, format_scaled};

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
    format_scaled(number_e6, RATIO_SCALE)
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
