//! matrix.csv: who worked first on a won deal, and who last.

use apportion::Settlement;
use apportion::channel::Texts;
use apportion::data::Tables;
use polars::prelude::{AnyValue, DataType, IntoLazy, col, lit};

use super::Facts;
use super::measure::sum;
use crate::{Fault, csv, exact};

const HEADER: [&str; 6] = ["from_kind", "from_role", "to_kind", "to_role", "deals", "revenue"];

/// A row of matrix.csv: kind and role of the first and of the last touch, deals, and revenue in millionths.
pub(crate) type MatrixRow = ([String; 4], i128, i128);

/// matrix.csv.
pub fn file(facts: &Facts<'_>, settlement: &Settlement) -> Result<Vec<u8>, Fault> {
    let rows = rows(facts, settlement)?.into_iter().map(|(key, deals, revenue)| {
        key.into_iter().chain([deals.to_string(), exact::money(revenue, facts.insight.digits)]).collect()
    });
    csv::file(&HEADER, rows, &["deals", "revenue"])
}

/// By kind (when the deal closed) and role of the first and of the last dated work on or before the close: decided won deals of the period,
/// and the revenue of won deals of the period. A reversal has the work of its original.
pub(crate) fn rows(facts: &Facts<'_>, settlement: &Settlement) -> Result<Vec<MatrixRow>, Fault> {
    let close = settlement.as_close();
    let tables = &*close.tables;
    let touches = facts.insight.touches.clone().lazy();
    let won = facts.deals.clone().filter(col("revenue").is_not_null());
    let cells = won
        .inner_join(touches, col("worked"), col("deal"))
        .group_by([col("from_state"), col("from_role"), col("to_state"), col("to_role")])
        .agg([
            sum(col("decided"), lit(1)).alias("deals"),
            col("revenue").cast(DataType::Int128).sum().alias("revenue"),
        ])
        .collect()?;
    let mut sums = std::collections::BTreeMap::<[String; 4], (i128, i128)>::new();
    for row in 0..cells.height() {
        let code = |name: &str| -> Result<usize, Fault> {
            match cells.column(name)?.get(row)? {
                AnyValue::UInt32(code) => Ok(code as usize),
                _ => Ok(usize::MAX),
            }
        };
        let wide = |name: &str| -> Result<i128, Fault> {
            match cells.column(name)?.get(row)? {
                AnyValue::Int128(number) => Ok(number),
                _ => Ok(0),
            }
        };
        let key = [
            kind(tables, code("from_state")?),
            role(tables, code("from_role")?),
            kind(tables, code("to_state")?),
            role(tables, code("to_role")?),
        ];
        let sum = sums.entry(key).or_default();
        sum.0 += wide("deals")?;
        sum.1 = sum.1.checked_add(wide("revenue")?).ok_or(Fault::Overflow)?;
    }
    Ok(sums.into_iter().map(|(key, (deals, revenue))| (key, deals, revenue)).collect())
}

/// The kind of a payee's state.
fn kind(tables: &Tables, state: usize) -> String {
    Texts::of(&tables.payees.states.frame, "kind").get(state).unwrap_or("unknown").to_owned()
}

fn role(tables: &Tables, role: usize) -> String {
    tables.engagements.roles.get(role).cloned().unwrap_or_default()
}
