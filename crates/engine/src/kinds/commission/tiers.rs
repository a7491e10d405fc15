//! The tier formula F: what a running total of credit is worth. See `docs/reference/rules/commission.md`.

use apportion_base::money::{Overflow, Rounding, rescale_exact};
use apportion_rules::Mode;

use crate::pay::fraction::{self, Fraction};

/// Decimals of rates.
const RATE_SCALE: u32 = 8;
/// Decimals of bonuses.
const BONUS_SCALE: u32 = 6;

/// A threshold, and what is earned from there on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// At the ladder's decimals of the major unit, and in its parts of these.
    pub from: i128,
    /// Hundred-millionths.
    pub rate_e8: i64,
    /// What reaching it adds, in millionths of the major unit.
    pub bonus_e6: i64,
}

impl Step {
    /// A threshold and the rate from there on, without a bonus.
    pub fn new(from: i128, rate_e8: i64) -> Self {
        Self { from, rate_e8, bonus_e6: 0 }
    }
}

/// A ladder of thresholds and rates, exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Decimals of the thresholds.
    scale: u32,
    /// Into how many parts the last decimal is divided: thresholds are counted in these. 1, but for prorated quotas.
    parts: i128,
    /// Decimals of the totals: the digits of the minor unit in which credit is given, or those of a measure; not above
    /// `scale`.
    digits: u32,
    /// Ascending by threshold.
    steps: Vec<Step>,
    mode: Mode,
    /// Whether any step has a bonus.
    bonuses: bool,
}

/// An exact amount: a mantissa and its decimals.
pub type Exact = (i128, u32);

/// What a total is worth, exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// A mantissa and its decimals.
    Decimal(i128, u32),
    /// What no decimal holds.
    Fraction(Fraction),
}

impl Worth {
    /// Rounded to minor units.
    ///
    /// # Errors
    /// A result that does not fit.
    pub fn round(&self, rounding: Rounding, digits: u32) -> Result<i128, Overflow> {
        match self {
            Self::Decimal(mantissa, scale) => rounding.rescale(*mantissa, *scale, digits),
            Self::Fraction(fraction) => fraction::round(fraction, rounding, digits),
        }
    }

    /// As a fraction.
    pub fn fraction(&self) -> Fraction {
        match self {
            Self::Decimal(mantissa, scale) => fraction::decimal(*mantissa, *scale),
            Self::Fraction(fraction) => fraction.clone(),
        }
    }
}

impl Ladder {
    /// `steps` ascend by threshold, which has `scale` decimals of the major unit.
    pub fn new(steps: Vec<Step>, scale: u32, digits: u32, mode: Mode) -> Result<Self, Overflow> {
        // Decimals that all thresholds have as zeros would only cost digits on the way.
        let spare =
            |steps: &[Step], scale: u32| scale > digits && steps.iter().all(|step| step.from % 10 == 0);
        let (mut steps, mut scale) = (steps, scale);
        while spare(&steps, scale) {
            steps.iter_mut().for_each(|step| step.from /= 10);
            scale -= 1;
        }
        if scale < digits {
            for step in &mut steps {
                step.from = rescale_exact(step.from, scale, digits)?;
            }
            scale = digits;
        }
        let bonuses = steps.iter().any(|step| step.bonus_e6 != 0);
        Ok(Self { scale, parts: 1, digits, steps, mode, bonuses })
    }

