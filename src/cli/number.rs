//! Numbers for people: thousands separators, one style of negatives.

pub use apportion_base::diagnostic::{count, counted, grouped};
use apportion_base::money::format_scaled;

/// An amount of minor units: `-1,234.50`.
pub fn money(minor: i128, digits: u32) -> String {
    grouped(&format_scaled(minor, digits))
}

/// The same, a dash where there is none.
pub fn money_or_dash(minor: Option<i128>, digits: u32) -> String {
    minor.map_or_else(|| "-".to_owned(), |minor| money(minor, digits))
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
        assert_eq!(counted(1, "deal"), "1 deal");
        assert_eq!(counted(2, "deal"), "2 deals");
    }
}
