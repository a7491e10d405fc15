//! Plans commission: which credits count, over which period, against which ladder.

use apportion_data::{DealIx, PayeeIx, Tables};
use rust_decimal::Decimal;

use super::attainment::AttainmentTerms;
use super::measure::{MEASURE_SCALE, Measures};
use super::running::Terms;
use super::tiers::{Ladder, Step};
use crate::credit::Fault;
use crate::pay::fraction::{self, Fraction};
use crate::pay::{Credit, DayPeriods, PeriodKey};
use crate::plan::{Earners, Inputs, Presence, Quota, QuotaTerms, VersionByDeal, rate_e8, scaled};
use apportion_base::money::Overflow;
use apportion_book::FiscalCalendar;
use apportion_rules::{
    Body, Commission, CreditOf, Every, Mode, Prorate, Rule, Tier, Tiers, Version, VersionIx,
};

/// Decimals of quotas.
const QUOTA_SCALE: u32 = 6;

/// A commission rule against the tables of a run.
pub struct CommissionPlan<'a> {
    versions: Vec<&'a Commission>,
    /// Which version matched each deal.
    matched: VersionByDeal,
    /// By version: who earns.
    earns: Vec<Earners>,
    every: Every,
    days: &'a DayPeriods,
    /// By version: the quotas that tiers in percent are measured on.
    quotas: Vec<QuotaTerms<'a>>,
    tables: &'a Tables,
    calendar: FiscalCalendar,
    /// What a deal adds to the measure that thresholds are compared with; `None` where that is the credit.
    measures: Option<Measures>,
    /// Whether the credit of a payee's team counts as well, and down to which level.
    team: Option<Team>,
    digits: u32,
}

/// How far down a team goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Team {
    /// `usize::MAX` where every level counts.
    pub levels: usize,
}

impl CommissionPlan<'_> {
    /// The payee's quota for a period, with the rows that it comes from. It may be 0.
    pub fn quota(
        &self,
        version: VersionIx,
        payee: PayeeIx,
        period: PeriodKey,
    ) -> Result<Option<Quota>, Overflow> {
        self.quotas[version].of(payee, self.days.period(period))
    }

    /// How a version finds quotas.
    pub fn quotas(&self, version: VersionIx) -> &QuotaTerms<'_> {
        &self.quotas[version]
    }

    /// What attainment.csv says of the rule, besides its lines.
    pub(crate) fn attainment(&self) -> AttainmentTerms {
        let of_quota = self.versions.first().filter(|version| match version.tiers {
            Tiers::OfQuota(_) => true,
            Tiers::Amounts(_) => false,
        });
        AttainmentTerms {
            every: self.every,
            calendar: self.calendar,
            of_quota: of_quota.map(|version| version.quota_measure.clone()),
            prorates: self.versions.iter().map(|version| version.prorate.is_some()).collect(),
            measures: self.measures.clone(),
            digits: self.digits,
        }
    }

    /// How far down the payee's team goes; `None` where only the payee's own credit counts.
    pub fn team(&self) -> Option<Team> {
        self.team
    }
}

impl<'a> CommissionPlan<'a> {
    /// `None` for a rule of another kind.
    pub fn new(
        inputs: &Inputs<'a>,
        rule: &'a Rule,
        deals: &[Vec<DealIx>],
        days: &'a DayPeriods,
    ) -> Result<Option<Self>, Fault> {
        let commission = |version: &'a Version| {
            let Body::Commission(commission) = &version.body else { return None };
            Some(commission)
        };
        let versions: Vec<&Commission> = rule.versions.iter().filter_map(commission).collect();
        // Versions agree on all that running totals are made of.
        let Some(first) = versions.first() else { return Ok(None) };
        let team = match first.credit_of {
            CreditOf::Own => None,
            CreditOf::Team => Some(Team { levels: first.levels.map_or(usize::MAX, usize::from) }),
        };
        let earns = versions
            .iter()
            .map(|version| Earners::new(inputs, version.payees.as_ref()))
            .collect::<Result<Vec<_>, Fault>>()?;
        let calendar = inputs.book.calendar();
        let tables = inputs.tables;
        let quotas = versions.iter().map(|version| QuotaTerms {
            quotas: &tables.quotas,
            calendar,
            measure: version.quota_measure.as_deref(),
            presence: version.prorate.map(|Prorate::Days| Presence::new(&tables.payees)),
        });
        let quotas = quotas.collect();
        let matched = VersionByDeal::new(deals, inputs.tables.deals.len());
        Ok(Some(Self {
            every: first.every,
            measures: first.tiers_by.as_ref().map(|by| Measures::new(inputs, by)),
            team,
            versions,
            matched,
            earns,
            days,
            quotas,
            tables,
            calendar,
            digits: inputs.digits(),
        }))
    }
}

