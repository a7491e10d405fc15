//! A commission over deals that may be won or not: what comes before the first of them is paid once, and what it left is where each
//! outcome goes on.

use apportion_book::Period;
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::VersionIx;
use rayon::prelude::*;

use super::attainment::{AttainmentTerms, Reached};
use super::kernel;
use super::plan::CommissionPlan;
use super::running::{CountedSoFar, Terms};
use super::team::credits_of_teams;
use crate::credit::{Fault, Line};
use crate::pay::caps::{CapTotals, Limit};
use crate::pay::credits::credits;
use crate::pay::{Credit, DayPeriods, LinesByPayee, PeriodKey};
use crate::plan::Quota;
use crate::settle::{Outcome, StageTwoRule, Tally};

/// A commission, and the credits that it pays on from the first deal on that may be won or not.
pub(crate) struct OpenCommission<'a> {
    plan: CommissionPlan<'a>,
    stage: StageTwoRule<'a>,
    terms: AttainmentTerms,
    limits: Vec<Limit>,
    payees: Vec<OpenPayee>,
}

/// What is the same whatever is won.
#[derive(Default)]
pub(crate) struct PaidOnce {
    /// The lines before the first deal that may be won or not, within the caps.
    pub lines: LinesByPayee,
    /// What payees have reached in periods in which nothing can be won for them, in millionths of their quotas.
    pub attained: Vec<(PayeeIx, Period, i128)>,
}

/// A payee with credits that may be there or not.
struct OpenPayee {
    payee: PayeeIx,
    /// In time order.
    credits: Vec<Credit>,
    so_far: CountedSoFar,
    totals: CapTotals,
    /// The periods of these credits, in order.
    periods: Vec<OpenPeriod>,
}

/// A period in which something may be won.
struct OpenPeriod {
    key: PeriodKey,
    period: Period,
    /// What the lines before come to, and the version of the last of them.
    before: Option<(Reached, VersionIx)>,
    /// By version.
    quotas: Vec<Option<Quota>>,
}

/// What one payee is paid before, and the payee's open credits if there are any.
struct Split {
    lines: Vec<Line>,
    attained: Vec<(PayeeIx, Period, i128)>,
    open: Option<OpenPayee>,
}

impl<'a> OpenCommission<'a> {
    /// Pays what comes before `cut`; `None` for a rule of another kind.
    ///
    /// # Errors
    /// A number that can't be held, with the deal.
    pub fn new(
        stage: StageTwoRule<'a>,
        limits: Vec<Limit>,
        cut: DealIx,
    ) -> Result<Option<(Self, PaidOnce)>, Fault> {
        let Some(plan) = CommissionPlan::new(stage.inputs, stage.rule, stage.deals, stage.days)? else {
            return Ok(None);
        };
        let close_date = &stage.inputs.tables.deals.close_date;
        let own: Vec<Vec<Credit>> =
            stage.of_payees.par_iter().map(|lines| credits(lines, close_date)).collect();
        let of_payees = match plan.team() {
            None => own,
            Some(team) => credits_of_teams(&own, &stage.inputs.tables.payees, team),
        };
        let terms = plan.attainment();
        let mut commission = Self { plan, stage, terms, limits, payees: Vec::new() };
        let split = |credits: Vec<Credit>| commission.split(credits, cut);
        let splits = Fault::first(of_payees.into_par_iter().map(split).collect())?;
        let mut once = PaidOnce::default();
        for Split { lines, attained, open } in splits {
            if !lines.is_empty() {
                once.lines.stretches.push(lines);
            }
            once.attained.extend(attained);
            commission.payees.extend(open);
        }
        Ok(Some((commission, once)))
    }

