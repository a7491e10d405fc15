//! Amounts as texts, and rounding that is checked without dividing.

use crate::rounding::Rounding;

/// A figure of a ledger has so many digits at most.
const MOST_DIGITS: usize = 30;

/// The units of a decimal text with just so many decimals; none where it is written otherwise.
pub fn units(text: &str, digits: u32) -> Option<i128> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = match digits {
        0 => (unsigned, ""),
        _ => unsigned.split_once('.')?,
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = whole == "0" || !whole.starts_with('0');
    // No sum of amounts has more digits, and products of what has fit into 128 bits.
    if whole.is_empty()
        || whole.len() + decimals.len() > MOST_DIGITS
        || decimals.len() != digits as usize
        || !is_digits(whole)
        || !is_digits(decimals)
        || !canonical
    {
        return None;
    }
    let units: i128 = format!("{whole}{decimals}").parse().ok()?;
    Some(if text.starts_with('-') { -units } else { units })
}

/// Whether `rounded` is `numerator / denominator` rounded; the denominator is above 0.
pub fn is_rounded(rounded: i128, (numerator, denominator): (i128, i128), rounding: Rounding) -> bool {
    let Some(product) = rounded.checked_mul(denominator) else { return false };
    let Some(twice) = numerator.checked_sub(product).and_then(|rest| rest.checked_mul(2)) else {
        return false;
    };
    match twice.abs().cmp(&denominator) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Greater => false,
        // In the middle: the one that is further from zero, or the even one.
        std::cmp::Ordering::Equal => match rounding {
            Rounding::HalfAwayFromZero => rounded.abs() > (numerator / denominator).abs(),
            Rounding::HalfEven => rounded % 2 == 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_digits_of_the_currency() {
        for (text, digits, expected) in
            [("12.30", 2, Some(1_230)), ("-0.05", 2, Some(-5)), ("7", 0, Some(7)), ("0.00", 2, Some(0))]
        {
            assert_eq!(units(text, digits), expected, "{text}");
        }
        let nines = format!("{}.00", "9".repeat(29));
        assert!(units(&nines[1..], 2).is_some());
        for text in ["", "1", "1.5", "01.00", "1.000", "+1.00", "1,000.00", ".50", "1.0x", &nines] {
            assert_eq!(units(text, 2), None, "{text}");
        }
    }

    #[test]
    fn rounding_is_checked_by_multiplying() {
        let (away, even) = (Rounding::HalfAwayFromZero, Rounding::HalfEven);
        for (rounded, numerator, denominator, by_away, by_even) in [
            (3, 5, 2, true, false),
            (2, 5, 2, false, true),
            (-3, -5, 2, true, false),
            (-2, -5, 2, false, true),
            (1, 4, 3, true, true),
            (2, 4, 3, false, false),
            (0, 0, 7, true, true),
            (1, 1, 2, true, false),
            (0, 1, 2, false, true),
        ] {
            let pair = (numerator, denominator);
            assert_eq!(
                (is_rounded(rounded, pair, away), is_rounded(rounded, pair, even)),
                (by_away, by_even),
                "{rounded} of {pair:?}"
            );
        }
    }
}
