//! Exact fractions of any size, for what no decimal holds: a rate between two tiers, credit spread over deals.

use apportion_base::money::{Overflow, Rounding};
use num_bigint::{BigInt, Sign};
use num_rational::Ratio;

/// A fraction of two whole numbers of any size.
pub type Fraction = Ratio<BigInt>;

/// `mantissa / 10^scale`.
pub fn decimal(mantissa: i128, scale: u32) -> Fraction {
    Ratio::new(mantissa.into(), power(scale))
}

/// A whole number.
pub fn whole(number: i128) -> Fraction {
    Ratio::from_integer(number.into())
}

/// The fraction rounded to a mantissa of `decimals` decimals.
///
/// # Errors
/// [`Overflow`] if the result does not fit an `i128`.
pub fn round(fraction: &Fraction, rounding: Rounding, decimals: u32) -> Result<i128, Overflow> {
    let numerator = fraction.numer() * power(decimals);
    let denominator = fraction.denom();
    let (quotient, rest) = (&numerator / denominator, &numerator % denominator);
    let twice = rest.magnitude() * 2_u8;
    let up = match twice.cmp(denominator.magnitude()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => match rounding {
            Rounding::HalfAwayFromZero => true,
            Rounding::HalfEven => quotient.bit(0),
        },
    };
    let rounded = match (up, numerator.sign()) {
        (true, Sign::Minus) => quotient - 1,
        (true, _) => quotient + 1,
        (false, _) => quotient,
    };
    i128::try_from(rounded).map_err(|_| Overflow)
}

fn power(scale: u32) -> BigInt {
    BigInt::from(10).pow(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_as_the_book_says() {
        let cents = |numerator: i128, denominator: i128, rounding| {
            round(&Ratio::new(numerator.into(), denominator.into()), rounding, 2).unwrap()
        };
        for (numerator, denominator, away, even) in [
            (1, 3, 33, 33),
            (-2, 3, -67, -67),
            (1, 8, 13, 12),
            (-1, 8, -13, -12),
            (3, 8, 38, 38),
            (7, 1, 700, 700),
        ] {
            assert_eq!(cents(numerator, denominator, Rounding::HalfAwayFromZero), away);
            assert_eq!(cents(numerator, denominator, Rounding::HalfEven), even);
        }
    }

    #[test]
    fn what_is_too_large_is_an_error() {
        let large = whole(i128::MAX) * whole(10);
        assert_eq!(round(&large, Rounding::HalfEven, 0), Err(Overflow));
        assert_eq!(round(&(large / whole(10)), Rounding::HalfEven, 0), Ok(i128::MAX));
        assert_eq!(decimal(-1_250, 3), Ratio::new((-5).into(), 4.into()));
    }
}
