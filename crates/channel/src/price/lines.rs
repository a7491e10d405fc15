//! What the lines of a deal add up to by a price book.

use apportion_base::money::{Overflow, Scaled};
use apportion_data::{DealLine, PriceEntry};

use super::entries::in_force;
use super::exact::Conversion;

/// Decimals of a quantity times a price.
const PRODUCT_SCALE: u32 = 15;

/// The prices of a deal's lines.
#[derive(Debug, Clone, Copy)]
pub struct LinePrices<'a> {
    /// All prices.
    pub entries: &'a [PriceEntry],
    /// The price book; without one no line has an entry.
    pub book: Option<&'a str>,
    /// The deal's currency.
    pub currency: &'a str,
    /// The day whose prices count.
    pub day: i32,
}

/// The sums, each rounded once, in the book's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineSums {
    /// In millionths; none without lines, or where a line has no entry.
    pub list_e6: Option<i64>,
    /// In minor units: how far lines with a floor are below it.
    pub below_floor: i128,
    /// In minor units; none without lines, or where a line has no cost.
    pub cost: Option<i128>,
}

impl LinePrices<'_> {
    /// The sums of some lines.
    ///
    /// # Errors
    /// More digits than can be held.
    pub fn sums(&self, lines: &[DealLine], conversion: Conversion) -> Result<LineSums, Overflow> {
        if lines.is_empty() {
            return Ok(LineSums::default());
        }
        let (mut list, mut below, mut cost_e6) = (Some(0_i128), 0_i128, Some(0_i128));
        for line in lines {
            let entry = self.entry(line);
            list = match (list, entry) {
                (Some(sum), Some(entry)) => Some(plus(sum, times(entry.unit_price_e6, line)?)?),
                _ => None,
            };
            if let Some(floor_e6) = entry.and_then(|entry| entry.floor_price_e6) {
                below = plus(below, below_floor(floor_e6, line)?)?;
            }
            cost_e6 = match (cost_e6, line.cost_e6) {
                (Some(sum), Some(cost)) => Some(plus(sum, cost.into())?),
                _ => None,
            };
        }
        let of_products = |sum| Scaled::new(sum, PRODUCT_SCALE);
        Ok(LineSums {
            list_e6: list.map(|list| conversion.e6(of_products(list))).transpose()?,
            below_floor: conversion.minor(of_products(below))?,
            cost: cost_e6.map(|cost| conversion.minor(Scaled::new(cost, 6))).transpose()?,
        })
    }

    fn entry(&self, line: &DealLine) -> Option<&PriceEntry> {
        in_force(self.entries, (self.book?, line.product.as_deref()?, self.currency), self.day)
    }
}

/// A price times the quantity of a line.
fn times(price_e6: i64, line: &DealLine) -> Result<i128, Overflow> {
    line.quantity_e9.checked_mul(price_e6.into()).ok_or(Overflow)
}

/// How far a line is below its floor.
fn below_floor(floor_e6: i64, line: &DealLine) -> Result<i128, Overflow> {
    // An amount has 18 digits at most, so that nine more fit.
    let amount = i128::from(line.amount_e6) * 1_000_000_000;
    Ok(times(floor_e6, line)?.checked_sub(amount).ok_or(Overflow)?.max(0))
}

fn plus(sum: i128, more: i128) -> Result<i128, Overflow> {
    sum.checked_add(more).ok_or(Overflow)
}
