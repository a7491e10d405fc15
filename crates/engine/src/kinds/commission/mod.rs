//! Commission: a payee's credits of a period, added up, against tiers.

mod charter;
pub(super) mod explain;
pub mod kernel;
mod nothing;
pub(super) mod plan;
mod stage_two;
pub mod tiers;

use rust_decimal::Decimal;

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
use crate::plan::{Inputs, rate_e8};
use apportion_base::money::Overflow;
use apportion_book::config::number::percent;
use apportion_book::{Book, Every};
use apportion_data::Tables;
use apportion_expr::Expr;
use apportion_rules::{Commission, Mode, RoleShare, RuleBook, Tier, Tiers, Vacancy, Value};

pub(super) const NATURE: Nature = Nature {
    pays: PaymentBasis::OnCredits(stage_two::pay),
    basis: true,
    credits: false,
    excludes: false,
    plural: "commissions",
    idle: Some("none of these deals has credit of a payee whom `payees` selects"),
    heading: (
        "Commissions",
        "Paid on credit that a payee collects over a period. Deals count in the order in which they close, so that the deal that reaches a higher tier shows it. Credit that is taken back brings the total down again.",
    ),
    rows: &[Row::Credit, Row::Tiers],
    differs: NatureDifference::OnCredits { running: true, levels: false },
};

/// The tiers of either measure.
fn tiers_of(rule: &Commission) -> &[Tier] {
    match &rule.tiers {
        Tiers::OfQuota(tiers) | Tiers::Amounts(tiers) => tiers,
    }
}

fn is_of_quota(rule: &Commission) -> bool {
    match rule.tiers {
        Tiers::OfQuota(_) => true,
        Tiers::Amounts(_) => false,
    }
}

impl Behaviour for Commission {
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
        let zero = tiers_of(self).iter().all(|tier| tier.rate.is_zero());
        zero.then(|| ("tiers".to_owned(), "rates of 0 pay nothing".to_owned())).into_iter().collect()
    }

    fn falls(&self) -> Vec<RateFall> {
        let path = |nth: usize| format!("tiers.{nth}.rate");
        let fall = |(nth, pair): (usize, &[Tier])| match pair {
            [before, after] if after.rate < before.rate => {
                let rates = (before.rate, after.rate);
                Some(RateFall { before: path(nth), after: path(nth + 1), rates, case: None })
            }
            _ => None,
        };
        tiers_of(self).windows(2).enumerate().filter_map(fall).collect()
    }

    fn first_step(&self) -> Option<FirstStep> {
        tiers_of(self).first().filter(|tier| tier.from > Decimal::ZERO).map(|_| FirstStep::Tier)
    }

    fn fixed_amount(&self) -> Option<&Value> {
        None
    }

    fn of_quota(&self) -> Option<OfQuota<'_>> {
        is_of_quota(self).then_some(OfQuota { every: self.every, payees: self.payees.as_ref() })
    }

    fn facts(&self, book: &Book, rules: &RuleBook, _: &str) -> Vec<Fact> {
        charter::facts(self, book, rules)
    }

    fn in_short(&self) -> String {
        let measure = if is_of_quota(self) { "by attainment" } else { "by credit" };
        let rates: Vec<Decimal> = tiers_of(self).iter().map(|tier| tier.rate).collect();
        format!("{}, {measure}", words::range(&rates, words::percent))
    }

    fn terms(&self) -> Vec<Term> {
        if is_of_quota(self) { vec![Term::Tier, Term::Quota] } else { vec![Term::Tier] }
    }

    fn points(&self) -> Vec<(Point, String)> {
        let from = |tier: &Tier| match &self.tiers {
            Tiers::OfQuota(_) => percent(tier.from),
            Tiers::Amounts(_) => tier.from.normalize().to_string(),
        };
        let point = |(index, tier)| (Point::Tier(index), format!("tier from {}", from(tier)));
        tiers_of(self).iter().enumerate().map(point).collect()
    }

    /// The tiers with the rate of the line, which is that of the tier at the total after it; tiers of one rate are one.
    fn reached(&self, _: &Tables, line: &Line) -> Vec<Point> {
        let has_rate = |tier: &Tier| rate_e8(tier.rate).is_ok_and(|rate| rate == line.rate_e8);
        let tiers = tiers_of(self).iter().enumerate();
        tiers.filter(|(_, tier)| has_rate(tier)).map(|(index, _)| Point::Tier(index)).collect()
    }

    fn passed(&self, before: Option<&Line>, line: &Line) -> Vec<Point> {
        if self.mode != Mode::Marginal {
            return Vec::new();
        }
        // Of tiers of one rate the lowest: all of them are reached then.
        let tier = |line: &Line| {
            let mut tiers = tiers_of(self).iter();
            tiers.position(|tier| rate_e8(tier.rate).is_ok_and(|rate| rate == line.rate_e8))
        };
        let (from, to) = (before.map_or(Some(0), tier), tier(line));
        let (Some(from), Some(to)) = (from, to) else { return Vec::new() };
        (from.min(to)..=from.max(to)).map(Point::Tier).collect()
    }

    fn adds_up_over(&self) -> Option<Every> {
        Some(self.every)
    }

    fn pays_parts(&self) -> bool {
        false
    }
}
