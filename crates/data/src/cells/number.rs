//! The numbers of cells within the limits of their columns: `docs/reference/numbers-and-dates.md#numbers-in-data`.

use apportion_base::money::POW10;
use apportion_base::notation::Digits;

use super::cell::CellFault;
use apportion_contract::RejectCode;

/// Millionths of money: at most 6 decimals, below 10^12 in absolute value.
pub(super) fn money(digits: Digits) -> Result<i64, CellFault> {
    at_most(digits, 6)?;
    if digits.whole >= 1_000_000_000_000 {
        return Err(CellFault::new(RejectCode::TooLarge, "an amount below 10^12"));
    }
    Ok(scaled_64(digits, 6))
}

/// Billionths of a weight, percent or rate: at most 9 decimals, below 10^9. Any negative number is below.
pub(super) fn factor(digits: Digits) -> Result<i64, CellFault> {
    at_most(digits, 9)?;
    match digits.whole >= 1_000_000_000 {
        true if digits.negative => Ok(-1_000_000_000_000_000_000),
        true => Err(CellFault::new(RejectCode::TooLarge, "a number below 10^9")),
        false => Ok(scaled_64(digits, 9)),
    }
}

/// Billionths of an attribute: at most 9 decimals and 18 digits in all.
pub(super) fn attribute(digits: Digits) -> Result<i128, CellFault> {
    at_most(digits, 9)?;
    let scale = digits.scale as usize;
    if i128::from(digits.whole) >= POW10[18 - scale] {
        return Err(CellFault::new(RejectCode::TooLarge, "a number of at most 18 digits"));
    }
    let size = i128::from(digits.whole) * POW10[9] + i128::from(digits.fraction) * POW10[9 - scale];
    Ok(if digits.negative { -size } else { size })
}

fn at_most(digits: Digits, decimals: u32) -> Result<(), CellFault> {
    if digits.scale <= decimals {
        return Ok(());
    }
    Err(CellFault::new(RejectCode::BadNumber, format!("a number with at most {decimals} decimals")))
}

/// The number in units of 10^-`scale`, for numbers that fit: the limits were checked before.
fn scaled_64(digits: Digits, scale: u32) -> i64 {
    let power = |n: u32| 10_u64.pow(n);
    let size = digits.whole * power(scale) + digits.fraction * power(scale - digits.scale);
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    if digits.negative { -size } else { size }
}
