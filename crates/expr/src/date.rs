//! Dates as days since 1970-01-01 in the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31.

/// 0001-01-01, in days since 1970-01-01.
pub(super) const FIRST_DAY: i32 = -719_162;
/// 9999-12-31, in days since 1970-01-01.
pub(super) const LAST_DAY: i32 = 2_932_896;

/// A date in days since 1970-01-01; `None` where the calendar has no such date.
pub(super) fn day(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > month_length(year, month)
    {
        return None;
    }
    // In a year that begins in March, the leap day is the last day, so that every month has a fixed offset.
    let (month, day) = (i32::try_from(month).ok()?, i32::try_from(day).ok()?);
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

/// Year and month (1 to 12) of a day.
pub(super) fn year_month(day: i32) -> (i32, i32) {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // Both fit: an i32 of days is less than 6 million years.
    (i32::try_from(year).unwrap_or(i32::MAX), i32::try_from(month).unwrap_or(1))
}

/// Parses a date written as `2026-07-01`; no other form is accepted.
pub(super) fn parse(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
    let year = number(text.get(0..4)?)?;
    day(i32::try_from(year).ok()?, number(text.get(5..7)?)?, number(text.get(8..10)?)?)
}

/// The day `days` later; `None` outside of the calendar.
pub(super) fn moved(day: i32, days: i128) -> Option<i32> {
    let moved = i32::try_from(i128::from(day).checked_add(days)?).ok()?;
    (FIRST_DAY..=LAST_DAY).contains(&moved).then_some(moved)
}

fn month_length(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_jiff_on_every_day() {
        let mut date = jiff::civil::date(1, 1, 1);
        for expected in FIRST_DAY..=LAST_DAY {
            let (year, month) = (i32::from(date.year()), i32::from(date.month()));
            assert_eq!(year_month(expected), (year, month));
            assert_eq!(
                day(year, u32::try_from(month).unwrap(), u32::try_from(date.day()).unwrap()),
                Some(expected)
            );
            date = date.tomorrow().unwrap_or(date);
        }
    }

    #[test]
    fn reads_iso_dates_only() {
        assert_eq!(parse("1970-01-01"), Some(0));
        assert_eq!(parse("2024-02-29"), Some(19_782));
        for bad in [
            "2023-02-29",
            "2026-7-01",
            "2026-13-01",
            "20260701",
            "2026-07-01 ",
            "+026-07-01",
            "0000-01-01",
            "ä26-07-01",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn moves_within_the_calendar() {
        assert_eq!(moved(0, -1), Some(-1));
        assert_eq!(moved(LAST_DAY, 1), None);
        assert_eq!(moved(FIRST_DAY, -1), None);
        assert_eq!(moved(0, i128::MAX), None);
    }
}
