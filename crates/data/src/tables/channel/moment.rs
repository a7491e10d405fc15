//! A point in time, and the day on which it is.

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
