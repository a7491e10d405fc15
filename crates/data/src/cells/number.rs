//! Parses numbers in cells exactly: `docs/reference/numbers-and-dates.md#numbers-in-data`.
//!
//! `1,234.50`, `-€12`, `(1,000)`, `.5` become integers in one loop over bytes, without binary floats.

use apportion_base::money::{POW10, pow10};

use super::super::tables::RejectCode;
use super::Bad;
use super::symbol::is_currency;

/// Whole parts from here on are only known to be huge: above every limit.
const HUGE: u64 = 1_000_000_000_000_000_000;
/// Decimals beyond this are only known to be too many.
const MANY: u32 = 18;

/// A number's digits, without trailing decimal zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digits {
    negative: bool,
    /// The whole part, [`HUGE`] where it is at least that.
    whole: u64,
    /// The decimals as an integer of `scale` digits.
    fraction: u64,
    /// How many decimals there are; above [`MANY`] `fraction` is not complete.
    scale: u32,
}

impl Digits {
    /// Reads a cell; `None` where it is not a number.
    pub(crate) fn parse(text: &str, decimal_comma: bool) -> Option<Self> {
        let (negative, rest) = sign_and_symbol(text)?;
        let (point, group) = if decimal_comma { (b',', b'.') } else { (b'.', b',') };
        let bytes = rest.as_bytes();
        let length = bytes.iter().position(|byte| *byte == point).unwrap_or(bytes.len());
        let (whole_digits, after) = bytes.split_at(length);
        let whole = whole_part(whole_digits, group)?;
        let (fraction, scale) = match after {
            [] if whole_digits.is_empty() => return None,
            [] => (0, 0),
            [_point, decimals @ ..] => decimal_part(decimals)?,
        };
        Some(Self { negative, whole, fraction, scale })
    }

    /// The digits of a typed number: `mantissa` at `scale` decimals.
    pub(crate) fn from_scaled(mantissa: i128, scale: u32) -> Self {
        let (mantissa, scale) = strip_zeros(mantissa, scale);
        let size = mantissa.unsigned_abs();
        let unit = pow10(scale).unwrap_or(i128::MAX).unsigned_abs();
        Self {
            negative: mantissa < 0,
            whole: u64::try_from(size / unit).unwrap_or(HUGE).min(HUGE),
            fraction: u64::try_from(size % unit).unwrap_or(0),
            scale,
        }
    }

    /// Millionths of money: at most 6 decimals, below 10^12 in absolute value.
    pub(super) fn money(self) -> Result<i64, Bad> {
        self.decimals(6)?;
        if self.whole >= 1_000_000_000_000 {
            return Err(Bad::new(RejectCode::TooLarge, "an amount below 10^12"));
        }
        Ok(self.scaled_64(6))
    }

    /// Billionths of a weight, percent or rate: at most 9 decimals, below 10^9. Any negative number is below.
    pub(super) fn factor(self) -> Result<i64, Bad> {
        self.decimals(9)?;
        match self.whole >= 1_000_000_000 {
            true if self.negative => Ok(-1_000_000_000_000_000_000),
            true => Err(Bad::new(RejectCode::TooLarge, "a number below 10^9")),
            false => Ok(self.scaled_64(9)),
        }
    }

    /// Billionths of an attribute: at most 9 decimals and 18 digits in all.
    pub(super) fn attribute(self) -> Result<i128, Bad> {
        self.decimals(9)?;
        let limit = POW10[18 - self.scale as usize];
        if i128::from(self.whole) >= limit {
            return Err(Bad::new(RejectCode::TooLarge, "a number of at most 18 digits"));
        }
        let size =
            i128::from(self.whole) * POW10[9] + i128::from(self.fraction) * POW10[9 - self.scale as usize];
        Ok(if self.negative { -size } else { size })
    }

    fn decimals(self, most: u32) -> Result<(), Bad> {
        if self.scale <= most {
            return Ok(());
        }
        Err(Bad::new(RejectCode::BadNumber, format!("a number with at most {most} decimals")))
    }

    /// The number in units of 10^-`scale`, for numbers that fit: the limits were checked before.
    fn scaled_64(self, scale: u32) -> i64 {
        let power = |n: u32| 10_u64.pow(n);
        let size = self.whole * power(scale) + self.fraction * power(scale - self.scale);
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        if self.negative { -size } else { size }
    }
}

/// What a number cell may look like, as the end of a sentence.
pub(super) fn grammar(decimal_comma: bool) -> &'static str {
    if decimal_comma {
        "a number such as `1234,5`, `1.234,50`, `-€12` or `(12,00)`"
    } else {
        "a number such as `1234.5`, `1,234.50`, `-$12` or `(12.00)`"
    }
}

/// The same number without trailing decimal zeros.
pub(crate) fn strip_zeros(mut mantissa: i128, mut scale: u32) -> (i128, u32) {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, scale)
}

/// Takes off a minus sign or accounting parentheses and one leading currency symbol.
fn sign_and_symbol(text: &str) -> Option<(bool, &str)> {
    if text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return Some((false, text));
    }
    let (symbol, rest) = strip_symbol(text);
    let (negative, rest) = if let Some(rest) = rest.strip_prefix('-') {
        (true, rest)
    } else if let Some(rest) = rest.strip_prefix('(') {
        (true, rest.strip_suffix(')')?)
    } else {
        (false, rest)
    };
    if symbol || !negative {
        return Some((negative, rest));
    }
    Some((negative, strip_symbol(rest).1))
}

fn strip_symbol(text: &str) -> (bool, &str) {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if is_currency(first) => (true, chars.as_str()),
        _ => (false, text),
    }
}

