//! Reads dates and instants: strftime formats, with a fast path for `2026-07-31`; numbers that count from 1970; RFC 3339.

use jiff::civil::{Date, date};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

use super::moment::Moment;
use super::zone::{Zone, offset_seconds};
use crate::calendar::{day_of_date, days_from_civil};

/// The format of dates where nothing else is said.
pub const ISO_DATE: &str = "%Y-%m-%d";

/// How the dates of a column are written, and where an instant has its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    pattern: String,
    form: Form,
    /// Instants are dated there; without it, where they say that they are.
    zone: Option<Zone>,
    /// How points in time may be written besides.
    otherwise: Option<Box<DateFormat>>,
}

/// A date and a time of a day as they are written, with the offset from UTC where one is.
struct Written {
    day: i32,
    second: i64,
    offset: Option<i32>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `2026-07-31`.
    Iso,
    /// By a format of strftime.
    Strftime {
        /// The format has blanks.
        blanks: bool,
        /// The format has an offset from UTC.
        instant: bool,
    },
    /// A count of so many parts of a second since 1970-01-01T00:00:00Z.
    Epoch { of_a_second: i64 },
    /// RFC 3339, also with a blank for `T`, without seconds, without an offset, or a date alone.
    Rfc3339,
}

impl DateFormat {
    /// Days have this format, or `epoch-s` or `epoch-ms`.
    pub fn new(pattern: &str) -> Self {
        let form = match pattern {
            ISO_DATE => Form::Iso,
            "epoch-s" => Form::Epoch { of_a_second: 1 },
            "epoch-ms" => Form::Epoch { of_a_second: 1000 },
            _ => Form::Strftime {
                blanks: pattern.contains(|c: char| c.is_ascii_whitespace()),
                instant: has_offset(pattern),
            },
        };
        Self { pattern: pattern.to_string(), form, zone: None, otherwise: None }
    }

    /// The format, if every date can be read back that is written in it.
    ///
    /// # Errors
    /// Why one can't.
    pub fn checked(pattern: &str) -> Result<Self, String> {
        let format = Self::new(pattern);
        if format.is_epoch() {
            return Ok(format);
        }
        let days = [date(2026, 11, 23), date(2004, 2, 29)];
        match days.into_iter().find_map(|day| loses_date(pattern, day)) {
            Some(why) => Err(why),
            None => Ok(format),
        }
    }

    /// Points in time as RFC 3339 has them.
    pub fn rfc3339() -> Self {
        Self { pattern: "2026-07-31T14:30:00Z".to_owned(), form: Form::Rfc3339, zone: None, otherwise: None }
    }

