//! The tier formula F: what a running total of credit is worth. See `docs/reference/rules/commission.md`.

use apportion_base::money::{Overflow, rescale_exact};

/// A ladder of thresholds and rates, exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Decimals of the thresholds.
    scale: u32,
    /// Digits of the minor unit in which credit is given; not above `scale`.
    digits: u32,
    /// Threshold at `scale` decimals of the major unit, and the rate from there on in hundred-millionths.
    steps: Vec<(i128, i64)>,
    whole: bool,
}

/// An exact amount: a mantissa and its decimals.
pub type Exact = (i128, u32);

impl Ladder {
    /// `steps` ascend by threshold, which has `scale` decimals of the major unit.
    pub fn new(steps: Vec<(i128, i64)>, scale: u32, digits: u32, whole: bool) -> Result<Self, Overflow> {
        // Decimals that all thresholds have as zeros would only cost digits on the way.
        let spare = |steps: &[(i128, i64)], scale: u32| {
            scale > digits && steps.iter().all(|(from, _)| from % 10 == 0)
        };
        let (mut steps, mut scale) = (steps, scale);
        while spare(&steps, scale) {
            steps.iter_mut().for_each(|(from, _)| *from /= 10);
            scale -= 1;
        }
        if scale < digits {
            for (from, _) in &mut steps {
                *from = rescale_exact(*from, scale, digits)?;
            }
            scale = digits;
        }
        Ok(Self { scale, digits, steps, whole })
    }

    /// The rate in force at a total of `credit` minor units: 0 below the first threshold, but the first rate where that
    /// threshold is 0.
    pub fn rate_e8(&self, credit: i128) -> Result<i64, Overflow> {
        Ok(self.reached(self.exact(credit)?).map_or(0, |index| self.steps[index].1))
    }

    /// F(credit), exact.
    pub fn value(&self, credit: i128) -> Result<Exact, Overflow> {
        let credit = self.exact(credit)?;
        let Some(reached) = self.reached(credit) else { return Ok((0, self.scale + 8)) };
        if self.whole {
            return Ok((multiply(credit, self.steps[reached].1)?, self.scale + 8));
        }
        let mut sum = 0_i128;
        for (index, &(from, rate)) in self.steps.iter().enumerate().take(reached + 1) {
            let until = if index == reached { credit } else { self.steps[index + 1].0 };
            sum = sum.checked_add(multiply(until - from, rate)?).ok_or(Overflow)?;
        }
        Ok((sum, self.scale + 8))
    }

    /// Threshold and rate of each tier; thresholds have these decimals of the major unit.
    pub fn tiers(&self) -> impl Iterator<Item = (Exact, i64)> + '_ {
        self.steps.iter().map(|&(from, rate_e8)| ((from, self.scale), rate_e8))
    }

    /// Index of the tier in force at a total of `credit` minor units, if one is reached.
    pub fn tier(&self, credit: i128) -> Result<Option<usize>, Overflow> {
        Ok(self.reached(self.exact(credit)?))
    }

    fn exact(&self, credit: i128) -> Result<i128, Overflow> {
        rescale_exact(credit, self.digits, self.scale)
    }

    /// The last step whose threshold is at or below the credit.
    fn reached(&self, credit: i128) -> Option<usize> {
        let below_zero = self.steps.first().is_some_and(|(from, _)| *from == 0).then_some(0);
        self.steps.iter().rposition(|(from, _)| *from <= credit).or(below_zero)
    }
}

fn multiply(amount: i128, rate_e8: i64) -> Result<i128, Overflow> {
    amount.checked_mul(i128::from(rate_e8)).ok_or(Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::money::Rounding;

    const PERCENT: i64 = 1_000_000;

    /// 5% from 0, 7.5% from 1,000.00, 10% from 1,500.00.
    fn ladder(whole: bool) -> Ladder {
        let steps = vec![(0, 5 * PERCENT), (1_000_000_000, 7_500_000), (1_500_000_000, 10 * PERCENT)];
        Ladder::new(steps, 6, 2, whole).unwrap()
    }

    fn cents(ladder: &Ladder, credit: i128) -> i128 {
        let (value, scale) = ladder.value(credit).unwrap();
        Rounding::HalfAwayFromZero.rescale(value, scale, 2).unwrap()
    }

    #[test]
    fn marginal_tiers_pay_each_part_at_its_rate() {
        let ladder = ladder(false);
        assert_eq!(cents(&ladder, 100_000), 5_000);
        assert_eq!(cents(&ladder, 150_000), 5_000 + 3_750);
        assert_eq!(cents(&ladder, 200_000), 5_000 + 3_750 + 5_000);
        assert_eq!(cents(&ladder, -10_000), -500);
    }

    #[test]
    fn whole_tiers_pay_everything_at_the_rate_reached() {
        let ladder = ladder(true);
        assert_eq!(cents(&ladder, 99_999), 5_000);
        assert_eq!(cents(&ladder, 100_000), 7_500);
        assert_eq!(cents(&ladder, 150_000), 15_000);
    }

    #[test]
    fn thresholds_are_reached_when_at_or_above() {
        assert_eq!(ladder(false).rate_e8(99_999), Ok(5 * PERCENT));
        assert_eq!(ladder(false).rate_e8(100_000), Ok(7_500_000));
        assert_eq!(ladder(false).rate_e8(-1), Ok(5 * PERCENT));
    }

    #[test]
    fn below_the_first_threshold_there_is_nothing() {
        let late = Ladder::new(vec![(500_000_000, PERCENT)], 6, 2, false).unwrap();
        assert_eq!((cents(&late, 49_999), late.rate_e8(49_999)), (0, Ok(0)));
        assert_eq!((cents(&late, 60_000), late.rate_e8(60_000)), (100, Ok(PERCENT)));
        assert_eq!(cents(&late, -60_000), 0);
    }

    #[test]
    fn a_threshold_between_two_minor_units_is_exact() {
        // 100.005 is reached by 100.01, not by 100.00
        let fine = Ladder::new(vec![(100_005_000, PERCENT)], 6, 2, true).unwrap();
        assert_eq!((fine.rate_e8(10_000), fine.rate_e8(10_001)), (Ok(0), Ok(PERCENT)));
    }
}
