//! Explains lines of commissions: the total of credit before and after the deal, and what the tiers pay on each.

use apportion_base::money::{Minor, Overflow};
use apportion_data::{DealIx, Optional, PayeeIx};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use super::measure::{Formula, MEASURE_SCALE};
use super::nothing;
use super::plan::CommissionPlan;
use super::running::{RunningCredit, Terms, counted};
use super::team::{in_order, leads};
use crate::credit::{Fault, Line};
use crate::explain::amounts::{ExplainedLine, Running};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::{
    Amount, MeasureFacts, Operation, Quantity, QuotaDays, QuotaFacts, QuotaRow, QuotaStretch, Shortfall,
    Step, Tier, Tiers,
};
use crate::explain::{Big, Exact, YearIndex};
use crate::kinds::Explains;
use crate::pay::Credit;
use crate::pay::credits::credits;
use crate::pay::fraction::Fraction;
use crate::plan::{Presence, Quota, QuotaTerms, Stretch};
use apportion_rules::{self as rules, Commission, Mode, RuleIx, TiersBy, VersionIx};

/// A payee's counted credits of a commission rule, by deal and whose credit it is.
#[derive(Debug, Default)]
pub(crate) struct CreditsOf(BTreeMap<(DealIx, Optional<PayeeIx>), CreditFacts>);

/// A counted credit, and what came before it in its period.
#[derive(Debug)]
struct CreditFacts {
    counted: RunningCredit,
    /// How many credits came before it.
    before: u32,
    /// In each tier before and after it, where the tiers are measured by something else than credit.
    formulas: Option<(Formula, Formula)>,
}

impl CreditsOf {
    /// A payee's running totals before each deal; `None` for a rule that is no commission.
    pub fn new(explainer: &Explainer, payee: PayeeIx, rule: RuleIx) -> Result<Option<Self>, Fault> {
        let Some(plan) = &explainer.commissions[rule] else { return Ok(None) };
        let in_order = credits_of(explainer, plan, payee, rule);
        let all: Vec<RunningCredit> = counted(&in_order, plan).collect();
        let mut of_deals = BTreeMap::new();
        for of_period in all.chunk_by(|a, b| a.period == b.period) {
            let mut formula: Option<(VersionIx, Formula)> = None;
            for (before, (explained, counted)) in (0_u32..).zip(of_period.iter().enumerate()) {
                let overflow = Fault::overflow(counted.credit.deal);
                let formulas = counted.measure.map(|_| {
                    let known = formula.take().filter(|(version, _)| *version == counted.version);
                    let was = match known {
                        Some((_, formula)) => Some(formula),
                        None => formula_of(explainer, plan, counted, &of_period[..explained])?,
                    };
                    let Some(was) = was else { return Ok(None) };
                    let mut is = was.clone();
                    is.add(counted)?;
                    formula = Some((counted.version, is.clone()));
                    Ok(Some((was, is)))
                });
                let formulas = formulas.transpose().map_err(overflow)?.flatten();
                let key = (counted.credit.deal, counted.credit.from);
                of_deals.insert(key, CreditFacts { counted: *counted, before, formulas });
            }
        }
        Ok(Some(Self(of_deals)))
    }
}

/// The formula of a credit's version over the credits before it.
fn formula_of(
    explainer: &Explainer,
    plan: &CommissionPlan,
    counted: &RunningCredit,
    earlier: &[RunningCredit],
) -> Result<Option<Formula>, Overflow> {
    let ladder = plan.ladder(counted.version, counted.credit.payee, counted.period)?;
    ladder.map(|ladder| Formula::new(ladder, explainer.ground.digits(), earlier)).transpose()
}

