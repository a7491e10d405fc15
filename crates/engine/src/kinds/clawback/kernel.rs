//! How much of a line a reversal takes back: the share of the schedule, and the change of what is taken in all.

use crate::pay::fraction::{self, Fraction, decimal, whole};
use apportion_base::money::{Minor, Overflow, Rounding};
use apportion_rules::ShareStep;
use rust_decimal::Decimal;

/// The place of the step in which a day falls, so many days after the original closed; `None` after the last one.
pub fn step_of(steps: &[ShareStep], days: i64) -> Option<usize> {
    steps.iter().position(|step| i64::from(step.within) >= days)
}

/// The share that a schedule takes back so many days after the original closed; without a schedule all.
pub fn share(schedule: Option<&[ShareStep]>, days: i64) -> Fraction {
    let Some(steps) = schedule else { return whole(1) };
    let Some(place) = step_of(steps, days) else { return whole(0) };
    let step = &steps[place];
    let share = of_decimal(step.share);
    let Some(to) = step.to else { return share };
    let before = place.checked_sub(1).map_or(0, |before| i64::from(steps[before].within));
    let length = i64::from(step.within) - before;
    if length <= 0 {
        return share;
    }
    let way = Fraction::new((days - before).into(), length.into());
    (of_decimal(to) - &share) * way + share
}

/// A part of the original, as [`super::plan::Taken::part`] gives it.
pub fn part((numerator, denominator): (i128, i128)) -> Fraction {
    Fraction::new(numerator.into(), denominator.into())
}

fn of_decimal(number: Decimal) -> Fraction {
    decimal(number.mantissa(), number.scale())
}

/// What is taken back of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBack {
    /// `round(line · before) − round(line · after)`, in minor units.
    pub amount: Minor,
    /// `after − before` in hundred-millionths, rounded half away from zero.
    pub rate_e8: i64,
}

/// What is taken back of a line where the part that is taken in all rises from `before` to `after`.
///
/// # Errors
/// A number that is too large.
pub fn take_back(
    line: Minor,
    before: &Fraction,
    after: &Fraction,
    rounding: Rounding,
) -> Result<TakenBack, Overflow> {
    let taken = |part: &Fraction| fraction::round(&(part * whole(line.wide())), rounding, 0);
    let amount = taken(before)?.checked_sub(taken(after)?).ok_or(Overflow)?;
    let rate = fraction::round(&(after - before), Rounding::HalfAwayFromZero, 8)?;
    Ok(TakenBack { amount: Minor::from_wide(amount)?, rate_e8: i64::try_from(rate).map_err(|_| Overflow)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step(within: u32, share: &str, to: Option<&str>) -> ShareStep {
        ShareStep { within, share: share.parse().unwrap(), to: to.map(|to| to.parse().unwrap()) }
    }

    #[test]
    fn the_share_of_each_day() {
        let steps = [step(0, "1", None), step(90, "0.9", None), step(365, "0.8", Some("0.25"))];
        let percent = |days| fraction::round(&share(Some(&steps), days), Rounding::HalfEven, 6).unwrap();
        assert_eq!([0, 1, 90].map(percent), [1_000_000, 900_000, 900_000]);
        // 0.8 at day 90 falls by 0.55 over 275 days, which is 0.002 a day.
        assert_eq!([91, 190, 364, 365, 366].map(percent), [798_000, 600_000, 252_000, 250_000, 0]);
        assert_eq!(share(None, 100_000), whole(1));
        let line = [step(365, "1", Some("0"))];
        assert_eq!(share(Some(&line), 73), decimal(8, 1));
        assert_eq!(share(Some(&line), 0), whole(1));
    }

    #[test]
    fn what_is_taken_of_a_line() {
        let third = Fraction::new(1.into(), 3.into());
        let take = |line, before: &Fraction, after: &Fraction| {
            let taken = take_back(Minor::new(line), before, after, Rounding::HalfAwayFromZero).unwrap();
            (taken.amount.raw(), taken.rate_e8)
        };
        assert_eq!(take(100, &whole(0), &third), (-33, 33_333_333));
        assert_eq!(take(100, &third, &(whole(2) * &third)), (-34, 33_333_333));
        assert_eq!(take(100, &(whole(2) * &third), &whole(1)), (-33, 33_333_333));
        assert_eq!(take(-100, &whole(0), &whole(1)), (100, 100_000_000));
        assert_eq!(take(0, &whole(0), &whole(1)), (0, 100_000_000));
        assert_eq!(take(100, &third, &third), (0, 0));
    }

    proptest! {
        /// However many reversals take a line, they add up to what one reversal of them all would take.
        #[test]
        fn takings_telescope(
            line in -1_000_000_000_i64..1_000_000_000,
            parts in prop::collection::vec((0_i128..1_000_000, 1_i128..1_000_000), 1..8),
        ) {
            let mut before = whole(0);
            let mut sum = 0;
            for (numerator, denominator) in parts {
                let after = &before + part((numerator, denominator));
                sum += take_back(Minor::new(line), &before, &after, Rounding::HalfEven).unwrap().amount.raw();
                before = after;
            }
            let at_once = take_back(Minor::new(line), &whole(0), &before, Rounding::HalfEven).unwrap();
            prop_assert_eq!(sum, at_once.amount.raw());
        }
    }
}