    /// The same, where a point in time may also be written in another format.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { otherwise: Some(Box::new(other)), ..self }
    }

    /// The same, where instants are dated in a zone.
    #[must_use]
    pub fn in_zone(self, zone: Option<&Zone>) -> Self {
        let otherwise = self.otherwise.map(|other| Box::new(other.in_zone(zone)));
        Self { zone: zone.cloned(), otherwise, ..self }
    }

    /// As it was written; of RFC 3339 an example.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether a number is a count of time and no date's digits.
    pub fn is_epoch(&self) -> bool {
        matches!(self.form, Form::Epoch { .. })
    }

    /// Days since 1970-01-01; a time in the format is read and dropped. Years have four digits, those of `%y` two.
    pub fn parse(&self, text: &str) -> Option<i32> {
        match self.form {
            Form::Iso => {
                iso_day(text.as_bytes()).or_else(|| self.by_pattern(text, false)?.day_in(self.zone.as_ref()))
            }
            Form::Strftime { instant, .. } => self.by_pattern(text, instant)?.day_in(self.zone.as_ref()),
            Form::Epoch { of_a_second } => {
                self.at(epoch_seconds(text, of_a_second)?, 0).map(|found| found.day)
            }
            Form::Rfc3339 => rfc3339(text)?.day_in(self.zone.as_ref()),
        }
    }

    /// The point in time that a text means. One without an offset is local time in the zone, or UTC; a date alone is its midnight.
    pub fn instant(&self, text: &str) -> Option<Moment> {
        let own = match self.form {
            Form::Epoch { of_a_second } => {
                epoch_seconds(text, of_a_second).and_then(|seconds| self.at(seconds, 0))
            }
            Form::Rfc3339 => rfc3339(text).and_then(|written| self.dated(&written)),
            Form::Iso => self.by_pattern(text, false).and_then(|written| self.dated(&written)),
            Form::Strftime { instant, .. } => {
                self.by_pattern(text, instant).and_then(|written| self.dated(&written))
            }
        };
        own.or_else(|| self.otherwise.as_ref()?.instant(text))
    }

    /// The point in time at which clocks show a day and a second of it: in the zone, or in UTC.
    pub fn local_instant(&self, day: i32, second: i64) -> Option<Moment> {
        self.dated(&Written { day, second, offset: None })
    }

    fn dated(&self, written: &Written) -> Option<Moment> {
        let local = written.local();
        match (written.offset, &self.zone) {
            (Some(offset), _) => self.at(local - i64::from(offset), offset),
            (None, Some(zone)) => self.at(zone.instant(local)?, 0),
            (None, None) => self.at(local, 0),
        }
    }

    /// The instant with its day; `offset` is the one that is written.
    fn at(&self, seconds: i64, offset: i32) -> Option<Moment> {
        match &self.zone {
            Some(zone) => Some(Moment { seconds, day: zone.day(seconds)?, offset: 0 }),
            None => Some(Moment { seconds, day: Zone::utc().day(seconds + i64::from(offset))?, offset }),
        }
    }

    fn by_pattern(&self, text: &str, instant: bool) -> Option<Written> {
        let spelled;
        let text = match instant.then(|| plain_offset(&self.pattern, text)).flatten() {
            Some(plain) => {
                spelled = plain;
                &spelled
            }
            None => text,
        };
        if !self.plus_is_meant(text) || !self.blanks_are_meant(text) {
            return None;
        }
        let broken_down = BrokenDownTime::parse(&self.pattern, text).ok()?;
        let date = broken_down.to_date().ok()?;
        // A year of fewer digits is a year cut short, not one of the first centuries.
        let year = i32::from(date.year());
        if year < 1000 || !self.short_year_is_whole(year, text) {
            return None;
        }
        let day = days_from_civil(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
        let second = broken_down.to_time().map_or(0, |time| {
            i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
        });
        Some(Written { day, second, offset: broken_down.offset().map(|offset| offset.seconds()) })
    }
}

impl Written {
    /// Seconds after 1970-01-01 as clocks show them.
    fn local(&self) -> i64 {
        i64::from(self.day) * 86_400 + self.second
    }

    /// The day in a zone; that of a local time is the one that is written.
    fn day_in(&self, zone: Option<&Zone>) -> Option<i32> {
        match (zone, self.offset) {
            (Some(zone), Some(offset)) => zone.day(self.local() - i64::from(offset)),
            _ => Some(self.day),
        }
    }
}

/// Seconds since 1970-01-01T00:00:00Z of a count of parts of a second.
fn epoch_seconds(text: &str, of_a_second: i64) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    // A fraction is less than what is counted, and dropped towards the earlier instant.
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let size: i64 = whole.parse().ok()?;
    let count = match text.starts_with('-') {
        true => -size - i64::from(fraction.bytes().any(|digit| digit != b'0')),
        false => size,
    };
    Some(count.div_euclid(of_a_second))
}

fn rfc3339(text: &str) -> Option<Written> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let day = iso_day(date.as_bytes())?;
    if rest.is_empty() {
        return Some(Written { day, second: 0, offset: None });
    }
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let clock_end = time.find(|c: char| !matches!(c, '0'..='9' | ':' | '.')).unwrap_or(time.len());
    let (clock, offset) = time.split_at(clock_end);
    let second = clock_seconds(clock)?;
    if offset.is_empty() {
        return Some(Written { day, second, offset: None });
    }
    let offset = offset_seconds(offset).filter(|_| matches!(offset, "Z" | "z") || offset.len() == 6)?;
    Some(Written { day, second, offset: Some(offset) })
}

/// Why a date that was written in a format can't be read back; `None` if it can.
fn loses_date(format: &str, day: Date) -> Option<String> {
    let midnight = match day.to_zoned(TimeZone::UTC) {
        Ok(midnight) => midnight,
        Err(error) => return Some(error.to_string()),
    };
    match strtime::format(format, &midnight).and_then(|text| Date::strptime(format, text)) {
        Ok(read) if read == day => None,
        Ok(read) => Some(format!("{day} would be read as {read}")),
        Err(error) => Some(error.to_string()),
    }
}

