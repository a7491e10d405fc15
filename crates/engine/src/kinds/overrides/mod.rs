//! Overrides: managers earn on the credit of those below them.

mod charter;
mod explain;
pub mod kernel;
mod nothing;
mod stage_two;

use rust_decimal::Decimal;

use self::explain::VersionExplainer;
use super::{
    Behaviour, Counts, DealPlan, Explains, FirstStep, Nature, NatureDifference, OfQuota, PaymentBasis,
    RateFall, Term,
};
use crate::cases::coverage::Point;
use crate::charter::facts::Fact;
use crate::charter::prose::listed;
use crate::charter::words;
use crate::credit::{FilledColumns, Line};
use crate::explain::tree::{Quantity, Row};
use crate::plan::Inputs;
use apportion_base::money::Overflow;
use apportion_book::{Book, Every};
use apportion_data::Tables;
use apportion_expr::Expr;
use apportion_rules::{Override, RoleShare, RuleBook, Vacancy, Value};

pub(super) const NATURE: Nature = Nature {
    pays: PaymentBasis::OnCredits(stage_two::pay),
    basis: true,
    credits: false,
    excludes: false,
    plural: "overrides",
    idle: Some("none of the payees credited on these deals has a manager whom `payees` selects"),
    heading: ("Overrides", "Managers earn on the credit of the people who report to them, level by level."),
    rows: &[Row::Managers, Row::Credit, Row::Product { label: "override", gives: Quantity::Uncapped }],
    differs: NatureDifference::OnCredits { running: false, levels: true },
};

impl Behaviour for Override {
    fn counts(&self) -> Counts<'_> {
        Counts::Credits
    }

    fn basis(&self) -> Option<&Expr> {
        None
    }

    fn payees(&self) -> Option<&Expr> {
        self.payees.as_ref()
    }

    fn one_of(&self) -> Option<&str> {
        None
    }

    fn roles(&self) -> Option<(&[RoleShare], Vacancy)> {
        None
    }

    fn applies(&self) -> FilledColumns {
        FilledColumns { basis: true, rate: true, amount: true, ..FilledColumns::default() }
    }

    fn deal_plan<'a>(&'a self, _: &Inputs) -> Result<Option<Box<dyn DealPlan + 'a>>, Overflow> {
        Ok(None)
    }

    fn explains<'a>(&'a self, _: &Inputs) -> Result<Box<dyn Explains + 'a>, Overflow> {
        Ok(Box::new(VersionExplainer { rule: self }))
    }

    fn conditions(&self) -> Vec<&Expr> {
        self.payees.iter().collect()
    }

    fn values(&self) -> Vec<(String, &Value)> {
        Vec::new()
    }

    fn zeros(&self) -> Vec<(String, String)> {
        let zero = self.levels.iter().all(Decimal::is_zero);
        zero.then(|| ("levels".to_owned(), "rates of 0 pay nothing".to_owned())).into_iter().collect()
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

    fn facts(&self, _: &Book, rules: &RuleBook, _: &str) -> Vec<Fact> {
        charter::facts(self, rules)
    }

    fn in_short(&self) -> String {
        let rates: Vec<String> = self.levels.iter().map(|rate| words::percent(*rate)).collect();
        format!("{}, by level", listed(&rates, "and"))
    }

    fn terms(&self) -> Vec<Term> {
        Vec::new()
    }

    fn points(&self) -> Vec<(Point, String)> {
        let levels = 1..=u8::try_from(self.levels.len()).unwrap_or(u8::MAX);
        levels.map(|level| (Point::Level(level), format!("level {level}"))).collect()
    }

    fn reached(&self, _: &Tables, line: &Line) -> Vec<Point> {
        vec![Point::Level(line.level)]
    }

    fn passed(&self, _: Option<&Line>, _: &Line) -> Vec<Point> {
        Vec::new()
    }

    fn adds_up_over(&self) -> Option<Every> {
        None
    }

    fn follows_managers(&self) -> bool {
        true
    }

    fn measures_deals(&self) -> bool {
        false
    }

    fn pays_parts(&self) -> bool {
        false
    }
}
