//! Parses dates in cells: strftime formats, with a fast path for `2026-07-31`.

use jiff::fmt::strtime::BrokenDownTime;

use apportion_book::{day_of_date, days_from_civil};

const ISO: &str = "%Y-%m-%d";

/// A strftime format of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateFormat {
    pattern: String,
    iso: bool,
    /// The format has blanks.
    blanks: bool,
}

impl DateFormat {
    /// The format as the project file gives it.
    pub(crate) fn new(pattern: &str) -> Self {
        Self {
            pattern: pattern.to_string(),
            iso: pattern == ISO,
            blanks: pattern.contains(|c: char| c.is_ascii_whitespace()),
        }
    }

    /// As it was written.
    pub(crate) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Days since 1970-01-01; a time in the format is read and dropped. Years have four digits, those of `%y` two.
    pub(crate) fn parse(&self, text: &str) -> Option<i32> {
        if self.iso
            && let Some(day) = iso_day(text.as_bytes())
        {
            return Some(day);
        }
        if !self.plus_is_meant(text) || !self.blanks_are_meant(text) {
            return None;
        }
        let date = BrokenDownTime::parse(&self.pattern, text).ok()?.to_date().ok()?;
        // A year of fewer digits is a year cut short, not one of the first centuries.
        let year = i32::from(date.year());
        if year < 1000 || !self.short_year_is_whole(year, text) {
            return None;
        }
        Some(days_from_civil(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
    }
}

/// Checks for what jiff accepts in a date although the cell is probably damaged.
impl DateFormat {
    /// Whether each `+` can be one of the format's own (or of an offset), and not the sign of a year.
    fn plus_is_meant(&self, text: &str) -> bool {
        let own = || self.pattern.matches(['+', 'z']).count();
        match text.matches('+').count() {
            0 => true,
            found => found <= own() && (!text.starts_with('+') || self.pattern.starts_with('+')),
        }
    }

    /// Whether a year of two digits has both: `7` is a year cut short, too.
    fn short_year_is_whole(&self, year: i32, text: &str) -> bool {
        let pattern = self.pattern.replace("%D", "%m/%d/%y");
        if !pattern.contains("%y") || pattern.contains("%%") {
            return true;
        }
        let with_year = pattern.replace("%y", &format!("{:02}", year % 100));
        BrokenDownTime::parse(&with_year, text).is_ok()
    }

    /// Whether the text has blanks exactly where the format has some: each piece between blanks must fit its piece of the
    /// format. Fields that are filled up with blanks may have them.
    fn blanks_are_meant(&self, text: &str) -> bool {
        let blank = |byte: &u8| byte.is_ascii_whitespace();
        if !self.blanks && !text.as_bytes().iter().any(blank) || self.filled_up() {
            return true;
        }
        let (mut pieces, mut texts) = (self.pattern.split_ascii_whitespace(), text.split_ascii_whitespace());
        loop {
            match (pieces.next(), texts.next()) {
                (None, None) => return true,
                (Some(piece), Some(text)) if BrokenDownTime::parse(piece, text).is_ok() => {}
                _ => return false,
            }
        }
    }

    fn filled_up(&self) -> bool {
        ["%e", "%k", "%l", "%_", "%n", "%t"].iter().any(|field| self.pattern.contains(field))
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
            (ISO, "2026-3-1", day_of_date(2026, 3, 1)),
            (ISO, "+2026-03-01", None),
            (ISO, "2026- 3- 1", None),
            (ISO, "2026-03 -01", None),
            (ISO, "2026-\t3-1", None),
            ("%d.%m.%Y", "1.3.2026", day_of_date(2026, 3, 1)),
            ("%d.%m.%Y", "01.03.+2026", None),
            ("%d.%m.%Y", "01. 3.2026", None),
            ("%Y-%m-%d %H:%M:%S", "2026-03-01 10:00:00", day_of_date(2026, 3, 1)),
            ("%Y-%m-%d %H:%M:%S", "2026- 3-01 10:00:00", None),
            ("%Y-%m-%d %H:%M:%S", "2026- 3-0110:00:00", None),
            ("%Y-%m-%d %H:%M:%S", "2026-03-0110:00:00", None),
            ("%Y-%m-%d %I:%M %p", "2026-03-01 10:00 PM", day_of_date(2026, 3, 1)),
            ("%Y-%m-%dT%H:%M:%S%z", "2026-03-01T10:00:00+0100", day_of_date(2026, 3, 1)),
            ("%Y-%m-%dT%H:%M:%S%z", "+2026-03-01T10:00:00+0100", None),
            ("%Y-%m-%dT%H:%M:%S%z", "+2026-03-01T10:00:00-0100", None),
            ("%b %e %Y", "Mar  1 2026", day_of_date(2026, 3, 1)),
            ("%d %b %Y", "1  Mar 2026", day_of_date(2026, 3, 1)),
            ("%d %b %Y", "1Mar 2026", None),
            ("%d.%m.%Y", "02.01.1970", Some(1)),
            ("%d.%m.%Y", "31.02.2026", None),
            ("%m/%d/%y", "01/02/70", Some(1)),
            ("%m/%d/%y", "7/7/07", day_of_date(2007, 7, 7)),
            ("%m/%d/%y", "7/7/7", None),
            ("%D", "7/7/7", None),
            ("%D", "07/07/07", day_of_date(2007, 7, 7)),
            ("%Y-%m-%dT%H:%M:%S", "1970-01-02T23:59:59", Some(1)),
            ("%d %b %Y", "2 Jan 1970", Some(1)),
        ] {
            assert_eq!(DateFormat::new(pattern).parse(text), expected, "{pattern} {text}");
        }
    }
}
