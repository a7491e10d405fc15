//! Amounts in minor units of the book's currency.

use std::fmt;

use super::{Overflow, format_scaled};

/// An amount in minor units of the book's currency: 1 is a cent where the currency has two decimals.
///
/// Its arithmetic is checked: a result of more than 18 digits is an [`Overflow`] and never wraps. Sums over many amounts
/// are made in 128 bits ([`wide`](Self::wide)).
///
/// ```
/// use apportion_base::money::{Minor, Overflow};
/// let cents = Minor::new(1_050);
/// assert_eq!(cents.checked_add(Minor::new(-50)), Ok(Minor::new(1_000)));
/// assert_eq!(Minor::MAX.checked_add(Minor::new(1)), Err(Overflow));
/// assert_eq!(cents.text(2), "10.50");
/// ```
#[repr(transparent)]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minor(i64);

impl Minor {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The largest amount: 18 digits.
    pub const MAX: Self = Self(999_999_999_999_999_999);

    /// An amount of so many minor units.
    #[inline]
    pub const fn new(minor: i64) -> Self {
        Self(minor)
    }

    /// A wide number of minor units as an amount.
    ///
    /// # Errors
    /// [`Overflow`] if it has more than 18 digits.
    #[inline]
    pub fn from_wide(minor: i128) -> Result<Self, Overflow> {
        match i64::try_from(minor) {
            Ok(minor) if minor.unsigned_abs() <= Self::MAX.0.unsigned_abs() => Ok(Self(minor)),
            _ => Err(Overflow),
        }
    }

    /// The number of minor units, for columns of plain numbers.
    #[inline]
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// The number of minor units in 128 bits, in which a sum of any `Vec` of amounts fits.
    #[inline]
    pub const fn wide(self) -> i128 {
        self.0 as i128
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`Overflow`] if the sum has more than 18 digits.
    #[inline]
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        Self::from_wide(self.wide() + other.wide())
    }

    /// `self - other`.
    ///
    /// # Errors
    /// [`Overflow`] if the difference has more than 18 digits.
    #[inline]
    pub fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        Self::from_wide(self.wide() - other.wide())
    }

    /// `-self`.
    ///
    /// # Errors
    /// [`Overflow`] if the amount has more than 18 digits.
    #[inline]
    pub fn checked_neg(self) -> Result<Self, Overflow> {
        Self::from_wide(-self.wide())
    }

    /// The absolute value.
    #[inline]
    pub const fn unsigned_abs(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// Whether it is below zero.
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is zero.
    #[inline]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// As plain text of the major unit; `digits` are the decimals of the minor unit.
    pub fn text(self, digits: u32) -> String {
        format_scaled(self.wide(), digits)
    }
}

impl From<Minor> for i128 {
    #[inline]
    fn from(amount: Minor) -> Self {
        amount.wide()
    }
}

impl fmt::Debug for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_18_digits() {
        let (most, one) = (Minor::MAX, Minor::new(1));
        assert_eq!(most.checked_sub(one).and_then(|less| less.checked_add(one)), Ok(most));
        assert_eq!(most.checked_add(one), Err(Overflow));
        assert_eq!(most.checked_neg().and_then(|least| least.checked_sub(one)), Err(Overflow));
        assert_eq!(Minor::new(i64::MIN).checked_neg(), Err(Overflow));
        assert_eq!(Minor::from_wide(1 << 64), Err(Overflow));
        assert_eq!(Minor::from_wide(most.wide()), Ok(most));
    }

    #[test]
    fn an_amount_knows_its_sign_and_its_text() {
        for (minor, negative, zero, text) in
            [(-5, true, false, "-0.05"), (0, false, true, "0.00"), (1_230, false, false, "12.30")]
        {
            let amount = Minor::new(minor);
            assert_eq!(
                (amount.is_negative(), amount.is_zero(), amount.text(2).as_str()),
                (negative, zero, text)
            );
            assert_eq!((i128::from(amount), format!("{amount:?}")), (i128::from(minor), minor.to_string()));
        }
    }

    #[test]
    fn an_amount_is_no_larger_than_its_number() {
        assert_eq!(size_of::<Minor>(), 8);
    }
}
