//! A point in time, and the day on which it is.

use std::fmt;

use crate::calendar::display_day;

/// A point in time, and the day on which it is for the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// The day in the book's zone, or in the offset that it is written with where the book has none; days since 1970-01-01.
    pub day: i32,
    /// That offset, in seconds east of UTC: the day on which hours from it end is found with it. 0 where the book has a zone.
    pub offset: i32,
}

impl fmt::Display for Moment {
    /// As RFC 3339 has it, in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, second) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        // Moments are within the years of four digits.
        let day = display_day(i32::try_from(day).unwrap_or(i32::MAX));
        write!(f, "{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }
}
