//! Dates, amounts and texts of journals, and reading them again.

use apportion_base::money::{format_scaled, pow10};
use apportion_book::{civil_from_days, day_of_date};

/// The months as English abbreviates them.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day as year, month and day.
pub fn civil(day: i32) -> (i32, u8, u8) {
    civil_from_days(day)
}

/// The English abbreviation of a day's month.
pub fn month_name(day: i32) -> &'static str {
    let (_, month, _) = civil(day);
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default()
}

/// The day of a date as 2026-07-31.
pub fn iso_day(text: &str) -> Option<i32> {
    in_pattern(text, "YYYY-MM-DD")
}

/// A day by a pattern of `YYYY`, `YY`, `MM`, `MON`, `DD` and other characters, such as `MM/DD/YYYY`.
pub fn by_pattern(day: i32, pattern: &str) -> String {
    let (year, month, date) = civil(day);
    pattern
        .replace("YYYY", &format!("{year:04}"))
        .replace("YY", &format!("{:02}", year.rem_euclid(100)))
        .replace("MM", &format!("{month:02}"))
        .replace("DD", &format!("{date:02}"))
        .replace("MON", month_name(day))
}

/// The day of a text in a pattern with `YYYY`, `MM` and `DD`; none where it is written otherwise.
pub fn in_pattern(text: &str, pattern: &str) -> Option<i32> {
    let part = |mark: &str| -> Option<u16> {
        let start = pattern.find(mark)?;
        let digits = text.get(start..start + mark.len())?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (part("YYYY")?, part("MM")?, part("DD")?);
    let found = day_of_date(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
    (by_pattern(found, pattern) == text).then_some(found)
}

/// An amount with the digits of its currency.
pub fn amount(minor: i128, digits: u32) -> String {
    format_scaled(minor, digits)
}

/// The minor units of a text with just so many decimals after `mark`, and no other sign than a minus where `signed`.
///
/// # Errors
/// Why it is none, as the end of a sentence.
pub fn read_amount(text: &str, digits: u32, mark: char, signed: bool) -> Result<i128, String> {
    let none = || format!("\"{text}\" is no amount of {digits} decimals");
    let unsigned = match text.strip_prefix('-') {
        Some(rest) if signed => rest,
        Some(_) => return Err(format!("\"{text}\" is below 0")),
        None => text,
    };
    let (whole, decimals) = match digits {
        0 => (unsigned, ""),
        _ => unsigned.split_once(mark).ok_or_else(none)?,
    };
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = whole == "0" || !whole.starts_with('0');
    if whole.is_empty()
        || whole.len() > 30
        || decimals.len() != digits as usize
        || !is_plain(whole)
        || !is_plain(decimals)
        || !is_canonical
    {
        return Err(none());
    }
    let minor: i128 = format!("{whole}{decimals}").parse().map_err(|_| none())?;
    Ok(if text.starts_with('-') { -minor } else { minor })
}

/// Parts of an amount that are not above `most` whole units.
pub fn in_parts(minor: i128, digits: u32, most: i128) -> Vec<i128> {
    let limit = pow10(digits)
        .ok()
        .and_then(|unit| most.checked_mul(unit))
        .map(|whole| whole + pow10(digits).unwrap_or(1) - 1);
    let Some(limit) = limit.filter(|limit| *limit > 0) else { return vec![minor] };
    let (sign, mut left, mut parts) = (minor.signum(), minor.abs(), Vec::new());
    while left > limit {
        parts.push(limit * sign);
        left -= limit;
    }
    parts.push(left * sign);
    parts
}

/// Whether a text has a character that would end a line or a cell.
pub fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// The first characters of a text.
pub fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_and_read_by_a_pattern() {
        let day = iso_day("2026-07-31").expect("a day");
        for (pattern, text) in [
            ("YYYY-MM-DD", "2026-07-31"),
            ("MM/DD/YYYY", "07/31/2026"),
            ("DD.MM.YYYY", "31.07.2026"),
            ("YYYYMMDD", "20260731"),
        ] {
            assert_eq!(by_pattern(day, pattern), text);
            assert_eq!(in_pattern(text, pattern), Some(day));
        }
        for text in ["2026-7-31", "2026-02-30", "31/07/2026", "", "2026-07-31 ", "+026-07-31", "äääääääää"]
        {
            assert_eq!(iso_day(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for (minor, digits) in [(0, 2), (-5, 2), (123_456, 2), (7, 0), (1_234_567, 3)] {
            assert_eq!(read_amount(&amount(minor, digits), digits, '.', true), Ok(minor));
        }
        for text in ["", "1", "1.5", "1,50", "01.00", "1.000", "+1.00", " 1.00", "1 000.00", "1.0x", ".50"] {
            assert!(read_amount(text, 2, '.', true).is_err(), "{text}");
        }
        assert!(read_amount("-1.00", 2, '.', false).is_err());
    }

    #[test]
    fn large_amounts_are_parts_that_add_up() {
        let most = 9_999_999_999;
        assert_eq!(in_parts(999_999_999_999, 2, most), [999_999_999_999]);
        assert_eq!(in_parts(-1_000_000_000_000, 2, most), [-999_999_999_999, -1]);
        assert_eq!(in_parts(5, 0, 3), [3, 2]);
    }
}
