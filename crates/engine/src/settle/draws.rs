//! A settlement of which some deals may be won or not, settled many times: what no outcome changes is settled once.
//!
//! ```text
//! stage one over all of it, as if everything were won ─► lines before the first deal that is open ─► stage two, caps, reversals: once
//!                                                        └► lines from there on ─► those of deals that are won ─► stage two, caps: each time
//! ```
//!
//! That is what a whole settlement gives for as long as what a deal is credited does not depend on other deals. Who asks for it has to
//! know that; the one thing that is found here is lines that reversals take back of deals from the first open one on.

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Every, Period};
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_rules::{Rule, RuleBook, RuleIx};

use super::{Credited, RuleFault, RuleResult, Run, StageTwoRule, describe, mirrored, stage_two};
use crate::credit::{Fault, Line};
use crate::kinds::clawback::mirror;
use crate::kinds::commission::open::OpenCommission;
use crate::kinds::{self, Effect, OriginalLines, PaymentBasis, nature};
use crate::pay::caps::{CapTotals, Limit};
use crate::pay::{DayPeriods, LinesByPayee};
use crate::plan::{Inputs, Window};

/// The rules that measure what payees have reached on quotas, and the periods over which they do.
pub fn on_quotas(rules: &RuleBook) -> impl Iterator<Item = (RuleIx, Every)> + '_ {
    rules.iter().filter_map(|(index, rule)| {
        // Versions agree on both.
        let version = rule.versions.first()?;
        Some((index, kinds::of(&version.body).of_quota()?.every))
    })
}

/// Counts what is settled.
pub trait Tally {
    /// A line of the period with an amount other than 0, in minor units, of a deal that closed on a day.
    fn line(&mut self, payee: PayeeIx, rule: RuleIx, day: i32, amount: i128);
    /// What a payee has reached in a period of a commission, in millionths of the quota.
    fn attained(&mut self, payee: PayeeIx, rule: RuleIx, period: Period, attained_e6: i128);
}

/// What is settled again and again.
#[derive(Debug, Clone, Copy)]
pub struct OpenSettlement<'a> {
    /// The project file.
    pub book: &'a Book,
    /// The rules.
    pub rules: &'a RuleBook,
    /// The tables as they count, with all open deals, won.
    pub tables: &'a Tables,
    /// The days.
    pub window: Window,
    /// Lines of deals that are not computed.
    pub posted: &'a OriginalLines,
    /// The deals that may be won or not.
    pub open: &'a [DealIx],
}

/// One outcome of the open deals.
pub(crate) struct Outcome<'a> {
    inputs: &'a Inputs<'a>,
    cut: DealIx,
    /// By deal from `cut` on: whether it is there.
    there: Vec<bool>,
}

impl Outcome<'_> {
    /// Whether a deal from `cut` on is there.
    pub fn has(&self, deal: DealIx) -> bool {
        deal.at()
            .checked_sub(self.cut.at())
            .and_then(|place| self.there.get(place))
            .is_some_and(|there| *there)
    }

    /// Counts a line of what is paid.
    pub fn count(&self, line: &Line, tally: &mut dyn Tally) {
        count(self.inputs, line, tally);
    }
}

fn count(inputs: &Inputs<'_>, line: &Line, tally: &mut dyn Tally) {
    let day = inputs.tables.deals.close_date[line.deal];
    if inputs.window.pays(day) && !line.amount.is_zero() {
        tally.line(line.payee, line.rule, day, line.amount.wide());
    }
}

/// What is the same in each outcome, and what is needed to settle one.
pub struct Draws<'a> {
    settlement: OpenSettlement<'a>,
    inputs: &'a Inputs<'a>,
    cut: DealIx,
    /// By deal from `cut` on: whether it is there whatever is won.
    closed: Vec<bool>,
    once: Vec<RuleResult>,
    attained: Vec<(PayeeIx, RuleIx, Period, i128)>,
    by_deal: Vec<OpenRule<'a>>,
    commissions: Vec<(RuleIx, OpenCommission<'a>)>,
}

/// The lines of a rule from the first open deal on, each of which one deal alone makes.
struct OpenRule<'a> {
    rule: RuleIx,
    limits: Vec<Limit>,
    days: &'a DayPeriods,
    /// The lines of each payee, and the totals of the caps before them; those of all payees together where there are no caps.
    payees: Vec<(CapTotals, Vec<Line>)>,
}

