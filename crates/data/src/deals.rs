//! Deals: conversion into the book's currency, discounts, and the dense table.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use arrow::array::StringArray;
use rayon::prelude::*;

use apportion_base::diagnostic::nearest;
use apportion_base::money::{Currency, Rounding};
use apportion_base::notation::{Mark, shortest};
use apportion_book::{Book, TableName, display_day};

use super::column::{Column, NO_NUMBER, NO_WIDE, Values};
use super::contract;
use super::contract::deals::{
    ACCOUNT_ID, AMOUNT, CLOSE_DATE, CURRENCY, LIST_AMOUNT, OUTCOME, RENEWS_DEAL_ID, REVERSES_DEAL_ID,
};
use super::finding::Finding;
use super::frames::{ATTRIBUTE_SCALE, FrameSource, decimals, fixed, frame};
use super::fx::{self, Rate, Rates};
use super::intern::Names;
use super::purchases::{self, Purchase};
use super::references::{IncompleteDeals, KeyIndex, gathered};
use super::reversals::{Conversion, reversals};
use super::staging::{StagingTable, Status};
use super::tables::deals::Deals;
use super::tables::indices::{NO_DAY, NONE};
use apportion_base::index::Optional;
use apportion_contract::RejectCode;

/// Amounts in book currency, by row of the staging table: millionths, or [`NO_NUMBER`].
#[derive(Debug, Default)]
pub(super) struct Amounts {
    amount: Vec<i64>,
    /// Empty where no file has list amounts.
    list: Vec<i64>,
    /// By place of an attribute that is money: billionths, or [`NO_WIDE`]. Only where some deal is in another currency.
    attributes: BTreeMap<usize, Vec<i128>>,
}

/// Converts the amounts of kept deals; rejects those without a rate, and those whose amounts become too large.
///
/// `rates` is `None` where the project has no source of rates.
pub(super) fn convert(
    staging: Option<&mut StagingTable>,
    names: &Names,
    book: &Book,
    rates: Option<&Rates>,
) -> Amounts {
    let Some(staging) = staging else { return Amounts::default() };
    let all = |position| {
        let rows = if staging.column(position).present { staging.len() } else { 0 };
        (0..rows).into_par_iter().map(|row| staging.column(position).fixed(row)).collect()
    };
    let mut amounts = Amounts { amount: all(AMOUNT), list: all(LIST_AMOUNT), attributes: BTreeMap::new() };
    let currencies = staging.texts(names, CURRENCY);
    // By code of a currency: its rates, or None for the book's own.
    let rates_of: Vec<Option<&[Rate]>> = (0..)
        .take(currencies.len())
        .map(|code| match currencies.get(code) {
            own if own == book.currency.code() => None,
            other => Some(rates.map_or(&[][..], |rates| rates.of_currency(other))),
        })
        .collect();
    let mut found = Vec::new();
    for row in staging.kept() {
        let row_index = row as usize;
        let Some(rates_of) = rates_of[staging.column(CURRENCY).code(row_index) as usize] else { continue };
        let Some(rate) =
            fx::latest(rates_of, staging.column(CLOSE_DATE).day(row_index), book.fx_max_age_days)
        else {
            found.push(no_rate(staging, names, row, book, rates));
            continue;
        };
        for (column, amounts) in [(AMOUNT, &mut amounts.amount), (LIST_AMOUNT, &mut amounts.list)] {
            if let Some(amount) = amounts.get_mut(row_index).filter(|amount| **amount != NO_NUMBER) {
                match rate.convert(*amount, book) {
                    Some(converted) => *amount = converted,
                    None => found.push(too_large(staging, names, row, column, book)),
                }
            }
        }
        for place in &staging.file(row).money {
            let column = staging.column(*place);
            let Values::Wide(values) = &column.values else { continue };
            if !column.present || values[row_index] == NO_WIDE {
                continue;
            }
            let converted = amounts.attributes.entry(*place).or_insert_with(|| values.clone());
            // Billionths of money are whole millionths.
            match i64::try_from(values[row_index] / 1000).ok().and_then(|amount| rate.convert(amount, book)) {
                Some(amount) => converted[row_index] = i128::from(amount) * 1000,
                None => found.push(too_large_attribute(staging, row, *place, values[row_index], book)),
            }
        }
    }
    for finding in found {
        staging.find(finding, Status::Reference);
    }
    amounts
}