/// Seconds since midnight of `14:30`, `14:30:05` or `14:30:05.25`.
fn clock_seconds(text: &str) -> Option<i64> {
    let (clock, fraction) =
        text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    if let Some(fraction) = fraction
        && (fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) || clock.len() != 8)
    {
        return None;
    }
    let pair = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i64>().ok()).flatten()
    };
    let parts: Vec<i64> = clock.split(':').map(pair).collect::<Option<_>>()?;
    match parts[..] {
        [hours, minutes] if hours < 24 && minutes < 60 => Some(hours * 3600 + minutes * 60),
        // 60 is a leap second.
        [hours, minutes, seconds] if hours < 24 && minutes < 60 && seconds <= 60 => {
            Some(hours * 3600 + minutes * 60 + seconds.min(59))
        }
        _ => None,
    }
}

/// Whether a format has an offset from UTC: `%z`, also as `%:z`.
fn has_offset(pattern: &str) -> bool {
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        if c == '%'
            && matches!(rest.find(|c| !matches!(c, ':' | '-' | '_' | '0'..='9' | '^' | '#')), Some('z' | 'Q'))
        {
            return true;
        }
    }
    false
}

/// The text with its offset as `+0530`, where the format ends in `%z` and the text in an offset of another form: `Z`,
/// `+05:30` or `+05`.
fn plain_offset(pattern: &str, text: &str) -> Option<String> {
    if !pattern.ends_with("%z") {
        return None;
    }
    let start = match text.ends_with(['Z', 'z']) {
        true => text.len() - 1,
        false => text.rfind(['+', '-'])?,
    };
    let (before, offset) = text.split_at(start);
    let seconds = offset_seconds(offset)?;
    let (sign, size) = (if seconds < 0 || offset.starts_with('-') { '-' } else { '+' }, seconds.abs());
    let (hours, minutes, rest) = (size / 3600, size / 60 % 60, size % 60);
    let rest = if rest == 0 { String::new() } else { format!("{rest:02}") };
    Some(format!("{before}{sign}{hours:02}{minutes:02}{rest}"))
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
        let blanks = matches!(self.form, Form::Strftime { blanks: true, .. });
        if !blanks && !text.as_bytes().iter().any(blank) || self.filled_up() {
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
            (ISO_DATE, "1970-01-02", Some(1)),
            (ISO_DATE, "2026-02-29", None),
            (ISO_DATE, "2024-02-29", Some(19_782)),
            (ISO_DATE, "2026-13-01", None),
            (ISO_DATE, "26-07-01", None),
            (ISO_DATE, "2026-07-01 10:00", None),
            (ISO_DATE, "0000-01-01", None),
            (ISO_DATE, "soon", None),
            (ISO_DATE, "2026-3-1", day_of_date(2026, 3, 1)),
            (ISO_DATE, "+2026-03-01", None),
            (ISO_DATE, "2026- 3- 1", None),
            (ISO_DATE, "2026-03 -01", None),
            (ISO_DATE, "2026-\t3-1", None),
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

    #[test]
    fn an_instant_is_dated_where_the_book_is() {
        let berlin = Zone::from_name("Europe/Berlin");
        let with_zone = "%Y-%m-%dT%H:%M:%S%z";
        for (pattern, text, as_written, in_berlin) in [
            (with_zone, "2026-07-31T22:30:00Z", "2026-07-31", "2026-08-01"),
            (with_zone, "2026-07-31T22:30:00+00:00", "2026-07-31", "2026-08-01"),
            (with_zone, "2026-07-31T22:30:00+0000", "2026-07-31", "2026-08-01"),
            (with_zone, "2026-08-01T00:30:00+02:00", "2026-08-01", "2026-08-01"),
            (with_zone, "2026-08-01T00:30:00+05", "2026-08-01", "2026-07-31"),
            (with_zone, "2026-12-31T22:30:00Z", "2026-12-31", "2026-12-31"),
            (with_zone, "2026-12-31T23:30:00Z", "2026-12-31", "2027-01-01"),
            ("%Y-%m-%dT%H:%M:%S", "2026-07-31T22:30:00", "2026-07-31", "2026-07-31"),
            ("%d.%m.%Y %H:%M %:z", "31.07.2026 22:30 +00:00", "2026-07-31", "2026-08-01"),
            ("epoch-ms", "1785537000000", "2026-07-31", "2026-08-01"),
            ("epoch-s", "1785537000", "2026-07-31", "2026-08-01"),
            ("epoch-s", "1785537000.5", "2026-07-31", "2026-08-01"),
            ("epoch-ms", "-1", "1969-12-31", "1970-01-01"),
            ("epoch-s", "-0.5", "1969-12-31", "1970-01-01"),
        ] {
            let shown = |format: DateFormat| crate::calendar::display_day(format.parse(text).unwrap());
            assert_eq!(shown(DateFormat::new(pattern)), as_written, "{text}");
            assert_eq!(shown(DateFormat::new(pattern).in_zone(berlin.as_ref())), in_berlin, "{text}");
        }
        for (pattern, text) in [
            (with_zone, "2026-07-31T22:30:00"),
            (with_zone, "2026-07-31T22:30:00+25:00"),
            (with_zone, "2026-07-31T22:30:00 Z"),
            (with_zone, "Z"),
            ("epoch-s", "2026-07-31"),
            ("epoch-s", "1e9"),
            ("epoch-s", ""),
            ("epoch-s", "-"),
            ("epoch-s", "5."),
            ("epoch-s", "9223372036854775808"),
            ("epoch-ms", "99999999999999999"),
        ] {
            assert_eq!(DateFormat::new(pattern).parse(text), None, "{text}");
        }
    }

    #[test]
    fn points_in_time() {
        let day = |month, day| day_of_date(2026, month, day).unwrap();
        let at = |day: i32, hour: i64, minute: i64| i64::from(day) * 86_400 + hour * 3600 + minute * 60;
        let (july, august) = (day(7, 31), day(8, 1));
        let berlin = Zone::from_name("Europe/Berlin");
        let times = || DateFormat::rfc3339().or(DateFormat::new("%d.%m.%Y %H:%M"));
        for (text, as_written, in_berlin) in [
            ("2026-07-31", (at(july, 0, 0), july, 0), (at(day(7, 30), 22, 0), july)),
            ("2026-07-31 23:59", (at(july, 23, 59), july, 0), (at(july, 21, 59), july)),
            ("2026-07-31T23:59:00.999", (at(july, 23, 59), july, 0), (at(july, 21, 59), july)),
            ("2026-07-31T22:30Z", (at(july, 22, 30), july, 0), (at(july, 22, 30), august)),
            ("2026-08-01T01:30:00+03:00", (at(july, 22, 30), august, 10_800), (at(july, 22, 30), august)),
            ("2026-07-31T20:30:00-02:00", (at(july, 22, 30), july, -7_200), (at(july, 22, 30), august)),
            ("31.07.2026 23:59", (at(july, 23, 59), july, 0), (at(july, 21, 59), july)),
        ] {
            let found = times().instant(text).unwrap();
            assert_eq!((found.seconds, found.day, found.offset), as_written, "{text}");
            let found = times().in_zone(berlin.as_ref()).instant(text).unwrap();
            assert_eq!((found.seconds, found.day, found.offset), (in_berlin.0, in_berlin.1, 0), "{text}");
        }
        let epoch = DateFormat::new("epoch-ms").instant("1785537000999").unwrap();
        assert_eq!((epoch.seconds, epoch.day), (at(july, 22, 30), july));
        for bad in ["soon", "2026-07-31T24:00", "2026-07-31 10:00 +02:00", "31.07.2026", ""] {
            assert_eq!(times().instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_are_dated() {
        let berlin = Zone::from_name("Europe/Berlin");
        for (text, as_written, in_berlin) in [
            ("2026-07-31", "2026-07-31", "2026-07-31"),
            ("2026-07-31 23:59", "2026-07-31", "2026-07-31"),
            ("2026-07-31T23:59:59.999", "2026-07-31", "2026-07-31"),
            ("2026-07-31T23:59:59Z", "2026-07-31", "2026-08-01"),
            ("2026-07-31t23:59z", "2026-07-31", "2026-08-01"),
            ("2026-08-01T01:00:00+03:00", "2026-08-01", "2026-08-01"),
            ("2026-08-01T00:30:00+03:00", "2026-08-01", "2026-07-31"),
        ] {
            let shown = |format: DateFormat| crate::calendar::display_day(format.parse(text).unwrap());
            assert_eq!(shown(DateFormat::rfc3339()), as_written, "{text}");
            assert_eq!(shown(DateFormat::rfc3339().in_zone(berlin.as_ref())), in_berlin, "{text}");
        }
        for bad in
            ["2026-07-31T", "2026-07-31T24:00", "2026-07-31T1:00", "2026-07-31T10:00+0200", "2026-7-31", ""]
        {
            assert_eq!(DateFormat::rfc3339().parse(bad), None, "{bad}");
        }
    }
}