impl Terms for CommissionPlan<'_> {
    fn version(&self, credit: &Credit) -> Option<VersionIx> {
        let version = self.matched.version(credit.deal)?;
        let state = self.tables.state(credit.payee, credit.deal);
        self.earns[version].has(state).then_some(version)
    }

    fn period(&self, credit: &Credit) -> PeriodKey {
        self.days.key(credit.close_date, self.every)
    }

    fn measure(&self, deal: DealIx) -> Option<i128> {
        self.measures.as_ref().map(|measures| measures.of(deal))
    }

    fn ladder(
        &self,
        version: VersionIx,
        payee: PayeeIx,
        period: PeriodKey,
    ) -> Result<Option<Ladder>, Overflow> {
        let commission = self.versions[version];
        let quota = match &commission.tiers {
            Tiers::Amounts(_) => None,
            Tiers::OfQuota(_) => self.quota(version, payee, period)?,
        };
        ladder(commission, quota.as_ref(), self.digits)
    }
}

/// The ladder of a version on a quota; `None` where its tiers are in percent of one and there is none, or it is 0. `digits` are those of
/// the minor unit.
pub(crate) fn ladder(
    commission: &Commission,
    quota: Option<&Quota>,
    digits: u32,
) -> Result<Option<Ladder>, Overflow> {
    // Amounts have 6 decimals; what is counted has those of measures.
    let (plain_scale, digits) = match commission.tiers_by {
        None => (QUOTA_SCALE, digits),
        Some(_) => (MEASURE_SCALE, MEASURE_SCALE),
    };
    match &commission.tiers {
        Tiers::Amounts(tiers) => {
            let steps = steps(tiers, |from| scaled(from, plain_scale))?;
            Ladder::new(steps, plain_scale, digits, commission.mode).map(Some)
        }
        Tiers::OfQuota(tiers) => {
            let Some(quota) = quota.filter(|quota| !quota.is_zero()) else { return Ok(None) };
            if quota.parts != 1 {
                return of_fraction(&quota.fraction(), tiers, digits, commission.mode).map(Some);
            }
            let steps = steps(tiers, |from| scaled(from, 8)?.checked_mul(quota.e6).ok_or(Overflow))?;
            Ladder::new(steps, QUOTA_SCALE + 8, digits, commission.mode).map(Some)
        }
    }
}

/// Tiers as steps, with thresholds of some scale.
fn steps(
    tiers: &[Tier],
    threshold: impl Fn(Decimal) -> Result<i128, Overflow>,
) -> Result<Vec<Step>, Overflow> {
    tiers.iter().map(|tier| Ok(Step { from: threshold(tier.from)?, ..step(tier)? })).collect()
}

/// A tier without its threshold.
fn step(tier: &Tier) -> Result<Step, Overflow> {
    let bonus_e6 = tier.bonus.map_or(Ok(0), bonus_e6)?;
    Ok(Step { from: 0, rate_e8: rate_e8(tier.rate)?, bonus_e6 })
}

/// The ladder on a quota that no decimal holds.
fn of_fraction(quota: &Fraction, tiers: &[Tier], digits: u32, mode: Mode) -> Result<Ladder, Overflow> {
    let of_tier = |tier: &Tier| {
        let part = fraction::decimal(tier.from.mantissa(), tier.from.scale());
        Ok((part * quota, step(tier)?))
    };
    let steps = tiers.iter().map(of_tier).collect::<Result<Vec<_>, Overflow>>()?;
    Ladder::of_fractions(steps.into_iter(), digits, mode)
}

/// A bonus in millionths.
fn bonus_e6(bonus: Decimal) -> Result<i64, Overflow> {
    i64::try_from(scaled(bonus, QUOTA_SCALE)?).map_err(|_| Overflow)
}
