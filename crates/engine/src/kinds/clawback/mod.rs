//! Clawbacks: what a deal paid is taken back where a later deal reverses it.

mod charter;
mod explain;
pub mod kernel;
pub mod mirror;
pub mod plan;

pub use mirror::{OriginalLine, OriginalLines, TakenBack};
pub use plan::{Clawbacks, Effect, KeptReversal, MatchedReversal, Taken};

use self::explain::VersionExplainer;
use super::{
    Behaviour, Counts, DealPlan, Explains, FirstStep, Nature, NatureDifference, OfQuota, PaymentBasis,
    RateFall, Term,
};
use crate::cases::coverage::Point;
use crate::charter::facts::Fact;
use crate::charter::words;
use crate::credit::{FilledColumns, Line};
use crate::explain::tree::Row;
use crate::plan::Inputs;
use apportion_base::money::Overflow;
use apportion_book::{Book, Every};
use apportion_data::Tables;
use apportion_expr::Expr;
use apportion_rules::{Clawback, RoleShare, RuleBook, ShareStep, Vacancy, Value};

pub(super) const NATURE: Nature = Nature {
    pays: PaymentBasis::OnLines,
    basis: true,
    credits: false,
    excludes: false,
    plural: "clawbacks",
    idle: None,
    heading: ("Clawbacks", "What a deal paid is taken back where a later deal reverses it."),
    rows: &[Row::TakenBack],
    differs: NatureDifference::OnLines,
};

impl Behaviour for Clawback {
    fn counts(&self) -> Counts<'_> {
        Counts::Lines
    }

    fn basis(&self) -> Option<&Expr> {
        None
    }

    fn payees(&self) -> Option<&Expr> {
        self.mirror().and_then(|mirror| mirror.payees.as_ref())
    }

    fn one_of(&self) -> Option<&str> {
        None
    }

    fn roles(&self) -> Option<(&[RoleShare], Vacancy)> {
        None
    }

    /// A rule that recomputes has no lines; its sums are 0 as those of any clawback without lines.
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
        self.payees().into_iter().collect()
    }

    fn values(&self) -> Vec<(String, &Value)> {
        Vec::new()
    }

    fn zeros(&self) -> Vec<(String, String)> {
        let Some(steps) = self.schedule() else { return Vec::new() };
        let nothing = |step: &ShareStep| step.share.is_zero() && step.to.is_none_or(|to| to.is_zero());
        let zero = steps.iter().all(nothing);
        zero.then(|| ("schedule".to_owned(), "shares of 0 take nothing back".to_owned()))
            .into_iter()
            .collect()
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
        match self {
            Self::Recompute => "the reversed deal is computed again".to_owned(),
            Self::Mirror(mirror) => match mirror.schedule.as_deref() {
                None => "all of each line is taken back".to_owned(),
                Some([first, ..]) => format!("{} of each line, by time", words::percent(first.share)),
                Some([]) => "nothing is taken back".to_owned(),
            },
        }
    }

    fn terms(&self) -> Vec<Term> {
        vec![Term::Reversal]
    }

    fn points(&self) -> Vec<(Point, String)> {
        let steps = self.schedule().unwrap_or_default();
        let named = |(place, step): (usize, &ShareStep)| {
            (Point::Step(place), format!("schedule within {} days", step.within))
        };
        steps.iter().enumerate().map(named).collect()
    }

    fn reached(&self, tables: &Tables, line: &Line) -> Vec<Point> {
        let steps = self.schedule().unwrap_or_default();
        let Some(original) = tables.deals.original(line.deal) else { return Vec::new() };
        let place = kernel::step_of(steps, tables.deals.days_between(original, line.deal));
        place.map(Point::Step).into_iter().collect()
    }

    fn passed(&self, _: Option<&Line>, _: &Line) -> Vec<Point> {
        Vec::new()
    }

    fn adds_up_over(&self) -> Option<Every> {
        None
    }

    fn measures_deals(&self) -> bool {
        false
    }

    fn pays_parts(&self) -> bool {
        false
    }

    fn follows_managers(&self) -> bool {
        false
    }
}