    /// Pays a payee what comes before `cut`.
    fn split(&self, mut credits: Vec<Credit>, cut: DealIx) -> Result<Split, Fault> {
        let open = credits.split_off(credits.partition_point(|credit| credit.deal < cut));
        let mut totals = CapTotals::new(&self.limits);
        let lines = self.lines(&CountedSoFar::default(), &credits, &mut totals)?;
        let payee = credits.first().or(open.first()).map(|credit| credit.payee);
        let Some(payee) = payee else { return Ok(Split { lines, attained: Vec::new(), open: None }) };
        let mut keys: Vec<PeriodKey> = open.iter().map(|credit| self.plan.period(credit)).collect();
        keys.dedup();
        let mut attained = Vec::new();
        let mut periods: Vec<OpenPeriod> = keys.iter().map(|key| self.open_period(payee, *key)).collect();
        for of_period in lines.chunk_by(|a, b| self.key(a) == self.key(b)) {
            let Some(last) = of_period.last() else { continue };
            let before = (self.terms.reached(of_period), last.version);
            let key = self.key(last);
            match periods.iter_mut().find(|open| open.key == key) {
                Some(open) => open.before = Some(before),
                None => {
                    let period = self.open_period(payee, key);
                    let of_period = period.attained(&self.terms, before).filter(|_| self.is_shown(key));
                    attained.extend(of_period.map(|reached| (payee, period.period, reached)));
                }
            }
        }
        let so_far = CountedSoFar::new(&credits, &self.plan);
        let open = (!open.is_empty()).then_some(OpenPayee { payee, credits: open, so_far, totals, periods });
        Ok(Split { lines, attained, open })
    }

    fn open_period(&self, payee: PayeeIx, key: PeriodKey) -> OpenPeriod {
        let (tables, period) = (self.stage.inputs.tables, self.stage.days.period(key));
        let versions = VersionIx::all(self.stage.rule.versions.len());
        let quotas = versions.map(|version| self.terms.quota(tables, (payee, version), period)).collect();
        OpenPeriod { key, period, before: None, quotas }
    }

    /// The lines of the next credits of a payee, within the caps.
    fn lines(
        &self,
        so_far: &CountedSoFar,
        credits: &[Credit],
        totals: &mut CapTotals,
    ) -> Result<Vec<Line>, Fault> {
        let inputs = self.stage.inputs;
        let terms = (inputs.book.rounding, inputs.digits());
        let mut lines = kernel::pay_after(self.stage.index, so_far, credits, &self.plan, terms)?.lines;
        let days = (inputs.tables.deals.close_date.as_slice(), self.stage.days);
        totals.apply(&mut lines, &self.limits, days, &mut |_| ())?;
        Ok(lines)
    }

    /// Pays what is won, and counts it with `tally`.
    ///
    /// # Errors
    /// A number that can't be held, with the deal.
    pub fn settle(&self, outcome: &Outcome<'_>, tally: &mut dyn Tally) -> Result<(), Fault> {
        let mut won: Vec<Credit> = Vec::new();
        for open in &self.payees {
            won.clear();
            won.extend(open.credits.iter().filter(|credit| outcome.has(credit.deal)));
            let lines = match won.is_empty() {
                true => Vec::new(),
                false => self.lines(&open.so_far, &won, &mut open.totals.clone())?,
            };
            lines.iter().for_each(|line| outcome.count(line, tally));
            self.attained(open, &lines, tally);
        }
        Ok(())
    }

    /// What a payee reached in the periods in which something may be won.
    fn attained(&self, open: &OpenPayee, lines: &[Line], tally: &mut dyn Tally) {
        let mut rest = lines;
        for period in &open.periods {
            // Lines are in order of time, as periods are.
            let (own, after) =
                rest.split_at(rest.iter().take_while(|line| self.key(line) == period.key).count());
            rest = after;
            let reached = match (period.before, own.last()) {
                (before, None) => before,
                (None, Some(last)) => Some((self.terms.reached(own), last.version)),
                (Some((before, _)), Some(last)) => Some((before.with(self.terms.reached(own)), last.version)),
            };
            let reached = reached.filter(|_| self.is_shown(period.key));
            if let Some(attained_e6) = reached.and_then(|reached| period.attained(&self.terms, reached)) {
                tally.attained(open.payee, self.stage.index, period.period, attained_e6);
            }
        }
    }

    fn key(&self, line: &Line) -> PeriodKey {
        let days: &DayPeriods = self.stage.days;
        days.key(self.stage.inputs.tables.deals.close_date[line.deal], self.terms.every)
    }

    /// Whether a period meets what is paid.
    fn is_shown(&self, key: PeriodKey) -> bool {
        let window = self.stage.inputs.window;
        window.last_day(self.stage.days.period(key)) >= window.paid_from
    }
}

impl OpenPeriod {
    /// What was reached over the quota, in millionths.
    fn attained(&self, terms: &AttainmentTerms, (reached, version): (Reached, VersionIx)) -> Option<i128> {
        let quota = self.quotas.get(version.at())?.as_ref()?;
        terms.attained_e6(reached, quota)
    }
}
