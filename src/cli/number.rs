//! Numbers for people, written as documents in English write them.

pub use apportion_base::diagnostic::{count, counted, grouped};
use apportion_base::language::Language;

/// An amount of minor units: `-1,234.50`.
pub fn money(minor: i128, digits: u32) -> String {
    Language::English.number(minor, digits)
}

/// The same, a dash where there is none.
pub fn money_or_dash(minor: Option<i128>, digits: u32) -> String {
    minor.map_or_else(|| "-".to_owned(), |minor| money(minor, digits))
}

/// Minor units of an amount as files have it; none where it has other decimals than its currency.
pub fn minor(amount: &str, digits: u32) -> Option<i128> {
    decimal(amount).filter(|(_, scale)| *scale == digits).map(|(minor, _)| minor)
}

/// A decimal number as files have it: its digits, and how many of them are decimals.
pub fn decimal(text: &str) -> Option<(i128, u32)> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    Some((format!("{whole}{part}").parse().ok()?, u32::try_from(part.len()).ok()?))
}

/// A number of entries: `1 entry`, `12 entries`.
pub fn entries(number: usize) -> String {
    match number {
        1 => "1 entry".to_owned(),
        number => format!("{} entries", count(number as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_three() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(12_345_678), "12,345,678");
        assert_eq!(money(-123_456, 2), "-1,234.56");
        assert_eq!(money(-12_345, 2), "-123.45");
        assert_eq!(money(1_000, 0), "1,000");
        assert_eq!(money_or_dash(None, 2), "-");
        assert_eq!([minor("-0.05", 2), minor("1200", 0), minor("1.5", 2)], [Some(-5), Some(1_200), None]);
        assert_eq!(
            [decimal("-0.25"), decimal("12"), decimal("1/3"), decimal("")],
            [Some((-25, 2)), Some((12, 0)), None, None]
        );
        assert_eq!(counted(1, "deal"), "1 deal");
        assert_eq!(counted(2, "deal"), "2 deals");
        assert_eq!([entries(1), entries(1_200)], ["1 entry", "1,200 entries"]);
    }
}