/// Settles what no outcome changes, and lets `then` settle outcomes. `None` where reversals take back lines of deals from the first open
/// one on, which outcomes change.
///
/// # Errors
/// A number that can't be held, naming the rule and the deal.
pub fn with_draws<T>(
    settlement: OpenSettlement<'_>,
    then: impl FnOnce(&Draws<'_>) -> T,
) -> Result<Option<T>, Vec<Diagnostic>> {
    let OpenSettlement { book, rules, tables, window, .. } = settlement;
    let counted = super::count(book, tables, rules, window)?;
    let inputs = Inputs::new(book, &counted, rules, window);
    let end = DealIx::new(tables.deals.len()).unwrap_or(DealIx::FIRST);
    let cut = settlement.open.iter().copied().min().unwrap_or(end);
    let takes_back = |effect: Effect| match effect {
        Effect::Mirror(taken) => taken.original >= cut,
        Effect::Nothing(_) | Effect::Recompute(_) => false,
    };
    if inputs.clawbacks.reversals.iter().any(|reversal| takes_back(reversal.effect)) {
        return Ok(None);
    }
    let days =
        DayPeriods::new(window.computed_from, window.paid_until, |day, every| window.period_of(day, every));
    let said = |(rule, fault): RuleFault| vec![describe(counted.tables(), rules, rule, &fault)];
    let run = Run { inputs: &inputs, rules };
    let credited = run.stage_one(|lines| lines).map_err(said)?;
    let whole = by_deal(&run, &credited, &days).map_err(said)?;
    let of_payees: Vec<Vec<Vec<&[Line]>>> =
        rules.rules.iter().map(|rule| credits(&run, rule, &whole)).collect();
    let making = Making { run: &run, credited: &credited, of_payees: &of_payees, days: &days, cut };
    let draws = making.draws(settlement, &whole).map_err(said)?;
    Ok(Some(then(&draws)))
}

/// The lines of all rules that are made by one deal alone, before caps per payee, as if everything were won.
fn by_deal(run: &Run<'_>, credited: &Credited, days: &DayPeriods) -> Result<Vec<RuleResult>, RuleFault> {
    let lines = |parts: &Vec<Vec<Line>>| RuleResult {
        lines: LinesByPayee::of_parts(parts.clone(), run.payees()),
        ..RuleResult::default()
    };
    let mut whole: Vec<RuleResult> = credited.rules.iter().map(|credits| lines(&credits.parts)).collect();
    stage_two::run_some(run, &credited.matches, days, &mut whole, |rule| !is_running(rule))?;
    Ok(whole)
}

/// Whether a rule adds up what several deals give.
fn is_running(rule: &Rule) -> bool {
    rule.versions.first().is_some_and(|version| kinds::of(&version.body).adds_up_over().is_some())
}

/// The lines of each payee that a running rule pays on.
fn credits<'r>(run: &Run<'_>, rule: &Rule, whole: &'r [RuleResult]) -> Vec<Vec<&'r [Line]>> {
    let names = rule.versions.first().filter(|_| is_running(rule)).and_then(|version| version.body.credits());
    names.map_or_else(Vec::new, |names| stage_two::gather(run, names, whole))
}

/// What draws are made of.
struct Making<'a> {
    run: &'a Run<'a>,
    credited: &'a Credited,
    /// By rule: the lines of each payee that it pays on, if it adds up what several deals give.
    of_payees: &'a [Vec<Vec<&'a [Line]>>],
    days: &'a DayPeriods,
    cut: DealIx,
}

