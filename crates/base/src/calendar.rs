//! Periods and the fiscal calendar: `docs/reference/project.md#periods`.
//!
//! A day is the number of days since 1970-01-01 in the proleptic Gregorian calendar (Arrow's `Date32`). Everything is
//! integer arithmetic, cheap enough to be called for every deal. There is no clock and no time zone.

use std::fmt;
use std::str::FromStr;

/// How long a period is: the `every` of commissions and of caps per payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Every {
    /// A calendar month.
    Month,
    /// A quarter of a fiscal year: three months.
    Quarter,
    /// A fiscal year: twelve months.
    Year,
}

impl Every {
    /// As it is written in rule files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// A period by name: a calendar month, a fiscal quarter or a fiscal year. Its days depend on the [`FiscalCalendar`].
///
/// The order is by length first (months, then quarters, then years), then by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// A calendar month.
    Month {
        /// The calendar year.
        year: i32,
        /// 1 to 12.
        month: u8,
    },
    /// A quarter of a fiscal year.
    Quarter {
        /// The fiscal year, see [`Period::Year`].
        year: i32,
        /// 1 to 4.
        quarter: u8,
    },
    /// A fiscal year.
    Year {
        /// The calendar year in which it ends, which gives it its name.
        year: i32,
    },
}

impl Period {
    /// Reads `2026-07`, `2026-Q3` or `2026`, exactly so: four digits, two digits, `Q` in upper case, no blanks.
    ///
    /// ```
    /// use apportion_base::calendar::Period;
    /// assert_eq!(Period::parse("2026-Q3"), Some(Period::Quarter { year: 2026, quarter: 3 }));
    /// assert_eq!(Period::parse("2026-7"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.as_bytes().split_at_checked(4)?;
        let year = year.iter().try_fold(0, |sum, byte| digit(*byte).map(|d| sum * 10 + i32::from(d)))?;
        match *rest {
            [] => Some(Self::Year { year }),
            [b'-', b'Q', quarter @ b'1'..=b'4'] => Some(Self::Quarter { year, quarter: quarter - b'0' }),
            [b'-', tens, ones] => {
                let month = digit(tens)? * 10 + digit(ones)?;
                (1..=12).contains(&month).then_some(Self::Month { year, month })
            }
            _ => None,
        }
    }

    /// How long it is.
    pub fn every(self) -> Every {
        match self {
            Self::Month { .. } => Every::Month,
            Self::Quarter { .. } => Every::Quarter,
            Self::Year { .. } => Every::Year,
        }
    }
}

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        Self::parse(text).ok_or_else(|| NoPeriod { text: text.to_owned() })
    }
}

/// A text that is no period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPeriod {
    text: String,
}

impl fmt::Display for NoPeriod {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "\"{}\" is not a period: write a month as 2026-07, a fiscal quarter as 2026-Q3, a fiscal year as 2026",
            self.text
        )
    }
}

impl std::error::Error for NoPeriod {}

impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Month { year, month } => write!(out, "{year:04}-{month:02}"),
            Self::Quarter { year, quarter } => write!(out, "{year:04}-Q{quarter}"),
            Self::Year { year } => write!(out, "{year:04}"),
        }
    }
}

/// Where fiscal years start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiscalCalendar {
    /// Month in which a fiscal year starts, 1 to 12.
    pub starts: u8,
}

impl FiscalCalendar {
    /// The first day of a period, in days since 1970-01-01.
    pub fn first_day(self, period: Period) -> i32 {
        first_of_month(self.first_month(period))
    }

    /// The last day of a period, which belongs to it, in days since 1970-01-01.
    pub fn last_day(self, period: Period) -> i32 {
        let months = match period {
            Period::Month { .. } => 1,
            Period::Quarter { .. } => 3,
            Period::Year { .. } => 12,
        };
        first_of_month(self.first_month(period) + months) - 1
    }

    /// The period of the given length that contains a day (days since 1970-01-01).
    pub fn period_of(self, day: i32, every: Every) -> Period {
        let (year, month, _) = civil_from_days(day);
        if every == Every::Month {
            return Period::Month { year, month };
        }
        // Months since the fiscal year of calendar year `year` began; negative before that: then it is last year's.
        let into = month_index(year, month) - self.first_month(Period::Year { year });
        let year = year + into.div_euclid(12);
        match every {
            Every::Quarter => Period::Quarter { year, quarter: u8_of(into.rem_euclid(12) / 3) + 1 },
            _ => Period::Year { year },
        }
    }

