//! Exact numbers of explanations: decimals, or fractions where no decimal is exact.

use apportion_base::diagnostic::grouped;
use apportion_base::money::{Minor, POW10, format_scaled};

use crate::pay::fraction::{self, Fraction};

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

/// An exact number of any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Big(Fraction);

impl Big {
    /// A fraction.
    pub fn new(fraction: Fraction) -> Self {
        Self(fraction)
    }

    /// A decimal.
    pub fn exact(exact: Exact) -> Self {
        Self(fraction::decimal(exact.mantissa, exact.scale))
    }

    /// A decimal where it is one, `numerator/denominator` where not.
    pub fn plain(&self) -> String {
        match self.decimal() {
            Some(exact) => exact.plain(),
            None => format!("{}/{}", self.0.numer(), self.0.denom()),
        }
    }

    /// The decimal that it is, if it is one that 38 digits hold.
    pub fn decimal(&self) -> Option<Exact> {
        let exact = |scale: u32| {
            let scaled = &self.0 * fraction::whole(POW10[scale as usize]);
            scaled.is_integer().then(|| i128::try_from(scaled.to_integer()).ok()).flatten()
        };
        (0..=30_u32).find_map(|scale| exact(scale).map(|mantissa| Exact::new(mantissa, scale)))
    }

    /// For people: with at least `least` decimals; one that is no decimal is cut off after four more.
    pub fn shown(&self, least: u32) -> String {
        match self.decimal() {
            Some(exact) => grouped(&exact.with_decimals(least)),
            None => {
                let cut = (&self.0 * fraction::whole(POW10[least as usize + 4])).trunc();
                let text = i128::try_from(cut.to_integer()).map_or_else(
                    |_| self.0.trunc().to_string(),
                    |mantissa| format_scaled(mantissa, least + 4),
                );
                format!("{}…", grouped(&text))
            }
        }
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        *self.0.numer() == 0.into()
    }

    /// It without another one.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    /// A hundred times it.
    #[must_use]
    pub fn percent(&self) -> Self {
        Self(&self.0 * fraction::whole(100))
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
    fn numbers_of_any_size_are_decimals_or_fractions() {
        let big = |numerator: i128, denominator: i128| {
            Big::new(fraction::whole(numerator) / fraction::whole(denominator))
        };
        assert_eq!((big(5, 4).plain(), big(5, 4).shown(2)), ("1.25".to_owned(), "1.25".to_owned()));
        assert_eq!(
            (big(-20_000, 3).plain(), big(-20_000, 3).shown(2)),
            ("-20000/3".to_owned(), "-6,666.666666…".to_owned())
        );
        assert_eq!(
            (big(1, 12).percent().shown(0), big(7, 1).shown(2)),
            ("8.3333…".to_owned(), "7.00".to_owned())
        );
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
