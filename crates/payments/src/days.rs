//! Days on which banks work, and the month's names that files have.

use apportion_base::calendar::{civil_from_days, days_from_civil};

/// Whose holidays count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// TARGET, for euros.
    Target,
    /// The Federal Reserve, for dollars.
    FederalReserve,
}

/// Monday is 0.
fn weekday(day: i32) -> i32 {
    // 1970-01-01 was a Thursday.
    (day + 3).rem_euclid(7)
}

/// Whether a day is a Saturday or a Sunday.
fn is_weekend(day: i32) -> bool {
    weekday(day) >= 5
}

/// The weekday before a day: not a Saturday, not a Sunday.
pub fn weekday_before(day: i32) -> i32 {
    let mut before = day - 1;
    while is_weekend(before) {
        before -= 1;
    }
    before
}

impl Calendar {
    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Target => "TARGET",
            Self::FederalReserve => "the Federal Reserve",
        }
    }

    /// Whether banks work on a day.
    pub fn is_open(self, day: i32) -> bool {
        !is_weekend(day)
            && match self {
                Self::Target => !target_holiday(day),
                Self::FederalReserve => {
                    // One that falls on a Sunday is kept on the Monday; one on a Saturday is not kept at all.
                    !(federal_holiday(day) || weekday(day) == 0 && federal_holiday(day - 1))
                }
            }
    }

    /// The first day from this one on on which banks work.
    pub fn next_open(self, day: i32) -> i32 {
        let mut next = day;
        while !self.is_open(next) {
            next += 1;
        }
        next
    }
}

fn target_holiday(day: i32) -> bool {
    let (year, month, of_month) = civil_from_days(day);
    let easter = easter(year);
    matches!((month, of_month), (1, 1) | (5, 1) | (12, 25 | 26)) || day == easter - 2 || day == easter + 1
}

/// Easter Sunday of a year, by the rule of Meeus, Jones and Butcher.
fn easter(year: i32) -> i32 {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    days_from_civil(year, u8::try_from(month).unwrap_or(4), u8::try_from(day).unwrap_or(1))
}

fn federal_holiday(day: i32) -> bool {
    let (_, month, of_month) = civil_from_days(day);
    let (week, weekday) = ((of_month - 1) / 7 + 1, weekday(day));
    let last_monday = weekday == 0 && of_month > 24;
    match month {
        1 => of_month == 1 || (weekday == 0 && week == 3),
        2 => weekday == 0 && week == 3,
        5 => last_monday,
        6 => of_month == 19,
        7 => of_month == 4,
        9 => weekday == 0 && week == 1,
        10 => weekday == 0 && week == 2,
        11 => of_month == 11 || (weekday == 3 && week == 4),
        12 => of_month == 25,
        _ => false,
    }
}

/// The month in three English capitals.
pub fn month_in_english(month: u8) -> &'static str {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    MONTHS.get(usize::from(month).saturating_sub(1)).copied().unwrap_or("JAN")
}

/// A day as numbers with leading zeros: year, month, day.
pub fn parts(day: i32) -> (String, String, String) {
    let (year, month, day) = civil_from_days(day);
    (format!("{year:04}"), format!("{month:02}"), format!("{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i32 {
        let parts: Vec<i32> = text.split('-').map(|part| part.parse().unwrap()).collect();
        days_from_civil(parts[0], u8::try_from(parts[1]).unwrap(), u8::try_from(parts[2]).unwrap())
    }

    #[test]
    fn holidays_of_target() {
        // https://www.ecb.europa.eu/press/calendars/html/holidays.en.html
        for closed in [
            "2026-01-01",
            "2026-04-03",
            "2026-04-06",
            "2026-05-01",
            "2026-12-25",
            "2025-04-18",
            "2027-03-29",
            "2026-08-15",
        ] {
            assert!(!Calendar::Target.is_open(day(closed)), "{closed}");
        }
        for open in ["2026-05-25", "2026-08-14", "2026-12-24", "2026-06-19"] {
            assert!(Calendar::Target.is_open(day(open)), "{open}");
        }
        assert_eq!(Calendar::Target.next_open(day("2026-08-15")), day("2026-08-17"));
    }

    #[test]
    fn holidays_of_the_federal_reserve() {
        // https://www.frbservices.org/about/holiday-schedules
        for closed in [
            "2026-01-01",
            "2026-01-19",
            "2026-02-16",
            "2026-05-25",
            "2026-06-19",
            "2026-09-07",
            "2026-10-12",
            "2026-11-11",
            "2026-11-26",
            "2026-12-25",
            "2027-07-05",
            "2022-12-26",
        ] {
            assert!(!Calendar::FederalReserve.is_open(day(closed)), "{closed}");
        }
        // Independence Day of 2026 is a Saturday: banks work on the Friday.
        for open in ["2026-07-03", "2026-07-06", "2026-11-27", "2026-05-18"] {
            assert!(Calendar::FederalReserve.is_open(day(open)), "{open}");
        }
    }

    #[test]
    fn the_weekday_before() {
        assert_eq!(weekday_before(day("2026-08-15")), day("2026-08-14"));
        assert_eq!(weekday_before(day("2026-08-17")), day("2026-08-14"));
        assert_eq!(weekday_before(day("2026-08-18")), day("2026-08-17"));
    }
}
