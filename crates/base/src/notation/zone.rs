//! Time zones: the day of an instant where somebody lives.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::calendar::days_from_civil;

/// A time zone of the IANA database, or a fixed offset from UTC.
///
/// The database is part of the program: the one of a machine may be older, newer or missing, and the same data have to
/// give the same days everywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone with a name of the IANA database, spelled as there; `None` where there is none.
    pub fn from_name(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        // The database finds names in any case; a configuration has one spelling.
        (zone.iana_name() == Some(name)).then(|| Self { name: name.to_owned(), zone })
    }

    /// The zone of a typed column: a name, or an offset as `+02:00`, `+02` or `Z`.
    pub fn from_column(name: &str) -> Option<Self> {
        if let Some(seconds) = offset_seconds(name) {
            let zone = TimeZone::fixed(Offset::from_seconds(seconds).ok()?);
            return Some(Self { name: name.to_owned(), zone });
        }
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        Some(Self { name: name.to_owned(), zone })
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// All names of the database, for messages that suggest one.
    pub fn names() -> Vec<String> {
        TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect()
    }

    /// As it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The offset from UTC in seconds, where it is the same at all times.
    pub fn fixed_offset(&self) -> Option<i32> {
        self.zone.to_fixed_offset().ok().map(Offset::seconds)
    }

    /// The instant, in seconds since 1970-01-01T00:00:00Z, at which clocks show a local time: so many seconds after 1970-01-01 as they
    /// show them. Of a time that comes twice the first, and one that is skipped is that much later. `None` outside of the
    /// years that a calendar of four digits has.
    pub fn instant(&self, local: i64) -> Option<i64> {
        // What clocks show, taken for UTC, has the date and time that they show.
        let shown = Timestamp::from_second(local).ok()?.to_zoned(TimeZone::UTC).datetime();
        if shown.year() < 1 {
            return None;
        }
        Some(self.zone.to_ambiguous_timestamp(shown).compatible().ok()?.as_second())
    }

    /// The offset from UTC at an instant, in seconds east.
    pub fn offset_at(&self, seconds: i64) -> Option<i32> {
        Some(self.zone.to_offset(Timestamp::from_second(seconds).ok()?).seconds())
    }

    /// The day (since 1970-01-01) of an instant, given in seconds since 1970-01-01T00:00:00Z. `None` outside of the years
    /// that a calendar of four digits has.
    pub fn day(&self, seconds: i64) -> Option<i32> {
        let instant = Timestamp::from_second(seconds).ok()?;
        let date = self.zone.to_datetime(instant).date();
        if date.year() < 1 {
            return None;
        }
        Some(days_from_civil(
            i32::from(date.year()),
            u8::try_from(date.month()).ok()?,
            u8::try_from(date.day()).ok()?,
        ))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Seconds of an offset as `Z`, `+02`, `+0200`, `+02:00` or `+02:00:30`; `None` for anything else.
pub(super) fn offset_seconds(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match text.as_bytes() {
        [b'+', ..] => (1, &text[1..]),
        [b'-', ..] => (-1, &text[1..]),
        _ => return None,
    };
    let pair = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i32>().ok()).flatten()
    };
    let parts: Vec<i32> = if rest.contains(':') {
        rest.split(':').map(pair).collect::<Option<_>>()?
    } else {
        let pair_from = |n: usize| rest.get(n..n + 2).and_then(pair);
        (0..rest.len()).step_by(2).map(pair_from).collect::<Option<_>>()?
    };
    match parts[..] {
        [hours] if hours < 24 => Some(sign * hours * 3600),
        [hours, minutes] if hours < 24 && minutes < 60 => Some(sign * (hours * 3600 + minutes * 60)),
        [hours, minutes, seconds] if hours < 24 && minutes < 60 && seconds < 60 => {
            Some(sign * (hours * 3600 + minutes * 60 + seconds))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{day_of_date, display_day};

    #[test]
    fn an_instant_has_its_day_where_one_lives() {
        // 2026-07-31T22:30:00Z is half past midnight of 1 August in Berlin.
        let instant = i64::from(day_of_date(2026, 7, 31).unwrap()) * 86_400 + 22 * 3600 + 1800;
        let day = |zone: Option<Zone>| display_day(zone.unwrap().day(instant).unwrap()).to_string();
        assert_eq!(day(Zone::from_name("Europe/Berlin")), "2026-08-01");
        assert_eq!(day(Zone::from_name("America/New_York")), "2026-07-31");
        assert_eq!(day(Zone::from_column("+02:00")), "2026-08-01");
        assert_eq!(day(Zone::from_column("-0130")), "2026-07-31");
        assert_eq!(day(Zone::from_column("UTC")), "2026-07-31");
        assert_eq!(Zone::utc().day(i64::MAX), None);
        assert_eq!(Zone::utc().fixed_offset(), Some(0));
        assert_eq!(Zone::from_name("Europe/Berlin").unwrap().fixed_offset(), None);
    }

    #[test]
    fn clocks_show_a_time_twice_or_never() {
        let berlin = Zone::from_name("Europe/Berlin").unwrap();
        let local = |month, day, hour: i64, minute: i64| {
            i64::from(day_of_date(2026, month, day).unwrap()) * 86_400 + hour * 3600 + minute * 60
        };
        for (shown, hours_ahead) in [
            (local(1, 15, 12, 0), 1),
            (local(7, 15, 12, 0), 2),
            // In the night to 29 March 2:30 is skipped: it is 3:30.
            (local(3, 29, 1, 59), 1),
            (local(3, 29, 2, 30), 1),
            (local(3, 29, 3, 0), 2),
            // In the night to 25 October 2:30 comes twice: the first is summer time.
            (local(10, 25, 2, 30), 2),
            (local(10, 25, 3, 0), 1),
        ] {
            assert_eq!(berlin.instant(shown), Some(shown - hours_ahead * 3600), "{shown}");
        }
        assert_eq!(berlin.offset_at(local(7, 15, 12, 0)), Some(7200));
        assert_eq!((berlin.instant(i64::MAX), berlin.offset_at(i64::MAX)), (None, None));
    }

    #[test]
    fn names_are_those_of_the_database() {
        for none in ["europe/berlin", "Europe/Berlim", "", "+02:00", "CET DST"] {
            assert_eq!(Zone::from_name(none), None, "{none}");
        }
        assert!(Zone::names().iter().any(|name| name == "Asia/Kolkata"));
    }

    #[test]
    fn offsets() {
        for (text, seconds) in [
            ("Z", Some(0)),
            ("+01", Some(3600)),
            ("+0130", Some(5400)),
            ("-01:30", Some(-5400)),
            ("+00:00:30", Some(30)),
            ("+1", None),
            ("+24:00", None),
            ("+01:60", None),
            ("01:00", None),
            ("+01:0", None),
            ("+é1", None),
            ("", None),
        ] {
            assert_eq!(offset_seconds(text), seconds, "{text}");
        }
    }
}
