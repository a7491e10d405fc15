//! The months of the days that are settled: every period is some of them, and each is a range of deals.

use std::ops::Range;

use super::Window;
use apportion_book::Period;
use apportion_data::{DealIx, first_from};

apportion_base::indices! {
    /// A month of what is settled, in order of time.
    MonthIx(u32);
}

/// Months in order of time, and the deals that closed in each. Deals are numbered by close date.
#[derive(Debug, Clone, Default)]
pub struct Months {
    periods: Vec<Period>,
    /// Days since 1970-01-01; one more for the day after the last month.
    first_day: Vec<i32>,
    /// The first deal that closed in the month or later; one more for those after the last month.
    first_deal: Vec<DealIx>,
}

impl Months {
    /// The months of what a window computes; `close_date` is by deal, ascending.
    pub fn new(window: Window, close_date: &[i32]) -> Self {
        let periods = window.months();
        let mut first_day: Vec<i32> = periods.iter().map(|month| window.first_day(*month)).collect();
        first_day.push(window.paid_until + 1);
        let first_deal = first_day.iter().map(|day| first_from(close_date, *day)).collect();
        Self { periods, first_day, first_deal }
    }

    /// All of them, in order.
    pub fn all(&self) -> Range<MonthIx> {
        MonthIx::FIRST..month(self.count())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.periods.len()
    }

    /// A month by its index.
    pub fn period(&self, month: MonthIx) -> Period {
        self.periods[month]
    }

    /// The index of the month of each of some deals of these months, which ascend.
    pub fn of_deals(&self, deals: &[DealIx]) -> Vec<MonthIx> {
        let mut month = MonthIx::FIRST;
        let of_deal = |deal: &DealIx| {
            while self.first_deal[month.next()] <= *deal {
                month = month.next();
            }
            month
        };
        deals.iter().map(of_deal).collect()
    }

    /// The months of the days `first ..= last`, as far as there are any.
    pub fn within(&self, first: i32, last: i32) -> Range<MonthIx> {
        let (starts, ends) = (&self.first_day[..self.count()], &self.first_day[1..]);
        let from = starts.partition_point(|day| *day < first);
        let until = ends.partition_point(|next| *next <= last + 1).max(from);
        month(from)..month(until)
    }

    /// The deals that closed in some months that follow each other.
    pub fn deals(&self, months: Range<MonthIx>) -> Range<DealIx> {
        self.first_deal[months.start]..self.first_deal[months.end]
    }
}

/// The calendar has some 120,000 months.
fn month(place: usize) -> MonthIx {
    MonthIx::new(place).unwrap_or(MonthIx::FIRST)
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
        assert_eq!((months.count(), months.period(MonthIx::FIRST).to_string().as_str()), (8, "2025-07"));
        let deals = [1, 2, 3, 4, 5].map(DealIx::from_raw);
        assert_eq!(months.of_deals(&deals), [0, 0, 2, 7, 7].map(MonthIx::from_raw));
        let ranges = |first, last| {
            let months_of = months.within(first, last);
            let deals = months.deals(months_of.clone());
            (months_of.start.raw()..months_of.end.raw(), deals.start.raw()..deals.end.raw())
        };
        assert_eq!(ranges(day(7, 1), day(9, 30)), (0..3, 1..4));
        assert_eq!(ranges(day(8, 1), day(8, 31)), (1..2, 3..3));
        assert_eq!(ranges(day(2, 1), day(2, 28)), (7..8, 4..6));
        // Of a year, what is settled of it.
        assert_eq!(ranges(day(7, 1), day(6, 30)), (0..8, 1..6));
        assert_eq!(ranges(day(3, 1), day(3, 31)), (8..8, 6..6));
    }
}
