//! Reversals: won deals that say which deal they reverse, and what the reversed deals are worth afterwards.
//! See `docs/reference/rules/clawback.md`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Decimal128Type;

use apportion_base::money::{POW10, Rounding};
use apportion_book::Book;

use super::contract::deals::{AMOUNT, CLOSE_DATE, CURRENCY, OUTCOME, REVERSES_DEAL_ID};
use super::frames::decimals;
use super::fx::{self, Rates};
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::tables::deals::{Deals, Reversal};
use super::tables::indices::{DealIx, NONE};
use apportion_base::index::Optional;

/// What amounts are converted with.
#[derive(Clone, Copy)]
pub(super) struct Conversion<'a> {
    pub(super) names: &'a Names,
    pub(super) book: &'a Book,
    /// `None` where the project has no source of rates.
    pub(super) rates: Option<&'a Rates>,
}

/// The reversals in order of deal. `amount_e6` are the amounts of all deals in book currency.
pub(super) fn reversals(
    staging: Option<&StagingTable>,
    index: &KeyIndex,
    amount_e6: &[i64],
    with: Conversion<'_>,
) -> Vec<Reversal> {
    let Some(staging) = staging.filter(|staging| staging.column(REVERSES_DEAL_ID).present) else {
        return Vec::new();
    };
    let (outcome, reverses) = (staging.column(OUTCOME), staging.column(REVERSES_DEAL_ID));
    let mut found = Vec::new();
    for (deal, row) in DealIx::all(index.rows.len()).zip(&index.rows) {
        let code = reverses.code(*row as usize);
        if code == NONE || outcome.flag(*row as usize) != 1 {
            continue;
        }
        let original: Optional<DealIx> = Optional::from_raw(index.index(code));
        let at_originals_rate =
            original.get().and_then(|original| converted(staging, *row, index.rows[original.at()], with));
        let amount = at_originals_rate.unwrap_or_else(|| amount_e6[deal.at()].into());
        found.push(Reversal { deal, original, size_e6: amount.abs() });
    }
    found
}

/// The amount of a row at the rate of another one, where both are in one currency that is not the book's.
fn converted(staging: &StagingTable, row: u32, original: u32, with: Conversion<'_>) -> Option<i128> {
    let currency = staging.column(CURRENCY);
    let code = currency.code(row as usize);
    if code != currency.code(original as usize) {
        return None;
    }
    let currency = staging.texts(with.names, CURRENCY).get(code);
    if currency == with.book.currency.code() {
        return None;
    }
    let day = staging.column(CLOSE_DATE).day(original as usize);
    let rate = fx::latest(with.rates?.of_currency(currency), day, with.book.fx_max_age_days)?;
    rate.convert_any(staging.column(AMOUNT).fixed(row as usize), with.book)
}

impl Deals {
    /// The reversal that a deal is, if it is one.
    pub fn reversal(&self, deal: DealIx) -> Option<&Reversal> {
        let place = self.reversals.binary_search_by_key(&deal, |reversal| reversal.deal).ok()?;
        self.reversals.get(place)
    }

    /// The deals with other amounts of some of them, which are listed in order (millionths). Their list amounts move in
    /// proportion and are rounded to `digits` decimals; everything else stays.
    #[must_use]
    pub fn with_amounts(&self, moved: &[(DealIx, i64)], rounding: Rounding, digits: u32) -> Self {
        let mut counted = self.clone();
        let list =
            self.frame.column("list_amount").and_then(|list| list.as_primitive_opt::<Decimal128Type>());
        let mut lists = Vec::new();
        for (deal, amount) in moved {
            let before = std::mem::replace(&mut counted.amount_e6[*deal], *amount);
            if let Some(list) = list.filter(|list| list.is_valid(deal.at()) && before != 0) {
                let scaled = in_proportion(list.value(deal.at()), (*amount, before), rounding, digits);
                lists.push((*deal, scaled));
            }
        }
        let amounts: Vec<(DealIx, i128)> =
            moved.iter().map(|(deal, amount)| (*deal, (*amount).into())).collect();
        for (name, changed) in [("amount", amounts), ("list_amount", lists)] {
            let columns = &mut counted.frame.columns;
            if let Some((_, column)) = columns.iter_mut().find(|(known, _)| known == name) {
                *column = with_values(column, &changed);
            }
        }
        counted
    }
}

/// A list amount in millionths, in the proportion of an amount to what it was before, rounded to a minor unit of `digits`.
fn in_proportion(list_e6: i128, (amount, before): (i64, i64), rounding: Rounding, digits: u32) -> i128 {
    if amount == before {
        return list_e6;
    }
    let unit = POW10[6_usize.saturating_sub(digits as usize)];
    // 10^18 * 10^18 over 10^18 * 10^6 at most.
    let denominator = i128::from(before).abs() * unit;
    rounding.divide(list_e6 * i128::from(amount).abs(), denominator) * unit
}

/// A column of decimals with other values in some rows.
pub(super) fn with_values(column: &ArrayRef, changed: &[(DealIx, i128)]) -> ArrayRef {
    let Some(values) = column.as_primitive_opt::<Decimal128Type>() else { return Arc::clone(column) };
    let mut rows: Vec<Option<i128>> = values.iter().collect();
    for (deal, value) in changed {
        rows[deal.at()] = Some(*value);
    }
    decimals(rows.into_iter(), values.scale())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_amounts_move_in_proportion_and_are_rounded() {
        let scaled =
            |list, amount, before| in_proportion(list, (amount, before), Rounding::HalfAwayFromZero, 2);
        assert_eq!(scaled(100_000_000, 50, 100), 50_000_000);
        assert_eq!(scaled(100_000_000, 1, 3), 33_330_000);
        assert_eq!(scaled(100_005_000, 7, 7), 100_005_000);
        assert_eq!(scaled(100_000_000, -1, -3), 33_330_000);
        assert_eq!(scaled(-100_000_000, -2, -3), -66_670_000);
        assert_eq!(scaled(100_000_000, 0, 3), 0);
        let most = 999_999_999_999_999_999;
        assert_eq!(scaled(most.into(), most - 1, most), 1_000_000_000_000_000_000);
    }
}