    /// The same of thresholds of any size and denominator, in the major unit.
    ///
    /// # Errors
    /// A threshold that does not fit.
    pub fn of_fractions(
        steps: impl Iterator<Item = (Fraction, Step)>,
        digits: u32,
        mode: Mode,
    ) -> Result<Self, Overflow> {
        let steps: Vec<(Fraction, Step)> = steps.collect();
        let (scale, parts) = fraction::common_scale(steps.iter().map(|(from, _)| from))?;
        let scale = scale.max(digits);
        let unit = fraction::decimal(1, scale) / fraction::whole(parts);
        let step = |(from, step): (Fraction, Step)| {
            let from = i128::try_from((from / &unit).to_integer()).map_err(|_| Overflow)?;
            Ok(Step { from, ..step })
        };
        let steps = steps.into_iter().map(step).collect::<Result<Vec<Step>, Overflow>>()?;
        let bonuses = steps.iter().any(|step| step.bonus_e6 != 0);
        Ok(Self { scale, parts, digits, steps, mode, bonuses })
    }

    /// The rate in force at a total of `credit` minor units: 0 below the first threshold, but the first rate where that
    /// threshold is 0. Between two thresholds of a sliding scale it is rounded, half away from zero.
    pub fn rate_e8(&self, credit: i128) -> Result<i64, Overflow> {
        let credit = self.exact(credit)?;
        let Some(reached) = self.reached(credit) else { return Ok(0) };
        if self.mode != Mode::Sliding {
            return Ok(self.steps[reached].rate_e8);
        }
        match self.sliding_rate(credit, reached) {
            None => Ok(self.steps[reached].rate_e8),
            Some(rate) => {
                let rate = fraction::round(&rate, Rounding::HalfAwayFromZero, RATE_SCALE)?;
                i64::try_from(rate).map_err(|_| Overflow)
            }
        }
    }

    /// The same rate, exact.
    pub fn rate(&self, credit: i128) -> Result<Fraction, Overflow> {
        let credit = self.exact(credit)?;
        let Some(reached) = self.reached(credit) else { return Ok(fraction::whole(0)) };
        let step = || fraction::decimal(self.steps[reached].rate_e8.into(), RATE_SCALE);
        Ok(self.sliding_rate(credit, reached).unwrap_or_else(step))
    }

    /// F(credit), exact.
    pub fn value(&self, credit: i128) -> Result<Worth, Overflow> {
        let total = self.exact(credit)?;
        let Some(reached) = self.reached(total) else { return Ok(Worth::Decimal(0, self.worth_scale())) };
        if let Some(rate) = self.sliding_rate(total, reached) {
            let bonuses = fraction::decimal(self.bonuses_e6(total)?, BONUS_SCALE);
            return Ok(Worth::Fraction(self.major(total) * rate + bonuses));
        }
        let worth = self.decimal(total, reached)?;
        if self.parts == 1 {
            return Ok(Worth::Decimal(worth, self.worth_scale()));
        }
        Ok(Worth::Fraction(fraction::decimal(worth, self.worth_scale()) / fraction::whole(self.parts)))
    }

    /// F(credit), rounded to minor units of `digits` decimals. It is asked for every credit, so that what is a decimal stays one.
    pub fn rounded(&self, credit: i128, rounding: Rounding, digits: u32) -> Result<i128, Overflow> {
        if self.mode == Mode::Sliding || self.parts != 1 {
            return self.value(credit)?.round(rounding, digits);
        }
        let total = self.exact(credit)?;
        let Some(reached) = self.reached(total) else { return Ok(0) };
        rounding.rescale(self.decimal(total, reached)?, self.worth_scale(), digits)
    }

    /// Decimals of what a total is worth.
    fn worth_scale(&self) -> u32 {
        self.scale + RATE_SCALE
    }

    /// F of a total to which the rates of steps apply as they are.
    fn decimal(&self, total: i128, reached: usize) -> Result<i128, Overflow> {
        let sum = match self.mode {
            Mode::Whole | Mode::Sliding => multiply(total, self.steps[reached].rate_e8)?,
            Mode::Marginal => self.parts(total, reached)?,
        };
        if !self.bonuses {
            return Ok(sum);
        }
        let bonuses = rescale_exact(self.bonuses_e6(total)?, BONUS_SCALE, self.worth_scale())?;
        sum.checked_add(bonuses.checked_mul(self.parts).ok_or(Overflow)?).ok_or(Overflow)
    }

