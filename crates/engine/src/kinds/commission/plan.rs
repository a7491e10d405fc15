//! Plans commission: which credits count, over which period, against which ladder.

use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::kernel::Terms;
use super::tiers::Ladder;
use crate::credit::Fault;
use crate::pay::{Credit, DayPeriods, PeriodKey};
use crate::plan::{Inputs, VersionByDeal, earns, rate_e8, scaled};
use apportion_base::money::Overflow;
use apportion_rules::{Body, Commission, Every, Mode, Rule, Tiers, Version, VersionIx};

/// Decimals of quotas.
const QUOTA_SCALE: u32 = 6;

/// A commission rule against the tables of a run.
pub struct CommissionPlan<'a> {
    versions: Vec<&'a Commission>,
    /// Which version matched each deal.
    matched: VersionByDeal,
    /// By version and payee: who earns; `None` is everybody.
    earns: Vec<Option<Vec<bool>>>,
    every: Every,
    days: &'a DayPeriods,
    /// Quota in millionths by payee and period.
    quotas_e6: BTreeMap<(PayeeIx, PeriodKey), i64>,
    digits: u32,
}

impl CommissionPlan<'_> {
    /// The payee's quota for a period, in millionths.
    pub fn quota_e6(&self, payee: PayeeIx, period: PeriodKey) -> Option<i64> {
        self.quotas_e6.get(&(payee, period)).copied()
    }
}

impl<'a> CommissionPlan<'a> {
    /// `None` for a rule of another kind.
    pub fn new(
        inputs: &Inputs,
        rule: &'a Rule,
        deals: &[Vec<DealIx>],
        days: &'a DayPeriods,
    ) -> Result<Option<Self>, Fault> {
        let commission = |version: &'a Version| {
            let Body::Commission(commission) = &version.body else { return None };
            Some(commission)
        };
        let versions: Vec<&Commission> = rule.versions.iter().filter_map(commission).collect();
        let Some(every) = versions.first().map(|version| version.every) else { return Ok(None) };
        let earns = versions
            .iter()
            .map(|version| earns(inputs, version.payees.as_ref()))
            .collect::<Result<Vec<_>, Fault>>()?;
        let table = &inputs.tables.quotas;
        let of_window: BTreeMap<apportion_book::Period, PeriodKey> = (inputs.window.computed_from
            ..=inputs.window.paid_until)
            .map(|day| days.key(day, every))
            .map(|key| (days.period(key), key))
            .collect();
        let quotas_e6 = (0..table.payee.len())
            .filter_map(|row| {
                let key = of_window.get(&table.period[row])?;
                Some(((table.payee[row], *key), table.amount_e6[row]))
            })
            .collect();
        let matched = VersionByDeal::new(deals, inputs.tables.deals.len());
        Ok(Some(Self { versions, matched, earns, every, days, quotas_e6, digits: inputs.digits() }))
    }
}

impl Terms for CommissionPlan<'_> {
    fn version(&self, credit: &Credit) -> Option<VersionIx> {
        let version = self.matched.version(credit.deal)?;
        let earns = self.earns[version].as_ref().is_none_or(|earns| earns[credit.payee]);
        earns.then_some(version)
    }

    fn period(&self, credit: &Credit) -> PeriodKey {
        self.days.key(credit.close_date, self.every)
    }

    fn ladder(
        &self,
        version: VersionIx,
        payee: PayeeIx,
        period: PeriodKey,
    ) -> Result<Option<Ladder>, Overflow> {
        let commission = self.versions[version];
        let whole = commission.mode == Mode::Whole;
        let (tiers, quota_e6) = match &commission.tiers {
            Tiers::Amounts(tiers) => (tiers, None),
            Tiers::OfQuota(tiers) => match self.quotas_e6.get(&(payee, period)) {
                Some(quota) => (tiers, Some(*quota)),
                None => return Ok(None),
            },
        };
        let threshold = |from: Decimal| match quota_e6 {
            None => scaled(from, QUOTA_SCALE),
            Some(quota) => scaled(from, 8)?.checked_mul(i128::from(quota)).ok_or(Overflow),
        };
        let scale = if quota_e6.is_some() { QUOTA_SCALE + 8 } else { QUOTA_SCALE };
        let steps = tiers
            .iter()
            .map(|tier| Ok((threshold(tier.from)?, rate_e8(tier.rate)?)))
            .collect::<Result<Vec<_>, Overflow>>()?;
        Ladder::new(steps, scale, self.digits, whole).map(Some)
    }
}
