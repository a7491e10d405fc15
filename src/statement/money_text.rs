//! Amounts for machines: plain decimal text with all minor digits, no thousands separators.

/// An amount of minor units as the decimal text of its major unit, with exactly `digits` decimals.
///
/// ```
/// use apportion::statement::money_text;
/// assert_eq!(money_text(-1230, 2), "-12.30");
/// assert_eq!(money_text(-5, 2), "-0.05");
/// assert_eq!(money_text(5, 0), "5");
/// ```
pub fn money_text(minor: i128, digits: u32) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let figures = minor.unsigned_abs().to_string();
    let digits = digits as usize;
    if digits == 0 {
        return format!("{sign}{figures}");
    }
    let padded = format!("{figures:0>width$}", width = digits + 1);
    let (whole, fraction) = padded.split_at(padded.len() - digits);
    format!("{sign}{whole}.{fraction}")
}

/// The same, empty where there is no amount.
pub(super) fn money_or_empty(minor: Option<i128>, digits: u32) -> String {
    minor.map(|minor| money_text(minor, digits)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_minor_digits_always() {
        assert_eq!(money_text(0, 2), "0.00");
        assert_eq!(money_text(7, 3), "0.007");
        assert_eq!(money_text(-1, 2), "-0.01");
        assert_eq!(money_text(123_456_789, 2), "1234567.89");
        assert_eq!(money_text(-12, 0), "-12");
        assert_eq!(money_text(i128::MIN, 2), "-1701411834604692317316873037158841057.28");
        assert_eq!(money_or_empty(None, 2), "");
    }
}
