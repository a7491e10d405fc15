//! The scorecard: the metrics of a period by group. docs/reference/reports.md says what each is.
//!
//! A family of metrics is a file; each makes its sums in one pass over its facts.

mod concentration;
mod conflicts;
mod gaps;
mod handoffs;
mod incentives;
mod inquiries;
pub(crate) mod matrix;
mod measure;
mod new_segments;
pub(crate) mod outliers;
mod partition;
mod prices;
mod referrals;
mod registrations;
mod renewals;
mod revenue;
mod service;
mod win_rates;

use std::collections::BTreeMap;

use apportion::cli::reports::{MadeReport, text_table};
use apportion::money::ratio_e6;
use polars::prelude::{Expr, IntoLazy, LazyFrame, col, lit};

use crate::frames::{Groups, Insight, Sight, Wanted};
use crate::{Fault, csv, exact};
pub(crate) use measure::sum;
use measure::{ByGroup, Cell, Key, Shape, Unit};

/// What is wanted of a scorecard.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What rows are grouped by: `month`, `kind` of payees, columns of deals.
    pub by: Vec<String>,
    /// Reasons for which a deal was lost that are no loss.
    pub exclude: Vec<String>,
    /// Whether matrix.csv is wanted.
    pub matrix: bool,
}

/// The files of a scorecard.
///
/// # Errors
/// A sum that can't be held.
pub fn scorecard(sight: Sight<'_>, question: &Question) -> Result<MadeReport, Fault> {
    let settlement = sight.settlement;
    let wanted =
        Wanted { by: &question.by, excluded: &question.exclude, touches: question.matrix, work: false };
    let insight = Insight::new(sight, wanted)?;
    let facts = Facts::new(&insight);
    let rows = rows(&facts)?;
    let period = settlement.period().to_string();
    let mut header = vec!["period"];
    header.extend(question.by.iter().map(String::as_str));
    header.extend(["metric", "value", "numerator", "denominator", "n"]);
    let cells = |row: &Row| {
        let mut cells = vec![period.clone()];
        cells.extend(row.group.iter().cloned());
        cells.extend([&row.metric, &row.value, &row.numerator, &row.denominator, &row.n].map(String::clone));
        cells
    };
    let numbers = ["value", "numerator", "denominator", "n"];
    let mut files = vec![("scorecard.csv".to_owned(), csv::file(&header, rows.iter().map(cells), &numbers)?)];
    files.push(("price_gaps.csv".to_owned(), gaps::file(&facts)?));
    files.push(("outliers.csv".to_owned(), outliers::file(&facts, settlement)?));
    if question.matrix {
        files.push(("matrix.csv".to_owned(), matrix::file(&facts, settlement)?));
    }
    Ok(MadeReport { files, text: shown(&rows, &question.by, &period) })
}

/// What metrics are made of: the frames, and what all of them ask of deals.
pub(crate) struct Facts<'a> {
    /// All frames.
    pub insight: &'a Insight,
    /// What metrics are grouped by.
    pub groups: &'a Groups,
    /// Deals of the period.
    pub deals: LazyFrame,
}

impl<'a> Facts<'a> {
    /// By all groups of the frames.
    pub fn new(insight: &'a Insight) -> Self {
        Self::by(insight, &insight.groups)
    }

    /// By the first of its groups.
    pub fn by(insight: &'a Insight, groups: &'a Groups) -> Self {
        let (first, last) = insight.period;
        let deals = insight.deals.clone().lazy().filter(within("close", (first, last)));
        Self { insight, groups, deals }
    }
}

/// Whether a day lies within the period.
pub(crate) fn within(day: &str, (first, last): (i32, i32)) -> Expr {
    col(day).gt_eq(lit(first)).and(col(day).lt_eq(lit(last)))
}

/// How a value reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// As a number.
    Number,
    /// As an amount in the book's currency.
    Money,
    /// As a part of one.
    Share,
    /// As an amount for each, which was divided.
    Average,
}

