//! Which days are computed and which are paid (`docs/reference/project.md#periods`).

use apportion_book::{Every, FiscalCalendar, Period};

/// The days of a run: everything from the first day of the fiscal year is computed, and what falls in the period is
/// paid.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    calendar: FiscalCalendar,
    /// First day of the fiscal year in which the period starts; days since 1970-01-01.
    pub computed_from: i32,
    /// First day of the period.
    pub paid_from: i32,
    /// Last day of the period, and of the computation.
    pub paid_until: i32,
    /// Reversals that closed up to this day count, also where they are not computed themselves.
    pub counted_until: i32,
}

impl Window {
    /// The days of a period, from the start of its fiscal year on.
    pub fn new(calendar: FiscalCalendar, period: Period) -> Self {
        let year = calendar.year_of(period);
        Self {
            calendar,
            computed_from: calendar.first_day(year),
            paid_from: calendar.first_day(period),
            paid_until: calendar.last_day(period),
            counted_until: calendar.last_day(period),
        }
    }

    /// The same with the reversals that closed up to another day: what a fiscal year looks like later.
    #[must_use]
    pub fn counting_until(self, day: i32) -> Self {
        Self { counted_until: day, ..self }
    }

    /// Whether a day belongs to what is computed.
    pub fn computes(self, day: i32) -> bool {
        (self.computed_from..=self.paid_until).contains(&day)
    }

    /// Whether a day belongs to what is paid.
    pub fn pays(self, day: i32) -> bool {
        (self.paid_from..=self.paid_until).contains(&day)
    }

    /// The whole fiscal years from the one of `first` to the one of `last`, all of it paid: for questions about the
    /// data as it is, without a period.
    pub fn of_years(calendar: FiscalCalendar, first: i32, last: i32) -> Self {
        let computed_from = calendar.first_day(calendar.period_of(first, Every::Year));
        let paid_until = calendar.last_day(calendar.period_of(last, Every::Year));
        Self { calendar, computed_from, paid_from: computed_from, paid_until, counted_until: paid_until }
    }

    /// The months that are computed, in order.
    pub fn months(self) -> Vec<Period> {
        let mut months = Vec::new();
        let mut day = self.computed_from;
        while day <= self.paid_until {
            let month = self.calendar.month_of(day);
            months.push(month);
            day = self.calendar.last_day(month) + 1;
        }
        months
    }

    /// The first day of a period.
    pub fn first_day(self, period: Period) -> i32 {
        self.calendar.first_day(period)
    }

    /// The last day of a period.
    pub fn last_day(self, period: Period) -> i32 {
        self.calendar.last_day(period)
    }

    /// The period of the given length that a day falls in.
    pub fn period_of(self, day: i32, every: Every) -> Period {
        self.calendar.period_of(day, every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_book::days_from_civil;

    #[test]
    fn a_month_inside_a_fiscal_year_that_starts_in_july() {
        let calendar = FiscalCalendar { starts: 7 };
        let window = Window::new(calendar, Period::parse("2026-02").unwrap());
        assert_eq!(window.computed_from, days_from_civil(2025, 7, 1));
        assert_eq!(window.paid_from, days_from_civil(2026, 2, 1));
        assert_eq!(window.paid_until, days_from_civil(2026, 2, 28));
        let months: Vec<String> = window.months().iter().map(ToString::to_string).collect();
        assert_eq!(
            months,
            ["2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]
        );
    }

    #[test]
    fn fiscal_years_around_some_days() {
        let calendar = FiscalCalendar { starts: 5 };
        let window = Window::of_years(calendar, days_from_civil(2025, 4, 30), days_from_civil(2026, 5, 1));
        assert_eq!(window.computed_from, days_from_civil(2024, 5, 1));
        assert_eq!(
            (window.paid_from, window.paid_until),
            (window.computed_from, days_from_civil(2027, 4, 30))
        );
    }

    #[test]
    fn a_year_is_paid_as_a_whole() {
        let window = Window::new(FiscalCalendar { starts: 1 }, Period::parse("2026").unwrap());
        assert_eq!((window.computed_from, window.months().len()), (window.paid_from, 12));
        assert!(window.pays(days_from_civil(2026, 12, 31)) && !window.computes(days_from_civil(2027, 1, 1)));
    }
}
