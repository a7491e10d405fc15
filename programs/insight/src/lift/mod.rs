//! Lift: whether deals with a partner's work are won more often than deals like them without. A comparison of like with like, no proof
//! of cause.

mod sums;

use apportion::cli::reports::{MadeReport, text_table};
use apportion::money::ratio_e6;
use polars::prelude::{AnyValue, DataFrame, DataType, Expr, col, lit};

use crate::frames::{Insight, Sight, Values, Wanted, code_name};
use crate::scorecard::{Facts, sum};
use crate::{Fault, csv, exact};
pub use sums::{Lift, Side, Stratum};

/// What tells strata apart, unless it is said; those that are there.
const STRATA: [&str; 4] = ["segment", SIZE, "deal_type", COUNTRY];

/// Digits before the point of list_amount, else of amount.
const SIZE: &str = "size";

/// A column of deals, else of their accounts.
const COUNTRY: &str = "country";

/// The country of accounts.
const COUNTRY_OF_ACCOUNT: &str = "accounts.country";

/// What is wanted of lift.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What deals of a stratum have in common: columns of deals, and `size`; nothing is segment, size, deal_type and country.
    pub strata: Vec<String>,
    /// How many decided deals a stratum needs on both sides.
    pub at_least: u32,
    /// Reasons for which a deal was lost that are no loss.
    pub exclude: Vec<String>,
}

/// Decided deals that a stratum needs on both sides, unless it is said.
pub const AT_LEAST: u32 = 5;

/// What was compared, and what came of it.
pub struct Found {
    /// The sums over all strata.
    pub lift: Lift,
    /// What tells strata apart.
    wanted: Vec<String>,
    strata: Vec<(Vec<String>, Stratum)>,
    digits: u32,
}

/// lift.csv and strata.csv.
///
/// # Errors
/// A sum that can't be held.
pub fn lift(sight: Sight<'_>, question: &Question) -> Result<MadeReport, Fault> {
    let strata = Strata::new(sight, &question.strata);
    let wanted = Wanted { by: strata.columns(), excluded: &question.exclude, touches: false, work: false };
    let insight = Insight::new(sight, wanted)?;
    let found = found(&insight, strata, 0, question.at_least)?;
    let period = sight.settlement.period().to_string();
    let (rows, at_least) = (found.rows()?, i128::from(question.at_least));
    Ok(MadeReport {
        files: vec![
            ("lift.csv".to_owned(), lift_file(&period, &rows)?),
            ("strata.csv".to_owned(), strata_file(&found.wanted, &found.strata, at_least, found.digits)?),
        ],
        text: format!("{}{}\n", shown(&period, &rows), found.lift.in_words()?),
    })
}

/// What tells strata apart.
#[derive(Debug, Clone)]
pub struct Strata {
    /// As they were asked for.
    names: Vec<String>,
    /// Those that are columns of deals or of their accounts.
    columns: Vec<String>,
}

impl Strata {
    /// Those that are wanted, else those of segment, size, deal_type and country that are there.
    pub fn new(sight: Sight<'_>, wanted: &[String]) -> Self {
        let frame = &sight.settlement.as_close().tables.deals.frame;
        let is_there = |name: &str| Values::of(frame, name).is_there();
        let country = if is_there(COUNTRY) { COUNTRY } else { COUNTRY_OF_ACCOUNT };
        let column = |name: &str| if name == COUNTRY { country.to_owned() } else { name.to_owned() };
        let names: Vec<String> = if wanted.is_empty() {
            let there = STRATA.into_iter().filter(|name| *name == SIZE || is_there(&column(name)));
            there.map(str::to_owned).collect()
        } else {
            wanted.to_vec()
        };
        let columns = names.iter().filter(|name| *name != SIZE).map(|name| column(name)).collect();
        Self { names, columns }
    }

