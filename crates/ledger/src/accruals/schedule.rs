//! How a cost becomes an expense: evenly over months, or over days. Pure arithmetic.

use apportion_base::calendar::{civil_from_days, days_from_civil};
use apportion_base::money::{Overflow, Rounding};
use apportion_rules::AmortisationStart;

/// The months or days over which a cost becomes an expense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The day on which the contract was closed, days since 1970-01-01.
    pub close_date: i32,
    /// When the months begin.
    pub starts: AmortisationStart,
    /// How many there are, 1 or more.
    pub months: i64,
}

/// A part of the months or days of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed {
    /// So many have passed: 0 to all of them.
    pub passed: i128,
    /// Of so many, 1 or more.
    pub of: i128,
}

impl Schedule {
    /// What has passed with a day, which counts: its whole month, or of a schedule of days the day itself.
    pub fn elapsed(&self, through: i32) -> Elapsed {
        let (passed, of) = match self.starts {
            AmortisationStart::NextMonth => (months_between(self.close_date, through), self.months.into()),
            AmortisationStart::Month => (months_between(self.close_date, through) + 1, self.months.into()),
            AmortisationStart::Day => {
                let days = i128::from(self.end_of_days()) - i128::from(self.close_date);
                (i128::from(through) + 1 - i128::from(self.close_date), days)
            }
        };
        // A day that no calendar has is as far as a calendar goes.
        let of = of.max(1);
        Elapsed { passed: passed.clamp(0, of), of }
    }

    /// The day that ends a schedule of days, which is none of them: the same day of the month so many months later, or that month's last.
    fn end_of_days(&self) -> i32 {
        let (year, month, day) = civil_from_days(self.close_date);
        let months = i64::from(month - 1).saturating_add(self.months);
        let year = i32::try_from(i64::from(year).saturating_add(months / 12)).unwrap_or(i32::MAX - 1);
        let month = u8::try_from(months % 12).unwrap_or_default() + 1;
        days_from_civil(year, month, day.min(last_of_month(year, month)))
    }
}

impl Elapsed {
    /// The part of a cost that has become an expense, rounded.
    ///
    /// # Errors
    /// A product of more than 38 digits.
    pub fn of_cost(self, cost: i128, rounding: Rounding) -> Result<i128, Overflow> {
        Ok(rounding.divide(cost.checked_mul(self.passed).ok_or(Overflow)?, self.of))
    }

    /// The parts of several costs: each is what it adds to the part of those before it, so that together they are the part of the sum.
    ///
    /// # Errors
    /// A product of more than 38 digits.
    pub fn of_costs(self, costs: &[i128], rounding: Rounding) -> Result<Vec<i128>, Overflow> {
        let (mut sum, mut before) = (0_i128, 0);
        let part = |cost: &i128| {
            sum = sum.checked_add(*cost).ok_or(Overflow)?;
            let so_far = self.of_cost(sum, rounding)?;
            Ok(so_far - std::mem::replace(&mut before, so_far))
        };
        costs.iter().map(part).collect()
    }
}

/// The months from that of one day to that of another; below 0 where it is earlier.
fn months_between(first: i32, later: i32) -> i128 {
    let index = |day: i32| {
        let (year, month, _) = civil_from_days(day);
        i128::from(year) * 12 + i128::from(month)
    };
    index(later) - index(first)
}

