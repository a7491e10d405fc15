//! The arithmetic of lift, in whole numbers: each stratum's terms to 12 decimals, sums and root to 6.

use apportion::money::{Overflow, Rounding, format_scaled, pow10, ratio_e6};
use num_bigint::BigInt;

use crate::exact::root_e6;

/// Decided deals of a stratum, with a partner's work or without.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Side {
    /// How many.
    pub deals: i128,
    /// How many were won.
    pub won: i128,
    /// What the won ones came to, in millionths.
    pub amount_e6: i128,
}

/// Decided deals that are alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stratum {
    /// With a partner's work.
    pub with: Side,
    /// Without.
    pub without: Side,
}

/// A number of wins with one decimal.
fn shown(wins_e6: i128) -> String {
    format_scaled(Rounding::HalfAwayFromZero.divide(wins_e6, 100_000), 1)
}

/// What a stratum adds to the sums, to 12 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// To lift_wins.
    pub wins_e12: i128,
    /// To incremental_revenue.
    pub revenue_e12: i128,
    /// To the square of the standard error.
    pub variance_e12: i128,
}

impl Stratum {
    /// Whether it has enough deals of both sides.
    pub fn is_matched(&self, at_least: i128) -> bool {
        self.with.deals >= at_least && self.without.deals >= at_least
    }

    /// What it adds.
    ///
    /// # Errors
    /// A number over 38 digits.
    pub fn terms(&self) -> Result<Terms, Overflow> {
        let (with, without) = (self.with, self.without);
        let difference = |one: i128, other: i128, up: u32| {
            // n1(x1/n1 − x0/n0) is (x1·n0 − n1·x0)/n0.
            let numerator = BigInt::from(one) * without.deals - BigInt::from(with.deals) * other;
            divided(numerator * power(up)?, BigInt::from(without.deals))
        };
        Ok(Terms {
            wins_e12: difference(with.won, without.won, 12)?,
            revenue_e12: difference(with.amount_e6, without.amount_e6, 6)?,
            variance_e12: self.variance_e12()?,
        })
    }

    /// `n1² (q1(1−q1)/(n1−1) + q0(1−q0)/(n0−1))` with `q = (won + 1)/(n + 2)`.
    fn variance_e12(&self) -> Result<i128, Overflow> {
        let part = |side: Side| {
            let above = BigInt::from(side.won + 1) * (side.deals - side.won + 1);
            let below = BigInt::from(side.deals + 2) * (side.deals + 2) * (side.deals - 1);
            (above, below)
        };
        let ((a, b), (c, d)) = (part(self.with), part(self.without));
        let numerator = (a * &d + c * &b) * self.with.deals * self.with.deals * power(12)?;
        divided(numerator, b * d)
    }
}

fn power(exponent: u32) -> Result<i128, Overflow> {
    pow10(exponent)
}

/// A quotient, half away from zero.
fn divided(numerator: BigInt, denominator: BigInt) -> Result<i128, Overflow> {
    let zero = BigInt::from(0);
    if denominator == zero {
        return Err(Overflow);
    }
    let negative = (numerator < zero) != (denominator < zero);
    let magnitude = |number: BigInt| if number < BigInt::from(0) { -number } else { number };
    let (numerator, denominator) = (magnitude(numerator), magnitude(denominator));
    // Floor of n/d + 1/2.
    let quotient: BigInt = (numerator * 2 + &denominator) / (denominator * 2);
    i128::try_from(if negative { -quotient } else { quotient }).map_err(|_| Overflow)
}

/// What all strata come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lift {
    /// Decided deals, of all strata.
    pub all: Stratum,
    /// Deals of matched strata.
    pub matched: i128,
    /// Deals with a partner's work of strata that are not matched.
    pub unmatched: i128,
    /// Σ n1(p1 − p0), in millionths.
    pub wins_e6: i128,
    /// Σ n1(m1 − m0), in millionths of the currency.
    pub revenue_e6: i128,
    /// The standard error of the wins, in millionths.
    pub error_e6: i128,
    /// N1(P1 − P0) over all decided deals; `None` where one side has none.
    pub naive_wins_e6: Option<i128>,
    /// Likewise of amounts.
    pub naive_revenue_e6: Option<i128>,
}

impl Lift {
    /// Adds strata up.
    ///
    /// # Errors
    /// A number over 38 digits.
    pub fn of(strata: &[Stratum], at_least: i128) -> Result<Self, Overflow> {
        let mut lift = Self::default();
        let (mut wins, mut revenue, mut variance) = (0_i128, 0_i128, 0_i128);
        for stratum in strata {
            lift.all.with = added(lift.all.with, stratum.with)?;
            lift.all.without = added(lift.all.without, stratum.without)?;
            if !stratum.is_matched(at_least) {
                lift.unmatched += stratum.with.deals;
                continue;
            }
            lift.matched += stratum.with.deals + stratum.without.deals;
            let terms = stratum.terms()?;
            wins = wins.checked_add(terms.wins_e12).ok_or(Overflow)?;
            revenue = revenue.checked_add(terms.revenue_e12).ok_or(Overflow)?;
            variance = variance.checked_add(terms.variance_e12).ok_or(Overflow)?;
        }
        lift.wins_e6 = to_millionths(wins)?;
        lift.revenue_e6 = to_millionths(revenue)?;
        lift.error_e6 = root_e6(to_millionths(variance)?)?.unwrap_or(0);
        lift.compare_all()?;
        Ok(lift)
    }

