//! Milestones: an amount for what a joint account plan agreed on and somebody did. Its lines are of no deal.

mod charter;
mod explain;
pub(crate) mod plan;
mod stage_two;

use self::explain::VersionExplainer;
pub use self::plan::{DoneUnder, done_under};
use super::{
    Behaviour, Counts, DealPlan, Explains, FirstStep, Nature, NatureDifference, OfQuota, PaymentBasis,
    RateFall, Term, is_zero, numbers,
};
use crate::cases::coverage::{Point, entries};
use crate::charter::facts::Fact;
use crate::charter::words;
use crate::credit::{FilledColumns, Line};
use crate::explain::tree::{Quantity, Row};
use crate::plan::Inputs;
use apportion_base::money::Overflow;
use apportion_book::{Book, Every};
use apportion_data::Tables;
use apportion_expr::Expr;
use apportion_rules::{Milestone, RoleShare, RuleBook, Vacancy, Value};

pub(super) const NATURE: Nature = Nature {
    pays: PaymentBasis::OnMilestones(stage_two::pay),
    basis: false,
    credits: false,
    excludes: false,
    plural: "rules of milestones",
    idle: Some("no milestone that it matches was done in the period"),
    heading: (
        "Milestones",
        "A fixed amount for each milestone of a joint account plan that was done. It counts for the day on which it was done.",
    ),
    rows: &[Row::Product { label: "amount", gives: Quantity::Uncapped }],
    differs: NatureDifference::OnMilestones,
};

impl Behaviour for Milestone {
    fn counts(&self) -> Counts<'_> {
        Counts::Milestones
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
        FilledColumns { amount: true, ..FilledColumns::default() }
    }

    fn deal_plan<'a>(&'a self, _: &Inputs) -> Result<Option<Box<dyn DealPlan + 'a>>, Overflow> {
        Ok(None)
    }

    fn explains<'a>(&'a self, inputs: &Inputs) -> Result<Box<dyn Explains + 'a>, Overflow> {
        Ok(Box::new(VersionExplainer::new(self, inputs.tables)))
    }

    fn conditions(&self) -> Vec<&Expr> {
        self.when.iter().collect()
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
        None
    }

    fn of_quota(&self) -> Option<OfQuota<'_>> {
        None
    }

    fn facts(&self, book: &Book, _: &RuleBook, _: &str) -> Vec<Fact> {
        charter::facts(self, book)
    }

    fn in_short(&self) -> String {
        format!("{} a milestone", words::range(&numbers(&self.amount), words::number))
    }

    fn terms(&self) -> Vec<Term> {
        Vec::new()
    }

    fn points(&self) -> Vec<(Point, String)> {
        entries("amount", &self.amount, Point::Value)
    }

    fn reached(&self, _: &Tables, _: &Line) -> Vec<Point> {
        Vec::new()
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