fn last_of_month(year: i32, month: u8) -> u8 {
    let (next_year, next) = if month == 12 { (year.saturating_add(1), 1) } else { (year, month + 1) };
    let (_, _, day) = civil_from_days(days_from_civil(next_year, next, 1).saturating_sub(1));
    day
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use AmortisationStart::{Day, Month, NextMonth};

    fn day(text: &str) -> i32 {
        crate::rewritten::parse_day(text).expect("a date")
    }

    fn schedule(close_date: &str, starts: AmortisationStart, months: i64) -> Schedule {
        Schedule { close_date: day(close_date), starts, months }
    }

    /// What becomes an expense on each of some days, of what was one on those before.
    fn expenses(schedule: Schedule, cost: i128, days: &[&str]) -> Vec<i128> {
        let so_far = |text: &&str| {
            schedule.elapsed(day(text)).of_cost(cost, Rounding::HalfAwayFromZero).expect("it is small")
        };
        let all: Vec<i128> = days.iter().map(so_far).collect();
        all.iter()
            .enumerate()
            .map(|(place, sum)| sum - place.checked_sub(1).map_or(0, |before| all[before]))
            .collect()
    }

    const MONTH_ENDS: [&str; 6] =
        ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"];

    #[test]
    fn each_start_has_its_months() {
        let of = |starts| expenses(schedule("2026-01-20", starts, 3), 10000, &MONTH_ENDS);
        assert_eq!(of(NextMonth), [0, 3333, 3334, 3333, 0, 0]);
        assert_eq!(of(Month), [3333, 3334, 3333, 0, 0, 0]);
        // 20 January to 20 April, which is not one of them: 12 + 28 + 31 + 19 = 90 days.
        assert_eq!(of(Day), [1333, 3111, 3445, 2111, 0, 0]);
    }

    #[test]
    fn a_month_without_the_day_ends_with_its_last() {
        for (close, months, days) in [
            ("2026-01-31", 1, 28),
            ("2028-01-31", 1, 29),
            ("2026-01-31", 2, 59),
            ("2026-08-31", 1, 30),
            ("2026-12-31", 2, 59),
            ("2026-02-28", 12, 365),
        ] {
            assert_eq!(
                schedule(close, Day, months).elapsed(day("2020-01-01")),
                Elapsed { passed: 0, of: days }
            );
        }
    }

    #[test]
    fn endless_schedules_are_no_fault() {
        for starts in [NextMonth, Month, Day] {
            let endless = schedule("2026-01-31", starts, i64::MAX);
            let elapsed = endless.elapsed(day("2026-03-01"));
            assert!(elapsed.passed > 0 && elapsed.of > 1_000_000, "{elapsed:?}");
            assert_eq!(elapsed.of_cost(999, Rounding::HalfEven), Ok(0));
        }
        assert_eq!(schedule("2026-01-31", Day, 1).elapsed(i32::MAX).passed, 28);
    }

    /// Stripe's example of three granularities: 120 from noon of 15 June to noon of 13 October 2026.
    /// <https://docs.stripe.com/revenue-recognition/revenue-settings/examples>
    #[test]
    fn published_granularities() {
        let movements = |passed: &[i128], of| {
            let part = |passed: &i128| {
                Elapsed { passed: *passed, of }
                    .of_cost(12000, Rounding::HalfAwayFromZero)
                    .expect("it is small")
            };
            let all: Vec<i128> = passed.iter().map(part).collect();
            all.iter().scan(0, |before, sum| Some(sum - std::mem::replace(before, *sum))).collect::<Vec<_>>()
        };
        let hours = [12 + 15 * 24, 12 + 46 * 24, 12 + 77 * 24, 12 + 107 * 24, 120 * 24];
        assert_eq!(movements(&hours, 120 * 24), [1550, 3100, 3100, 3000, 1250]);
        assert_eq!(movements(&[16, 47, 78, 108, 120], 120), [1600, 3100, 3100, 3000, 1200]);
        let ends = ["2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31"];
        assert_eq!(expenses(schedule("2026-06-15", Month, 4), 12000, &ends), [3000, 3000, 3000, 3000, 0]);
    }

    proptest! {
        /// Over the whole life all of the cost becomes an expense, also of several payees; never more than there is, nor in the other direction.
        #[test]
        fn a_schedule_adds_up_to_the_cost(
            close in 18_000..22_000_i32,
            starts in prop::sample::select(vec![NextMonth, Month, Day]),
            months in 1..70_i64,
            costs in prop::collection::vec(-1_000_000..1_000_000_i128, 1..5),
            even in any::<bool>(),
        ) {
            let rounding = if even { Rounding::HalfEven } else { Rounding::HalfAwayFromZero };
            let schedule = Schedule { close_date: close, starts, months };
            let cost: i128 = costs.iter().sum();
            let mut before = 0;
            for through in (close - 40..close + 31 * 72).step_by(15) {
                let elapsed = schedule.elapsed(through);
                let so_far = elapsed.of_cost(cost, rounding).unwrap();
                prop_assert!((so_far - before) * cost.signum() >= 0);
                before = so_far;
                let parts = elapsed.of_costs(&costs, rounding).unwrap();
                prop_assert_eq!(parts.iter().sum::<i128>(), so_far);
                for (part, cost) in parts.iter().zip(&costs) {
                    // A payee's part is less than a minor unit from the exact one.
                    prop_assert!((part * elapsed.of - cost * elapsed.passed).abs() <= elapsed.of);
                }
            }
            prop_assert_eq!(before, cost);
            let end = schedule.elapsed(close + 31 * 72);
            prop_assert_eq!(end.of_costs(&costs, rounding).unwrap(), costs);
        }
    }
}
