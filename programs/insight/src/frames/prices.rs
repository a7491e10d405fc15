//! The lines of deals, with unit prices in the book's currency.

use std::collections::BTreeMap;

use apportion::book::{Book, RateQuotation};
use apportion::channel::{Subject, Texts};
use apportion::data::{DealLine, Tables};
use apportion::money::{Currency, Overflow, Rounding};
use polars::frame::DataFrame;

use super::builder::Builder;
use super::{Ground, Values};
use crate::Fault;

/// Lines with a product and a quantity other than 0: `subject`, `product` (its place among the ids, which are returned beside the frame, in
/// byte order), `price` (amount × the deal's rate / quantity, in millionths), `channel` (1 direct, 2 partner, 0 another).
pub(super) fn frame(ground: &Ground<'_>) -> Result<(DataFrame, Vec<String>), Fault> {
    let tables = &*ground.close.tables;
    let lines: Vec<(&DealLine, &str)> = tables
        .channel
        .prices
        .lines
        .iter()
        .filter(|line| line.quantity_e9 != 0 && ground.sight.sees(Subject::Deal(line.deal)))
        .filter_map(|line| Some((line, line.product.as_deref()?)))
        .collect();
    let mut products: BTreeMap<&str, u32> = lines.iter().map(|(_, product)| (*product, 0)).collect();
    products.values_mut().zip(0..).for_each(|(code, place)| *code = place);
    let channels = Texts::of(&tables.deals.frame, "channel");
    let channel = |line: &DealLine| match channels.get(line.deal.at()) {
        Some("direct") => 1,
        Some("partner") => 2,
        _ => 0,
    };
    let rates = Conversions::new(ground);
    let mut prices = Vec::with_capacity(lines.len());
    for (line, _) in &lines {
        prices.push(rates.unit_price(tables, line)?);
    }
    let frame = Builder::new(lines.len())
        .codes("subject", lines.iter().map(|(line, _)| line.deal.raw()).collect())
        .codes(
            "product",
            lines.iter().map(|(_, product)| products.get(product).copied().unwrap_or(0)).collect(),
        )
        .some_wide("price", prices.into_iter())
        .codes("channel", lines.iter().map(|(line, _)| channel(line)).collect())
        .frame()?;
    Ok((frame, products.into_keys().map(str::to_owned).collect()))
}

/// Rates of deals.
struct Conversions<'a> {
    book: &'a Book,
    currencies: Values<'a>,
}

impl<'a> Conversions<'a> {
    fn new(ground: &'a Ground<'_>) -> Self {
        Self {
            book: &ground.close.book,
            currencies: Values::of(&ground.close.tables.deals.frame, "currency"),
        }
    }

    /// `None` without a rate: such a deal is rejected, so that there is none.
    fn unit_price(&self, tables: &Tables, line: &DealLine) -> Result<Option<i128>, Overflow> {
        let amount = i128::from(line.amount_e6);
        let currency = self.currencies.text(line.deal.at());
        let currency = currency.as_deref().and_then(Currency::from_code).unwrap_or(self.book.currency);
        if currency == self.book.currency {
            return divided((amount, 9), line.quantity_e9, 1).map(Some);
        }
        let day = tables.deals.close_date[line.deal];
        let Some(rate) = tables.rates.latest(currency.code(), day, self.book.fx_max_age_days) else {
            return Ok(None);
        };
        let rate_e9 = i128::from(rate.rate_e9);
        match rate.quoted {
            RateQuotation::BookPerUnit => {
                let product = amount.checked_mul(rate_e9).ok_or(Overflow)?;
                divided((product, 0), line.quantity_e9, 1).map(Some)
            }
            RateQuotation::UnitPerBook => divided((amount, 18), line.quantity_e9, rate_e9).map(Some),
        }
    }
}

/// `numerator · 10^up / (quantity · by)`, half away from zero.
fn divided((numerator, up): (i128, u32), quantity: i128, by: i128) -> Result<i128, Overflow> {
    let numerator = numerator.checked_mul(apportion::money::pow10(up)?).ok_or(Overflow)?;
    let denominator = quantity.checked_mul(by).ok_or(Overflow)?;
    let numerator = numerator.checked_mul(denominator.signum()).ok_or(Overflow)?;
    Ok(Rounding::HalfAwayFromZero.divide(numerator, denominator.checked_abs().ok_or(Overflow)?))
}
