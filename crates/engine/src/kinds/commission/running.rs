//! The credits that a rule counts in their running totals, and the lines that they become.

use super::tiers::Ladder;
use crate::credit::Line;
use crate::pay::calendar::PeriodKey;
use crate::pay::credits::Credit;
use apportion_base::money::{Minor, Overflow};
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{RuleIx, VersionIx};

/// What the kernel needs to know about a credit: everything that depends on rules and tables.
pub trait Terms: Sync {
    /// The version in force for the credit's deal, if the rule counts the deal and the payee earns it.
    fn version(&self, credit: &Credit) -> Option<VersionIx>;
    /// The period that credits are added up over.
    fn period(&self, credit: &Credit) -> PeriodKey;
    /// What a deal adds to the measure that thresholds are compared with, in billionths; `None` of every deal where that
    /// is the credit.
    fn measure(&self, deal: DealIx) -> Option<i128>;
    /// The ladder of a version for a payee and period; `None` where there is no quota.
    fn ladder(
        &self,
        version: VersionIx,
        payee: PayeeIx,
        period: PeriodKey,
    ) -> Result<Option<Ladder>, Overflow>;
}

/// Commission lines of one rule, and the credits for which there is no quota.
#[derive(Debug, Clone, Default)]
pub struct Commissions {
    /// In the order of the credits.
    pub lines: Vec<Line>,
    /// The credits without a quota, in their order.
    pub no_quota: Vec<Credit>,
}

/// A credit that a rule counts, in its place in the running total of its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningCredit {
    /// The credit.
    pub credit: Credit,
    /// The version in force for its deal.
    pub version: VersionIx,
    /// The period that it is added up in.
    pub period: PeriodKey,
    /// The running total before it, in minor units.
    pub before: i128,
    /// The running total after it, in minor units.
    pub after: i128,
    /// The running measure, where thresholds are not compared with credit.
    pub measure: Option<Measure>,
}

/// The running measure of a credit, in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Before the credit.
    pub before: i128,
    /// After it. It is that before for a second credit on one deal, which counts once.
    pub after: i128,
    /// The stretch of its deal, over which the credit is spread: from the measure before the deal to that after it.
    pub stretch: (i128, i128),
}

/// Running totals of a period.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    period: PeriodKey,
    credit: i128,
    measure: i128,
    /// The deal counted last, and its stretch.
    last: Option<(DealIx, (i128, i128))>,
}

impl Running {
    fn new(period: PeriodKey) -> Self {
        Self { period, credit: 0, measure: 0, last: None }
    }

    /// Adds what the deal of a credit measures: once, with its first credit other than 0.
    fn measure(&mut self, credit: &Credit, of_deal: i128) -> Measure {
        let before = self.measure;
        if let Some((_, stretch)) = self.last.filter(|(deal, _)| *deal == credit.deal) {
            return Measure { before, after: before, stretch };
        }
        if credit.credited != 0 {
            // Fewer than 2^32 deals, of 18 digits each.
            self.measure += of_deal;
            self.last = Some((credit.deal, (before, self.measure)));
        }
        Measure { before, after: self.measure, stretch: (before, self.measure) }
    }
}

/// The credits of one payee that a rule counts. `credits` is in time order.
pub fn counted<'a>(credits: &'a [Credit], terms: &'a impl Terms) -> impl Iterator<Item = RunningCredit> + 'a {
    counted_after(None, credits, terms)
}

/// The same of the credits after those that made these totals.
pub fn counted_after<'a>(
    mut running: Option<Running>,
    credits: &'a [Credit],
    terms: &'a impl Terms,
) -> impl Iterator<Item = RunningCredit> + 'a {
    credits.iter().filter_map(move |credit| next(&mut running, credit, terms))
}

/// The credits of one payee so far, as the next ones continue them.
#[derive(Debug, Clone, Default)]
pub struct CountedSoFar {
    /// The totals of the last period; none before the first credit that counts.
    pub running: Option<Running>,
    /// The credits of that period, where thresholds are compared with something else than credit; else none.
    pub of_period: Vec<RunningCredit>,
}

impl CountedSoFar {
    /// Of these credits, which are in time order.
    pub fn new(credits: &[Credit], terms: &impl Terms) -> Self {
        let mut so_far = Self::default();
        for credit in credits {
            let Some(counted) = next(&mut so_far.running, credit, terms) else { continue };
            if counted.measure.is_none() {
                continue;
            }
            if so_far.of_period.last().is_some_and(|earlier| earlier.period != counted.period) {
                so_far.of_period.clear();
            }
            so_far.of_period.push(counted);
        }
        so_far
    }
}

/// Adds a credit to the running totals, if it counts.
fn next(running: &mut Option<Running>, credit: &Credit, terms: &impl Terms) -> Option<RunningCredit> {
    let version = terms.version(credit)?;
    let period = terms.period(credit);
    let mut totals = running.filter(|totals| totals.period == period).unwrap_or(Running::new(period));
    let before = totals.credit;
    let measure = terms.measure(credit.deal).map(|of_deal| totals.measure(credit, of_deal));
    let after = before + credit.credited;
    totals.credit = after;
    *running = Some(totals);
    Some(RunningCredit { credit: *credit, version, period, before, after, measure })
}

/// The line of a credit, by which the running total is worth `change` more.
pub(super) fn line(
    rule: RuleIx,
    counted: &RunningCredit,
    ladder: &Ladder,
    change: i128,
) -> Result<Line, Overflow> {
    let RunningCredit { credit, version, after, measure, .. } = counted;
    let amount = Minor::from_wide(change)?;
    Ok(Line {
        from_payee: credit.from,
        basis: Minor::from_wide(credit.credited)?,
        rate_e8: ladder.rate_e8(measure.map_or(*after, |measure| measure.after))?,
        uncapped: amount,
        amount,
        ..Line::new(rule, *version, credit.deal, credit.payee)
    })
}
