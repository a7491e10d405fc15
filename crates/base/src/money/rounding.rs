//! The book's rounding. Digits are dropped nowhere else.

use super::{Overflow, decimal::pow10};

/// How a book rounds to its minor unit: `docs/reference/money.md#rounding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// What spreadsheets do: 0.5 becomes 1 and -0.5 becomes -1.
    #[default]
    HalfAwayFromZero,
    /// Bankers' rounding: 0.5 becomes 0, 1.5 becomes 2.
    HalfEven,
}

impl Rounding {
    /// The word for it in `apportion.toml`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HalfAwayFromZero => "half-away-from-zero",
            Self::HalfEven => "half-even",
        }
    }

    /// `numerator / denominator`, rounded to a whole number. The denominator must be positive.
    ///
    /// ```
    /// use apportion_base::money::Rounding;
    /// assert_eq!(Rounding::HalfAwayFromZero.divide(-5, 2), -3);
    /// assert_eq!(Rounding::HalfEven.divide(-5, 2), -2);
    /// ```
    pub fn divide(self, numerator: i128, denominator: i128) -> i128 {
        debug_assert!(denominator > 0);
        let quotient = numerator / denominator;
        let remainder = (numerator % denominator).unsigned_abs();
        let rest = denominator.unsigned_abs() - remainder;
        let up = match self {
            Self::HalfAwayFromZero => remainder >= rest,
            Self::HalfEven => remainder > rest || (remainder == rest && quotient % 2 != 0),
        };
        if up { quotient + numerator.signum() } else { quotient }
    }

    /// A number of `from` decimals, given as its mantissa, rounded to a mantissa of `to` decimals (or extended to them).
    ///
    /// # Errors
    /// [`Overflow`] if the result does not fit an `i128`.
    pub fn rescale(self, mantissa: i128, from: u32, to: u32) -> Result<i128, Overflow> {
        if to >= from {
            return mantissa.checked_mul(pow10(to - from)?).ok_or(Overflow);
        }
        match pow10(from - to) {
            Ok(divisor) => Ok(self.divide(mantissa, divisor)),
            // Every mantissa is below half of 10^39.
            Err(Overflow) => Ok(0),
        }
    }

    /// The product of two numbers, rounded to a mantissa of `to` decimals.
    ///
    /// # Errors
    /// [`Overflow`] if the exact product has more than 38 digits without trailing zeros, or the result does not fit.
    #[inline]
    pub fn product(self, a: Scaled, b: Scaled, to: u32) -> Result<i128, Overflow> {
        match a.mantissa.checked_mul(b.mantissa) {
            Some(product) => self.rescale(product, a.scale + b.scale, to),
            None => self.wide_product(a, b, to),
        }
    }

    /// The same where the mantissas are too wide to be multiplied as they are: trailing zeros must not matter.
    fn wide_product(self, a: Scaled, b: Scaled, to: u32) -> Result<i128, Overflow> {
        let (a, b) = (a.without_zeros(), b.without_zeros());
        self.rescale(a.mantissa.checked_mul(b.mantissa).ok_or(Overflow)?, a.scale + b.scale, to)
    }
}

/// A number of `scale` decimals: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaled {
    /// The digits.
    pub mantissa: i128,
    /// How many of them are decimals.
    pub scale: u32,
}

impl Scaled {
    /// `mantissa / 10^scale`.
    #[inline]
    pub const fn new(mantissa: i128, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    /// The same number without trailing decimal zeros.
    fn without_zeros(self) -> Self {
        let Self { mut mantissa, mut scale } = self;
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Self { mantissa, scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_project_file() {
        assert_eq!(Rounding::HalfAwayFromZero.word(), "half-away-from-zero");
        assert_eq!(Rounding::HalfEven.word(), "half-even");
    }

    #[test]
    fn decimals_are_added_and_multiplied_exactly() {
        let half = Rounding::HalfAwayFromZero;
        assert_eq!(half.rescale(5, 1, 3), Ok(500));
        // 1.5 x 2.25, both with so many zeros that their mantissas can't be multiplied.
        let (a, b) = (Scaled::new(15 * 10_i128.pow(36), 37), Scaled::new(225 * 10_i128.pow(30), 32));
        assert_eq!(half.product(a, b, 3), Ok(3_375));
    }

    #[test]
    fn halves() {
        // numerator of halves, away from zero, even
        for (halves, away, even) in
            [(1, 1, 0), (3, 2, 2), (5, 3, 2), (-1, -1, 0), (-3, -2, -2), (-5, -3, -2), (4, 2, 2), (0, 0, 0)]
        {
            assert_eq!(Rounding::HalfAwayFromZero.divide(halves, 2), away, "{halves}/2");
            assert_eq!(Rounding::HalfEven.divide(halves, 2), even, "{halves}/2");
        }
    }

    #[test]
    fn below_and_above_a_half() {
        for rounding in [Rounding::HalfAwayFromZero, Rounding::HalfEven] {
            assert_eq!(rounding.divide(49, 100), 0);
            assert_eq!(rounding.divide(51, 100), 1);
            assert_eq!(rounding.divide(-149, 100), -1);
            assert_eq!(rounding.divide(-151, 100), -2);
        }
    }

    #[test]
    fn products_round_once() {
        // 20565.6206 * 10% = 2056.56206 -> 2056.56
        assert_eq!(
            Rounding::HalfAwayFromZero.product(Scaled::new(20_565_620_600, 6), Scaled::new(10_000_000, 8), 2),
            Ok(205_656)
        );
        // 10^12 * 10^-8 at the widest scales still fits once zeros are stripped
        assert_eq!(
            Rounding::HalfEven.product(Scaled::new(10_i128.pow(30), 18), Scaled::new(10_i128.pow(9), 8), 2),
            Ok(10_i128.pow(15))
        );
        assert_eq!(
            Rounding::HalfEven.product(Scaled::new(i128::MAX, 0), Scaled::new(3, 0), 0),
            Err(Overflow)
        );
    }
}
