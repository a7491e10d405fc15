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

/// How fractions are written as whole numbers of one size: decimals, and in how many parts the last of them is divided.
///
/// # Errors
/// [`Overflow`] if the parts do not fit an `i128`.
pub fn common_scale<'f>(fractions: impl Iterator<Item = &'f Fraction>) -> Result<(u32, i128), Overflow> {
    let mut parts = BigInt::from(1);
    let mut scale = 0;
    for fraction in fractions {
        let mut denominator = fraction.denom().clone();
        let powers = [2_u8, 5].map(|factor| {
            let mut power = 0;
            while (&denominator % factor).sign() == Sign::NoSign {
                denominator /= factor;
                power += 1;
            }
            power
        });
        scale = powers.into_iter().fold(scale, u32::max);
        // The least number that both divide: a fraction has its denominator in lowest terms.
        parts = &parts * Ratio::new(denominator, parts.clone()).numer();
    }
    Ok((scale, i128::try_from(parts).map_err(|_| Overflow)?))
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
    fn a_common_size_has_the_fewest_parts() {
        let scale = |fractions: &[(i128, i128)]| {
            let fractions: Vec<Fraction> =
                fractions.iter().map(|(a, b)| Ratio::new((*a).into(), (*b).into())).collect();
            common_scale(fractions.iter()).unwrap()
        };
        assert_eq!(scale(&[]), (0, 1));
        assert_eq!(scale(&[(7, 4), (1, 10)]), (2, 1));
        assert_eq!(scale(&[(100, 92), (1, 90), (5, 6)]), (1, 207));
        assert_eq!(scale(&[(1, 7), (2, 21), (1, 50)]), (2, 21));
    }

    #[test]
    fn what_is_too_large_is_an_error() {
        let large = whole(i128::MAX) * whole(10);
        assert_eq!(round(&large, Rounding::HalfEven, 0), Err(Overflow));
        assert_eq!(round(&(large / whole(10)), Rounding::HalfEven, 0), Ok(i128::MAX));
        assert_eq!(decimal(-1_250, 3), Ratio::new((-5).into(), 4.into()));
    }
}