/// A payee's credits that a rule may count, their own and those of their team, in the order in which they are added up.
fn credits_of(explainer: &Explainer, plan: &CommissionPlan, payee: PayeeIx, rule: RuleIx) -> Vec<Credit> {
    let ground = explainer.ground;
    let Some(team) = plan.team() else { return own_credits(explainer, payee, rule) };
    let mut all = own_credits(explainer, payee, rule);
    for member in ground.tables.payees.all().filter(|member| *member != payee) {
        for credit in own_credits(explainer, member, rule) {
            if leads(&ground.tables.payees, member, credit.close_date, team).any(|lead| lead == payee) {
                all.push(Credit { payee, from: member.into(), ..credit });
            }
        }
    }
    in_order(&mut all);
    all
}

fn own_credits(explainer: &Explainer, payee: PayeeIx, rule: RuleIx) -> Vec<Credit> {
    let names = explainer.credited_rules(rule).unwrap_or(&[]);
    let lines = &explainer.ground.settlement.lines;
    let rows = explainer.ground.lines_of_payee(payee).filter(|row| explainer.credits(names, *row));
    let of_payee: Vec<Line> = rows
        .map(|row| Line {
            credited: lines[row].credited,
            ..Line::new(rule, VersionIx::FIRST, lines[row].deal, payee)
        })
        .collect();
    // The lines of the rules whose credit counts are one after the other here.
    credits(&[&of_payee], &explainer.ground.tables.deals.close_date)
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
        let from = explainer.ground.settlement.lines[explained.row].from_payee;
        amount.steps.push(explainer.credit(
            &self.rule.credits,
            from.get().unwrap_or(explained.payee),
            explained,
        ));
        let known = running.credits.as_ref().and_then(|credits| credits.0.get(&(explained.deal, from)));
        let (Some(facts), Some(plan)) = (known, &explainer.commissions[explained.rule]) else {
            return Ok(());
        };
        let overflow = Fault::overflow(explained.deal);
        if let Some(tiers) = self.tiers(explainer, explained, plan, facts).map_err(&overflow)? {
            let result = Minor::from_wide(tiers.rounded_after - tiers.rounded_before).map_err(&overflow)?;
            amount.steps.push(Step {
                gives: Quantity::Uncapped,
                how: Operation::Tiers(Box::new(tiers)),
                result,
            });
        }
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
        let plan = explainer.commissions[rule].as_ref();
        let team = plan.filter(|plan| plan.team().is_some());
        let Some(plan) = team else { return explainer.credited_deals(rule, payee) };
        let credits = credits_of(explainer, plan, payee, rule);
        let mut deals: Vec<DealIx> = credits.iter().map(|credit| credit.deal).collect();
        deals.retain(|deal| explainer.ground.pays(*deal));
        deals.dedup();
        deals
    }

    fn never(&self, _: &Explainer, _: PayeeIx) -> Shortfall {
        Shortfall::NoCredit { rules: self.rule.credits.clone(), why: Vec::new() }
    }
}

