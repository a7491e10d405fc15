//! Renewal bonuses: a share of what is renewed, at a rate that rises with the work during the term.

mod charter;
mod explain;
pub mod kernel;
mod plan;
mod trace;

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use self::explain::VersionExplainer;
use self::plan::Plan;
use super::{
    Behaviour, Counts, DealPlan, Explains, FirstStep, Nature, NatureDifference, OfQuota, PartsOf,
    PaymentBasis, RateFall, Term, is_zero, numbers,
};
use crate::cases::coverage::{Point, entries, entry};
use crate::charter::facts::Fact;
use crate::charter::words;
use crate::credit::{FilledColumns, Line};
use crate::diff::Cause;
use crate::explain::tree::{Quantity, Row, Sharers};
use crate::plan::{Inputs, scaled};
use apportion_base::money::Overflow;
use apportion_book::{Book, Every};
use apportion_data::Tables;
use apportion_expr::Expr;
use apportion_rules::{RateBy, RateFrom, RenewalBonus, RoleShare, RuleBook, Vacancy, Value};

pub(super) const NATURE: Nature = Nature {
    pays: PaymentBasis::ByDeal,
    basis: true,
    credits: false,
    excludes: false,
    plural: "renewal bonuses",
    idle: None,
    heading: (
        "Renewal bonuses",
        "A share of what a customer renews, for the work that was done before the renewal: the more work, the higher the rate.",
    ),
    rows: &[
        Row::Basis,
        Row::Measure,
        Row::Rounded { label: "to share", gives: Quantity::RoundedBasis },
        Row::Product { label: "pool", gives: Quantity::Pool },
        Row::Split { among: Sharers::Payees, credit: None, pay: Some(Quantity::Part), word: "part" },
        Row::Split { among: Sharers::Payees, credit: None, pay: Some(Quantity::Uncapped), word: "pay" },
        Row::Product { label: "bonus", gives: Quantity::Uncapped },
    ],
    differs: NatureDifference::ByDeal {
        amount: false,
        parts: Some(PartsOf { cause: Cause::Engagements, by_rule: false }),
    },
};