impl From<Shape> for Reads {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Sum(Unit::Count) | Shape::Median(_) => Self::Number,
            Shape::Sum(Unit::Money) => Self::Money,
            Shape::Ratio(Unit::Money, Unit::Count) => Self::Average,
            Shape::Ratio(..) => Self::Share,
        }
    }
}

/// A row of scorecard.csv but for the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The words of the group; `all` for everything.
    pub group: Vec<String>,
    /// The metric.
    pub metric: String,
    /// Its value; empty where nothing is divided by.
    pub value: String,
    /// The value in millionths; `None` where it is empty.
    pub value_e6: Option<i128>,
    /// How the value reads.
    pub reads: Reads,
    /// Of ratios.
    pub numerator: String,
    /// Of ratios.
    pub denominator: String,
    /// How many facts it rests on.
    pub n: String,
}

/// All rows: metric by metric, the groups of each in byte order of their words, `all` last.
///
/// # Errors
/// A sum that can't be held.
pub(crate) fn rows(facts: &Facts<'_>) -> Result<Vec<Row>, Fault> {
    rows_of_all(facts.insight, metrics(facts)?)
}

/// The rows of revenue and what is counted with it, likewise.
///
/// # Errors
/// A sum that can't be held.
pub(crate) fn revenue_rows(facts: &Facts<'_>) -> Result<Vec<Row>, Fault> {
    rows_of_all(facts.insight, revenue::family(facts).cells(facts.groups)?)
}

fn rows_of_all(insight: &Insight, metrics: Vec<(String, ByGroup)>) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    for (metric, cells) in metrics {
        rows.extend(rows_of(insight, &metric, cells)?);
    }
    Ok(rows)
}

/// The metrics, in the order in which they are written.
fn metrics(facts: &Facts<'_>) -> Result<Vec<(String, ByGroup)>, Fault> {
    let groups = facts.groups;
    let mut metrics = revenue::family(facts).cells(groups)?;
    revenue::add_share(&mut metrics);
    metrics.extend(win_rates::decided(facts).cells(groups)?);
    metrics.extend(win_rates::created(facts)?.cells(groups)?);
    metrics.extend(win_rates::cycle(facts).cells(groups)?);
    metrics.extend(partition::family(facts).cells(groups)?);
    metrics.extend(incentives::family(facts).cells(groups)?);
    incentives::add_cost_rate(&mut metrics, groups);
    metrics.extend(renewals::family(facts)?.cells(groups)?);
    metrics.extend(handoffs::family(facts).cells(groups)?);
    metrics.extend(registrations::submitted(facts).cells(groups)?);
    metrics.extend(registrations::claimed(facts).cells(groups)?);
    metrics.extend(conflicts::family(facts).cells(groups)?);
    metrics.extend(conflicts::held(facts).cells(groups)?);
    conflicts::add_rate(&mut metrics, conflicts::open(facts).cells(groups)?);
    metrics.extend(prices::family(facts).cells(groups)?);
    metrics.extend(outliers::family(facts)?.cells(groups)?);
    metrics.extend(service::cells(facts)?);
    metrics.push(concentration::cells(facts)?);
    metrics.extend(referrals::registered(facts).cells(groups)?);
    metrics.extend(referrals::won(facts).cells(groups)?);
    metrics.extend(inquiries::family(facts).cells(groups)?);
    metrics.extend(new_segments::family(facts)?.cells(groups)?);
    Ok(metrics)
}

fn rows_of(insight: &Insight, metric: &str, cells: ByGroup) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::with_capacity(cells.len());
    for (key, cell) in cells {
        rows.push((is_all(&key), row(insight, metric, &key, &cell)?));
    }
    rows.sort_by(|(one_is_all, one), (other_is_all, other)| {
        (one_is_all, &one.group).cmp(&(other_is_all, &other.group))
    });
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Whether a key is that of everything.
fn is_all(key: &Key) -> bool {
    key.iter().all(Option::is_none)
}

