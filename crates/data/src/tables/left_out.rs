//! Won deals that are not among the deals.

/// Won deals that were read and are not among the [`Deals`](super::Deals), by the day on which they closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Rows that were rejected, in order of day.
    pub rejected: Vec<LeftOutDay>,
    /// Rows that a `where` left out, in order of day.
    pub filtered: Vec<LeftOutDay>,
    /// Rejected rows of deals whose outcome or day could not be read: they may be won deals of any day.
    pub unplaced: u64,
}

/// What was left out of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOutDay {
    /// Days since 1970-01-01.
    pub day: i32,
    /// How many deals.
    pub deals: u64,
    /// The sum of their amounts in book currency, in millionths; amounts that could not be read or converted are not in it.
    pub amount_e6: i128,
    /// How many rows have no amount in the sum.
    pub without_amount: u64,
}
