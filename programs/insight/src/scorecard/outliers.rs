//! `discount_outlier`, and outliers.csv: discounts unlike those of deals that are alike.

use apportion::Settlement;
use apportion::money::ratio_e6;
use polars::prelude::{AnyValue, DataType, Expr, LazyFrame, col, lit};

use super::Facts;
use super::measure::{Family, Measure, twice_the_median};
use crate::frames::Values;
use crate::{Fault, csv, exact};

/// Deals that are alike, at least: among fewer no discount is unlike.
const AT_LEAST: u32 = 10;

/// Decided won deals of the period that have a discount, with what is told of those that they are alike: `alike` (how many), `median2` (twice
/// the median discount), `mad4` (four times the median of the deviations from it), `is_outlier`.
fn judged(facts: &Facts<'_>) -> Result<LazyFrame, Fault> {
    let codes: Vec<Expr> = facts
        .insight
        .deals
        .get_column_names()
        .iter()
        .filter(|name| name.strip_prefix('o').is_some_and(|place| place.parse::<usize>().is_ok()))
        .map(|name| col((*name).clone()))
        .collect();
    // Without any such column all of them are alike.
    let by = if codes.is_empty() { vec![col("won")] } else { codes };
    let wide = |expr: Expr| expr.cast(DataType::Int128);
    let deviation = || (wide(lit(2)) * col("x") - col("median2")).abs();
    let sold = facts.deals.clone().filter(col("decided").and(col("won")).and(col("x").is_not_null()));
    let with_median = sold.with_columns([
        col("x").len().over(&by)?.alias("alike"),
        twice_the_median(col("x")).over(&by)?.alias("median2"),
    ]);
    let with_deviation = with_median.with_columns([deviation().alias("deviation2")]);
    let with_mad =
        with_deviation.with_columns([twice_the_median(col("deviation2")).over(&by)?.alias("mad4")]);
    // 0.6745 · |x − median| > 3.5 · MAD, in whole numbers.
    let is_far = (wide(lit(13_490)) * col("deviation2")).gt(wide(lit(35_000)) * col("mad4"));
    let spread = col("mad4").gt(wide(lit(0)));
    let enough = col("alike").gt_eq(lit(AT_LEAST));
    Ok(with_mad.with_columns([is_far.and(spread).and(enough).alias("is_outlier")]))
}

/// The number of outliers.
pub fn family(facts: &Facts<'_>) -> Result<Family, Fault> {
    Ok(Family {
        facts: judged(facts)?,
        month: "close_month",
        of_kinds: false,
        measures: vec![Measure::number("discount_outlier", col("is_outlier"))],
    })
}

/// A deal with a discount unlike those of deals that are like it.
pub(crate) struct Outlier {
    pub deal_id: String,
    /// What it has in common with them: a text for each column by which discounts are compared.
    pub like: Vec<String>,
    pub discount_e6: i128,
    pub median_e6: i128,
    /// The median of the deviations from the median.
    pub mad_e6: i128,
    /// How many are alike.
    pub n: i128,
}

/// The columns by which discounts are compared, those that are there.
fn compared(settlement: &Settlement) -> Vec<&str> {
    let close = settlement.as_close();
    let names = close.book.report.outliers_by.iter().map(String::as_str);
    names.filter(|name| Values::of(&close.tables.deals.frame, name).is_there()).collect()
}

/// outliers.csv: by deal_id.
pub fn file(facts: &Facts<'_>, settlement: &Settlement) -> Result<Vec<u8>, Fault> {
    let rows = rows(facts, settlement)?.into_iter().map(|row| {
        let numbers = [row.discount_e6, row.median_e6, row.mad_e6].map(exact::decimals);
        let texts = std::iter::once(row.deal_id).chain(row.like);
        texts.chain(numbers).chain([row.n.to_string()]).collect()
    });
    let mut header = vec!["deal_id"];
    header.extend(compared(settlement));
    header.extend(["discount", "median", "mad", "n"]);
    csv::file(&header, rows, &["discount", "median", "mad", "n"])
}

/// All of them, by deal_id.
pub(crate) fn rows(facts: &Facts<'_>, settlement: &Settlement) -> Result<Vec<Outlier>, Fault> {
    let deals = &settlement.as_close().tables.deals;
    let there = compared(settlement);
    let found = judged(facts)?.filter(col("is_outlier")).collect()?;
    let columns = ["subject", "x", "median2", "mad4", "alike"].map(|name| found.column(name));
    let [subjects, discounts, medians, mads, alike] = columns;
    let (subjects, discounts, medians, mads, alike) = (subjects?, discounts?, medians?, mads?, alike?);
    let wide = |value: AnyValue<'_>| match value {
        AnyValue::Int128(number) => number,
        AnyValue::UInt32(number) => number.into(),
        _ => 0,
    };
    let part =
        |number: i128, of: i128| ratio_e6((number, 0), (of * 1_000_000, 0)).map(Option::unwrap_or_default);
    let mut rows = Vec::with_capacity(found.height());
    for row in 0..found.height() {
        let AnyValue::UInt32(subject) = subjects.get(row)? else { continue };
        let place = subject as usize;
        let text = |name: &&str| Values::of(&deals.frame, name).text(place);
        rows.push(Outlier {
            deal_id: deals.ids.value(place).to_owned(),
            like: there
                .iter()
                .map(|name| text(name).map(std::borrow::Cow::into_owned).unwrap_or_default())
                .collect(),
            discount_e6: wide(discounts.get(row)?),
            median_e6: part(wide(medians.get(row)?), 2)?,
            mad_e6: part(wide(mads.get(row)?), 4)?,
            n: wide(alike.get(row)?),
        });
    }
    rows.sort_by(|one, other| one.deal_id.cmp(&other.deal_id));
    Ok(rows)
}
