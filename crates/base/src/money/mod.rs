//! The ground floor: currencies, the two roundings, exact scaling and `split`. Contract, section 1.
//!
//! All amounts are integers of the book currency's minor unit. Nothing here is a binary float, and nothing here knows
//! a deal, a payee or a rule.

mod currency;
mod decimal;
mod rounding;
mod split;

pub use currency::Currency;
pub use decimal::{POW10, fits_digits, format_scaled, pow10, rescale_exact};
pub use rounding::Rounding;
pub use split::Splitter;

/// The widest amount that the contract allows: 18 digits at the minor unit.
pub const MAX_AMOUNT_MINOR: i64 = 999_999_999_999_999_999;

/// An amount over 18 digits at the minor unit, or an intermediate result that 38 digits do not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

impl std::fmt::Display for Overflow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the amount has more digits than can be held (18 at the minor unit, 38 on the way)")
    }
}

impl std::error::Error for Overflow {}

/// `value` as an amount in minor units, if it has at most 18 digits.
pub fn amount_minor(value: i128) -> Result<i64, Overflow> {
    match i64::try_from(value) {
        Ok(minor) if minor.unsigned_abs() <= MAX_AMOUNT_MINOR.unsigned_abs() => Ok(minor),
        _ => Err(Overflow),
    }
}
