//! Lines that pay on credits: commission up a ladder of tiers, overrides up a line of managers.

use std::collections::BTreeMap;

use super::kernel::{Counted, Terms, counted};
use crate::credit::Fault;
use crate::explain::amounts::At;
use crate::explain::explainer::Explainer;
use crate::explain::number::Exact;
use crate::explain::tree::{Amount, CreditPart, How, Manager, Place, Quantity, RuleValue, Step, Tier, Tiers};
use crate::pay::credits::credits;
use crate::plan::rate_e8;
use apportion_data::{NONE, some_index};
use apportion_rules::{self as rules, Commission, Override};

/// A payee's counted credits of a commission rule, by deal, and how many came before in the period.
#[derive(Debug, Default)]
pub struct CreditsOf(BTreeMap<u32, (Counted, u32)>);

impl CreditsOf {
    pub fn of(&self, deal: u32) -> Option<&(Counted, u32)> {
        self.0.get(&deal)
    }
}

impl Explainer<'_> {
    /// The shared_credit rules whose credit a rule pays on; `None` for a rule of another kind.
    pub(crate) fn credited_rules(&self, rule: u16) -> Option<&[String]> {
        self.ground.rules.rules[usize::from(rule)].versions.first()?.body.credits()
    }

    /// Whether a line is a credit that counts for one of these rules.
    pub(crate) fn credits(&self, names: &[String], row: usize) -> bool {
        let rule = usize::from(self.ground.settlement.lines[row].rule);
        names.contains(&self.ground.rules.rules[rule].id)
    }

    /// Where a payee's running totals stand at each deal; `None` for a rule that is no commission.
    pub(crate) fn credits_of(&self, payee: u32, rule: u16) -> Result<Option<CreditsOf>, Fault> {
        let Some(plan) = &self.commissions[usize::from(rule)] else { return Ok(None) };
        let names = self.credited_rules(rule).unwrap_or(&[]);
        let lines = &self.ground.settlement.lines;
        let mut of_payee = Vec::new();
        for row in self.ground.lines_of_payee(payee).filter(|row| self.credits(names, *row)) {
            of_payee.push(crate::credit::Line {
                credited: lines[row].credited,
                ..crate::credit::Line::new(rule, 0, lines[row].deal, payee)
            });
        }
        let in_order = credits(&[&of_payee], &self.ground.tables.deals.close_date);
        let mut of_deals = BTreeMap::new();
        let mut before = (None, 0);
        for counted in counted(&in_order, plan) {
            let deals = if before.0 == Some(counted.period) { before.1 } else { 0 };
            of_deals.insert(counted.credit.deal, (counted, deals));
            before = (Some(counted.period), deals + 1);
        }
        Ok(Some(CreditsOf(of_deals)))
    }

    pub(crate) fn commission(
        &self,
        at: At,
        rule: &Commission,
        credits: Option<&CreditsOf>,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let (ground, digits) = (self.ground, self.ground.digits());
        let overflow = Fault::overflow(at.deal);
        amount.steps.push(self.credit(&rule.credits, at.payee, at));
        let known = credits.and_then(|credits| credits.of(at.deal));
        let (Some((counted, deals_before)), Some(plan)) = (known, &self.commissions[usize::from(at.rule)])
        else {
            return Ok(());
        };
        let ladder = plan.ladder(at.version, at.payee, counted.period).map_err(&overflow)?;
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
        let quota = of_quota.and_then(|_| plan.quota_e6(at.payee, counted.period));
        let told = Tiers {
            every: rule.every,
            period,
            mode: rule.mode,
            quota: quota.map(|e6| (Exact::new(e6.into(), 6), self.quota_place(at.payee, period))),
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
        let result = (rounded_after - rounded_before) as i64;
        amount.steps.push(Step { gives: Quantity::Uncapped, how: How::Tiers(Box::new(told)), result });
        Ok(())
    }

    pub(crate) fn overridden(&self, at: At, rule: &Override, amount: &mut Amount) -> Result<(), Fault> {
        let (ground, lines) = (self.ground, &self.ground.settlement.lines);
        let Some(credited) = some_index(lines[at.row].from_payee) else { return Ok(()) };
        let credit = self.credit(&rule.credits, credited, at);
        let rate = Exact::new(lines[at.row].rate_e8.into(), 8);
        amount.rate = Some(RuleValue { value: rate, by: None });
        amount.managers = self.managers(at, rule, credited, lines[at.row].level)?;
        let a = (Quantity::Credit, Exact::minor(credit.result.into(), ground.digits()));
        amount.steps.push(credit);
        let how = How::Product { a, b: (Quantity::Rate, rate) };
        let result = lines[at.row].uncapped;
        amount.steps.push(Step { gives: Quantity::Uncapped, how, result });
        Ok(())
    }

    /// The managers above a credited payee, as far as the rule has levels.
    fn managers(&self, at: At, rule: &Override, credited: u32, mine: u8) -> Result<Vec<Manager>, Fault> {
        let ground = self.ground;
        let earns = &self.of_version(at.rule, at.version).earns;
        let mut managers = Vec::new();
        let mut above = ground.tables.payees.manager[credited as usize];
        for (level, rate) in (1_u8..).zip(&rule.levels) {
            if above == NONE {
                break;
            }
            let rate = rate_e8(*rate).map_err(Fault::overflow(at.deal))?;
            managers.push(Manager {
                payee: ground.payee(above),
                level,
                rate: Some(Exact::new(rate.into(), 8)),
                earns: earns.as_ref().is_none_or(|earns| earns[above as usize]),
                mine: level == mine,
            });
            above = ground.tables.payees.manager[above as usize];
        }
        Ok(managers)
    }

    /// A payee's credit on a deal, over the rules named and over roles.
    fn credit(&self, names: &[String], payee: u32, at: At) -> Step {
        let (ground, lines) = (self.ground, &self.ground.settlement.lines);
        let of_deal = ground.lines_of_deal.of(at.deal).iter().map(|row| *row as usize);
        let parts: Vec<CreditPart> = of_deal
            .filter(|row| lines[*row].payee == payee && self.credits(names, *row))
            .map(|row| CreditPart {
                rule_id: ground.rules.rules[usize::from(lines[row].rule)].id.clone(),
                role: ground.role(lines[row].role),
                credited: lines[row].credited,
            })
            .collect();
        let result = parts.iter().map(|part| part.credited).sum();
        assert_eq!(result, lines[at.row].basis, "a credit is the sum of its parts");
        Step { gives: Quantity::Credit, how: How::Sum { parts }, result }
    }

    /// Where a quota stands.
    fn quota_place(&self, payee: u32, period: apportion_book::Period) -> Option<Place> {
        let quotas = &self.ground.tables.quotas;
        let first = quotas.payee.partition_point(|other| *other < payee);
        let mut rows = (first..quotas.payee.len()).take_while(|row| quotas.payee[*row] == payee);
        let row = rows.find(|row| quotas.period[*row] == period)?;
        self.ground.origins.quotas.get(row).map(|origin| self.ground.place(*origin))
    }
}
