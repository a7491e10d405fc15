//! Days and fiscal periods, worked out here and not taken from the engine: a result must not be proved with the calendar
//! that made it.
//!
//! A day is a number of days since 1970-01-01 in the proleptic Gregorian calendar, as in Arrow's `Date32`. Years are
//! counted through and months are looked up in a table; that is slow enough for findings and fast enough for one period.

use std::fmt;

/// A day: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Days from 0001-01-01 to 1970-01-01.
const TO_1970: i64 = 719_162;
/// Days of 400 years.
const CYCLE: i64 = 146_097;
/// Days of the months of a year that is no leap year.
const MONTH_DAYS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl Day {
    /// The day before.
    fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Day {
    /// `2026-07-31`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = i64::from(self.0) + TO_1970;
        // A first guess that is never too late by more than a year.
        let mut year = (days * 400).div_euclid(CYCLE) + 1;
        while first_of_year(year) > days {
            year -= 1;
        }
        while first_of_year(year + 1) <= days {
            year += 1;
        }
        let mut left = days - first_of_year(year);
        let mut month = 0;
        while left >= days_of_month(year, month) {
            left -= days_of_month(year, month);
            month += 1;
        }
        write!(out, "{year:04}-{:02}-{:02}", month + 1, left + 1)
    }
}

/// Days from 0001-01-01 to the first day of a year.
fn first_of_year(year: i64) -> i64 {
    let before = year - 1;
    365 * before + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
}

fn is_leap_year(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days of a month, which counts from 0.
fn days_of_month(year: i64, month: usize) -> i64 {
    MONTH_DAYS[month % 12] + i64::from(month == 1 && is_leap_year(year))
}

/// A date in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    year: i64,
    /// From 0.
    month: usize,
    /// From 1.
    day: i64,
}

impl Date {
    /// Reads `2026-07-31`; none where there is no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let month = usize::try_from(month).ok().filter(|month| (1..=12).contains(month))? - 1;
        (1..=days_of_month(year, month)).contains(&day).then_some(Self { year, month, day })
    }

    /// The last day of a month that is written as `2026-07`.
    pub fn last_of_month(text: &str) -> Option<Self> {
        let first = Self::parse(&format!("{text}-01"))?;
        Some(Self { day: days_of_month(first.year, first.month), ..first })
    }

    /// The months of all years before it.
    pub fn months(self) -> i128 {
        i128::from(self.year) * 12 + self.month as i128
    }

    /// Days since 1970-01-01; no calendar has more than 32 bits of them.
    pub fn days(self) -> i128 {
        let year = self.year.min(10_000_000);
        let months: i64 = (0..self.month).map(|month| days_of_month(year, month)).sum();
        let days = first_of_year(year) + months + self.day - 1 - TO_1970;
        i128::from(days.min(i64::from(i32::MAX)))
    }

    /// The same day so many months later, or that month's last.
    pub fn later(self, months: i64) -> Self {
        let months = i64::try_from(self.month).unwrap_or_default().saturating_add(months);
        let year = self.year.saturating_add(months / 12);
        let month = usize::try_from(months % 12).unwrap_or_default();
        Self { year, month, day: self.day.min(days_of_month(year, month)) }
    }
}

/// A calendar month: months since January of the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// From 0.
    fn of_year(self) -> usize {
        usize::try_from(self.0.rem_euclid(12)).unwrap_or(0)
    }

    /// The first day of the month.
    fn first_day(self) -> Day {
        let year = i64::from(self.year());
        let months: i64 = (0..self.of_year()).map(|month| days_of_month(year, month)).sum();
        // Years have four digits.
        Day(i32::try_from(first_of_year(year) + months - TO_1970).unwrap_or(i32::MAX))
    }
}

impl fmt::Display for Month {
    /// `2026-07`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year(), self.of_year() + 1)
    }
}

/// The name of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodName {
    /// `2026-07`: a calendar month.
    Month(Month),
    /// `2026-Q3`: a quarter of a fiscal year, from 1.
    Quarter(i32, i32),
    /// `2026`: a fiscal year.
    Year(i32),
}

impl PeriodName {
    /// Reads a name, written exactly so.
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
        let (year, rest) = text.split_at_checked(4)?;
        let year: i32 = digits(year)?;
        let Some(rest) = rest.strip_prefix('-') else { return rest.is_empty().then_some(Self::Year(year)) };
        if let Some(quarter) = rest.strip_prefix('Q') {
            let quarter = digits(quarter).filter(|_| quarter.len() == 1)?;
            return (1..=4).contains(&quarter).then_some(Self::Quarter(year, quarter));
        }
        let month: i32 = digits(rest).filter(|_| rest.len() == 2)?;
        (1..=12).contains(&month).then(|| Self::Month(Month(year * 12 + month - 1)))
    }
}

/// A period of a book: months that follow each other, and the fiscal year that they begin in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: Month,
    months: i32,
    /// The first month of the fiscal year in which the period starts.
    year_start: Month,
}

