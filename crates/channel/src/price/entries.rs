//! Which price of a book is in force.

use apportion_data::PriceEntry;

/// The entry of a product in a book and a currency that is in force on a day: of several the one that began last.
///
/// `entries` are in byte order of book, product and currency, then by first day.
pub fn in_force<'e>(
    entries: &'e [PriceEntry],
    (book, product, currency): (&str, &str, &str),
    day: i32,
) -> Option<&'e PriceEntry> {
    let asked = (book, product, currency);
    let from = entries.partition_point(|entry| key(entry) < asked);
    let begun = entries.partition_point(|entry| (key(entry), entry.from) <= (asked, day));
    let begun = entries.get(from..begun)?;
    begun.iter().rev().find(|entry| entry.until.is_none_or(|until| day <= until))
}

/// What an entry is the price of.
fn key(entry: &PriceEntry) -> (&str, &str, &str) {
    (&entry.book, &entry.product, &entry.currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(book: &str, product: &str, from: i32, until: Option<i32>, unit_price_e6: i64) -> PriceEntry {
        let currency = "USD".to_owned();
        let (book, product) = (book.to_owned(), product.to_owned());
        PriceEntry { book, product, currency, from, until, unit_price_e6, floor_price_e6: None }
    }

    #[test]
    fn the_latest_that_is_in_force() {
        let entries = [
            entry("DIRECT", "A", 0, None, 1),
            entry("DIRECT", "A", 10, Some(19), 2),
            entry("DIRECT", "B", 0, Some(4), 3),
            entry("PARTNER", "A", 5, None, 4),
        ];
        let price = |book, product, currency, day| {
            in_force(&entries, (book, product, currency), day).map(|entry| entry.unit_price_e6)
        };
        for (book, product, day, expected) in [
            ("DIRECT", "A", -1, None),
            ("DIRECT", "A", 0, Some(1)),
            ("DIRECT", "A", 9, Some(1)),
            ("DIRECT", "A", 10, Some(2)),
            ("DIRECT", "A", 19, Some(2)),
            // The one that began last is over, so the one before it is in force again.
            ("DIRECT", "A", 20, Some(1)),
            ("DIRECT", "B", 4, Some(3)),
            ("DIRECT", "B", 5, None),
            ("PARTNER", "A", 4, None),
            ("PARTNER", "A", 5, Some(4)),
            ("PARTNER", "B", 5, None),
            ("NONE", "A", 5, None),
        ] {
            assert_eq!(price(book, product, "USD", day), expected, "{book} {product} {day}");
        }
        assert_eq!(price("DIRECT", "A", "EUR", 0), None);
    }
}
