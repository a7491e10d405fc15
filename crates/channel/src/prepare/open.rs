//! Open opportunities as policies judge them.

use apportion_data::OpenIx;

/// What opportunities are on the as-of day, by [`OpenIx`].
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    /// When each closes; without a day of its own on the as-of day. Days since 1970-01-01.
    pub days: Vec<i32>,
    /// In book currency, in millionths; `None` without a rate.
    pub amount_e6: Vec<Option<i64>>,
    /// The list amount, likewise.
    pub list_amount_e6: Vec<Option<i64>>,
}

impl Expected {
    /// When one closes.
    pub fn day(&self, open: OpenIx) -> Option<i32> {
        self.days.get(open.at()).copied()
    }
}