impl Period {
    /// The months of a named period in a book whose fiscal years start in a month (1 to 12). A fiscal year is named after
    /// the calendar year in which it ends.
    pub fn new(name: PeriodName, starts: u8) -> Self {
        let starts = i32::from(starts);
        // Of the month before the next fiscal year starts, the year is the name.
        let first_of = |year: i32| if starts == 1 { year * 12 } else { (year - 1) * 12 + starts - 1 };
        let (first, months) = match name {
            PeriodName::Month(month) => (month.0, 1),
            PeriodName::Quarter(year, quarter) => (first_of(year) + 3 * (quarter - 1), 3),
            PeriodName::Year(year) => (first_of(year), 12),
        };
        let into_the_year = (first - (starts - 1)).rem_euclid(12);
        Self { first: Month(first), months, year_start: Month(first - into_the_year) }
    }

    /// The first day.
    pub fn first_day(self) -> Day {
        self.first.first_day()
    }

    /// The first day of its last month.
    pub fn last_month_first_day(self) -> Day {
        Month(self.first.0 + self.months - 1).first_day()
    }

    /// The last day, inclusive.
    pub fn last_day(self) -> Day {
        Month(self.first.0 + self.months).first_day().before()
    }

    /// The months of the fiscal year before the period, in order.
    pub fn prior_months(self) -> impl Iterator<Item = Month> {
        (self.year_start.0..self.first.0).map(Month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(name: &str, starts: u8) -> Period {
        Period::new(PeriodName::parse(name).unwrap(), starts)
    }

    #[test]
    fn dates_in_their_parts() {
        let date = |text| Date::parse(text).unwrap();
        for (text, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-07-01", 20_635)] {
            assert_eq!(date(text).days(), days, "{text}");
        }
        assert_eq!(
            [date("2026-01-31").later(1), date("2026-01-31").later(13)],
            [date("2026-02-28"), date("2027-02-28")]
        );
        assert_eq!(date("2026-12-05").later(12), date("2027-12-05"));
        assert_eq!(Date::last_of_month("2028-02"), Some(date("2028-02-29")));
        assert_eq!(date("2027-01-31").months() - date("2026-12-01").months(), 1);
        assert_eq!(date("2026-01-31").later(i64::MAX).days(), i128::from(i32::MAX));
        for text in ["", "2026-13-01", "2026-02-29", "2026-00-10", "2026-01-00", "2026-01"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn known_days() {
        for (day, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (-25_508, "1900-03-01"),
            (20_635, "2026-07-01"),
            (-719_162, "0001-01-01"),
            (-719_163, "0000-12-31"),
            (2_932_896, "9999-12-31"),
        ] {
            assert_eq!(Day(day).to_string(), text);
        }
        assert!(Day(i32::MAX).to_string().starts_with("5881580-"));
        assert!(Day(i32::MIN).to_string().starts_with("-5877641-"));
    }

    /// Name, first month of fiscal years, first and last day, and months before it: from a calendar on paper.
    const WORKED: [(&str, u8, &str, &str, &[&str]); 9] = [
        ("2026", 1, "2026-01-01", "2026-12-31", &[]),
        ("2026-03", 1, "2026-03-01", "2026-03-31", &["2026-01", "2026-02"]),
        ("2024-02", 1, "2024-02-01", "2024-02-29", &["2024-01"]),
        ("2026-Q2", 1, "2026-04-01", "2026-06-30", &["2026-01", "2026-02", "2026-03"]),
        ("2026", 7, "2025-07-01", "2026-06-30", &[]),
        ("2026-Q1", 7, "2025-07-01", "2025-09-30", &[]),
        ("2026-Q2", 7, "2025-10-01", "2025-12-31", &["2025-07", "2025-08", "2025-09"]),
        ("2026-07", 7, "2026-07-01", "2026-07-31", &[]),
        ("2026-01", 12, "2026-01-01", "2026-01-31", &["2025-12"]),
    ];

    #[test]
    fn periods_worked_by_hand() {
        for (name, starts, first, last, prior) in WORKED {
            let period = period(name, starts);
            assert_eq!(period.first_day().to_string(), first, "{name} from {starts}");
            assert_eq!(period.last_day().to_string(), last, "{name} from {starts}");
            let months: Vec<String> = period.prior_months().map(|month| month.to_string()).collect();
            assert_eq!(months, prior, "{name} from {starts}");
        }
    }

    #[test]
    fn names_are_read_strictly() {
        for name in [
            "",
            "26",
            "2026-7",
            "2026-00",
            "2026-13",
            "2026-Q0",
            "2026-Q5",
            "2026-q1",
            "2026-Q11",
            " 2026",
            "2026 ",
            "2026-07-01",
            "2026Q1",
            "20266",
            "+026",
            "2026-+1",
            "2026-Q",
            "2026-",
            "２０２６",
            "202é",
        ] {
            assert_eq!(PeriodName::parse(name), None, "{name}");
        }
    }
}