    /// Each part of a total at the rate of its step.
    fn parts(&self, total: i128, reached: usize) -> Result<i128, Overflow> {
        let mut sum = 0_i128;
        for (index, step) in self.steps.iter().enumerate().take(reached + 1) {
            let until = if index == reached { total } else { self.steps[index + 1].from };
            sum = sum.checked_add(multiply(until - step.from, step.rate_e8)?).ok_or(Overflow)?;
        }
        Ok(sum)
    }

    /// The rate between the step reached and the next, on the line from one to the other; `None` where the rate is that
    /// of the step reached.
    fn sliding_rate(&self, total: i128, reached: usize) -> Option<Fraction> {
        let (step, next) = (self.steps[reached], self.steps.get(reached + 1)?);
        if self.mode != Mode::Sliding || total <= step.from || step.rate_e8 == next.rate_e8 {
            return None;
        }
        let [from, to] = [step.rate_e8, next.rate_e8].map(|rate| fraction::decimal(rate.into(), RATE_SCALE));
        let way = fraction::whole(total - step.from) / fraction::whole(next.from - step.from);
        Some(&from + way * (to - &from))
    }

    /// The bonuses of all thresholds that a total has reached, in millionths.
    fn bonuses_e6(&self, total: i128) -> Result<i128, Overflow> {
        let reached = self.steps.iter().take_while(|step| step.from <= total);
        // Far fewer than 2^64 steps of 64 bits.
        Ok(reached.map(|step| i128::from(step.bonus_e6)).sum())
    }

    /// The same bonuses as a fraction of the major unit.
    pub fn bonuses(&self, total: i128) -> Result<Fraction, Overflow> {
        Ok(fraction::decimal(self.bonuses_e6(self.exact(total)?)?, BONUS_SCALE))
    }

    /// Which tiers a stretch of the total lies in, and which part of it in each, from the lowest: what is below the first
    /// tier is in none. A stretch without length is where it is.
    pub fn parts_of(&self, from: i128, until: i128) -> Result<Vec<(usize, Fraction)>, Overflow> {
        let (from, until) = (self.exact(from)?, self.exact(until)?);
        let (low, high) = (from.min(until), from.max(until));
        if low == high {
            return Ok(self.reached(low).map(|index| (index, fraction::whole(1))).into_iter().collect());
        }
        let length = fraction::whole(high.checked_sub(low).ok_or(Overflow)?);
        let mut parts = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            // A first tier from 0 also holds what is below zero.
            let start = if index == 0 && step.from == 0 { low } else { step.from.max(low) };
            let end = self.steps.get(index + 1).map_or(high, |next| next.from.min(high));
            if start < end {
                parts.push((index, fraction::whole(end - start) / &length));
            }
        }
        Ok(parts)
    }

    /// The steps; for what their thresholds are, see [`Ladder::threshold`].
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The threshold of a step, in the major unit.
    pub fn threshold(&self, step: &Step) -> Fraction {
        self.major(step.from)
    }

    /// A number as thresholds are, in the major unit.
    fn major(&self, number: i128) -> Fraction {
        fraction::decimal(number, self.scale) / fraction::whole(self.parts)
    }

    /// What the rate reached applies to.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Index of the tier in force at a total of `credit` minor units, if one is reached.
    pub fn tier(&self, credit: i128) -> Result<Option<usize>, Overflow> {
        Ok(self.reached(self.exact(credit)?))
    }

    fn exact(&self, credit: i128) -> Result<i128, Overflow> {
        let exact = rescale_exact(credit, self.digits, self.scale)?;
        if self.parts == 1 { Ok(exact) } else { exact.checked_mul(self.parts).ok_or(Overflow) }
    }

    /// The last step whose threshold is at or below the credit.
    fn reached(&self, credit: i128) -> Option<usize> {
        let below_zero = self.steps.first().is_some_and(|step| step.from == 0).then_some(0);
        self.steps.iter().rposition(|step| step.from <= credit).or(below_zero)
    }
}