    /// The fiscal year in which a period starts.
    pub fn year_of(self, period: Period) -> Period {
        match period {
            Period::Month { .. } => self.period_of(self.first_day(period), Every::Year),
            Period::Quarter { year, .. } | Period::Year { year } => Period::Year { year },
        }
    }

    /// The calendar month that contains a day (days since 1970-01-01).
    pub fn month_of(self, day: i32) -> Period {
        self.period_of(day, Every::Month)
    }

    /// Index of the first month of a period, see [`month_index`].
    fn first_month(self, period: Period) -> i32 {
        match period {
            Period::Month { year, month } => month_index(year, month),
            Period::Quarter { year, quarter } => {
                self.first_month(Period::Year { year }) + (i32::from(quarter) - 1) * 3
            }
            // A year that does not start in January ends in the calendar year it is named after.
            Period::Year { year } if self.starts > 1 => month_index(year - 1, self.starts),
            Period::Year { year } => month_index(year, 1),
        }
    }
}

/// The day of a civil date: days since 1970-01-01. `month` is 1 to 12, `day` 1 to 31 (not checked).
pub fn days_from_civil(year: i32, month: u8, day: u8) -> i32 {
    // Howard Hinnant, "chrono-compatible low-level date algorithms": years start in March, so that the leap day is
    // last.
    let year = i64::from(year) - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    clamp(era * 146_097 + day_of_era - 719_468)
}

/// The civil date (year, month, day of month) of a day since 1970-01-01.
pub fn civil_from_days(days: i32) -> (i32, u8, u8) {
    let days = i64::from(days) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (clamp(era * 400 + year_of_era + i64::from(month <= 2)), u8_of(clamp(month)), u8_of(clamp(day)))
}

