//! The months of the days that are settled: every period is some of them, and each is a range of deals.

use std::ops::Range;

use super::Window;
use apportion_book::Period;

/// Months in order of time, and the deals that closed in each. Deals are numbered by close date.
#[derive(Debug, Clone, Default)]
pub struct Months {
    periods: Vec<Period>,
    /// Days since 1970-01-01; one more for the day after the last month.
    first_day: Vec<i32>,
    /// The first deal that closed in the month or later; one more for those after the last month.
    first_deal: Vec<u32>,
}

impl Months {
    /// The months of what a window computes; `close_date` is by deal, ascending.
    pub fn new(window: Window, close_date: &[i32]) -> Self {
        let periods = window.months();
        let mut first_day: Vec<i32> = periods.iter().map(|month| window.first_day(*month)).collect();
        first_day.push(window.paid_until + 1);
        let first_deal =
            first_day.iter().map(|day| close_date.partition_point(|closed| closed < day) as u32).collect();
        Self { periods, first_day, first_deal }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.periods.len()
    }

    /// A month by its index.
    pub fn period(&self, month: usize) -> Period {
        self.periods[month]
    }

    /// The index of the month of each of some deals of these months, which ascend.
    pub fn of_deals(&self, deals: &[u32]) -> Vec<u16> {
        let mut month = 0;
        let of_deal = |deal: &u32| {
            while self.first_deal[month + 1] <= *deal {
                month += 1;
            }
            month as u16
        };
        deals.iter().map(of_deal).collect()
    }

    /// The months of the days `first ..= last`, as far as there are any.
    pub fn within(&self, first: i32, last: i32) -> Range<usize> {
        let (starts, ends) = (&self.first_day[..self.count()], &self.first_day[1..]);
        let from = starts.partition_point(|day| *day < first);
        from..ends.partition_point(|next| *next <= last + 1).max(from)
    }

    /// The deals that closed in some months that follow each other.
    pub fn deals(&self, months: Range<usize>) -> Range<u32> {
        self.first_deal[months.start]..self.first_deal[months.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_book::{FiscalCalendar, days_from_civil};

    #[test]
    fn a_period_is_some_months_and_a_range_of_deals() {
        let calendar = FiscalCalendar { starts: 7 };
        let window = Window::new(calendar, Period::parse("2026-02").unwrap());
        let day = |month, day| days_from_civil(if month < 7 { 2026 } else { 2025 }, month, day);
        // Deals 0 and 6 are of other years; none closed in August.
        let close_date = [day(7, 1) - 1, day(7, 1), day(7, 31), day(9, 1), day(2, 1), day(2, 28), day(3, 1)];
        let months = Months::new(window, &close_date);
        assert_eq!((months.count(), months.period(0).to_string().as_str()), (8, "2025-07"));
        assert_eq!(months.of_deals(&[1, 2, 3, 4, 5]), [0, 0, 2, 7, 7]);
        let of = |first, last| {
            let months_of = months.within(first, last);
            (months_of.clone(), months.deals(months_of))
        };
        assert_eq!(of(day(7, 1), day(9, 30)), (0..3, 1..4));
        assert_eq!(of(day(8, 1), day(8, 31)), (1..2, 3..3));
        assert_eq!(of(day(2, 1), day(2, 28)), (7..8, 4..6));
        // Of a year, what is settled of it.
        assert_eq!(of(day(7, 1), day(6, 30)), (0..8, 1..6));
        assert_eq!(of(day(3, 1), day(3, 31)), (8..8, 6..6));
    }
}