fn no_rate(staging: &StagingTable, names: &Names, row: u32, book: &Book, rates: Option<&Rates>) -> Finding {
    let currency = staging.texts(names, CURRENCY).get(staging.column(CURRENCY).code(row as usize));
    let day = display_day(staging.column(CLOSE_DATE).day(row as usize));
    let message = if let Some(near) = meant(currency, book, rates) {
        format!("there is no currency {currency}; did you mean `{near}`? `values` says what a text means")
    } else if rates.is_some() {
        format!(
            "there is no rate of {currency} on {day} or in the {} days before; fx_rates need one to convert the deal to {}",
            book.fx_max_age_days,
            book.currency.code()
        )
    } else {
        format!("the deal is in {currency}, and the project has no source of fx_rates to convert it with")
    };
    let value = staging.raw_text(names, CURRENCY, row);
    Finding { row, column: Some(CURRENCY), code: RejectCode::NoFxRate, value, message, rejected: true }
}

/// The currency that is probably meant by a text that is none: the book's, or one that has rates.
fn meant<'a>(text: &str, book: &'a Book, rates: Option<&'a Rates>) -> Option<&'a str> {
    if Currency::from_code(text).is_some() {
        return None;
    }
    let known = || std::iter::once(book.currency.code()).chain(rates.into_iter().flat_map(Rates::currencies));
    let upper = text.to_uppercase();
    let of_mark = || Mark::whole(text).and_then(|mark| known().find(|code| mark.fits(code)));
    known().find(|code| *code == upper).or_else(of_mark).or_else(|| nearest(&upper, known()))
}

fn too_large(staging: &StagingTable, names: &Names, row: u32, column: usize, book: &Book) -> Finding {
    let value = staging.raw_text(names, column, row);
    let message = format!("`{value}` converted to {} is not an amount below 10^12", book.currency.code());
    Finding { row, column: Some(column), code: RejectCode::TooLarge, value, message, rejected: true }
}

fn too_large_attribute(
    staging: &StagingTable,
    row: u32,
    place: usize,
    amount_e9: i128,
    book: &Book,
) -> Finding {
    let (value, name) = (shortest(amount_e9, 9), &staging.column(place).name);
    let message = format!(
        "`{value}`, the {name} of the deal, converted to {} is not an amount below 10^12",
        book.currency.code()
    );
    Finding { row, column: Some(place), code: RejectCode::TooLarge, value, message, rejected: true }
}

/// What is known of the deals beside their staging table.
pub(super) struct DealFacts<'a> {
    pub(super) index: &'a KeyIndex,
    /// By deal: its id.
    pub(super) ids: StringArray,
    /// By deal: its rank by id alone.
    pub(super) id_rank: Vec<u32>,
    pub(super) amounts: Amounts,
    pub(super) incomplete: IncompleteDeals,
    pub(super) conversion: Conversion<'a>,
}

