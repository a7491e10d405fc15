//! The numbers that a range of a rate table has.

/// The lower end of an interval that has none.
pub(super) const NO_LOW: i128 = i128::MIN;
/// The upper end of an interval that has none.
pub(super) const NO_BELOW: i128 = i128::MAX;

/// Numbers from `low` on and below `below`; days count from 1970-01-01, other numbers are in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// The lowest number; [`i128::MIN`] where there is no lower end.
    pub low: i128,
    /// The number from which on it ends; [`i128::MAX`] where there is no upper end.
    pub below: i128,
}

impl Interval {
    /// What an empty cell means: all numbers, and null.
    pub const ALL: Self = Self { low: NO_LOW, below: NO_BELOW };

    /// No numbers.
    pub(super) const NONE: Self = Self { low: NO_BELOW, below: NO_LOW };

    /// Whether it says nothing, as an empty cell.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// Whether no number is in it.
    pub fn is_empty(self) -> bool {
        self.low >= self.below
    }

    /// Whether a number is in it.
    pub fn contains(self, number: i128) -> bool {
        self.low <= number && number < self.below
    }

    /// From the lowest number of either to the highest.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), below: self.below.max(other.below) }
    }

    /// The numbers that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), below: self.below.min(other.below) }
    }
}
