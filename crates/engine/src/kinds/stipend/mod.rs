//! Stipends: a fixed amount for work that fulfils a requirement, independent of the deal's amount.

mod charter;
mod explain;
pub mod kernel;
mod plan;
mod trace;

use self::explain::VersionExplainer;
use self::plan::Plan;
use super::{
    Behaviour, Counts, DealPlan, Explains, FirstStep, Nature, NatureDifference, OfQuota, PaymentBasis,
    RateFall, Term, is_zero, numbers,
};
use crate::cases::coverage::{Point, entries, entry};
use crate::charter::facts::Fact;
use crate::charter::words;
use crate::credit::{FilledColumns, Line};
use crate::explain::tree::{Quantity, Row};
use crate::plan::Inputs;
use apportion_base::money::Overflow;
use apportion_book::{Book, Every};
use apportion_data::Tables;
use apportion_expr::Expr;
use apportion_rules::{Per, RoleShare, RuleBook, Stipend, Vacancy, Value};

pub(super) const NATURE: Nature = Nature {
    pays: PaymentBasis::ByDeal,
    basis: false,
    credits: false,
    excludes: false,
    plural: "stipends",
    idle: None,
    heading: (
        "Stipends",
        "A fixed amount for work that a share of the deal would not reward. Each payee earns it on its own, whatever others did. A deal with a negative amount earns no stipend.",
    ),
    rows: &[Row::Required, Row::Product { label: "stipend", gives: Quantity::Uncapped }],
    differs: NatureDifference::ByDeal { amount: true, parts: None },
};

impl Behaviour for Stipend {
    fn counts(&self) -> Counts<'_> {
        Counts::Engagements(&self.engaged)
    }

    fn basis(&self) -> Option<&Expr> {
        None
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
        FilledColumns { units: true, amount: true, ..FilledColumns::default() }
    }

    fn deal_plan<'a>(&'a self, inputs: &Inputs) -> Result<Option<Box<dyn DealPlan + 'a>>, Overflow> {
        Ok(Some(Box::new(Plan::new(inputs, self)?)))
    }

    fn explains<'a>(&'a self, inputs: &Inputs) -> Result<Box<dyn Explains + 'a>, Overflow> {
        Ok(Box::new(VersionExplainer { rule: self, plan: Plan::new(inputs, self)? }))
    }

    fn conditions(&self) -> Vec<&Expr> {
        self.engaged.condition.iter().chain(&self.require).collect()
    }

    fn values(&self) -> Vec<(String, &Value)> {
        vec![("amount".to_owned(), &self.amount)]
    }

    fn zeros(&self) -> Vec<(String, String)> {
        let zero = is_zero(&self.amount);
        zero.then(|| ("amount".to_owned(), "an amount of 0 pays nothing".to_owned())).into_iter().collect()
    }

    fn falls(&self) -> Vec<RateFall> {
        Vec::new()
    }

    fn first_step(&self) -> Option<FirstStep> {
        None
    }

    fn fixed_amount(&self) -> Option<&Value> {
        // A weight may be a fraction of one.
        (self.per != Per::Weight).then_some(&self.amount)
    }

    fn of_quota(&self) -> Option<OfQuota<'_>> {
        None
    }

    fn facts(&self, book: &Book, _: &RuleBook, _: &str) -> Vec<Fact> {
        charter::facts(self, book)
    }

    fn in_short(&self) -> String {
        let per = match self.per {
            Per::Deal => "a deal",
            Per::Touch => "an engagement",
            Per::Weight => "a unit of weight",
        };
        format!("{} {per}", words::range(&numbers(&self.amount), words::number))
    }

    fn terms(&self) -> Vec<Term> {
        Vec::new()
    }

    fn points(&self) -> Vec<(Point, String)> {
        entries("amount", &self.amount, Point::Value)
    }

    fn reached(&self, tables: &Tables, line: &Line) -> Vec<Point> {
        entry(tables, &self.amount, line).map(Point::Value).into_iter().collect()
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
        false
    }
}
