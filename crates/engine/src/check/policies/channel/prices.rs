//! Unit prices that move by more than `max_step`, and books that are further apart than `max_gap`.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::{Code, counted};
use apportion_base::notation::shortest;
use apportion_book::config::number::percent;
use apportion_book::display_day;
use apportion_channel::price::entries;
use apportion_data::PriceEntry;
use apportion_rules::{Keyed, PolicyTerms, Price};
use rust_decimal::Decimal;

use super::super::super::facts::Facts;
use super::super::super::finding::Finding;
use super::super::{PolicyPlace, versions};

/// Decimals of unit prices.
const SCALE: u32 = 6;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in versions(facts) {
        let PolicyTerms::Price(price) = &subject.version.terms else { continue };
        let priced = Priced { entries: &facts.tables.channel.prices.entries, subject: &subject, price };
        found.extend(price.max_step.and_then(|most| priced.steps(most)));
        found.extend(price.max_gap.and_then(|most| priced.gaps(most)));
    }
    found
}

/// The books that a version of a policy names.
fn books(price: &Price) -> BTreeSet<&str> {
    match &price.book {
        Keyed::Plain(book) => BTreeSet::from([book.as_str()]),
        Keyed::By { is, otherwise, .. } => is.values().chain(otherwise).map(String::as_str).collect(),
    }
}

/// Whether two prices differ by more than a part of one of them, which may be the price before or the higher.
fn is_beyond(one: i64, other: i64, of: i64, most: Decimal) -> bool {
    let apart = Decimal::from((i128::from(one) - i128::from(other)).unsigned_abs());
    // A product that can't be held is of prices that no limit is about.
    Decimal::from(of).checked_mul(most).is_some_and(|most| apart > most)
}

fn money(price: &PriceEntry) -> String {
    format!("{} {}", shortest(i128::from(price.unit_price_e6), SCALE), price.currency)
}

/// What a version of a policy says of the entries.
struct Priced<'a, 'f> {
    /// By book, product and currency, then by first day.
    entries: &'a [PriceEntry],
    subject: &'a PolicyPlace<'f>,
    price: &'a Price,
}

impl<'a> Priced<'a, '_> {
    fn entries(&self) -> impl Iterator<Item = &'a PriceEntry> {
        let books = books(self.price);
        self.entries.iter().filter(move |entry| books.contains(entry.book.as_str()))
    }

    /// Entries that begin while the version is in force, and move from the one before by more than a part of it.
    fn steps(&self, most: Decimal) -> Option<Finding> {
        let all: Vec<&PriceEntry> = self.entries().collect();
        let same = |one: &PriceEntry, other: &PriceEntry| {
            (&one.book, &one.product, &one.currency) == (&other.book, &other.product, &other.currency)
        };
        let is_step = |pair: &&[&PriceEntry]| match pair {
            [before, after] => {
                let (was, is) = (before.unit_price_e6, after.unit_price_e6);
                let moves = is_beyond(is, was, was, most);
                same(before, after) && self.subject.version.in_force(after.from) && moves
            }
            _ => false,
        };
        let steps: Vec<&[&PriceEntry]> = all.windows(2).filter(is_step).collect();
        let number = steps.len() as u64;
        let shown = |pair: &&[&PriceEntry]| match pair {
            [before, after] => format!(
                "{} in {} on {}: {} after {}",
                after.product,
                after.book,
                display_day(after.from),
                money(after),
                money(before)
            ),
            _ => String::new(),
        };
        let message = format!(
            "{} by more than {} under `{}`",
            match number {
                0 => return None,
                1 => "1 unit price moves".to_owned(),
                _ => format!("{} move", counted(number, "unit price")),
            },
            percent(most),
            self.subject.policy.id
        );
        let finding = self.subject.warning(Code::PriceStep, message, "max_step").counted(number, "step");
        Some(finding.examples(steps.iter().map(shown)))
    }

    /// Products that two books of the version price further apart than a part of the higher price, on the first such day.
    fn gaps(&self, most: Decimal) -> Option<Finding> {
        let mut days: BTreeMap<(&str, &str), BTreeSet<i32>> = BTreeMap::new();
        for entry in self.entries() {
            let days = days.entry((&entry.product, &entry.currency)).or_default();
            days.extend([self.subject.version.from, entry.from]);
            days.extend(entry.until.and_then(|until| until.checked_add(1)));
        }
        let in_force = |day: &i32| self.subject.version.in_force(*day);
        let first = |(product, days): (&(&'a str, &'a str), &BTreeSet<i32>)| {
            days.iter().copied().filter(in_force).find_map(|day| self.apart(*product, day, most))
        };
        let gaps: Vec<String> = days.iter().filter_map(first).collect();
        let number = gaps.len() as u64;
        if number == 0 {
            return None;
        }
        let message = format!(
            "the books of `{}` have prices of {} that are more than {} apart",
            self.subject.policy.id,
            counted(number, "product"),
            percent(most)
        );
        let finding = self.subject.warning(Code::PriceGap, message, "max_gap");
        Some(finding.counted(number, "product").examples(gaps))
    }

    /// The books with the highest and the lowest price of a product on a day, if they are too far apart.
    fn apart(&self, (product, currency): (&str, &str), day: i32, most: Decimal) -> Option<String> {
        let of_book = |book: &str| entries::in_force(self.entries, (book, product, currency), day);
        let prices: Vec<&PriceEntry> = books(self.price).into_iter().filter_map(of_book).collect();
        let lowest = prices.iter().min_by_key(|entry| entry.unit_price_e6)?;
        let highest = prices.iter().max_by_key(|entry| entry.unit_price_e6)?;
        let (low, high) = (lowest.unit_price_e6, highest.unit_price_e6);
        let shown = || {
            format!(
                "{product} on {}: {} in {}, {} in {}",
                display_day(day),
                money(lowest),
                lowest.book,
                money(highest),
                highest.book
            )
        };
        is_beyond(high, low, high, most).then(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_reached_before_it_is_exceeded() {
        let tenth = Decimal::new(1, 1);
        assert!(!is_beyond(110, 100, 100, tenth) && !is_beyond(90, 100, 100, tenth));
        assert!(is_beyond(111, 100, 100, tenth) && is_beyond(89, 100, 100, tenth));
        // From nothing, every price is beyond.
        assert!(is_beyond(1, 0, 0, tenth) && !is_beyond(0, 0, 0, tenth));
    }
}