fn multiply(a: i128, rate_e8: i64) -> Result<i128, Overflow> {
    a.checked_mul(i128::from(rate_e8)).ok_or(Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERCENT: i64 = 1_000_000;

    /// 5% from 0, 7.5% from 1,000.00, 10% from 1,500.00.
    fn ladder(mode: Mode) -> Ladder {
        let steps = [(0, 5 * PERCENT), (1_000_000_000, 7_500_000), (1_500_000_000, 10 * PERCENT)];
        Ladder::new(steps.map(|(from, rate)| Step::new(from, rate)).to_vec(), 6, 2, mode).unwrap()
    }

    fn cents(ladder: &Ladder, credit: i128) -> i128 {
        let exact = ladder.value(credit).unwrap().round(Rounding::HalfAwayFromZero, 2).unwrap();
        assert_eq!(ladder.rounded(credit, Rounding::HalfAwayFromZero, 2), Ok(exact));
        exact
    }

    #[test]
    fn marginal_tiers_pay_each_part_at_its_rate() {
        let ladder = ladder(Mode::Marginal);
        assert_eq!(cents(&ladder, 100_000), 5_000);
        assert_eq!(cents(&ladder, 150_000), 5_000 + 3_750);
        assert_eq!(cents(&ladder, 200_000), 5_000 + 3_750 + 5_000);
        assert_eq!(cents(&ladder, -10_000), -500);
    }

    #[test]
    fn whole_tiers_pay_everything_at_the_rate_reached() {
        let ladder = ladder(Mode::Whole);
        assert_eq!(cents(&ladder, 99_999), 5_000);
        assert_eq!(cents(&ladder, 100_000), 7_500);
        assert_eq!(cents(&ladder, 150_000), 15_000);
    }

    #[test]
    fn thresholds_are_reached_when_at_or_above() {
        assert_eq!(ladder(Mode::Marginal).rate_e8(99_999), Ok(5 * PERCENT));
        assert_eq!(ladder(Mode::Marginal).rate_e8(100_000), Ok(7_500_000));
        assert_eq!(ladder(Mode::Marginal).rate_e8(-1), Ok(5 * PERCENT));
    }

    #[test]
    fn below_the_first_threshold_there_is_nothing() {
        let late = Ladder::new(vec![Step::new(500_000_000, PERCENT)], 6, 2, Mode::Marginal).unwrap();
        assert_eq!((cents(&late, 49_999), late.rate_e8(49_999)), (0, Ok(0)));
        assert_eq!((cents(&late, 60_000), late.rate_e8(60_000)), (100, Ok(PERCENT)));
        assert_eq!(cents(&late, -60_000), 0);
    }

    #[test]
    fn a_threshold_between_two_minor_units_is_exact() {
        // 100.005 is reached by 100.01, not by 100.00
        let fine = Ladder::new(vec![Step::new(100_005_000, PERCENT)], 6, 2, Mode::Whole).unwrap();
        assert_eq!((fine.rate_e8(10_000), fine.rate_e8(10_001)), (Ok(0), Ok(PERCENT)));
    }

    #[test]
    fn a_bonus_comes_with_its_threshold_and_goes_with_it() {
        let step = |from, rate_e8, bonus_e6| Step { from, rate_e8, bonus_e6 };
        // 5% from 0; 250.00 at 1,000.00; 10% and 0.005 at 1,500.00.
        let steps = vec![
            step(0, 5 * PERCENT, 0),
            step(1_000_000_000, 5 * PERCENT, 250_000_000),
            step(1_500_000_000, 10 * PERCENT, 5_000),
        ];
        for mode in [Mode::Marginal, Mode::Whole, Mode::Sliding] {
            let ladder = Ladder::new(steps.clone(), 6, 2, mode).unwrap();
            assert_eq!(cents(&ladder, 99_999), 5_000);
            assert_eq!(cents(&ladder, 100_000), 5_000 + 25_000);
            assert_eq!(cents(&ladder, -100_000), -5_000);
        }
        // 75 + 250 + 0.005, and the half cent goes up.
        assert_eq!(cents(&Ladder::new(steps.clone(), 6, 2, Mode::Marginal).unwrap(), 150_000), 32_501);
        assert_eq!(cents(&Ladder::new(steps, 6, 2, Mode::Whole).unwrap(), 150_000), 40_001);
    }

    #[test]
    fn a_sliding_rate_is_on_the_line_between_two_tiers() {
        let sliding = ladder(Mode::Sliding);
        // Half of the way from 5% to 7.5%, applied to all of it.
        assert_eq!((sliding.rate_e8(50_000), cents(&sliding, 50_000)), (Ok(6_250_000), 3_125));
        // A fifth of the way from 7.5% to 10%, then the last rate, and below zero the first.
        assert_eq!((sliding.rate_e8(110_000), cents(&sliding, 110_000)), (Ok(8_000_000), 8_800));
        assert_eq!((sliding.rate_e8(200_000), cents(&sliding, 200_000)), (Ok(10 * PERCENT), 20_000));
        assert_eq!((sliding.rate_e8(-20_000), cents(&sliding, -20_000)), (Ok(5 * PERCENT), -1_000));
        // 0.01 of 1,000.00.
        assert_eq!(sliding.rate_e8(1), Ok(5_000_025));
        let thirds = vec![Step::new(100_000_000, PERCENT), Step::new(400_000_000, 2 * PERCENT)];
        let thirds = Ladder::new(thirds, 6, 2, Mode::Sliding).unwrap();
        // 1% + 1% x 100 / 300 = 1.33333333%; 200.00 earns 2.6666…
        assert_eq!((thirds.rate_e8(20_000), cents(&thirds, 20_000)), (Ok(1_333_333), 267));
        assert_eq!((thirds.rate_e8(9_999), cents(&thirds, 9_999)), (Ok(0), 0));
    }

    #[test]
    fn a_stretch_lies_in_some_tiers() {
        let shares = |ladder: &Ladder, from, until| -> Vec<(usize, String)> {
            let parts = ladder.parts_of(from, until).unwrap();
            parts.into_iter().map(|(index, share)| (index, share.to_string())).collect()
        };
        let share = |index: usize, share: &str| (index, share.to_owned());
        let ladder = ladder(Mode::Marginal);
        assert_eq!(shares(&ladder, 70_000, 160_000), [share(0, "1/3"), share(1, "5/9"), share(2, "1/9")]);
        assert_eq!(shares(&ladder, 20_000, -10_000), [share(0, "1")]);
        assert_eq!(shares(&ladder, 100_000, 100_000), [share(1, "1")]);
        let late = Ladder::new(vec![Step::new(500_000_000, PERCENT)], 6, 2, Mode::Marginal).unwrap();
        assert_eq!(shares(&late, 60_000, 40_000), [share(0, "1/2")]);
        assert!(shares(&late, 0, 50_000).is_empty() && shares(&late, 9, 9).is_empty());
    }

    #[test]
    fn a_sliding_scale_holds_thresholds_of_many_digits() {
        // A third of a quota of 333,333.333333: 14 decimals and 20 digits, whose squares 38 digits don't hold.
        let thirds = 333_333_333_333 * 33_333_333;
        let steps =
            vec![Step::new(0, PERCENT), Step::new(thirds, 2 * PERCENT), Step::new(9 * thirds, 3 * PERCENT)];
        let ladder = Ladder::new(steps, 14, 2, Mode::Sliding).unwrap();
        assert_eq!(cents(&ladder, 100_000_000), 3_000_000);
        assert_eq!(cents(&ladder, 11_111_111), 222_222);
    }
}
