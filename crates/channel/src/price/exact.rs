//! Sums in a deal's currency as minor units of the book's: converted and rounded once.

use apportion_base::money::{Overflow, Rounding, Scaled, pow10};
use apportion_book::RateQuotation;
use apportion_data::Rate;

use super::PriceGround;

/// How amounts of a deal become amounts of the book.
#[derive(Debug, Clone, Copy)]
pub struct Conversion {
    /// None where the deal is in the book's currency.
    pub rate: Option<Rate>,
    /// How the book rounds.
    pub rounding: Rounding,
    /// Decimals of the book's minor unit.
    pub digits: u32,
}

impl Conversion {
    /// The conversion from a currency on a day; `None` without a rate that is young enough.
    pub fn on(ground: PriceGround<'_>, currency: &str, day: i32) -> Option<Self> {
        let book = ground.book;
        let own = currency == book.currency.code();
        let rate = if own { None } else { Some(ground.rates.latest(currency, day, book.fx_max_age_days)?) };
        Some(Self { rate, rounding: book.rounding, digits: book.currency.digits() })
    }

    /// An amount of the deal's currency in minor units of the book's.
    ///
    /// # Errors
    /// More than 38 digits on the way.
    pub fn minor(self, amount: Scaled) -> Result<i128, Overflow> {
        let Some(rate) = self.rate else {
            return self.rounding.rescale(amount.mantissa, amount.scale, self.digits);
        };
        let rate_e9 = i128::from(rate.rate_e9);
        match rate.quoted {
            RateQuotation::BookPerUnit => self.rounding.product(amount, Scaled::new(rate_e9, 9), self.digits),
            RateQuotation::UnitPerBook => {
                let up = 9 + self.digits;
                let numerator = amount.mantissa.checked_mul(pow10(up.saturating_sub(amount.scale))?);
                let denominator = rate_e9.checked_mul(pow10(amount.scale.saturating_sub(up))?);
                Ok(self.rounding.divide(numerator.ok_or(Overflow)?, denominator.ok_or(Overflow)?))
            }
        }
    }

    /// The same in millionths of the major unit.
    ///
    /// # Errors
    /// More than 18 digits, or more than 38 on the way.
    pub fn e6(self, amount: Scaled) -> Result<i64, Overflow> {
        let minor = self.minor(amount)?;
        let e6 = minor.checked_mul(pow10(6_u32.saturating_sub(self.digits))?).ok_or(Overflow)?;
        i64::try_from(e6).map_err(|_| Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversion(rate: Option<(i64, RateQuotation)>, rounding: Rounding) -> Conversion {
        let rate = rate.map(|(rate_e9, quoted)| Rate { day: 0, rate_e9, quoted });
        Conversion { rate, rounding, digits: 2 }
    }

    #[test]
    fn an_amount_is_rounded_once_after_its_conversion() {
        use RateQuotation::{BookPerUnit, UnitPerBook};
        let away = Rounding::HalfAwayFromZero;
        // 3 × 33.335 = 100.005
        let sum = Scaled::new(100_005_000_000_000_000, 15);
        for (rate, rounding, expected) in [
            (None, away, 10_001),
            (None, Rounding::HalfEven, 10_000),
            (Some((1_085_000_000, BookPerUnit)), away, 10_851),
            (Some((3_000_000_000, UnitPerBook)), away, 3_334),
            // 100.005 / 1.2 = 83.3375
            (Some((1_200_000_000, UnitPerBook)), away, 8_334),
        ] {
            assert_eq!(conversion(rate, rounding).minor(sum), Ok(expected), "{rate:?}");
        }
        assert_eq!(
            conversion(Some((3_000_000_000, UnitPerBook)), away).minor(Scaled::new(100_000_000, 6)),
            Ok(3_333)
        );
        assert_eq!(conversion(None, away).e6(Scaled::new(-15_000, 6)), Ok(-20_000));
    }

    #[test]
    fn what_can_not_be_held_is_an_overflow() {
        let conversion = conversion(Some((3, RateQuotation::BookPerUnit)), Rounding::HalfEven);
        assert_eq!(conversion.minor(Scaled::new(i128::MAX, 15)), Err(Overflow));
        assert_eq!(conversion.e6(Scaled::new(i128::from(i64::MAX) * 1_000_000_000, 0)), Err(Overflow));
    }
}
