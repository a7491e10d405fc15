//! A metric as it is computed: sums in whole numbers over a frame of facts, by group and over all, in one pass for each family.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{
    AnyValue, Column, DataFrame, DataType, Expr, LazyFrame, PolarsResult, SortOptions, col, len, lit, when,
};

use crate::Fault;
use crate::frames::{GroupSource, Groups, code_name};

/// The columns of a group: codes, `None` where the metric has no such column and `all` stands.
pub type Key = Vec<Option<u32>>;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Millionths of the book's currency.
    Money,
}

impl Unit {
    /// How many decimals its whole numbers have.
    pub fn scale(self) -> u32 {
        match self {
            Self::Count => 0,
            Self::Money => 6,
        }
    }
}

/// What is written of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A number or a sum.
    Sum(Unit),
    /// Numerator and denominator, and what they come to.
    Ratio(Unit, Unit),
    /// A median; what is counted is so many times the unit that is written.
    Median(i128),
}

/// A metric of a family.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Its name in scorecard.csv.
    pub name: String,
    shape: Shape,
    numerator: Expr,
    /// Of ratios.
    denominator: Option<Expr>,
    n: Expr,
}

impl Measure {
    /// The number of facts for which something is true.
    pub fn number(name: &str, which: Expr) -> Self {
        let number = count(which);
        Self::of(name, Shape::Sum(Unit::Count), number.clone(), number)
    }

    /// A sum of money over the facts for which something is true; nulls are no facts.
    pub fn money(name: &str, which: Expr, amount: Expr) -> Self {
        let which = which.and(amount.clone().is_not_null());
        Self::of(name, Shape::Sum(Unit::Money), sum(which.clone(), amount), count(which))
    }

    /// A part of the facts for which something is true.
    pub fn share(name: &str, part: Expr, of: Expr) -> Self {
        let (part, of) = (count(part.and(of.clone())), count(of));
        Self::new(name, Shape::Ratio(Unit::Count, Unit::Count), part, of.clone(), of)
    }

    /// A sum over another, both over the facts for which something is true.
    pub fn ratio(
        name: &str,
        units: (Unit, Unit),
        which: Expr,
        (numerator, denominator): (Expr, Expr),
    ) -> Self {
        let sums = (sum(which.clone(), numerator), sum(which.clone(), denominator));
        Self::new(name, Shape::Ratio(units.0, units.1), sums.0, sums.1, count(which))
    }

    /// The median of the facts that have a value.
    pub fn median(name: &str, which: Expr, value: Expr, per: i128) -> Self {
        let facts = value.clone().filter(which.clone().and(value.clone().is_not_null()));
        let n = count(which.and(value.is_not_null()));
        Self::of(name, Shape::Median(per), twice_the_median(facts), n)
    }

    /// Any other ratio. Its numbers add up over groups.
    pub fn new(name: &str, shape: Shape, numerator: Expr, denominator: Expr, n: Expr) -> Self {
        Self { denominator: Some(denominator), ..Self::of(name, shape, numerator, n) }
    }

    fn of(name: &str, shape: Shape, numerator: Expr, n: Expr) -> Self {
        Self { name: name.to_owned(), shape, numerator, denominator: None, n }
    }

    /// Whether the numerator over everything is the sum of those of groups.
    fn adds_up(&self) -> bool {
        !matches!(self.shape, Shape::Median(_))
    }
}

/// How many facts something is true of; of a null it is not.
pub fn count(which: Expr) -> Expr {
    if is_always(&which) { len() } else { which.sum() }
}

/// A sum over the facts for which something is true, in 128 bits.
pub fn sum(which: Expr, value: Expr) -> Expr {
    if value == lit(1) {
        return count(which).cast(DataType::Int128);
    }
    let wide = value.cast(DataType::Int128);
    if is_always(&which) {
        wide.sum()
    } else {
        when(which).then(wide).otherwise(lit(0).cast(DataType::Int128)).sum()
    }
}

/// A literal counts once, however many facts there are.
fn is_always(which: &Expr) -> bool {
    *which == lit(true)
}

