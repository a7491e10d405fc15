//! Exchange rates: which one applies to a deal, and the converted amount. `docs/reference/money.md` gives the formula.

use std::collections::BTreeMap;

use apportion_base::money::{POW10, Rounding};
use apportion_book::{Book, RateQuotation};

use super::contract::fx_rates::{CURRENCY, DATE, RATE};
use super::intern::Names;
use super::staging::StagingTable;

/// Money from here on is too large, in millionths.
const LIMIT_E6: i128 = 1_000_000_000_000_000_000;

/// One exchange rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Billionths.
    pub rate_e9: i64,
    /// What it says.
    pub quoted: RateQuotation,
}

/// The usable rates, by currency.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    /// In order of day; a day has one rate.
    by_currency: BTreeMap<String, Vec<Rate>>,
}

impl Rates {
    /// The rates of a staging table whose keys have been checked.
    pub(super) fn new(staging: &StagingTable, names: &Names) -> Self {
        let texts = staging.texts(names, CURRENCY);
        let mut by_code: Vec<Vec<Rate>> = vec![Vec::new(); texts.len()];
        for row in staging.kept() {
            let row_index = row as usize;
            by_code[staging.column(CURRENCY).code(row_index) as usize].push(Rate {
                day: staging.column(DATE).day(row_index),
                rate_e9: staging.column(RATE).fixed(row_index),
                quoted: staging.file(row).quoted,
            });
        }
        let mut by_currency = BTreeMap::new();
        for (code, mut rates) in (0..).zip(by_code) {
            rates.sort_unstable_by_key(|rate| rate.day);
            by_currency.insert(texts.get(code).to_string(), rates);
        }
        Self { by_currency }
    }

    /// The latest rate of a currency on or before a day (since 1970-01-01) that is not older than so many days.
    pub fn latest(&self, currency: &str, day: i32, max_age_days: u32) -> Option<Rate> {
        latest(self.of_currency(currency), day, max_age_days)
    }

    /// An amount in millionths of a currency as one of the book's on a day (since 1970-01-01), in millionths again; `None` without a rate
    /// that is young enough, and from 10^12 on.
    pub fn in_book(&self, amount_e6: i64, currency: &str, day: i32, book: &Book) -> Option<i64> {
        if currency == book.currency.code() {
            return Some(amount_e6);
        }
        self.latest(currency, day, book.fx_max_age_days)?.convert(amount_e6, book)
    }

    /// The rates of a currency in order of day.
    pub(super) fn of_currency(&self, currency: &str) -> &[Rate] {
        self.by_currency.get(currency).map_or(&[], Vec::as_slice)
    }

    /// The currencies that have rates, in order.
    pub(super) fn currencies(&self) -> impl Iterator<Item = &str> {
        self.by_currency.keys().map(String::as_str)
    }

    /// An amount in millionths below which no conversion reaches the limit of money.
    pub(super) fn safe_below(&self) -> i64 {
        let least = self.by_currency.values().flatten().map(|rate| match rate.quoted {
            RateQuotation::BookPerUnit => LIMIT_E6 * POW10[9] / i128::from(rate.rate_e9),
            RateQuotation::UnitPerBook => LIMIT_E6 / POW10[9] * i128::from(rate.rate_e9),
        });
        // Half of it is safe with every rounding.
        i64::try_from(least.min().unwrap_or(LIMIT_E6) / 2).unwrap_or(i64::MAX)
    }
}

/// The latest rate on or before `day` that is not older than `max_age_days`.
pub(super) fn latest(rates: &[Rate], day: i32, max_age_days: u32) -> Option<Rate> {
    let after = rates.partition_point(|rate| rate.day <= day);
    let rate = *rates.get(after.checked_sub(1)?)?;
    (i64::from(day) - i64::from(rate.day) <= i64::from(max_age_days)).then_some(rate)
}

impl Rate {
    /// The amount in book currency, rounded to its minor unit, in millionths again; `None` from 10^12 on.
    pub(super) fn convert(self, amount_e6: i64, book: &Book) -> Option<i64> {
        self.minor(amount_e6, book.rounding, book.currency.digits())
    }

    /// The same without that limit; `None` over 38 digits.
    pub(super) fn convert_any(self, amount_e6: i64, book: &Book) -> Option<i128> {
        self.unlimited(amount_e6, book.rounding, book.currency.digits())
    }

    fn minor(self, amount_e6: i64, rounding: Rounding, digits: u32) -> Option<i64> {
        let converted = self.unlimited(amount_e6, rounding, digits)?;
        i64::try_from(converted).ok().filter(|amount| i128::from(*amount).abs() < LIMIT_E6)
    }

    fn unlimited(self, amount_e6: i64, rounding: Rounding, digits: u32) -> Option<i128> {
        let (amount, rate) = (i128::from(amount_e6), i128::from(self.rate_e9));
        let digits = digits as usize;
        let minor = match self.quoted {
            // 10^18 * 10^18 at most: 36 digits.
            RateQuotation::BookPerUnit => rounding.divide(amount * rate, POW10[15 - digits]),
            RateQuotation::UnitPerBook => rounding.divide(amount * POW10[3 + digits], rate),
        };
        minor.checked_mul(POW10[6 - digits])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(day: i32, rate_e9: i64, quoted: RateQuotation) -> Rate {
        Rate { day, rate_e9, quoted }
    }

    #[test]
    fn the_latest_not_too_old() {
        let rates = [10, 20, 30].map(|day| rate(day, 1, RateQuotation::BookPerUnit));
        for (day, expected) in
            [(9, None), (10, Some(10)), (19, Some(10)), (20, Some(20)), (61, Some(30)), (62, None)]
        {
            assert_eq!(latest(&rates, day, 31).map(|rate| rate.day), expected, "{day}");
        }
        assert_eq!(latest(&rates, 30, 0).map(|rate| rate.day), Some(30));
        assert_eq!(latest(&rates, 31, 0), None);
        assert_eq!(latest(&[], 31, 31), None);
    }

    #[test]
    fn conversion_rounds_once_to_the_minor_unit() {
        let times = rate(0, 1_085_000_000, RateQuotation::BookPerUnit);
        let by = rate(0, 3_000_000_000, RateQuotation::UnitPerBook);
        let away = Rounding::HalfAwayFromZero;
        assert_eq!(times.minor(10_000_000, away, 2), Some(10_850_000));
        assert_eq!(times.minor(1_000_000, away, 2), Some(1_090_000));
        assert_eq!(times.minor(1_000_000, Rounding::HalfEven, 2), Some(1_080_000));
        assert_eq!(times.minor(-1_000_000, away, 2), Some(-1_090_000));
        assert_eq!(by.minor(100_000_000, away, 2), Some(33_330_000));
        assert_eq!(by.minor(100_000_000, away, 0), Some(33_000_000));
        assert_eq!(by.minor(100_000_000, away, 3), Some(33_333_000));
    }

    #[test]
    fn the_limit_holds_after_conversion() {
        let double = rate(0, 2_000_000_000, RateQuotation::BookPerUnit);
        let half = 500_000_000_000_000_000;
        assert_eq!(double.minor(half, Rounding::HalfEven, 2), None);
        assert_eq!(double.minor(half - 10_000, Rounding::HalfEven, 2), Some(2 * (half - 10_000)));
        let least = rate(0, 1, RateQuotation::UnitPerBook);
        assert_eq!(least.minor(i64::pow(10, 18) - 1, Rounding::HalfEven, 4), None);
    }
}
