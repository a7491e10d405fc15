//! Exact sums of products of decimals.

use apportion_base::money::{Overflow, POW10, Rounding};
use arrow::datatypes::i256;

use crate::scope::Number;

/// A decimal of up to 76 digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wide {
    pub mantissa: i256,
    pub scale: u32,
}

impl Default for Wide {
    fn default() -> Self {
        Self { mantissa: i256::ZERO, scale: 0 }
    }
}

impl From<Number> for Wide {
    fn from(Number { mantissa, scale }: Number) -> Self {
        Self { mantissa: i256::from_i128(mantissa), scale }
    }
}

impl Wide {
    /// Their sum.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        let scale = self.scale.max(other.scale);
        let sum = self.mantissa_at(scale)?.checked_add(other.mantissa_at(scale)?).ok_or(Overflow)?;
        Ok(Self { mantissa: sum, scale })
    }

    /// Its mantissa at as many decimals or more.
    fn mantissa_at(self, scale: u32) -> Result<i256, Overflow> {
        if scale == self.scale {
            return Ok(self.mantissa);
        }
        self.mantissa.checked_mul(wide_pow10(scale - self.scale)?).ok_or(Overflow)
    }

    /// In millionths, half away from zero; it is not below 0.
    pub fn rounded_e6(self) -> Result<i128, Overflow> {
        const DECIMALS: u32 = 6;
        // Nearly all are small.
        if let Some(mantissa) = self.mantissa.to_i128()
            && let Ok(rounded) = Rounding::HalfAwayFromZero.rescale(mantissa, self.scale, DECIMALS)
        {
            return Ok(rounded);
        }
        let rounded = if self.scale <= DECIMALS {
            self.mantissa_at(DECIMALS)?
        } else {
            let divisor = wide_pow10(self.scale - DECIMALS)?;
            let (quotient, rest) = self.mantissa.checked_div_rem(divisor).ok_or(Overflow)?;
            let is_half = rest >= divisor.checked_sub(rest).ok_or(Overflow)?;
            quotient.checked_add(if is_half { i256::ONE } else { i256::ZERO }).ok_or(Overflow)?
        };
        rounded.to_i128().ok_or(Overflow)
    }
}

fn wide_pow10(digits: u32) -> Result<i256, Overflow> {
    if let Some(power) = POW10.get(digits as usize) {
        return Ok(i256::from_i128(*power));
    }
    i256::from_i128(10).checked_pow(digits).ok_or(Overflow)
}