/// The dense table.
pub(super) fn build(
    staging: Option<&StagingTable>,
    names: &Names,
    facts: DealFacts,
    used: &BTreeSet<String>,
) -> Deals {
    let DealFacts { index, ids, id_rank, amounts, incomplete, conversion } = facts;
    let rows = &index.rows;
    let column = |position| staging.map(|staging| staging.column(position));
    let code = |position, row| column(position).map_or(NONE, |column| column.code(row));
    let amount_e6 = gathered(rows, |row| amounts.amount.get(row).copied().unwrap_or(NO_NUMBER));
    let list_e6 = |row: &u32| amounts.list.get(*row as usize).copied().unwrap_or(NO_NUMBER);
    let reversals = reversals(staging, index, &amount_e6, conversion);
    let attributes = amounts.attributes;
    let attribute = |name: &str| {
        let converted = attributes.get(&staging?.place(name)?)?;
        let value = |row: &u32| Some(converted[*row as usize]).filter(|value| *value != NO_WIDE);
        Some(decimals(rows.iter().map(value), ATTRIBUTE_SCALE))
    };
    let before = |name: &str| {
        let attribute = name.strip_prefix("source_")?;
        if staging?.place(name).is_some() {
            return None;
        }
        match column(staging?.place(attribute)?) {
            Some(Column { values: Values::Wide(values), present: true, .. }) => {
                let value = |row: &u32| Some(values[*row as usize]).filter(|value| *value != NO_WIDE);
                Some(decimals(rows.iter().map(value), ATTRIBUTE_SCALE))
            }
            _ => None,
        }
    };
    let account = |row| Optional::from_raw(code(ACCOUNT_ID, row));
    let won = |row| column(OUTCOME).is_some_and(|column| column.flag(row) == 1);
    let day = |row| column(CLOSE_DATE).map_or(NO_DAY, |column| column.day(row));
    let positions = OnceCell::new();
    let purchases = || {
        let purchase = |(row, amount): (&u32, &i64)| {
            let row = *row as usize;
            // As sold: a deal that was reversed since stays a purchase.
            let counts = won(row) && *amount >= 0 && code(REVERSES_DEAL_ID, row) == NONE;
            Purchase { account: account(row), day: day(row), counts }
        };
        purchases::positions(rows.iter().zip(&amount_e6).map(purchase), names.accounts.len())
    };
    let source = FrameSource { table: TableName::Deals, staging, names, rows, used };
    let frame = frame(source, |name| match name {
        "amount" => Some(fixed(amount_e6.iter().copied(), 6)),
        "list_amount" => Some(fixed(rows.iter().map(list_e6), 6)),
        "source_amount" => {
            column(AMOUNT).map(|column| fixed(rows.iter().map(|row| column.fixed(*row as usize)), 6))
        }
        "source_list_amount" => {
            column(LIST_AMOUNT).map(|column| fixed(rows.iter().map(|row| column.fixed(*row as usize)), 6))
        }
        "discount" => {
            let discounts =
                amount_e6.iter().zip(rows).map(|(amount, row)| discount_e6(*amount, list_e6(row)));
            Some(decimals(discounts, 6))
        }
        // It is known once the period is: [`Tables::end_period`](super::tables::Tables::end_period).
        "received_share" => Some(fixed(rows.iter().map(|_| NO_NUMBER), 9)),
        other if contract::reserved(TableName::Deals).any(|name| name == other) => {
            purchases::column(other, positions.get_or_init(purchases))
        }
        other => attribute(other).or_else(|| before(other)),
    });
    Deals {
        ids,
        id_rank,
        won: gathered(rows, won),
        close_date: gathered(rows, day),
        amount_e6,
        account: gathered(rows, account),
        accounts: names.accounts.len(),
        renews: gathered(rows, |row| Optional::from_raw(index.index(code(RENEWS_DEAL_ID, row)))),
        incomplete_engagements: incomplete.engagements,
        incomplete_splits: incomplete.splits,
        reversals,
        frame,
    }
}

/// By deal: its amount in its own currency, in millionths.
pub(super) fn own_amounts(staging: Option<&StagingTable>, index: &KeyIndex) -> Vec<i64> {
    let Some(staging) = staging else { return Vec::new() };
    gathered(&index.rows, |row| staging.column(AMOUNT).fixed(row))
}

/// `(list - amount) / list` in millionths, half away from zero; null without a list amount or where it is 0.
pub(super) fn discount_e6(amount_e6: i64, list_e6: i64) -> Option<i128> {
    if list_e6 == NO_NUMBER || list_e6 == 0 {
        return None;
    }
    let (amount, list) = (i128::from(amount_e6), i128::from(list_e6));
    let numerator = (list - amount) * 1_000_000 * list.signum();
    Some(Rounding::HalfAwayFromZero.divide(numerator, list.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discounts() {
        for (amount, list, expected) in [
            (80, 100, Some(200_000)),
            (100, 100, Some(0)),
            (120, 100, Some(-200_000)),
            (1, 3, Some(666_667)),
            (-80, -100, Some(200_000)),
            (80, -100, Some(1_800_000)),
            (80, 0, None),
            (80, NO_NUMBER, None),
            (999_999_999_999_999_999, 1, Some(-999_999_999_999_999_998_000_000)),
        ] {
            assert_eq!(discount_e6(amount, list), expected, "{amount} of {list}");
        }
    }
}
