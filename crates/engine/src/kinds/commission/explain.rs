//! Explains lines of commissions: the total of credit before and after the deal, and what the tiers pay on each.

use apportion_base::money::Minor;
use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeMap;

use super::kernel::{Counted, Terms, counted};
use super::{nothing, tiers_of};
use crate::credit::{Fault, Line};
use crate::explain::amounts::{At, Running};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::On;
use crate::explain::tree::{Amount, How, Place, Quantity, Step, Tier, Tiers, Why};
use crate::explain::{Big, Exact, Ground};
use crate::kinds::Explains;
use crate::pay::credits::credits;
use apportion_book::Period;
use apportion_rules::{self as rules, Commission, Mode, RuleIx, VersionIx};
use rust_decimal::Decimal;

/// A payee's counted credits of a commission rule, by deal, and how many came before in the period.
#[derive(Debug, Default)]
pub(crate) struct CreditsOf(BTreeMap<DealIx, (Counted, u32)>);

impl CreditsOf {
    /// A payee's running totals before each deal; `None` for a rule that is no commission.
    pub fn new(explainer: &Explainer, payee: PayeeIx, rule: RuleIx) -> Result<Option<Self>, Fault> {
        let Some(plan) = &explainer.commissions[rule] else { return Ok(None) };
        let names = explainer.credited_rules(rule).unwrap_or(&[]);
        let lines = &explainer.ground.settlement.lines;
        let mut of_payee = Vec::new();
        for row in explainer.ground.lines_of_payee(payee).filter(|row| explainer.credits(names, *row)) {
            of_payee.push(Line {
                credited: lines[row].credited,
                ..Line::new(rule, VersionIx::FIRST, lines[row].deal, payee)
            });
        }
        let in_order = credits(&[&of_payee], &explainer.ground.tables.deals.close_date);
        let mut of_deals = BTreeMap::new();
        let mut before = (None, 0);
        for counted in counted(&in_order, plan) {
            let deals = if before.0 == Some(counted.period) { before.1 } else { 0 };
            of_deals.insert(counted.credit.deal, (counted, deals));
            before = (Some(counted.period), deals + 1);
        }
        Ok(Some(Self(of_deals)))
    }

    pub fn of(&self, deal: DealIx) -> Option<&(Counted, u32)> {
        self.0.get(&deal)
    }
}

/// A version.
pub(super) struct Explained<'a> {
    pub rule: &'a Commission,
}

impl Explains for Explained<'_> {
    fn explain(
        &self,
        explainer: &Explainer,
        at: At,
        running: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let (ground, digits) = (explainer.ground, explainer.ground.digits());
        let rule = self.rule;
        let overflow = Fault::overflow(at.deal);
        amount.steps.push(explainer.credit(&rule.credits, at.payee, at));
        let known = running.credits.as_ref().and_then(|credits| credits.of(at.deal));
        let (Some((counted, deals_before)), Some(plan)) = (known, &explainer.commissions[at.rule]) else {
            return Ok(());
        };
        let ladder = plan.ladder(at.version, at.payee, counted.period).map_err(&overflow)?;
        let Some(ladder) = ladder else { return Ok(()) };
        let of_quota = match &rule.tiers {
            rules::Tiers::OfQuota(tiers) => Some(tiers),
            rules::Tiers::Amounts(_) => None,
        };
        let written = tiers_of(rule);
        let tiers = ladder.steps().iter().zip(written).map(|(step, tier)| Tier {
            from: Exact::new(step.from, ladder.scale()),
            of_quota: of_quota.map(|_| exact(tier.from)),
            rate: Exact::new(step.rate_e8.into(), 8),
            bonus: tier.bonus.map(exact),
        });
        let worth = |credit: i128| {
            let worth = ladder.value(credit)?;
            Ok((Big::new(worth.fraction()), worth.round(ground.book.rounding, digits)?))
        };
        let rate = |credit: i128| ladder.rate(credit).map(Big::new).map_err(&overflow);
        let rates = match rule.mode {
            Mode::Sliding => Some((rate(counted.before)?, rate(counted.after)?)),
            Mode::Marginal | Mode::Whole => None,
        };
        let (worth_before, rounded_before) = worth(counted.before).map_err(&overflow)?;
        let (worth_after, rounded_after) = worth(counted.after).map_err(&overflow)?;
        let period = ground.days.period(counted.period);
        let quota = of_quota.and_then(|_| plan.quota_e6(at.payee, counted.period));
        let told = Tiers {
            every: rule.every,
            period,
            mode: rule.mode,
            quota: quota.map(|e6| (Exact::new(e6.into(), 6), quota_place(ground, at.payee, period))),
            tiers: tiers.collect(),
            before: counted.before,
            deals_before: *deals_before,
            after: counted.after,
            tier_before: ladder.tier(counted.before).map_err(&overflow)?,
            tier_after: ladder.tier(counted.after).map_err(&overflow)?,
            rates,
            worth_before,
            worth_after,
            rounded_before,
            rounded_after,
        };
        let result = Minor::from_wide(rounded_after - rounded_before).map_err(&overflow)?;
        amount.steps.push(Step { gives: Quantity::Uncapped, how: How::Tiers(Box::new(told)), result });
        Ok(())
    }

    fn nothing(&self, explainer: &Explainer, on: On, payee: Option<PayeeIx>) -> Result<Why, Fault> {
        nothing::why(explainer, on, payee)
    }

    fn expected(&self, explainer: &Explainer, rule: RuleIx, payee: PayeeIx, _: &[DealIx]) -> Vec<DealIx> {
        explainer.credited_deals(rule, payee)
    }

    fn never(&self, _: &Explainer, _: PayeeIx) -> Why {
        Why::NoCredit { rules: self.rule.credits.clone(), why: Vec::new() }
    }
}

/// A number of a rule file.
fn exact(number: Decimal) -> Exact {
    let number = number.normalize();
    Exact::new(number.mantissa(), number.scale())
}

/// Where a quota is written in the data.
fn quota_place(ground: &Ground, payee: PayeeIx, period: Period) -> Option<Place> {
    let quotas = &ground.tables.quotas;
    let first = quotas.payee.partition_point(|other| *other < payee);
    let mut rows = (first..quotas.payee.len()).take_while(|row| quotas.payee[*row] == payee);
    let row = rows.find(|row| quotas.period[*row] == period)?;
    ground.origins.quotas.get(row).map(|origin| ground.place(*origin))
}