/// The day of a civil date, if there is such a date.
///
/// ```
/// use apportion_base::calendar::day_of_date;
/// assert_eq!(day_of_date(1970, 1, 2), Some(1));
/// assert_eq!(day_of_date(2026, 2, 29), None);
/// ```
pub fn day_of_date(year: i32, month: u8, day: u8) -> Option<i32> {
    let days = days_from_civil(year, month, day);
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

/// 0001-01-01, the first day that can be written, in days since 1970-01-01.
pub const FIRST_DAY: i32 = -719_162;

/// A day since 1970-01-01 as it is written in messages and output files: `2026-07-01`.
pub fn display_day(day: i32) -> String {
    let (year, month, day) = civil_from_days(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Months since January of year 0, so that months can be counted across years.
fn month_index(year: i32, month: u8) -> i32 {
    year * 12 + i32::from(month) - 1
}

/// First day of the month with this index.
fn first_of_month(index: i32) -> i32 {
    days_from_civil(index.div_euclid(12), u8_of(index.rem_euclid(12)) + 1, 1)
}

/// The value of an ASCII digit.
fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

/// No file has dates beyond `i32` days, so such days are clamped and do not wrap.
fn clamp(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}

/// A small non-negative number (a month, a day, a quarter) as a byte.
fn u8_of(value: i32) -> u8 {
    u8::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i32 {
        let date: jiff::civil::Date = text.parse().unwrap();
        (date - jiff::civil::date(1970, 1, 1)).get_days()
    }

    fn period(text: &str) -> Period {
        Period::parse(text).unwrap()
    }

    fn days_of(starts: u8, name: &str) -> (String, String) {
        let calendar = FiscalCalendar { starts };
        (display_day(calendar.first_day(period(name))), display_day(calendar.last_day(period(name))))
    }

    #[test]
    fn civil_dates_agree_with_jiff_on_every_day_of_five_centuries() {
        let mut date = jiff::civil::date(1780, 1, 1);
        let first = days_from_civil(1780, 1, 1);
        for ahead in 0..(500 * 366) {
            let (year, month, day) = civil_from_days(first + ahead);
            assert_eq!(
                (i32::from(date.year()), date.month(), date.day()),
                (year, month as i8, day as i8),
                "{ahead}"
            );
            assert_eq!(days_from_civil(year, month, day), first + ahead);
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(1969, 12, 31), -1);
        assert_eq!(days_from_civil(2000, 2, 29), 11_016);
        assert_eq!(day_of_date(2000, 2, 29), Some(11_016));
        assert_eq!(day_of_date(1900, 2, 29), None);
        assert_eq!(day_of_date(2026, 4, 31), None);
        assert_eq!(day_of_date(2026, 13, 1), None);
        assert_eq!(day_of_date(2026, 0, 1), None);
        assert_eq!(display_day(day("0001-01-01")), "0001-01-01");
        assert_eq!(day("0001-01-01"), FIRST_DAY);
        assert_eq!(display_day(day("9999-12-31")), "9999-12-31");
        civil_from_days(i32::MIN);
        civil_from_days(i32::MAX);
    }

    #[test]
    fn names_are_read_strictly_and_written_back() {
        for name in ["2026-07", "2026-12", "2026-Q1", "2026-Q4", "2026", "0099", "0001-01"] {
            assert_eq!(period(name).to_string(), name);
        }
        for name in [
            "",
            "26",
            "2026-7",
            "2026-00",
            "2026-13",
            "2026-Q0",
            "2026-Q5",
            "2026-q1",
            " 2026",
            "2026 ",
            "2026-07-01",
            "2026Q1",
            "20266",
            "+026",
            "2026-Q",
            "2026-",
            "2026-1a",
            "２０２６",
            "202é",
        ] {
            assert_eq!(Period::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_fiscal_year_is_named_after_the_calendar_year_in_which_it_ends() {
        let pair = |first: &str, last: &str| (first.to_string(), last.to_string());
        assert_eq!(days_of(1, "2026"), pair("2026-01-01", "2026-12-31"));
        assert_eq!(days_of(2, "2026"), pair("2025-02-01", "2026-01-31"));
        assert_eq!(days_of(4, "2026"), pair("2025-04-01", "2026-03-31"));
        assert_eq!(days_of(7, "2026"), pair("2025-07-01", "2026-06-30"));
        assert_eq!(days_of(10, "2026"), pair("2025-10-01", "2026-09-30"));
        assert_eq!(days_of(12, "2026"), pair("2025-12-01", "2026-11-30"));
        assert_eq!(days_of(1, "2026-Q3"), pair("2026-07-01", "2026-09-30"));
        assert_eq!(days_of(2, "2026-Q1"), pair("2025-02-01", "2025-04-30"));
        assert_eq!(days_of(4, "2026-Q4"), pair("2026-01-01", "2026-03-31"));
        assert_eq!(days_of(7, "2026-Q3"), pair("2026-01-01", "2026-03-31"));
        assert_eq!(days_of(10, "2024-Q2"), pair("2024-01-01", "2024-03-31"));
        assert_eq!(days_of(12, "2024-Q1"), pair("2023-12-01", "2024-02-29"));
        assert_eq!(days_of(7, "2024-02"), pair("2024-02-01", "2024-02-29"));
        assert_eq!(days_of(7, "2026-12"), pair("2026-12-01", "2026-12-31"));
    }

    #[test]
    fn every_day_lies_in_the_periods_that_are_found_for_it() {
        for starts in 1..=12 {
            let calendar = FiscalCalendar { starts };
            for day in day("1998-12-01")..=day("2005-02-01") {
                for every in [Every::Month, Every::Quarter, Every::Year] {
                    let period = calendar.period_of(day, every);
                    assert_eq!(period.every(), every);
                    assert!(calendar.first_day(period) <= day && day <= calendar.last_day(period));
                    assert_eq!(Period::parse(&period.to_string()), Some(period));
                }
                let year = calendar.period_of(day, Every::Year);
                assert_eq!(calendar.year_of(calendar.month_of(day)), year);
                assert_eq!(calendar.year_of(calendar.period_of(day, Every::Quarter)), year);
                assert_eq!(calendar.year_of(year), year);
                let Period::Year { year } = year else { panic!() };
                assert_eq!(civil_from_days(calendar.last_day(Period::Year { year })).0, year);
            }
        }
    }

    #[test]
    fn year_edges() {
        let period_of =
            |starts, text: &str, every| FiscalCalendar { starts }.period_of(day(text), every).to_string();
        assert_eq!(period_of(1, "2025-12-31", Every::Year), "2025");
        assert_eq!(period_of(1, "2026-01-01", Every::Quarter), "2026-Q1");
        assert_eq!(period_of(2, "2026-01-31", Every::Year), "2026");
        assert_eq!(period_of(2, "2026-02-01", Every::Year), "2027");
        assert_eq!(period_of(4, "2026-03-31", Every::Quarter), "2026-Q4");
        assert_eq!(period_of(4, "2026-04-01", Every::Quarter), "2027-Q1");
        assert_eq!(period_of(12, "2025-12-01", Every::Year), "2026");
        assert_eq!(period_of(12, "2025-11-30", Every::Year), "2025");
        assert_eq!(period_of(12, "2025-11-30", Every::Quarter), "2025-Q4");
        assert_eq!(period_of(12, "2025-11-30", Every::Month), "2025-11");
    }
}
