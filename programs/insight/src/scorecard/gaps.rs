//! price_gaps.csv: what products cost directly and through partners.

use apportion::money::ratio_e6;
use polars::prelude::{AnyValue, DataFrame, IntoLazy, col, lit};

use super::Facts;
use super::measure::{sum, twice_the_median};
use crate::{Fault, csv, exact};

const HEADER: [&str; 7] =
    ["quarter", "product_id", "direct", "partner", "price_gap", "n_direct", "n_partner"];

/// By fiscal quarter and product: the median unit prices of both, and (direct − partner) / partner. Products that were sold in one of the
/// two ways alone have no gap.
pub fn file(facts: &Facts<'_>) -> Result<Vec<u8>, Fault> {
    let sold =
        facts.deals.clone().filter(col("decided").and(col("won"))).select([col("subject"), col("quarter")]);
    let lines = facts.insight.products.clone().lazy().inner_join(sold, col("subject"), col("subject"));
    let price =
        |channel: u32| col("price").filter(col("channel").eq(lit(channel)).and(col("price").is_not_null()));
    let number = |channel: u32| sum(col("channel").eq(lit(channel)).and(col("price").is_not_null()), lit(1));
    let found = lines
        .group_by([col("quarter"), col("product")])
        .agg([
            twice_the_median(price(1)).alias("direct"),
            twice_the_median(price(2)).alias("partner"),
            number(1).alias("n_direct"),
            number(2).alias("n_partner"),
        ])
        .collect()?;
    let mut rows = Vec::with_capacity(found.height());
    for row in 0..found.height() {
        if let Some(cells) = cells(facts, &found, row)? {
            rows.push(cells);
        }
    }
    // Products are numbered in byte order.
    rows.sort_by_key(|(order, _)| *order);
    let numbers = ["direct", "partner", "price_gap", "n_direct", "n_partner"];
    csv::file(&HEADER, rows.into_iter().map(|(_, cells)| cells), &numbers)
}

type Ordered = ((u32, u32), Vec<String>);

fn cells(facts: &Facts<'_>, found: &DataFrame, row: usize) -> Result<Option<Ordered>, Fault> {
    let code = |name: &str| -> Result<u32, Fault> {
        match found.column(name)?.get(row)? {
            AnyValue::UInt32(code) => Ok(code),
            _ => Ok(0),
        }
    };
    let wide = |name: &str| -> Result<Option<i128>, Fault> {
        match found.column(name)?.get(row)? {
            AnyValue::Int128(number) => Ok(Some(number)),
            _ => Ok(None),
        }
    };
    let (quarter, product) = (code("quarter")?, code("product")?);
    let (direct, partner) = (wide("direct")?, wide("partner")?);
    let numbers = [wide("n_direct")?.unwrap_or(0), wide("n_partner")?.unwrap_or(0)];
    if numbers == [0, 0] {
        return Ok(None);
    }
    let median = |twice: Option<i128>| -> Result<String, Fault> {
        let median = twice.map(|twice| ratio_e6((twice, 0), (2_000_000, 0))).transpose()?.flatten();
        Ok(median.map(exact::decimals).unwrap_or_default())
    };
    let gap = match (direct, partner) {
        (Some(direct), Some(partner)) => {
            ratio_e6((direct.checked_sub(partner).ok_or(Fault::Overflow)?, 0), (partner, 0))?
        }
        _ => None,
    };
    let id = facts.insight.product_ids.get(product as usize).cloned().unwrap_or_default();
    let quarter_word = format!("{:04}-Q{}", quarter / 4, quarter % 4 + 1);
    let mut cells = vec![quarter_word, id, median(direct)?, median(partner)?];
    cells.push(gap.map(exact::decimals).unwrap_or_default());
    cells.extend(numbers.map(|number| number.to_string()));
    Ok(Some(((quarter, product), cells)))
}