/// Digits, plain or with separators before every group of three.
fn whole_part(bytes: &[u8], group: u8) -> Option<u64> {
    let mut whole = 0_u64;
    // Digits since the last separator, and whether there was one.
    let (mut run, mut grouped) = (0_u32, false);
    for byte in bytes {
        if byte.is_ascii_digit() {
            // Below 10^18 ten times more still fits.
            whole = if whole >= HUGE { HUGE } else { whole * 10 + u64::from(byte - b'0') };
            run += 1;
        } else if *byte == group && (if grouped { run == 3 } else { (1..=3).contains(&run) }) {
            (run, grouped) = (0, true);
        } else {
            return None;
        }
    }
    if grouped && run != 3 { None } else { Some(whole.min(HUGE)) }
}

/// At least one digit; trailing zeros don't count.
fn decimal_part(bytes: &[u8]) -> Option<(u64, u32)> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let kept = bytes.iter().rposition(|byte| *byte != b'0').map_or(0, |last| last + 1);
    let scale = u32::try_from(kept).unwrap_or(u32::MAX);
    let digits = &bytes[..kept.min(MANY as usize)];
    Some((digits.iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0')), scale))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(text: &str) -> Option<i64> {
        Digits::parse(text, false)?.money().ok()
    }

    #[test]
    fn the_grammar() {
        for (text, millionths) in [
            ("0", Some(0)),
            ("12", Some(12_000_000)),
            ("007", Some(7_000_000)),
            (".5", Some(500_000)),
            ("-.5", Some(-500_000)),
            ("1.50", Some(1_500_000)),
            ("1.5000000000000000000000000000", Some(1_500_000)),
            ("1,234", Some(1_234_000_000)),
            ("12,345,678.9", Some(12_345_678_900_000)),
            ("$5", Some(5_000_000)),
            ("-$5", Some(-5_000_000)),
            ("$-5", Some(-5_000_000)),
            ("€1,000.25", Some(1_000_250_000)),
            ("(5)", Some(-5_000_000)),
            ("($5)", Some(-5_000_000)),
            ("$(5)", Some(-5_000_000)),
            ("(1,234.50)", Some(-1_234_500_000)),
            ("-0", Some(0)),
            ("(0)", Some(0)),
            ("", None),
            ("-", None),
            ("()", None),
            ("$", None),
            (".", None),
            ("5.", None),
            ("+5", None),
            ("1e3", None),
            ("1E3", None),
            ("1 000", None),
            ("$ 5", None),
            ("- 5", None),
            ("( 5)", None),
            ("--5", None),
            ("-(5)", None),
            ("(-5)", None),
            ("$$5", None),
            ("$-$5", None),
            ("($-5)", None),
            ("5-", None),
            ("5$", None),
            ("(5", None),
            ("5)", None),
            (",123", None),
            ("1,23", None),
            ("1,2345", None),
            ("1234,567", None),
            ("12,345,67", None),
            ("1,,234", None),
            ("1,234,", None),
            ("1.2.3", None),
            ("1.234,5", None),
            ("1.-5", None),
            ("0x10", None),
            ("inf", None),
            ("NaN", None),
            ("USD 5", None),
            ("１２", None),
        ] {
            assert_eq!(money(text), millionths, "{text}");
        }
    }

    #[test]
    fn decimal_comma_swaps_the_signs() {
        for (text, millionths) in [
            ("1.234,50", Some(1_234_500_000)),
            (",5", Some(500_000)),
            ("1,5", Some(1_500_000)),
            ("1.5", None),
            ("1,234.50", None),
            ("(€1.000,25)", Some(-1_000_250_000)),
        ] {
            let found = Digits::parse(text, true).and_then(|digits| digits.money().ok());
            assert_eq!(found, millionths, "{text}");
        }
    }

    fn grouped(whole: u64) -> String {
        let digits = whole.to_string();
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }

    proptest! {
        #[test]
        fn written_and_read_is_the_same(
            whole in 0_u64..1_000_000_000_000, fraction in 0_u32..1_000_000, negative: bool,
            style in 0..3, commas: bool, symbol in prop::sample::select(vec!["", "$", "€", "£", "₹"]), zeros in 0_usize..4,
        ) {
            let size = if commas { grouped(whole) } else { whole.to_string() };
            let body = format!("{size}.{fraction:06}{}", "0".repeat(zeros));
            let text = match (negative, style) {
                (false, _) => format!("{symbol}{body}"),
                (true, 0) => format!("-{symbol}{body}"),
                (true, 1) => format!("{symbol}-{body}"),
                (true, _) => format!("({symbol}{body})"),
            };
            let size = i64::try_from(whole).unwrap() * 1_000_000 + i64::from(fraction);
            prop_assert_eq!(money(&text), Some(if negative { -size } else { size }));
            let swapped: String = text.chars().map(|c| match c { '.' => ',', ',' => '.', c => c }).collect();
            prop_assert_eq!(Digits::parse(&swapped, true), Digits::parse(&text, false));
        }

        #[test]
        fn nothing_else_panics(text in "[-0-9.,()$€e ]{0,30}") {
            let digits = Digits::parse(&text, false);
            if let Some(digits) = digits {
                prop_assert!(text.bytes().any(|byte| byte.is_ascii_digit()));
                let _ = (digits.money(), digits.factor(), digits.attribute());
            }
        }

        #[test]
        fn typed_and_written_are_the_same(mantissa: i64, scale in 0_u32..12) {
            let text = apportion_base::money::format_scaled(i128::from(mantissa), scale);
            prop_assert_eq!(Digits::parse(&text, false), Some(Digits::from_scaled(i128::from(mantissa), scale)));
        }
    }
}
