//! Numbers, days and periods as a person writes them.

use rust_decimal::Decimal;

use apportion_base::calendar::FIRST_DAY;
use apportion_base::diagnostic::grouped;
use apportion_base::money::{Minor, format_scaled};
use apportion_book::{Book, Every, civil_from_days};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The name of a month, 1 to 12.
pub fn month(number: u8) -> &'static str {
    MONTHS.get(usize::from(number).wrapping_sub(1)).copied().unwrap_or("?")
}

/// `1 September 2013`.
pub fn day(day: i32) -> String {
    let (year, number, of_month) = civil_from_days(day);
    format!("{of_month} {} {year}", month(number))
}

/// `since 1 May 2012`, `from 1 May 2012 to 31 May 2013`.
pub fn in_force(from: i32, until: Option<i32>) -> String {
    match until {
        None if from == FIRST_DAY => "always".to_owned(),
        Some(until) if from == FIRST_DAY => format!("to {}", day(until)),
        None => format!("since {}", day(from)),
        Some(until) => format!("from {} to {}", day(from), day(until)),
    }
}

/// A number: `10,000`, `0.5`.
pub fn number(value: Decimal) -> String {
    grouped(&value.normalize().to_string())
}

/// A fraction as a percent: `1.25%`.
pub fn percent(fraction: Decimal) -> String {
    // Rates have at most 10 digits before the point and 8 after it.
    let hundred = fraction.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(fraction);
    format!("{}%", number(hundred))
}

/// An amount in the book's currency: `USD 2,500`, `USD 0.50`.
pub fn money(amount: Decimal, book: &Book) -> String {
    let plain = amount.normalize();
    let digits = book.currency.digits();
    let text = if plain.scale() == 0 {
        plain.to_string()
    } else {
        let mut padded = plain;
        // All minor digits, and more where the rule has more.
        padded.rescale(digits.max(plain.scale()));
        padded.to_string()
    };
    format!("{} {}", book.currency.code(), grouped(&text))
}

/// The same of minor units.
pub fn minor(amount: Minor, book: &Book) -> String {
    let digits = book.currency.digits();
    let text = format_scaled(amount.into(), digits);
    let whole = text.split_once('.').filter(|(_, rest)| rest.chars().all(|c| c == '0'));
    let text = whole.map_or(text.as_str(), |(whole, _)| whole);
    format!("{} {}", book.currency.code(), grouped(text))
}

/// `month`, `fiscal quarter`, `fiscal year`.
pub fn period(every: Every) -> &'static str {
    match every {
        Every::Month => "month",
        Every::Quarter => "fiscal quarter",
        Every::Year => "fiscal year",
    }
}

/// The lowest and the highest of some numbers.
pub fn range(numbers: &[Decimal], shown: impl Fn(Decimal) -> String) -> String {
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(low), Some(high)) if low != high => format!("{} to {}", shown(*low), shown(*high)),
        (Some(one), _) => shown(*one),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_book::day_of_date;

    #[test]
    fn as_a_person_writes_them() {
        let date = |year, month, day_of_month| day_of_date(year, month, day_of_month).unwrap();
        assert_eq!(day(date(2013, 9, 1)), "1 September 2013");
        assert_eq!(in_force(date(2012, 5, 1), None), "since 1 May 2012");
        assert_eq!(percent("0.0125".parse().unwrap()), "1.25%");
        assert_eq!(percent("10".parse().unwrap()), "1,000%");
        assert_eq!(number("10000.50".parse().unwrap()), "10,000.5");
    }
}
