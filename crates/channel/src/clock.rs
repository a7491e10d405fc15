//! Clocks of policies: days, business days, hours.

use apportion_base::notation::Zone;
use apportion_data::Moment;
use apportion_rules::Duration;

/// What clocks are read with.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// Days on which nobody works besides Saturdays and Sundays, ascending, days since 1970-01-01.
    pub holidays: &'a [i32],
    /// The book's zone; without one the day on which hours end is that of the moment's own offset.
    pub zone: Option<&'a Zone>,
}

impl Clock<'_> {
    /// The last day of a duration that begins on a day; `None` beyond the calendar, and for hours, which begin at a moment.
    pub fn last_day(&self, day: i32, duration: Duration) -> Option<i32> {
        match duration {
            Duration::Days(days) => day.checked_add(i32::try_from(days).ok()?),
            Duration::BusinessDays(days) => self.business_day(day, days),
            Duration::Hours(_) => None,
        }
    }

    /// The last day of a duration that begins at a moment. Hours end by the clock: that is the day on which they end.
    pub fn last_day_from(&self, moment: Moment, duration: Duration) -> Option<i32> {
        let Duration::Hours(hours) = duration else { return self.last_day(moment.day, duration) };
        let end = moment.seconds.checked_add(i64::from(hours).checked_mul(3600)?)?;
        match self.zone {
            Some(zone) => zone.day(end),
            None => i32::try_from(end.checked_add(i64::from(moment.offset))?.div_euclid(86_400)).ok(),
        }
    }

    /// The nth day after a day that is neither Saturday, Sunday nor a holiday; the day itself for none.
    fn business_day(&self, day: i32, count: u32) -> Option<i32> {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            day = day.checked_add(1)?;
            // 1970-01-01 was a Thursday.
            let weekend = matches!((i64::from(day) + 3).rem_euclid(7), 5 | 6);
            left -= u32::from(!weekend && self.holidays.binary_search(&day).is_err());
        }
        Some(day)
    }

    /// The days that a duration has after its first one, where it is counted in whole days; for a length between two days.
    pub fn is_longer(&self, from: i32, until: i32, duration: Duration) -> bool {
        self.last_day(from, duration).is_some_and(|last| until > last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRIDAY: i32 = 1;

    #[test]
    fn business_days_pass_over_weekends_and_holidays() {
        let clock = Clock { holidays: &[FRIDAY + 3], zone: None };
        // Saturday and Sunday, then a holiday on Monday.
        assert_eq!(clock.last_day(FRIDAY, Duration::BusinessDays(0)), Some(FRIDAY));
        assert_eq!(clock.last_day(FRIDAY, Duration::BusinessDays(1)), Some(FRIDAY + 4));
        assert_eq!(clock.last_day(FRIDAY, Duration::BusinessDays(2)), Some(FRIDAY + 5));
        assert_eq!(clock.last_day(FRIDAY, Duration::Days(2)), Some(FRIDAY + 2));
        assert!(clock.last_day(i32::MAX, Duration::BusinessDays(1)).is_none());
    }

    #[test]
    fn hours_end_on_the_day_of_their_zone() {
        let evening = Moment { seconds: 22 * 3600, day: 0, offset: 0 };
        let own = Clock { holidays: &[], zone: None };
        assert_eq!(own.last_day_from(evening, Duration::Hours(1)), Some(0));
        assert_eq!(own.last_day_from(evening, Duration::Hours(2)), Some(1));
        let in_tokyo = Moment { offset: 9 * 3600, ..evening };
        assert_eq!(own.last_day_from(in_tokyo, Duration::Hours(1)), Some(1));
        let zone = Zone::from_name("Europe/Berlin");
        let berlin = Clock { holidays: &[], zone: zone.as_ref() };
        assert_eq!(berlin.last_day_from(evening, Duration::Hours(1)), Some(1));
    }
}
