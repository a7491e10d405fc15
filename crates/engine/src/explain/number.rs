//! Exact numbers of explanations: decimals, or fractions where no decimal is exact.

use apportion_base::money::{Minor, POW10, format_scaled};

/// A decimal: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    /// The digits.
    pub mantissa: i128,
    /// How many of them are decimals.
    pub scale: u32,
}

impl Exact {
    /// `mantissa / 10^scale`.
    pub fn new(mantissa: i128, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    /// An amount of minor units.
    pub fn minor(minor: Minor, digits: u32) -> Self {
        Self::new(minor.wide(), digits)
    }

    /// Plain decimal text without zeros at its end.
    pub fn plain(self) -> String {
        self.with_decimals(0)
    }

    /// The same with at least `least` decimals.
    pub fn with_decimals(self, least: u32) -> String {
        let (mut mantissa, mut scale) = (self.mantissa, self.scale);
        while scale > least && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        match least.checked_sub(scale).map(|zeros| (zeros, POW10.get(zeros as usize))) {
            Some((zeros, Some(factor))) if zeros > 0 => match mantissa.checked_mul(*factor) {
                Some(mantissa) => format_scaled(mantissa, least),
                None => format_scaled(mantissa, scale),
            },
            _ => format_scaled(mantissa, scale),
        }
    }
}

/// A fraction of two whole numbers in lowest terms; the lower one is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// `total * unit / sum`, an amount of minor units with `digits` digits, in the major unit. `None` where 38 digits
    /// do not hold it, and where there is nothing to share by.
    pub fn share(total: Minor, unit: i128, sum: i128, digits: u32) -> Option<Self> {
        if sum <= 0 {
            return None;
        }
        let common = gcd(unit, sum);
        let (unit, sum) = (unit / common, sum / common);
        let common = gcd(total.wide(), sum);
        let numerator = (total.wide() / common).checked_mul(unit)?;
        let denominator = (sum / common).checked_mul(*POW10.get(digits as usize)?)?;
        let common = gcd(numerator, denominator);
        Some(Self { numerator: numerator / common, denominator: denominator / common })
    }

    /// The decimal that it is, if it is one of few digits.
    pub fn decimal(self) -> Option<Exact> {
        (0..=18_u32).find_map(|scale| {
            let power = POW10[scale as usize];
            if power % self.denominator != 0 {
                return None;
            }
            Some(Exact::new(self.numerator.checked_mul(power / self.denominator)?, scale))
        })
    }

    /// A decimal where it is one, `numerator/denominator` where not.
    pub fn plain(self) -> String {
        match self.decimal() {
            Some(exact) => exact.plain(),
            None => format!("{}/{}", self.numerator, self.denominator),
        }
    }

    /// The first decimals, cut off.
    pub fn cut(self, decimals: u32) -> Exact {
        let whole = self.numerator / self.denominator;
        let mut rest = (self.numerator % self.denominator).abs();
        let mut mantissa = whole.abs();
        for _ in 0..decimals {
            // The rest is below the denominator, so this saturates for extreme denominators only.
            rest = rest.saturating_mul(10);
            mantissa = mantissa * 10 + rest / self.denominator;
            rest %= self.denominator;
        }
        Exact::new(if self.numerator < 0 { -mantissa } else { mantissa }, decimals)
    }

    /// What is left of it beyond whole minor units, as a fraction of one: for comparing remainders.
    pub fn remainder(self, digits: u32) -> (i128, i128) {
        let scaled = self.numerator.unsigned_abs().saturating_mul(POW10[digits as usize].unsigned_abs());
        let denominator = self.denominator.unsigned_abs();
        ((scaled % denominator) as i128, self.denominator)
    }
}

/// The greatest common divisor, at least 1.
pub fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_as_short_as_they_are() {
        assert_eq!(Exact::new(12_500, 3).plain(), "12.5");
        assert_eq!(Exact::new(12_500, 3).with_decimals(2), "12.50");
        assert_eq!(Exact::new(-7, 0).with_decimals(2), "-7.00");
        assert_eq!(Exact::new(0, 6).plain(), "0");
    }

    #[test]
    fn shares_are_decimals_where_they_can_be() {
        let share = |total, unit, sum| Ratio::share(Minor::new(total), unit, sum, 2).unwrap();
        assert_eq!(share(100, 1, 3).plain(), "1/3");
        assert_eq!(share(100, 1, 3).cut(4).plain(), "0.3333");
        assert_eq!(share(-100, 2, 3).cut(4).plain(), "-0.6666");
        assert_eq!(share(30_848, 30, 100).plain(), "92.544");
        assert_eq!(share(100, 0, 3).plain(), "0");
        assert_eq!(Ratio::share(Minor::new(100), 1, 0, 2), None);
        assert_eq!(share(1_000, 1, 3).remainder(2), (1, 3));
    }
}
