//! Explains lines of commissions: the total of credit before and after the deal, and what the tiers pay on each.

use apportion_base::money::Minor;
use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeMap;

use super::kernel::{RunningCredit, Terms, counted};
use super::nothing;
use crate::credit::{Fault, Line};
use crate::explain::amounts::{ExplainedLine, Running};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::{Amount, Operation, Place, Quantity, Shortfall, Step, Tier, Tiers};
use crate::explain::{Exact, YearIndex};
use crate::kinds::Explains;
use crate::pay::credits::credits;
use apportion_book::Period;
use apportion_rules::{self as rules, Commission, RuleIx, VersionIx};

/// A payee's counted credits of a commission rule, by deal, and how many came before in the period.
#[derive(Debug, Default)]
pub(crate) struct CreditsOf(BTreeMap<DealIx, (RunningCredit, u32)>);

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

    pub fn of(&self, deal: DealIx) -> Option<&(RunningCredit, u32)> {
        self.0.get(&deal)
    }
}

/// A version.
pub(super) struct VersionExplainer<'a> {
    pub rule: &'a Commission,
}

impl Explains for VersionExplainer<'_> {
    fn explain(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        running: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let (ground, digits) = (explainer.ground, explainer.ground.digits());
        let rule = self.rule;
        let overflow = Fault::overflow(explained.deal);
        amount.steps.push(explainer.credit(&rule.credits, explained.payee, explained));
        let known = running.credits.as_ref().and_then(|credits| credits.of(explained.deal));
        let (Some((counted, deals_before)), Some(plan)) = (known, &explainer.commissions[explained.rule])
        else {
            return Ok(());
        };
        let ladder = plan.ladder(explained.version, explained.payee, counted.period).map_err(&overflow)?;
        let Some(ladder) = ladder else { return Ok(()) };
        let of_quota = match &rule.tiers {
            rules::Tiers::OfQuota(tiers) => Some(tiers),
            rules::Tiers::Amounts(_) => None,
        };
        let tiers = ladder.tiers().enumerate().map(|(tier, ((from, scale), rate))| Tier {
            from: Exact::new(from, scale),
            of_quota: of_quota.and_then(|tiers| tiers.get(tier)).map(|tier| {
                let from = tier.from.normalize();
                Exact::new(from.mantissa(), from.scale())
            }),
            rate: Exact::new(rate.into(), 8),
        });
        let worth = |credit: i128| {
            let (value, scale) = ladder.value(credit)?;
            Ok((Exact::new(value, scale), ground.book.rounding.rescale(value, scale, digits)?))
        };
        let (worth_before, rounded_before) = worth(counted.before).map_err(&overflow)?;
        let (worth_after, rounded_after) = worth(counted.after).map_err(&overflow)?;
        let period = ground.days.period(counted.period);
        let quota = of_quota.and_then(|_| plan.quota_e6(explained.payee, counted.period));
        let told = Tiers {
            every: rule.every,
            period,
            mode: rule.mode,
            quota: quota.map(|e6| (Exact::new(e6.into(), 6), quota_place(ground, explained.payee, period))),
            tiers: tiers.collect(),
            before: counted.before,
            deals_before: *deals_before,
            after: counted.after,
            tier_before: ladder.tier(counted.before).map_err(&overflow)?,
            tier_after: ladder.tier(counted.after).map_err(&overflow)?,
            worth_before,
            worth_after,
            rounded_before,
            rounded_after,
        };
        let result = Minor::from_wide(rounded_after - rounded_before).map_err(&overflow)?;
        amount.steps.push(Step { gives: Quantity::Uncapped, how: Operation::Tiers(Box::new(told)), result });
        Ok(())
    }

    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        nothing::why(explainer, on, payee)
    }

    fn expected(&self, explainer: &Explainer, rule: RuleIx, payee: PayeeIx, _: &[DealIx]) -> Vec<DealIx> {
        explainer.credited_deals(rule, payee)
    }

    fn never(&self, _: &Explainer, _: PayeeIx) -> Shortfall {
        Shortfall::NoCredit { rules: self.rule.credits.clone(), why: Vec::new() }
    }
}

/// Where a quota is written in the data.
fn quota_place(ground: &YearIndex, payee: PayeeIx, period: Period) -> Option<Place> {
    let quotas = &ground.tables.quotas;
    let first = quotas.payee.partition_point(|other| *other < payee);
    let mut rows = (first..quotas.payee.len()).take_while(|row| quotas.payee[*row] == payee);
    let row = rows.find(|row| quotas.period[*row] == period)?;
    ground.origins.quotas.get(row).map(|origin| ground.place(*origin))
}