fn row(insight: &Insight, metric: &str, key: &Key, cell: &Cell) -> Result<Row, Fault> {
    let word = |(place, code): (usize, &Option<u32>)| match code {
        Some(code) => insight.groups.word(place, *code),
        None => "all".to_owned(),
    };
    let text = |number: i128, unit: Unit| match unit {
        Unit::Count => number.to_string(),
        Unit::Money => exact::money(number, insight.digits),
    };
    let numerator = cell.numerator.unwrap_or(0);
    let value_e6 = value_e6(cell)?;
    let (value, numerator, denominator) = match cell.shape {
        Shape::Sum(unit) => (text(numerator, unit), String::new(), String::new()),
        Shape::Ratio(above, below) => {
            let value = value_e6.map(exact::decimals).unwrap_or_default();
            (value, text(numerator, above), text(cell.denominator, below))
        }
        Shape::Median(_) => (value_e6.map(exact::decimals).unwrap_or_default(), String::new(), String::new()),
    };
    let group = key.iter().enumerate().map(word).collect();
    Ok(Row {
        group,
        metric: metric.to_owned(),
        value,
        value_e6,
        reads: cell.shape.into(),
        numerator,
        denominator,
        n: cell.n.to_string(),
    })
}

/// What a cell comes to, in millionths; `None` where nothing is divided by, and of the median of nothing.
fn value_e6(cell: &Cell) -> Result<Option<i128>, Fault> {
    let numerator = cell.numerator.unwrap_or(0);
    match cell.shape {
        Shape::Sum(Unit::Count) => numerator.checked_mul(1_000_000).map(Some).ok_or(Fault::Overflow),
        Shape::Sum(Unit::Money) => Ok(Some(numerator)),
        Shape::Ratio(above, below) => {
            Ok(ratio_e6((numerator, above.scale()), (cell.denominator, below.scale()))?)
        }
        Shape::Median(per) => {
            let of = cell.denominator.checked_mul(per).ok_or(Fault::Overflow)?;
            Ok(cell.numerator.map(|twice| ratio_e6((twice, 0), (of, 0))).transpose()?.flatten())
        }
    }
}

/// For people: a table of everything, and one for each metric by group where there are groups.
fn shown(rows: &[Row], by: &[String], period: &str) -> String {
    let mut header: Vec<&str> = vec!["metric"];
    header.extend(by.iter().map(String::as_str));
    header.extend(["value", "n"]);
    let cells = |row: &Row| {
        let mut cells = vec![row.metric.clone()];
        cells.extend(row.group.iter().cloned());
        cells.extend([row.value.clone(), row.n.clone()]);
        cells
    };
    let counted: Vec<Vec<String>> = rows.iter().filter(|row| row.n != "0").map(cells).collect();
    format!("Scorecard of {period}\n\n{}", text_table(&header, counted, 1 + by.len()))
}

/// The cells of a metric among others.
fn of_metric<'m>(metrics: &'m [(String, ByGroup)], name: &str) -> Option<&'m ByGroup> {
    metrics.iter().find(|(metric, _)| metric == name).map(|(_, cells)| cells)
}

/// A ratio of two metrics that are sums, group by group: of groups that have one of both, 0 where the other has none.
fn ratio_of(numerators: &ByGroup, denominators: &ByGroup, units: (Unit, Unit)) -> ByGroup {
    let keys = numerators.keys().chain(denominators.keys());
    let cell = |key: &Key| {
        let number = |cells: &ByGroup| cells.get(key).and_then(|cell| cell.numerator).unwrap_or(0);
        Cell {
            shape: Shape::Ratio(units.0, units.1),
            numerator: Some(number(numerators)),
            denominator: number(denominators),
            n: denominators.get(key).map_or(0, |cell| cell.n),
        }
    };
    keys.map(|key| (key.clone(), cell(key))).collect::<BTreeMap<_, _>>()
}
