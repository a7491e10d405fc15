//! Shared credit: a deal's credit, and a pool where the rule has a rate, shared over roles and payees.

mod charter;
pub mod decided;
#[cfg(test)]
mod decided_tests;
mod declared;
mod explain;
mod governed;
pub mod kernel;
mod nothing;
pub mod overlay;
mod plan;
mod trace;

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
use crate::plan::Inputs;
use apportion_base::money::Overflow;
use apportion_book::{Book, Every};
use apportion_data::Tables;
use apportion_expr::Expr;
use apportion_rules::{RoleShare, RuleBook, SharedCredit, Sharing, Vacancy, Value};

pub(super) const NATURE: Nature = Nature {
    pays: PaymentBasis::ByDeal,
    basis: true,
    credits: true,
    excludes: true,
    plural: "shared_credit rules",
    idle: None,
    heading: (
        "Shared credit",
        "A deal’s value is credited to those who worked on it, and where the rule has a rate, a pool of money is shared out in the same way. Every part is rounded so that all parts together are exactly the whole: cents that are left go one each to the largest fractions, and of equal ones to the payee whose number comes first.",
    ),
    rows: &[
        Row::Basis,
        Row::Rounded { label: "credit", gives: Quantity::CreditTotal },
        Row::Product { label: "pool", gives: Quantity::Pool },
        Row::Split {
            among: Sharers::Roles,
            credit: Some(Quantity::RoleCredit),
            pay: Some(Quantity::RolePool),
            word: "pay",
        },
        Row::Split {
            among: Sharers::Payees,
            credit: Some(Quantity::Credited),
            pay: Some(Quantity::Uncapped),
            word: "pay",
        },
        // An overlay takes each percent on its own.
        Row::Product { label: "own credit", gives: Quantity::Credited },
        Row::Product { label: "own pay", gives: Quantity::Uncapped },
    ],
    differs: NatureDifference::ByDeal {
        amount: false,
        parts: Some(PartsOf { cause: Cause::Shares, by_rule: true }),
    },
};

impl Behaviour for SharedCredit {
    fn counts(&self) -> Counts<'_> {
        match &self.sharing {
            Sharing::Roles { engaged, .. } | Sharing::Model { engaged, .. } => Counts::Engagements(engaged),
            Sharing::Declared { condition, .. } => Counts::Splits(condition.as_ref()),
        }
    }

    fn basis(&self) -> Option<&Expr> {
        self.basis.as_ref()
    }

    fn payees(&self) -> Option<&Expr> {
        None
    }

    fn one_of(&self) -> Option<&str> {
        self.one_of.as_deref()
    }

    fn roles(&self) -> Option<(&[RoleShare], Vacancy)> {
        match &self.sharing {
            Sharing::Roles { roles, unfilled, .. } => Some((roles, *unfilled)),
            Sharing::Model { .. } | Sharing::Declared { .. } => None,
        }
    }

    fn applies(&self) -> FilledColumns {
        let paid = self.rate.is_some();
        let overlay = matches!(self.sharing, Sharing::Declared { overlay: true, .. });
        FilledColumns {
            basis: true,
            rate: paid,
            units: true,
            units_total: true,
            credit_total: !overlay,
            pool: paid && !overlay,
            credited: true,
            amount: paid,
        }
    }

    fn deal_plan<'a>(&'a self, inputs: &Inputs) -> Result<Option<Box<dyn DealPlan + 'a>>, Overflow> {
        Ok(Some(Box::new(Plan::new(inputs, self)?)))
    }

    fn explains<'a>(&'a self, inputs: &Inputs) -> Result<Box<dyn Explains + 'a>, Overflow> {
        Ok(Box::new(VersionExplainer { rule: self, plan: Plan::new(inputs, self)? }))
    }

    fn conditions(&self) -> Vec<&Expr> {
        match self.counts() {
            Counts::Engagements(engaged) => engaged.condition.iter().collect(),
            Counts::Splits(condition) => condition.into_iter().collect(),
            Counts::Credits | Counts::Lines | Counts::Milestones => Vec::new(),
        }
    }

    fn values(&self) -> Vec<(String, &Value)> {
        self.rate.iter().map(|rate| ("rate".to_owned(), rate)).collect()
    }

    fn zeros(&self) -> Vec<(String, String)> {
        let mut zeros = Vec::new();
        if self.rate.as_ref().is_some_and(is_zero) {
            let what = "a rate of 0 pays nothing; leave `rate` out for a rule that only credits";
            zeros.push(("rate".to_owned(), what.to_owned()));
        }
        let roles = self.roles().map_or(&[][..], |(roles, _)| roles);
        for (nth, role) in roles.iter().enumerate().filter(|(_, role)| role.share.is_zero()) {
            let what = format!("a share of 0 pays nobody in the role `{}`", role.role);
            zeros.push((format!("roles.{nth}.share"), what));
        }
        zeros
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

    fn facts(&self, book: &Book, rules: &RuleBook, id: &str) -> Vec<Fact> {
        charter::facts(self, book, rules, id)
    }

    fn in_short(&self) -> String {
        let how = match &self.sharing {
            Sharing::Roles { .. } => "shared by roles",
            Sharing::Model { .. } => "shared among all payees",
            Sharing::Declared { .. } => "as declared",
        };
        let rate = |value| words::range(&numbers(value), words::percent);
        self.rate.as_ref().map_or("credit only".to_owned(), |value| format!("{}, {how}", rate(value)))
    }

    fn terms(&self) -> Vec<Term> {
        self.rate.iter().map(|_| Term::Pool).collect()
    }

    fn points(&self) -> Vec<(Point, String)> {
        let mut points: Vec<(Point, String)> =
            self.rate.iter().flat_map(|rate| entries("rate", rate, Point::Value)).collect();
        if let Some((roles, unfilled)) = self.roles() {
            let role = |role: &str| (Point::Role(role.to_owned()), format!("role `{role}`"));
            points.extend(roles.iter().map(|share| role(&share.role)));
            if unfilled == Vacancy::Retain {
                points.push((Point::Kept, "the part of an unfilled role, retained".to_owned()));
            }
        }
        points
    }

    fn reached(&self, tables: &Tables, line: &Line) -> Vec<Point> {
        let rate = self.rate.as_ref().and_then(|rate| entry(tables, rate, line)).map(Point::Value);
        let role = line.role.get().filter(|_| self.roles().is_some());
        let role = role.map(|role| Point::Role(tables.engagements.roles[role].clone()));
        rate.into_iter().chain(role).collect()
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
