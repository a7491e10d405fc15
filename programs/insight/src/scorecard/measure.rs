//! A metric as it is computed: sums in whole numbers over a frame of facts, by group and over all, in one pass for each family.

use std::collections::BTreeMap;

use polars::prelude::{
    AnyValue, Column, DataFrame, DataType, Expr, IntoLazy, LazyFrame, PolarsResult, SortOptions, col, lit,
    when,
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
    denominator: Expr,
    n: Expr,
}

impl Measure {
    /// The number of facts for which something is true.
    pub fn number(name: &str, which: Expr) -> Self {
        let number = count(which);
        Self::new(name, Shape::Sum(Unit::Count), number.clone(), lit(1), number)
    }

    /// A sum of money over the facts for which something is true; nulls are no facts.
    pub fn money(name: &str, which: Expr, amount: Expr) -> Self {
        let which = which.and(amount.clone().is_not_null());
        Self::new(name, Shape::Sum(Unit::Money), sum(which.clone(), amount), lit(1), count(which))
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
        Self::new(name, Shape::Median(per), twice_the_median(facts), lit(2), n)
    }

    /// Any other.
    pub fn new(name: &str, shape: Shape, numerator: Expr, denominator: Expr, n: Expr) -> Self {
        Self { name: name.to_owned(), shape, numerator, denominator, n }
    }
}

/// A column of ones that facts have while metrics are computed: a literal would count once, however many facts there are.
const ONE: &str = "one";

/// How many facts something is true of.
pub fn count(which: Expr) -> Expr {
    sum(which, col(ONE))
}

/// A sum over the facts for which something is true, in 128 bits.
pub fn sum(which: Expr, value: Expr) -> Expr {
    let wide = value.cast(DataType::Int128);
    when(which).then(wide).otherwise(lit(0).cast(DataType::Int128)).sum()
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
        let keys = self.keys(groups);
        let names = |place: usize| format!("key{place}");
        let sums: Vec<Expr> = self
            .measures
            .iter()
            .enumerate()
            .flat_map(|(place, measure)| {
                let wide = |expr: &Expr, name: &str| {
                    expr.clone().cast(DataType::Int128).alias(format!("{name}{place}"))
                };
                [wide(&measure.numerator, "num"), wide(&measure.denominator, "den"), wide(&measure.n, "n")]
            })
            .collect();
        let by: Vec<Expr> = keys
            .iter()
            .enumerate()
            .filter_map(|(place, key)| Some(key.clone()?.cast(DataType::UInt32).alias(names(place))))
            .collect();
        let facts = self.facts.clone().with_columns([lit(1).alias(ONE)]);
        let all = facts.clone().select(&sums).collect()?;
        let mut cells: Vec<ByGroup> = vec![BTreeMap::new(); self.measures.len()];
        if !by.is_empty() {
            let grouped = facts.group_by(by).agg(&sums).collect()?;
            self.read(
                &grouped,
                &mut cells,
                |row| {
                    let code = |place: usize| code_at(&grouped, &names(place), row);
                    keys.iter()
                        .enumerate()
                        .map(|(place, key)| key.as_ref().map(|_| code(place)).transpose())
                        .collect()
                },
                false,
            )?;
        }
        self.read(&all, &mut cells, |_| Ok(vec![None; keys.len()]), true)?;
        Ok(self.measures.iter().map(|measure| measure.name.clone()).zip(cells).collect())
    }

    /// Takes the sums of a frame over; groups in which nothing is counted are left out.
    fn read(
        &self,
        frame: &DataFrame,
        cells: &mut [ByGroup],
        key: impl Fn(usize) -> Result<Key, Fault>,
        always: bool,
    ) -> Result<(), Fault> {
        for (place, (measure, cells)) in self.measures.iter().zip(cells).enumerate() {
            let columns = ["num", "den", "n"].map(|name| frame.column(&format!("{name}{place}")));
            let [numerators, denominators, numbers] = columns;
            let (numerators, denominators, numbers) = (numerators?, denominators?, numbers?);
            for row in 0..frame.height() {
                let n = wide(numbers, row)?.unwrap_or(0);
                if n == 0 && !always {
                    continue;
                }
                let (numerator, denominator) =
                    (wide(numerators, row)?, wide(denominators, row)?.unwrap_or(0));
                cells.insert(key(row)?, Cell { shape: measure.shape, numerator, denominator, n });
            }
        }
        Ok(())
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

/// A frame with the codes of groups of the subject that each row names; `unknown` where it names none.
pub fn with_groups(rows: &DataFrame, subjects: &LazyFrame, groups: &Groups) -> LazyFrame {
    let names = groups.of_subjects();
    let wanted: Vec<Expr> =
        std::iter::once("subject".to_owned()).chain(names.iter().cloned()).map(col).collect();
    let joined =
        rows.clone().lazy().left_join(subjects.clone().select(wanted), col("subject"), col("subject"));
    joined.with_columns(names.into_iter().map(|name| col(name).fill_null(lit(0_u32))).collect::<Vec<_>>())
}