/// The middle one twice, or the sum of the middle two; null of nothing.
pub fn twice_the_median(values: Expr) -> Expr {
    let sorted = values.cast(DataType::Int128).sort(SortOptions::default());
    let rows = sorted.clone().len().cast(DataType::Int64);
    let low = sorted.clone().get((rows.clone() - lit(1)) / lit(2), true);
    let high = sorted.get(rows / lit(2), true);
    low + high
}

/// Metrics over one frame of facts.
pub struct Family {
    /// The facts: with the codes of groups, and those of the period only.
    pub facts: LazyFrame,
    /// The column with the month of their own day; a literal where they have none.
    pub month: &'static str,
    /// Whether the facts have a kind of payee.
    pub of_kinds: bool,
    /// The metrics.
    pub measures: Vec<Measure>,
}

/// A metric of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What is written.
    pub shape: Shape,
    /// Whole numbers, by the units of the shape. None of a median of nothing.
    pub numerator: Option<i128>,
    /// Likewise.
    pub denominator: i128,
    /// How many facts there are.
    pub n: i128,
}

/// A metric by group; the key of nothing but `None` is `all`.
pub type ByGroup = BTreeMap<Key, Cell>;

impl Family {
    /// What facts of this family are grouped by: the columns, by the place of the group.
    fn keys(&self, groups: &Groups) -> Vec<Option<Expr>> {
        let key = |(place, column): (usize, &crate::frames::GroupColumn)| match column.source {
            GroupSource::Month => Some(col(self.month)),
            GroupSource::Kind => self.of_kinds.then(|| col("kind")),
            GroupSource::Column => Some(col(code_name(place))),
        };
        groups.columns.iter().enumerate().map(key).collect()
    }

    /// All metrics by group, and over all.
    ///
    /// # Errors
    /// What the data frame engine says, which would be a mistake of ours.
    pub fn cells(&self, groups: &Groups) -> Result<Vec<(String, ByGroup)>, Fault> {
        let (keys, sums) = (self.keys(groups), Sums::of(&self.measures));
        let name = |place: usize| format!("key{place}");
        let by = keys
            .iter()
            .enumerate()
            .filter_map(|(place, key)| Some(key.clone()?.cast(DataType::UInt32).alias(name(place))));
        let by: Vec<Expr> = by.collect();
        let mut cells: Vec<ByGroup> = vec![BTreeMap::new(); self.measures.len()];
        let all = if by.is_empty() {
            Numbers::read(&self.facts.clone().select(sums.named(|_| true)).collect()?, &sums)?.overall()?
        } else {
            let grouped = self.facts.clone().group_by(by).agg(sums.named(|_| true)).collect()?;
            let numbers = Numbers::read(&grouped, &sums)?;
            for row in 0..grouped.height() {
                let code = |(place, key): (usize, &Option<Expr>)| {
                    key.as_ref().map(|_| code_at(&grouped, &name(place), row)).transpose()
                };
                let key: Key = keys.iter().enumerate().map(code).collect::<Result<_, _>>()?;
                let of_group = sums.cells(&self.measures, |sum| numbers.at(sum, row));
                // Groups in which nothing is counted are left out.
                for (cells, cell) in cells.iter_mut().zip(of_group).filter(|(_, cell)| cell.n != 0) {
                    cells.insert(key.clone(), cell);
                }
            }
            self.overall(&sums, &numbers)?
        };
        let of_all = sums.cells(&self.measures, |sum| all.get(sum).copied().flatten());
        for (cells, cell) in cells.iter_mut().zip(of_all) {
            cells.insert(vec![None; keys.len()], cell);
        }
        Ok(self.measures.iter().map(|measure| measure.name.clone()).zip(cells).collect())
    }

    /// The sums over everything: those of all groups, but for medians, which are asked of all facts.
    fn overall(&self, sums: &Sums, of_groups: &Numbers) -> Result<Vec<Option<i128>>, Fault> {
        let mut all = of_groups.overall()?;
        if sums.asked_again.is_empty() {
            return Ok(all);
        }
        let again =
            self.facts.clone().select(sums.named(|place| sums.asked_again.contains(&place))).collect()?;
        for place in &sums.asked_again {
            if let Some(number) = all.get_mut(*place) {
                *number = wide(again.column(&sum_name(*place))?, 0)?;
            }
        }
        Ok(all)
    }
}

