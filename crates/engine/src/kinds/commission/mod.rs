//! Commission: a payee's credits of a period, added up, against tiers.

pub mod attainment;
mod charter;
pub(super) mod explain;
pub mod kernel;
pub mod measure;
mod nothing;
pub(crate) mod open;
pub(super) mod plan;
pub mod running;
mod stage_two;
mod team;
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
use apportion_rules::{Commission, CreditOf, Mode, RoleShare, RuleBook, Tier, Tiers, Vacancy, Value};

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
        let pays = |tier: &Tier| !tier.rate.is_zero() || tier.bonus.is_some_and(|bonus| !bonus.is_zero());
        let zero = !self.tiers.list().iter().any(pays);
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
        self.tiers.list().windows(2).enumerate().filter_map(fall).collect()
    }

    fn first_step(&self) -> Option<FirstStep> {
        // Whether a first tier with a bonus alone is reached does not show in the rate of a line.
        let first = self.tiers.list().first();
        first.filter(|tier| tier.from > Decimal::ZERO && !tier.rate.is_zero()).map(|_| FirstStep::Tier)
    }

    fn fixed_amount(&self) -> Option<&Value> {
        None
    }

    fn of_quota(&self) -> Option<OfQuota<'_>> {
        is_of_quota(self).then_some(OfQuota {
            every: self.every,
            payees: self.payees.as_ref(),
            measure: self.quota_measure.as_deref(),
            prorates: self.prorate.is_some(),
        })
    }

    fn facts(&self, book: &Book, rules: &RuleBook, _: &str) -> Vec<Fact> {
        charter::facts(self, book, rules)
    }

    fn in_short(&self) -> String {
        let measure = match (&self.tiers_by, is_of_quota(self)) {
            (_, true) => "by attainment".to_owned(),
            (None, false) => "by credit".to_owned(),
            (Some(by), false) => format!("by {}", by.text()),
        };
        let rates: Vec<Decimal> = self.tiers.list().iter().map(|tier| tier.rate).collect();
        let bonuses = self.tiers.list().iter().any(|tier| tier.bonus.is_some());
        let and = if bonuses { " and bonuses" } else { "" };
        format!("{}{and}, {measure}", words::range(&rates, words::percent))
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
        self.tiers.list().iter().enumerate().map(point).collect()
    }

    /// The tiers with the rate of the line, which is that of the tier at the total after it; tiers of one rate are one,
    /// but that a tier with a bonus is reached by a line that holds it.
    fn reached(&self, _: &Tables, line: &Line) -> Vec<Point> {
        let tiers = self.tiers.list();
        let rate = |tier: &Tier| rate_e8(tier.rate).ok();
        let has_rate =
            |index: usize| match (self.mode, rate(&tiers[index]), tiers.get(index + 1).and_then(rate)) {
                // Between two tiers, the rate is between theirs.
                (Mode::Sliding, Some(from), Some(to)) => {
                    line.rate_e8 == from || (from.min(to) < line.rate_e8 && line.rate_e8 < from.max(to))
                }
                (_, from, _) => from == Some(line.rate_e8),
            };
        let by_rate = line.basis.wide() * i128::from(line.rate_e8) / 100_000_000;
        let beyond_rate = (line.uncapped.wide() - by_rate).unsigned_abs();
        let has_bonus = |index: usize| {
            let alone = index == 0 || tiers[index].rate == tiers[index - 1].rate;
            // In any currency, a minor unit is a hundredth or more of the bonuses that people agree on.
            !alone || tiers[index].bonus.is_none_or(|bonus| Decimal::from(beyond_rate) >= bonus)
        };
        (0..tiers.len()).filter(|index| has_rate(*index) && has_bonus(*index)).map(Point::Tier).collect()
    }

    fn follows_managers(&self) -> bool {
        match self.credit_of {
            CreditOf::Own => false,
            CreditOf::Team => true,
        }
    }

    fn measures_deals(&self) -> bool {
        self.tiers_by.is_some()
    }

    fn passed(&self, before: Option<&Line>, line: &Line) -> Vec<Point> {
        if self.mode != Mode::Marginal {
            return Vec::new();
        }
        // Of tiers of one rate the lowest: all of them are reached then.
        let tier = |line: &Line| {
            let mut tiers = self.tiers.list().iter();
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