impl<'a> Making<'a> {
    fn draws(&self, settlement: OpenSettlement<'a>, whole: &[RuleResult]) -> Result<Draws<'a>, RuleFault> {
        let (inputs, cut) = (self.run.inputs, self.cut);
        let mut closed = vec![true; inputs.tables.deals.len() - cut.at()];
        settlement.open.iter().for_each(|deal| closed[deal.at() - cut.at()] = false);
        let mut draws = Draws {
            settlement,
            inputs,
            cut,
            closed,
            once: Vec::new(),
            attained: Vec::new(),
            by_deal: Vec::new(),
            commissions: Vec::new(),
        };
        for ((index, rule), whole) in self.run.rules.iter().zip(whole) {
            let caps: Vec<_> = rule.versions.iter().map(|version| version.caps).collect();
            let limits = Limit::all(&caps);
            let result = match nature(rule.kind).pays {
                PaymentBasis::OnCredits(_) if is_running(rule) => {
                    self.commission((index, rule), limits, &mut draws)
                }
                _ => self.split(index, whole, limits, &mut draws),
            };
            let lines = result.map_err(|fault| (index, fault))?;
            draws.once.push(RuleResult { lines, ..RuleResult::default() });
        }
        self.take_back(&mut draws)?;
        Ok(draws)
    }

    /// Pays a commission before the first open deal.
    fn commission(
        &self,
        (index, rule): (RuleIx, &'a Rule),
        limits: Vec<Limit>,
        draws: &mut Draws<'a>,
    ) -> Result<LinesByPayee, Fault> {
        let stage = StageTwoRule {
            inputs: self.run.inputs,
            rule,
            index,
            deals: &self.credited.matches.deals[index],
            days: self.days,
            of_payees: &self.of_payees[index.at()],
        };
        let Some((commission, once)) = OpenCommission::new(stage, limits, self.cut)? else {
            return Ok(LinesByPayee::default());
        };
        let attained = |(payee, period, attained_e6)| (payee, index, period, attained_e6);
        draws.attained.extend(once.attained.into_iter().map(attained));
        draws.commissions.push((index, commission));
        Ok(once.lines)
    }

    /// Caps the lines of a rule before the first open deal, and keeps those after it.
    fn split(
        &self,
        rule: RuleIx,
        whole: &RuleResult,
        limits: Vec<Limit>,
        draws: &mut Draws<'a>,
    ) -> Result<LinesByPayee, Fault> {
        let close_date = self.run.inputs.tables.deals.close_date.as_slice();
        let (mut before, mut payees) = (Vec::new(), Vec::new());
        let mut uncapped: Vec<Line> = Vec::new();
        for lines in whole.lines.of_payees() {
            let (own, open) = lines.split_at(lines.partition_point(|line| line.deal < self.cut));
            let mut own = own.to_vec();
            let mut totals = CapTotals::new(&limits);
            totals.apply(&mut own, &limits, (close_date, self.days), &mut |_| ())?;
            before.extend((!own.is_empty()).then_some(own));
            match limits.is_empty() {
                true => uncapped.extend(open),
                false => payees.extend((!open.is_empty()).then(|| (totals, open.to_vec()))),
            }
        }
        payees.extend((!uncapped.is_empty()).then(|| (CapTotals::new(&limits), uncapped)));
        if !payees.is_empty() {
            draws.by_deal.push(OpenRule { rule, limits, days: self.days, payees });
        }
        Ok(LinesByPayee { stretches: before })
    }

    /// Takes back of the lines before the first open deal what reversals take.
    fn take_back(&self, draws: &mut Draws<'a>) -> Result<(), RuleFault> {
        let (inputs, rules) = (self.run.inputs, self.run.rules);
        let own = |is_wanted: &(dyn Fn(DealIx) -> bool + Sync)| {
            mirror::lines_with_amounts(&super::applies(rules), |rule| &draws.once[rule.at()].lines, is_wanted)
        };
        let originals = mirror::original_lines(inputs, draws.settlement.posted, own, rules);
        mirrored::run(self.run, &originals, &mut draws.once).map(drop)
    }
}

impl Draws<'_> {
    /// Counts what is the same in each outcome.
    pub fn count_once(&self, tally: &mut dyn Tally) {
        let lines = self.once.iter().flat_map(|result| result.lines.iter());
        lines.for_each(|line| count(self.inputs, line, tally));
        for (payee, rule, period, attained_e6) in &self.attained {
            tally.attained(*payee, *rule, *period, *attained_e6);
        }
    }

    /// Settles an outcome, and counts what it adds to what is the same in each. `won` is by open deal.
    ///
    /// # Errors
    /// A number that can't be held, naming the rule and the deal.
    pub fn settle(&self, won: &[bool], tally: &mut dyn Tally) -> Result<(), Vec<Diagnostic>> {
        let mut there = self.closed.clone();
        let open = self.settlement.open.iter().zip(won).filter(|(_, won)| **won);
        open.for_each(|(deal, _)| there[deal.at() - self.cut.at()] = true);
        let outcome = Outcome { inputs: self.inputs, cut: self.cut, there };
        let by_deal = self.by_deal.iter().map(|rule| (rule.rule, rule.settle(&outcome, tally)));
        let made = by_deal.map(|(rule, made)| made.map_err(|fault| (rule, fault)));
        let made: Result<(), RuleFault> = made.collect();
        let made = made.and_then(|()| {
            self.commissions.iter().try_for_each(|(rule, commission)| {
                commission.settle(&outcome, tally).map_err(|fault| (*rule, fault))
            })
        });
        let OpenSettlement { rules, .. } = self.settlement;
        made.map_err(|(rule, fault)| vec![describe(self.inputs.tables, rules, rule, &fault)])
    }
}

impl OpenRule<'_> {
    /// Counts the lines of the deals that are there, within the caps.
    fn settle(&self, outcome: &Outcome<'_>, tally: &mut dyn Tally) -> Result<(), Fault> {
        if self.limits.is_empty() {
            let lines = self.payees.iter().flat_map(|(_, lines)| lines);
            lines.filter(|line| outcome.has(line.deal)).for_each(|line| outcome.count(line, tally));
            return Ok(());
        }
        let close_date = outcome.inputs.tables.deals.close_date.as_slice();
        let mut there: Vec<Line> = Vec::new();
        for (totals, lines) in &self.payees {
            there.clear();
            there.extend(lines.iter().filter(|line| outcome.has(line.deal)));
            totals.clone().apply(&mut there, &self.limits, (close_date, self.days), &mut |_| ())?;
            there.iter().for_each(|line| outcome.count(line, tally));
        }
        Ok(())
    }
}