/// The numbers that the metrics of a family are made of, each once: many metrics count the same.
#[derive(Default)]
struct Sums {
    exprs: Vec<Expr>,
    /// Of each metric: the places of its numerator, its denominator and its n.
    of_measures: Vec<(usize, Option<usize>, usize)>,
    /// Those that are no sums.
    asked_again: BTreeSet<usize>,
}

impl Sums {
    fn of(measures: &[Measure]) -> Self {
        let mut sums = Self::default();
        for measure in measures {
            let numerator = sums.place(&measure.numerator);
            let denominator = measure.denominator.as_ref().map(|denominator| sums.place(denominator));
            let n = sums.place(&measure.n);
            if !measure.adds_up() {
                sums.asked_again.insert(numerator);
            }
            sums.of_measures.push((numerator, denominator, n));
        }
        sums
    }

    fn place(&mut self, expr: &Expr) -> usize {
        let known = self.exprs.iter().position(|known| known == expr);
        known.unwrap_or_else(|| {
            self.exprs.push(expr.clone());
            self.exprs.len() - 1
        })
    }

    /// Those that are wanted, by the names of their places.
    fn named(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<Expr> {
        let wanted = self.exprs.iter().enumerate().filter(|(place, _)| is_wanted(*place));
        wanted.map(|(place, expr)| expr.clone().cast(DataType::Int128).alias(sum_name(place))).collect()
    }

    /// The cells of one group, a metric each.
    fn cells(
        &self,
        measures: &[Measure],
        number: impl Fn(usize) -> Option<i128>,
    ) -> impl Iterator<Item = Cell> {
        measures.iter().zip(&self.of_measures).map(move |(measure, (numerator, denominator, n))| {
            let denominator = match (denominator, measure.shape) {
                (Some(denominator), _) => number(*denominator).unwrap_or(0),
                // Its numerator is that of two.
                (None, Shape::Median(_)) => 2,
                (None, _) => 1,
            };
            let (numerator, n) = (number(*numerator), number(*n).unwrap_or(0));
            Cell { shape: measure.shape, numerator, denominator, n }
        })
    }
}

fn sum_name(place: usize) -> String {
    format!("sum{place}")
}

/// Sums by group, as they came out of a frame.
struct Numbers(Vec<Vec<Option<i128>>>);

impl Numbers {
    fn read(frame: &DataFrame, sums: &Sums) -> Result<Self, Fault> {
        let column = |place: usize| -> Result<Vec<Option<i128>>, Fault> {
            let column = frame.column(&sum_name(place))?;
            (0..frame.height()).map(|row| Ok(wide(column, row)?)).collect()
        };
        (0..sums.exprs.len()).map(column).collect::<Result<_, _>>().map(Self)
    }

    fn at(&self, sum: usize, row: usize) -> Option<i128> {
        self.0.get(sum)?.get(row).copied().flatten()
    }

    /// The sums of all groups; that of one group is its own, also where it is none.
    fn overall(&self) -> Result<Vec<Option<i128>>, Fault> {
        let of_one = |numbers: &Vec<Option<i128>>| match numbers.as_slice() {
            [one] => Ok(*one),
            several => {
                let mut all = several.iter().flatten();
                all.try_fold(0_i128, |sum, number| sum.checked_add(*number)).map(Some).ok_or(Fault::Overflow)
            }
        };
        self.0.iter().map(of_one).collect()
    }
}

fn code_at(frame: &DataFrame, name: &str, row: usize) -> Result<u32, Fault> {
    match frame.column(name)?.get(row)? {
        AnyValue::UInt32(code) => Ok(code),
        _ => Ok(0),
    }
}

fn wide(column: &Column, row: usize) -> PolarsResult<Option<i128>> {
    column.get(row).map(|value| match value {
        AnyValue::Int128(number) => Some(number),
        _ => None,
    })
}