impl VersionExplainer<'_> {
    /// The place of a credit on its ladder; `None` where there is no quota.
    fn tiers(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        plan: &CommissionPlan,
        facts: &CreditFacts,
    ) -> Result<Option<Tiers>, Overflow> {
        let (ground, rule) = (explainer.ground, self.rule);
        let CreditFacts { counted, before, formulas } = facts;
        let Some(ladder) = plan.ladder(explained.version, explained.payee, counted.period)? else {
            return Ok(None);
        };
        let of_quota = match &rule.tiers {
            rules::Tiers::OfQuota(_) => true,
            rules::Tiers::Amounts(_) => false,
        };
        let tiers = ladder.steps().iter().zip(rule.tiers.list()).map(|(step, tier)| Tier {
            from: Big::new(ladder.threshold(step)),
            of_quota: of_quota.then(|| exact(tier.from)),
            rate: Exact::new(step.rate_e8.into(), 8),
            bonus: tier.bonus.map(exact),
        });
        // What thresholds are compared with.
        let (m_before, m_after) = counted
            .measure
            .map_or((counted.before, counted.after), |measure| (measure.before, measure.after));
        let (worth_before, worth_after) = match formulas {
            None => (ladder.value(counted.before)?, ladder.value(counted.after)?),
            Some((was, is)) => (was.worth(counted.before, m_before)?, is.worth(counted.after, m_after)?),
        };
        let rates = match rule.mode {
            Mode::Sliding => Some((Big::new(ladder.rate(m_before)?), Big::new(ladder.rate(m_after)?))),
            Mode::Marginal | Mode::Whole => None,
        };
        let (rounding, digits) = (ground.book.rounding, ground.digits());
        let quota = plan.quota(explained.version, explained.payee, counted.period)?.filter(|_| of_quota);
        let terms = plan.quotas(explained.version);
        Ok(Some(Tiers {
            every: rule.every,
            period: ground.days.period(counted.period),
            mode: rule.mode,
            quota: quota.map(|quota| quota_facts(ground, rule, terms, &quota)),
            team: plan.team().is_some(),
            measure: rule.tiers_by.as_ref().and_then(|by| measure_facts(rule, by, facts)),
            tiers: tiers.collect(),
            before: counted.before,
            deals_before: *before,
            after: counted.after,
            tier_before: ladder.tier(m_before)?,
            tier_after: ladder.tier(m_after)?,
            rates,
            rounded_before: worth_before.round(rounding, digits)?,
            rounded_after: worth_after.round(rounding, digits)?,
            worth_before: Big::new(worth_before.fraction()),
            worth_after: Big::new(worth_after.fraction()),
        }))
    }
}

fn measure_facts(rule: &Commission, by: &TiersBy, facts: &CreditFacts) -> Option<MeasureFacts> {
    let measure = facts.counted.measure?;
    let number = |e9: i128| Exact::new(e9, MEASURE_SCALE);
    let in_tiers = match (rule.mode, &facts.formulas) {
        (Mode::Marginal, Some((was, is))) => {
            let big = |(was, is): (&Fraction, &Fraction)| (Big::new(was.clone()), Big::new(is.clone()));
            was.in_tiers().iter().zip(is.in_tiers()).map(big).collect()
        }
        _ => Vec::new(),
    };
    Some(MeasureFacts {
        by: by.text().to_owned(),
        before: number(measure.before),
        after: number(measure.after),
        stretch: (number(measure.stretch.0), number(measure.stretch.1)),
        in_tiers,
    })
}

/// A number of a rule file.
fn exact(number: Decimal) -> Exact {
    let number = number.normalize();
    Exact::new(number.mantissa(), number.scale())
}

/// A quota with the rows that it is the sum of, and where they are written in the data.
fn quota_facts(ground: &YearIndex, rule: &Commission, terms: &QuotaTerms, quota: &Quota) -> QuotaFacts {
    let quotas = &ground.tables.quotas;
    let row = |row: &usize| QuotaRow {
        period: quotas.period[*row],
        amount: Exact::new(quotas.amount_e6[*row].into(), 6),
        counts: Big::new(terms.counts(*row)),
        days: terms.presence.as_ref().map(|presence| quota_days(ground, presence, terms, *row)),
        place: ground.origins.quotas.get(*row).map(|origin| ground.place(*origin)),
    };
    QuotaFacts {
        amount: Big::new(quota.fraction()),
        rows: quota.rows.iter().map(row).collect(),
        measure: rule.quota_measure.clone(),
    }
}

/// The days of a quota's period on which the payee is there.
fn quota_days(ground: &YearIndex, presence: &Presence, terms: &QuotaTerms, row: usize) -> QuotaDays {
    let (from, until) = terms.days(row);
    let states = &ground.tables.payees.states;
    let assignment =
        |state| states.assignment(state).and_then(|row| ground.origins.assignments.get(row.at()));
    let stretch = |stretch: Stretch| QuotaStretch {
        from: stretch.from,
        until: stretch.until,
        fte: Exact::new(stretch.fte_e9, 9),
        place: assignment(stretch.state).map(|origin| ground.place(*origin)),
    };
    let stretches = presence.stretches(terms.quotas.payee[row], from, until);
    QuotaDays { from, until, stretches: stretches.into_iter().map(stretch).collect() }
}
