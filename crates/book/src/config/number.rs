//! Numbers in configuration files: exact decimals, never binary floats, never rounded.

use rust_decimal::Decimal;

/// Why a text is not accepted as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotANumber {
    /// Not digits with at most one point.
    Shape,
    /// An exponent, `inf` or `nan`.
    NotPlain,
    /// More than 28 digits.
    TooLong,
}

impl std::fmt::Display for NotANumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "this {}", self.message())
    }
}

impl std::error::Error for NotANumber {}

impl NotANumber {
    /// The reason as a predicate, to follow "this".
    pub fn message(self) -> &'static str {
        match self {
            Self::Shape => "is not a number",
            Self::NotPlain => "is not a plain number: exponents, inf and nan are not taken",
            Self::TooLong => "has more digits than any amount or rate needs (28)",
        }
    }
}

/// Parses a number such as `-12.50`: digits with at most one point, and perhaps a minus sign. Trailing zeros after the
/// point don't count. As in data files, `.5` is a number, and `5.` and `+5` are not.
///
/// # Errors
/// The reason why the text is not accepted.
pub fn decimal(text: &str) -> Result<Decimal, NotANumber> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return Err(NotANumber::Shape),
        Some((whole, fraction)) => (whole, fraction),
        None => (unsigned, ""),
    };
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
        return Err(if looks_like_a_float(unsigned) { NotANumber::NotPlain } else { NotANumber::Shape });
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let mantissa: i128 = match format!("0{whole}{fraction}").parse() {
        Ok(mantissa) if whole.len() + fraction.len() <= 28 => mantissa,
        _ => return Err(NotANumber::TooLong),
    };
    let scale = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    let signed = if negative { -mantissa } else { mantissa };
    Decimal::try_from_i128_with_scale(signed, scale).map_err(|_| NotANumber::TooLong)
}

/// A hundredth of a number: `10%` as a fraction.
///
/// # Errors
/// [`NotANumber::TooLong`] if the result has more than 28 decimals.
pub fn hundredth(value: Decimal) -> Result<Decimal, NotANumber> {
    Decimal::try_from_i128_with_scale(value.mantissa(), value.scale() + 2)
        .map(|value| value.normalize())
        .map_err(|_| NotANumber::TooLong)
}

/// A fraction as a percentage: `0.075` is `7.5%`.
pub fn percent(fraction: Decimal) -> String {
    let hundredfold = match fraction.scale().checked_sub(2) {
        Some(scale) => Decimal::try_from_i128_with_scale(fraction.mantissa(), scale).ok(),
        None => fraction.checked_mul(Decimal::ONE_HUNDRED),
    };
    format!("{}%", hundredfold.unwrap_or(fraction).normalize())
}

/// The number in units of 10^-`digits`: `12.5` with 2 digits is 1250. `None` if it has more decimals or does not fit.
pub fn scaled(value: Decimal, digits: u32) -> Option<i64> {
    let value = value.normalize();
    let up = digits.checked_sub(value.scale())?;
    value.mantissa().checked_mul(10_i128.checked_pow(up)?).and_then(|units| i64::try_from(units).ok())
}

/// Whether it looks like a floating-point number, which other programs accept.
fn looks_like_a_float(unsigned: &str) -> bool {
    let lower = unsigned.trim_start_matches('+').to_ascii_lowercase();
    lower == "inf"
        || lower == "nan"
        || (lower.contains('e') && lower.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        decimal(text).unwrap().to_string()
    }

    #[test]
    fn digits_are_kept() {
        assert_eq!(written("0.1"), "0.1");
        assert_eq!(written("0.100"), "0.1");
        assert_eq!(written(".5"), "0.5");
        assert_eq!(written("-12.50"), "-12.5");
        assert_eq!(written("0"), "0");
        assert_eq!(written("000.000"), "0");
        assert_eq!(written("999999999999.999999"), "999999999999.999999");
        assert_eq!(written("1234567890123456789012345678"), "1234567890123456789012345678");
        assert_eq!(written("0.1234567890123456789012345678"), "0.1234567890123456789012345678");
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in
            ["", "-", ".", "5.", "+5", "1,000", "1_000", " 1", "1 ", "1.2.3", "--1", "ten", "10%", "٣"]
        {
            assert_eq!(decimal(text), Err(NotANumber::Shape), "{text}");
        }
        for text in ["1e3", "1.5E-2", "inf", "-inf", "nan", "+nan"] {
            assert_eq!(decimal(text), Err(NotANumber::NotPlain), "{text}");
        }
        assert_eq!(decimal("12345678901234567890123456789"), Err(NotANumber::TooLong));
        assert_eq!(decimal(&"9".repeat(60)), Err(NotANumber::TooLong));
        assert_eq!(written(&format!("1.5{}", "0".repeat(60))), "1.5");
    }

    #[test]
    fn percents_and_units() {
        assert_eq!(hundredth(decimal("10").unwrap()).unwrap().to_string(), "0.1");
        assert_eq!(hundredth(decimal("7.5").unwrap()).unwrap().to_string(), "0.075");
        assert_eq!(hundredth(decimal("250").unwrap()).unwrap().to_string(), "2.5");
        assert_eq!(percent(decimal("0.075").unwrap()), "7.5%");
        assert_eq!(percent(decimal("1").unwrap()), "100%");
        assert_eq!(percent(decimal("2.5").unwrap()), "250%");
        assert_eq!(percent(decimal("0.00000001").unwrap()), "0.000001%");
        assert_eq!(scaled(decimal("12.5").unwrap(), 2), Some(1250));
        assert_eq!(scaled(decimal("12.50").unwrap(), 1), Some(125));
        assert_eq!(scaled(decimal("12.5").unwrap(), 0), None);
        assert_eq!(scaled(decimal("999999999999.999").unwrap(), 3), Some(999_999_999_999_999));
    }
}