    /// The columns by which frames have to be grouped.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

/// Compares decided deals of the period, stratum by stratum, where the columns of strata are groups of the frames from this place on.
///
/// # Errors
/// A sum that can't be held.
pub fn found(insight: &Insight, strata: Strata, first: usize, at_least: u32) -> Result<Found, Fault> {
    let rows = stratum_rows(insight, &strata, first)?;
    let sides: Vec<Stratum> = rows.iter().map(|(_, stratum)| *stratum).collect();
    let lift = Lift::of(&sides, i128::from(at_least))?;
    Ok(Found { lift, wanted: strata.names, strata: rows, digits: insight.digits })
}

impl Found {
    /// What is written: metric, value, and the number of deals that it rests on.
    ///
    /// # Errors
    /// A number over 38 digits.
    pub fn rows(&self) -> Result<Vec<LiftRow>, Fault> {
        rows(&self.lift)
    }
}

/// The strata by their words, in order.
fn stratum_rows(
    insight: &Insight,
    wanted: &Strata,
    first: usize,
) -> Result<Vec<(Vec<String>, Stratum)>, Fault> {
    let facts = Facts::new(insight);
    let mut place = first;
    let mut keys = Vec::with_capacity(wanted.names.len());
    for name in &wanted.names {
        if name == SIZE {
            keys.push((SIZE.to_owned(), None));
        } else {
            keys.push((code_name(place), Some(place)));
            place += 1;
        }
    }
    let of_side = |joined: Expr, side: &str| {
        let won = joined.clone().and(col("won"));
        [
            sum(joined, lit(1)).alias(format!("n{side}")),
            sum(won.clone(), lit(1)).alias(format!("won{side}")),
            sum(won, col("amount")).alias(format!("sum{side}")),
        ]
    };
    let sums: Vec<Expr> =
        of_side(col("joined"), "1").into_iter().chain(of_side(col("joined").not(), "0")).collect();
    let by: Vec<Expr> = keys.iter().map(|(name, _)| col(name.as_str()).cast(DataType::UInt32)).collect();
    let decided = facts.deals.filter(col("decided"));
    let found = match by.is_empty() {
        true => decided.select(&sums).collect()?,
        false => decided.group_by(by).agg(&sums).collect()?,
    };
    let mut strata = Vec::with_capacity(found.height());
    for row in 0..found.height() {
        let mut words = Vec::with_capacity(keys.len());
        for (name, place) in &keys {
            let code = match found.column(name)?.get(row)? {
                AnyValue::UInt32(code) => code,
                _ => 0,
            };
            words.push(place.map_or_else(|| code.to_string(), |place| insight.groups.word(place, code)));
        }
        let stratum = Stratum { with: side(&found, row, "1")?, without: side(&found, row, "0")? };
        strata.push((words, stratum));
    }
    strata.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(strata)
}

fn side(found: &DataFrame, row: usize, side: &str) -> Result<Side, Fault> {
    let number = |name: &str| -> Result<i128, Fault> {
        match found.column(&format!("{name}{side}"))?.get(row)? {
            AnyValue::Int128(number) => Ok(number),
            _ => Ok(0),
        }
    };
    Ok(Side { deals: number("n")?, won: number("won")?, amount_e6: number("sum")? })
}

/// A row of lift.csv but for the period.
pub type LiftRow = (&'static str, String, String);

/// What is written, each with the number of deals that it rests on.
fn rows(lift: &Lift) -> Result<Vec<LiftRow>, Fault> {
    let some = |number: Option<i128>| number.map(exact::decimals).unwrap_or_default();
    let partner = lift.all.with.deals;
    let unmatched = ratio_e6((lift.unmatched, 0), (partner, 0))?;
    let (matched, all) = (lift.matched.to_string(), (partner + lift.all.without.deals).to_string());
    Ok(vec![
        ("lift_wins", exact::decimals(lift.wins_e6), matched.clone()),
        ("lift_wins_low", some(lift.low_e6()?), matched.clone()),
        ("lift_wins_high", some(lift.high_e6()?), matched.clone()),
        ("standard_error", exact::decimals(lift.error_e6), matched.clone()),
        ("incremental_revenue", exact::decimals(lift.revenue_e6), matched),
        ("unmatched_share", some(unmatched), partner.to_string()),
        ("naive_wins", some(lift.naive_wins_e6), all.clone()),
        ("naive_revenue", some(lift.naive_revenue_e6), all),
    ])
}

fn lift_file(period: &str, rows: &[LiftRow]) -> Result<Vec<u8>, Fault> {
    let cells = rows
        .iter()
        .map(|(metric, value, n)| vec![period.to_owned(), (*metric).to_owned(), value.clone(), n.clone()]);
    csv::file(&["period", "metric", "value", "n"], cells, &["value", "n"])
}

fn strata_file(
    wanted: &[String],
    strata: &[(Vec<String>, Stratum)],
    at_least: i128,
    digits: u32,
) -> Result<Vec<u8>, Fault> {
    let numbers = ["n1", "won1", "amount1", "n0", "won0", "amount0", "lift_wins", "incremental_revenue"];
    let mut header: Vec<&str> = wanted.iter().map(String::as_str).collect();
    header.extend(numbers);
    header.push("matched");
    let mut rows = Vec::with_capacity(strata.len());
    for (words, stratum) in strata {
        let mut cells = words.clone();
        for side in [stratum.with, stratum.without] {
            cells.extend([
                side.deals.to_string(),
                side.won.to_string(),
                exact::money(side.amount_e6, digits),
            ]);
        }
        let is_matched = stratum.is_matched(at_least);
        let terms = if is_matched { Some(stratum.terms()?) } else { None };
        let text = |term: Option<i128>| {
            term.map(|term| apportion::money::format_scaled(term, 12)).unwrap_or_default()
        };
        cells.push(text(terms.map(|terms| terms.wins_e12)));
        cells.push(text(terms.map(|terms| terms.revenue_e12)));
        cells.push(is_matched.to_string());
        rows.push(cells);
    }
    csv::file(&header, rows.into_iter(), &numbers)
}

fn shown(period: &str, rows: &[LiftRow]) -> String {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|(metric, value, n)| vec![(*metric).to_owned(), value.clone(), n.clone()]).collect();
    format!(
        "Lift of {period}\n\n{}\nDeals with a partner's work are compared with deals like them without. That is a comparison of like with\n\
         like, and no proof of cause: what the strata do not tell apart may be the reason.\n",
        text_table(&["", "value", "n"], cells, 1)
    )
}