    /// The difference between all deals of both sides, whatever else tells them apart.
    fn compare_all(&mut self) -> Result<(), Overflow> {
        let Stratum { with, without } = self.all;
        if with.deals > 0 && without.deals > 0 {
            let terms = |one: i128, other: i128, up: u32| {
                let numerator = BigInt::from(one) * without.deals - BigInt::from(with.deals) * other;
                divided(numerator * power(up)?, BigInt::from(without.deals))
            };
            self.naive_wins_e6 = Some(terms(with.won, without.won, 6)?);
            self.naive_revenue_e6 = Some(terms(with.amount_e6, without.amount_e6, 0)?);
        }
        Ok(())
    }

    /// 1.96 standard errors, in millionths.
    fn margin_e6(&self) -> Result<i128, Overflow> {
        let error = self.error_e6.checked_mul(196).ok_or(Overflow)?;
        Ok(ratio_e6((error, 0), (100_000_000, 0))?.unwrap_or(0))
    }

    /// The lower end of the interval of the wins; `None` where no stratum is matched.
    ///
    /// # Errors
    /// A number over 38 digits.
    pub fn low_e6(&self) -> Result<Option<i128>, Overflow> {
        let low = self.wins_e6.checked_sub(self.margin_e6()?).ok_or(Overflow)?;
        Ok((self.matched > 0).then_some(low))
    }

    /// The upper end.
    ///
    /// # Errors
    /// A number over 38 digits.
    pub fn high_e6(&self) -> Result<Option<i128>, Overflow> {
        let high = self.wins_e6.checked_add(self.margin_e6()?).ok_or(Overflow)?;
        Ok((self.matched > 0).then_some(high))
    }

    /// Whether work with a partner won more, in a sentence.
    ///
    /// # Errors
    /// A number over 38 digits.
    pub fn in_words(&self) -> Result<String, Overflow> {
        let (wins, naive) = (shown(self.wins_e6), self.naive_wins_e6.map(shown).unwrap_or_default());
        let (Some(low), Some(high)) = (self.low_e6()?, self.high_e6()?) else {
            return Ok("No stratum has enough deals of both sides, so that nothing can be said.".to_owned());
        };
        let range = format!("between {} and {}", shown(low), shown(high));
        let says = match (low > 0, high < 0) {
            (true, _) => format!(
                "Work with a partner went with {wins} more wins than deals like these have without: {range}."
            ),
            (_, true) => format!(
                "Work with a partner went with {} fewer wins than deals like these have without: the difference is {range}.",
                shown(-self.wins_e6)
            ),
            _ => format!(
                "No difference can be told: {wins} wins, but anything {range} fits the data, and 0 is among it."
            ),
        };
        Ok(format!("{says} All deals compared with all, it would seem to be {naive}."))
    }
}

fn added(one: Side, other: Side) -> Result<Side, Overflow> {
    Ok(Side {
        deals: one.deals + other.deals,
        won: one.won + other.won,
        amount_e6: one.amount_e6.checked_add(other.amount_e6).ok_or(Overflow)?,
    })
}

/// Twelve decimals to six, half away from zero.
fn to_millionths(number_e12: i128) -> Result<i128, Overflow> {
    divided(BigInt::from(number_e12), BigInt::from(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(deals: i128, won: i128, amount: i128) -> Side {
        Side { deals, won, amount_e6: amount * 1_000_000 }
    }

    /// Ten deals with a partner, seven won for 700; ten without, four won for 300.
    #[test]
    fn a_stratum_by_hand() {
        let stratum = Stratum { with: side(10, 7, 700), without: side(10, 4, 300) };
        let terms = stratum.terms().expect("small numbers");
        assert_eq!(terms.wins_e12, 3_000_000_000_000);
        assert_eq!(terms.revenue_e12, 400_000_000_000_000);
        // q1 = 8/12, q0 = 5/12: 100 · (2/9 / 9 + 35/144 / 9) = 100 · 67/1296.
        assert_eq!(terms.variance_e12, 5_169_753_086_420);
        let lift = Lift::of(&[stratum, Stratum { with: side(1, 1, 5), without: side(9, 0, 0) }], 5)
            .expect("small numbers");
        assert_eq!((lift.wins_e6, lift.revenue_e6, lift.unmatched), (3_000_000, 400_000_000, 1));
        // The root of 5.169753.
        assert_eq!(lift.error_e6, 2_273_709);
        assert_eq!(lift.low_e6(), Ok(Some(3_000_000 - 4_456_470)));
        // 8 of 11 against 4 of 19: 8 − 11 · 4/19.
        assert_eq!(lift.naive_wins_e6, Some(5_684_211));
    }

    #[test]
    fn nothing_to_compare() {
        let lift =
            Lift::of(&[Stratum { with: side(3, 1, 1), without: side(0, 0, 0) }], 2).expect("small numbers");
        assert_eq!((lift.wins_e6, lift.low_e6(), lift.naive_wins_e6), (0, Ok(None), None));
        assert_eq!(lift.unmatched, 3);
    }
}
