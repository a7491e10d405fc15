//! Powers of ten and exact changes of scale, for fixed-point columns.

use super::Overflow;

/// `POW10[n]` is 10^n, for n up to 38.
pub const POW10: [i128; 39] = {
    let mut table = [1_i128; 39];
    let mut n = 1;
    while n < 39 {
        table[n] = table[n - 1] * 10;
        n += 1;
    }
    table
};

/// 10^n.
///
/// # Errors
/// [`Overflow`] if `n` is above 38.
pub fn pow10(n: u32) -> Result<i128, Overflow> {
    POW10.get(n as usize).copied().ok_or(Overflow)
}

/// A number of `from` decimals, given as its mantissa, as a mantissa of `to` decimals.
///
/// # Errors
/// [`Overflow`] if digits other than 0 would be lost, or if the result does not fit an `i128`.
pub fn rescale_exact(mantissa: i128, from: u32, to: u32) -> Result<i128, Overflow> {
    if to >= from {
        return mantissa.checked_mul(pow10(to - from)?).ok_or(Overflow);
    }
    let divisor = pow10(from - to)?;
    if mantissa % divisor == 0 { Ok(mantissa / divisor) } else { Err(Overflow) }
}

/// Whether `mantissa` has at most `digits` decimal digits.
pub fn fits_digits(mantissa: i128, digits: u32) -> bool {
    POW10.get(digits as usize).is_none_or(|limit| mantissa.unsigned_abs() < limit.unsigned_abs())
}

/// A fixed-point number of `scale` decimals as plain text: `-12.30`, or `5` if `scale` is 0.
///
/// ```
/// assert_eq!(apportion_base::money::format_scaled(-5, 2), "-0.05");
/// assert_eq!(apportion_base::money::format_scaled(1230, 0), "1230");
/// ```
pub fn format_scaled(mantissa: i128, scale: u32) -> String {
    let mut text = mantissa.unsigned_abs().to_string();
    let decimals = scale as usize;
    if decimals > 0 {
        // One digit at least stands before the point.
        let missing = (decimals + 1).saturating_sub(text.len());
        text.insert_str(0, &"0".repeat(missing));
        text.insert(text.len() - decimals, '.');
    }
    if mantissa < 0 {
        text.insert(0, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rescaling_keeps_every_digit_or_says_so() {
        assert_eq!(rescale_exact(125, 2, 4), Ok(12_500));
        assert_eq!(rescale_exact(12_500, 4, 2), Ok(125));
        assert_eq!((rescale_exact(1, 1, 4), rescale_exact(7, 0, 0)), (Ok(1_000), Ok(7)));
        assert_eq!((rescale_exact(5_000, 5, 2), rescale_exact(-90, 1, 0)), (Ok(5), Ok(-9)));
        assert_eq!(rescale_exact(12_501, 4, 2), Err(Overflow));
        assert_eq!(rescale_exact(i128::MAX, 0, 1), Err(Overflow));
        assert_eq!(rescale_exact(1, 0, 39), Err(Overflow));
    }

    #[test]
    fn digits_are_counted_without_the_sign() {
        for (mantissa, digits, fits) in
            [(0, 0, true), (9, 1, true), (-9, 1, true), (10, 1, false), (-10, 1, false), (1, 0, false)]
        {
            assert_eq!(fits_digits(mantissa, digits), fits, "{mantissa} {digits}");
        }
        assert!(fits_digits(10_i128.pow(38) - 1, 38) && !fits_digits(10_i128.pow(38), 38));
        assert!(fits_digits(i128::MIN, 39));
    }

    #[test]
    fn text_has_all_decimals() {
        assert_eq!(format_scaled(0, 2), "0.00");
        assert_eq!(format_scaled(7, 3), "0.007");
        assert_eq!(format_scaled(-1_234_567, 2), "-12345.67");
        assert_eq!(format_scaled(i128::MIN, 0), i128::MIN.to_string());
    }
}
