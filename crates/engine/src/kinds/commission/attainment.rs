//! How far each payee has come: the rows of attainment.csv. See `docs/reference/outputs.md#attainmentcsv`.

use apportion_base::money::{Rounding, pow10};
use apportion_book::{Every, FiscalCalendar, Period};
use apportion_data::{PayeeIx, Tables};
use apportion_rules::{RuleIx, VersionIx};
use rayon::prelude::*;

use super::measure::{MEASURE_SCALE, Measures};
use crate::credit::{Line, Lines};
use crate::pay::fraction;
use crate::plan::{Presence, Quota, QuotaTerms};

/// Decimals of quotas and attainments.
const SCALE: u32 = 6;

/// What a payee has reached under a commission at the end of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attainment {
    /// Who.
    pub payee: PayeeIx,
    /// The commission.
    pub rule: RuleIx,
    /// The period over which it adds credit up.
    pub period: Period,
    /// The quota as it counts, in millionths, half away from zero; none with tiers in plain numbers.
    pub quota_e6: Option<i128>,
    /// The credit so far, in minor units.
    pub credit: i128,
    /// The measure so far, in billionths, where tiers are not measured by credit.
    pub measure_e9: Option<i128>,
    /// Credit or measure over the quota, in millionths, half away from zero.
    pub attainment_e6: Option<i128>,
    /// The rate of the last line.
    pub rate_e8: i64,
}

/// What the attainment of a commission is taken from, besides its lines.
#[derive(Debug, Clone)]
pub(crate) struct AttainmentTerms {
    pub(super) every: Every,
    pub(super) calendar: FiscalCalendar,
    /// The `measure` of the quotas, of tiers in percent of them.
    pub(super) of_quota: Option<Option<String>>,
    /// By version: whether quotas are prorated.
    pub(super) prorates: Vec<bool>,
    pub(super) measures: Option<Measures>,
    pub(super) digits: u32,
}

impl AttainmentTerms {
    /// The period of the commission that a day is in.
    pub fn period(&self, day: i32) -> Period {
        self.calendar.period_of(day, self.every)
    }

    /// A row for each payee with a line of the rule, in order of payee. `lines` are those of its period so far.
    pub fn rows(&self, tables: &Tables, rule: RuleIx, period: Period, lines: &Lines) -> Vec<Attainment> {
        let of_rule =
            lines.par_statements().filter(|lines| lines.first().is_some_and(|line| line.rule == rule));
        of_rule.filter_map(|lines| self.row(tables, period, lines)).collect()
    }

    /// The quota that a payee has by a version; none where tiers are plain numbers.
    pub fn quota(
        &self,
        tables: &Tables,
        (payee, version): (PayeeIx, VersionIx),
        period: Period,
    ) -> Option<Quota> {
        let measure = self.of_quota.as_ref()?.as_deref();
        let prorates = self.prorates.get(version.at()).is_some_and(|prorates| *prorates);
        let presence = prorates.then(|| Presence::new(&tables.payees));
        let terms = QuotaTerms { quotas: &tables.quotas, calendar: self.calendar, measure, presence };
        // Lines are made with it, so that it fits.
        terms.of(payee, period).ok().flatten()
    }

    /// What some lines of a payee and a period come to. Those of a deal are all among them, or none.
    pub fn reached(&self, lines: &[Line]) -> Reached {
        // Fewer than 2^32 amounts of 64 bits.
        let credit = lines.iter().map(|line| line.basis.wide()).sum();
        Reached { credit, measure_e9: self.measures.as_ref().map(|measures| measured(measures, lines)) }
    }

    /// What is reached over a quota, in millionths, half away from zero.
    pub fn attained_e6(&self, reached: Reached, quota: &Quota) -> Option<i128> {
        let in_credit = (reached.credit, self.digits);
        let (number, decimals) = reached.measure_e9.map_or(in_credit, |measure| (measure, MEASURE_SCALE));
        attained(number, decimals, quota)
    }

    fn row(&self, tables: &Tables, period: Period, lines: &[Line]) -> Option<Attainment> {
        let last = lines.last()?;
        let quota = self.quota(tables, (last.payee, last.version), period);
        let quota_e6 = quota.as_ref().map(|quota| Rounding::HalfAwayFromZero.divide(quota.e6, quota.parts));
        let reached = self.reached(lines);
        let attainment_e6 = quota.and_then(|quota| self.attained_e6(reached, &quota));
        let Reached { credit, measure_e9 } = reached;
        let (payee, rule, rate_e8) = (last.payee, last.rule, last.rate_e8);
        Some(Attainment { payee, rule, period, quota_e6, credit, measure_e9, attainment_e6, rate_e8 })
    }
}

/// What lines of a payee come to in the period of a commission.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    /// In minor units.
    pub credit: i128,
    /// In billionths, where tiers are not measured by credit.
    pub measure_e9: Option<i128>,
}

impl Reached {
    /// With what further lines come to, of other deals.
    pub fn with(self, more: Self) -> Self {
        let measure_e9 = self.measure_e9.map_or(more.measure_e9, |measure| {
            // Fewer than 2^32 deals, of 18 digits each.
            Some(measure + more.measure_e9.unwrap_or(0))
        });
        Self { credit: self.credit + more.credit, measure_e9 }
    }
}

/// A number of so many decimals over a quota, in millionths.
fn attained(reached: i128, decimals: u32, quota: &Quota) -> Option<i128> {
    let rounding = Rounding::HalfAwayFromZero;
    // Nearly always 38 digits are enough.
    let of_millionths = |decimals: u32| Some((pow10(2 * SCALE).ok()?, pow10(decimals).ok()?));
    let terms = of_millionths(decimals)
        .and_then(|(above, below)| Some((reached.checked_mul(above)?, quota.e6.checked_mul(below)?)));
    match terms {
        _ if quota.is_zero() => None,
        Some((reached, of)) if quota.parts == 1 => Some(rounding.divide(reached, of)),
        _ => {
            let attainment = fraction::decimal(reached, decimals) / quota.fraction();
            fraction::round(&attainment, rounding, SCALE).ok()
        }
    }
}

/// The measure of the deals of some lines: once for each deal on which any credit is not 0.
fn measured(measures: &Measures, lines: &[Line]) -> i128 {
    let of_deals = lines.chunk_by(|a, b| a.deal == b.deal);
    let counts = of_deals.filter(|lines| lines.iter().any(|line| line.basis.wide() != 0));
    counts.map(|lines| measures.of(lines[0].deal)).sum()
}
