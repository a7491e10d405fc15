//! Currencies, the two roundings, exact scaling, and splitting: `docs/reference/money.md`.
//!
//! All amounts are integers of the book currency's minor unit, never binary floats. Deals, payees and rules are unknown here.

mod currency;
mod decimal;
mod figures;
mod minor;
mod rounding;
mod split;

pub use currency::Currency;
pub use decimal::{POW10, fits_digits, format_scaled, pow10, rescale_exact};
pub use figures::{RATIO_SCALE, percentile, ratio_e6};
pub use minor::Minor;
pub use rounding::{Rounding, Scaled};
pub use split::Splitter;

/// An amount of more than 18 digits at the minor unit, or an intermediate result of more than 38 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

impl std::fmt::Display for Overflow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the amount has more digits than can be held (18 at the minor unit, 38 on the way)")
    }
}

impl std::error::Error for Overflow {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overflow_says_how_many_digits_there_may_be() {
        let most = Minor::MAX.raw().to_string().len();
        let wide = POW10[POW10.len() - 1].ilog10();
        let limits = format!("({most} at the minor unit, {wide} on the way)");
        assert!(Overflow.to_string().ends_with(&limits), "{Overflow}");
    }
}