impl Behaviour for RenewalBonus {
    fn counts(&self) -> Counts<'_> {
        Counts::Engagements(&self.engaged)
    }

    fn basis(&self) -> Option<&Expr> {
        self.basis.as_ref()
    }

    fn payees(&self) -> Option<&Expr> {
        None
    }

    fn one_of(&self) -> Option<&str> {
        None
    }

    fn roles(&self) -> Option<(&[RoleShare], Vacancy)> {
        None
    }

    fn applies(&self) -> FilledColumns {
        FilledColumns {
            basis: true,
            rate: true,
            units: true,
            units_total: true,
            pool: self.rate_by == RateBy::Deal,
            amount: true,
            ..FilledColumns::default()
        }
    }

    fn deal_plan<'a>(&'a self, inputs: &Inputs) -> Result<Option<Box<dyn DealPlan + 'a>>, Overflow> {
        Ok(Some(Box::new(Plan::new(inputs, self)?)))
    }

    fn explains<'a>(&'a self, inputs: &Inputs) -> Result<Box<dyn Explains + 'a>, Overflow> {
        Ok(Box::new(VersionExplainer { rule: self, plan: Plan::new(inputs, self)? }))
    }

    fn conditions(&self) -> Vec<&Expr> {
        self.engaged.condition.iter().collect()
    }

    fn values(&self) -> Vec<(String, &Value)> {
        let steps = self.rates.iter().enumerate();
        steps.map(|(index, step)| (format!("rates.{index}.rate"), &step.rate)).collect()
    }

    fn zeros(&self) -> Vec<(String, String)> {
        let zero = self.rates.iter().all(|step| is_zero(&step.rate));
        zero.then(|| ("rates".to_owned(), "rates of 0 pay nothing".to_owned())).into_iter().collect()
    }

    fn falls(&self) -> Vec<RateFall> {
        let mut found = Vec::new();
        for (nth, pair) in self.rates.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            for case in cases(&before.rate, &after.rate) {
                let path = |nth, value: &Value| match (value, &case) {
                    (Value::By { .. }, Some(case)) => format!("rates.{nth}.rate.is.{case}"),
                    _ => format!("rates.{nth}.rate"),
                };
                let rate_in_case = |value: &Value| rate_of(value, case.as_deref());
                if let (Some(first), Some(second)) = (rate_in_case(&before.rate), rate_in_case(&after.rate))
                    && second < first
                {
                    let (before, after) = (path(nth, &before.rate), path(nth + 1, &after.rate));
                    found.push(RateFall { before, after, rates: (first, second), case: case.clone() });
                }
            }
        }
        found
    }

    fn first_step(&self) -> Option<FirstStep> {
        self.rates.first().map(|step| FirstStep::Rate { from: step.from })
    }

    fn fixed_amount(&self) -> Option<&Value> {
        None
    }

    fn of_quota(&self) -> Option<OfQuota<'_>> {
        None
    }

    fn facts(&self, _: &Book, _: &RuleBook, _: &str) -> Vec<Fact> {
        charter::facts(self)
    }

    fn in_short(&self) -> String {
        let rates: Vec<Decimal> = self.rates.iter().flat_map(|step| numbers(&step.rate)).collect();
        format!("{}, by work done", words::range(&rates, words::percent))
    }

    fn terms(&self) -> Vec<Term> {
        vec![Term::Pool]
    }

    fn points(&self) -> Vec<(Point, String)> {
        let of_step = |(index, step): (usize, &RateFrom)| {
            let name = format!("rate from {}", step.from.normalize());
            match &step.rate {
                Value::Plain(_) => vec![(Point::Rate(index, None), name)],
                by @ (Value::By { .. } | Value::Table(_)) => {
                    entries(&name, by, |entry| Point::Rate(index, Some(entry)))
                }
            }
        };
        self.rates.iter().enumerate().flat_map(of_step).collect()
    }

    /// The rate whose `from` is the highest not above the line's measure.
    fn reached(&self, tables: &Tables, line: &Line) -> Vec<Point> {
        let measure_e9 = match self.rate_by {
            RateBy::Deal => line.units_total.e9(),
            RateBy::Payee => line.units.e9(),
        };
        let from_e9 = |index: usize| scaled(self.rates[index].from, 9).ok();
        let index =
            (0..self.rates.len()).rev().find(|&index| from_e9(index).is_some_and(|from| from <= measure_e9));
        index
            .map(|index| Point::Rate(index, entry(tables, &self.rates[index].rate, line)))
            .into_iter()
            .collect()
    }

    fn passed(&self, _: Option<&Line>, _: &Line) -> Vec<Point> {
        Vec::new()
    }

    fn adds_up_over(&self) -> Option<Every> {
        None
    }

    fn follows_managers(&self) -> bool {
        false
    }

    fn measures_deals(&self) -> bool {
        false
    }

    fn pays_parts(&self) -> bool {
        self.rate_by == RateBy::Payee
    }
}

/// The cases that either value names, and `None` for all others; values by different columns can't be compared.
fn cases(before: &Value, after: &Value) -> Vec<Option<String>> {
    let keys = |value: &Value| match value {
        Value::Plain(_) => Vec::new(),
        Value::By { is, .. } => is.keys().cloned().collect(),
        Value::Table(table) => (0..table.len()).map(|row| table.text(row)).collect(),
    };
    if let (Value::By { column: one, .. }, Value::By { column: other, .. }) = (before, after)
        && one != other
    {
        return Vec::new();
    }
    if matches!((before, after), (Value::By { .. }, Value::Table(_)) | (Value::Table(_), Value::By { .. })) {
        return Vec::new();
    }
    let all: BTreeSet<String> = keys(before).into_iter().chain(keys(after)).collect();
    std::iter::once(None).chain(all.into_iter().map(Some)).collect()
}

fn rate_of(value: &Value, case: Option<&str>) -> Option<Decimal> {
    match value {
        Value::Plain(rate) => Some(*rate),
        Value::By { is, otherwise, .. } => case.and_then(|case| is.get(case).copied()).or(*otherwise),
        Value::Table(table) => {
            let case = case?;
            (0..table.len()).find(|row| table.text(*row) == case).map(|row| table.value(row))
        }
    }
}
