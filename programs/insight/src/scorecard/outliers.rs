//! `discount_outlier`, and outliers.csv: discounts unlike those of deals that are alike.

use apportion::Settlement;
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

/// outliers.csv: by deal_id.
pub fn file(facts: &Facts<'_>, settlement: &Settlement) -> Result<Vec<u8>, Fault> {
    let close = settlement.as_close();
    let names: Vec<&str> = close.book.report.outliers_by.iter().map(String::as_str).collect();
    let there: Vec<&str> =
        names.into_iter().filter(|name| Values::of(&close.tables.deals.frame, name).is_there()).collect();
    let found = judged(facts)?.filter(col("is_outlier")).collect()?;
    let columns = ["subject", "x", "median2", "mad4", "alike"].map(|name| found.column(name));
    let [subjects, discounts, medians, mads, alike] = columns;
    let (subjects, discounts, medians, mads, alike) = (subjects?, discounts?, medians?, mads?, alike?);
    let wide = |value: AnyValue<'_>| match value {
        AnyValue::Int128(number) => number,
        _ => 0,
    };
    let mut rows = Vec::with_capacity(found.height());
    for row in 0..found.height() {
        let AnyValue::UInt32(subject) = subjects.get(row)? else { continue };
        let place = subject as usize;
        let text = |name: &&str| Values::of(&close.tables.deals.frame, name).text(place);
        let mut cells = vec![close.tables.deals.ids.value(place).to_owned()];
        cells.extend(
            there.iter().map(|name| text(name).map(std::borrow::Cow::into_owned).unwrap_or_default()),
        );
        let part = |number: i128, of: i128| {
            exact::ratio_e6(number, of * 1_000_000, 0).map(Option::unwrap_or_default)
        };
        cells.push(exact::decimals(wide(discounts.get(row)?)));
        cells.push(exact::decimals(part(wide(medians.get(row)?), 2)?));
        cells.push(exact::decimals(part(wide(mads.get(row)?), 4)?));
        cells.push(alike.get(row)?.to_string());
        rows.push(cells);
    }
    rows.sort();
    let mut header = vec!["deal_id"];
    header.extend(there);
    header.extend(["discount", "median", "mad", "n"]);
    Ok(csv::file(&header, rows.into_iter(), &["discount", "median", "mad", "n"]))
}
