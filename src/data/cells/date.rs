//! Dates as they are written in cells: strftime formats, with a straight way for `2026-07-31`.

use jiff::fmt::strtime::BrokenDownTime;

use crate::book::{day_of_date, days_from_civil};

const ISO: &str = "%Y-%m-%d";

/// A strftime format of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::data) struct DateFormat {
    pattern: String,
    iso: bool,
}

impl DateFormat {
    /// The format as the project file gives it.
    pub(in crate::data) fn new(pattern: &str) -> Self {
        Self { pattern: pattern.to_string(), iso: pattern == ISO }
    }

    /// As it was written.
    pub(in crate::data) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Days since 1970-01-01; a time in the format is read and dropped. Years have four digits.
    pub(in crate::data) fn parse(&self, text: &str) -> Option<i32> {
        if self.iso
            && let Some(day) = iso_day(text.as_bytes())
        {
            return Some(day);
        }
        let date = BrokenDownTime::parse(&self.pattern, text).ok()?.to_date().ok()?;
        // A year of fewer digits is a year cut short, not one of the first centuries.
        let year = i32::from(date.year());
        if year < 1000 {
            return None;
        }
        Some(days_from_civil(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
    }
}

/// `2026-07-31`, exactly ten bytes.
fn iso_day(text: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
    let pair = |tens, ones| Some(digit(tens)? * 10 + digit(ones)?);
    let year = i32::from(pair(y1, y2)?) * 100 + i32::from(pair(y3, y4)?);
    if year == 0 {
        return None;
    }
    day_of_date(year, pair(m1, m2)?, pair(d1, d2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (pattern, text, expected) in [
            (ISO, "1970-01-02", Some(1)),
            (ISO, "2026-02-29", None),
            (ISO, "2024-02-29", Some(19_782)),
            (ISO, "2026-13-01", None),
            (ISO, "26-07-01", None),
            (ISO, "2026-07-01 10:00", None),
            (ISO, "0000-01-01", None),
            (ISO, "soon", None),
            ("%d.%m.%Y", "02.01.1970", Some(1)),
            ("%d.%m.%Y", "31.02.2026", None),
            ("%m/%d/%y", "01/02/70", Some(1)),
            ("%Y-%m-%dT%H:%M:%S", "1970-01-02T23:59:59", Some(1)),
            ("%d %b %Y", "2 Jan 1970", Some(1)),
        ] {
            assert_eq!(DateFormat::new(pattern).parse(text), expected, "{pattern} {text}");
        }
    }
}
