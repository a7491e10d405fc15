//! One run, from tables and rules to lines: drives `plan`, `credit` and `pay`, and adds up what they made.
//!
//! ```text
//! what counts ─► match_rules ─► stage one by deal ─► lines by payee ─► credits ─► stage two by payee ─► caps
//!                                                      ─► mirrored reversals ─► lines of the year ─► a period as a view
//! ```

mod beyond;
mod by_payees;
mod by_ranges;
mod draws;
mod lines_on;
mod mirrored;
mod paying;
mod portions;
mod settlement;
mod stage_two;
mod totals;

pub use crate::kinds::clawback::mirror::take_back_lines;
pub use crate::kinds::{
    Attainment, Clawbacks, Effect, KeptReversal, MatchedReversal, OriginalLine, OriginalLines, Taken,
    TakenBack,
};
pub use crate::plan::Counted;
pub use beyond::RuleDate;
pub use by_payees::{PartedStageOne, credit_by_payees, pay_both, pays_some_at_a_time};
pub use by_ranges::credits_some_at_a_time;
pub(crate) use draws::Outcome;
pub use draws::{Draws, OpenSettlement, Tally, on_quotas, with_draws};
pub use lines_on::lines_on;
pub use paying::pays_own_credit;
pub use portions::{Portions, Room};
pub use settlement::{PeriodView, Settlement};
pub(crate) use stage_two::StageTwoRule;

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::credit::{Fault, FilledColumns, Line, Outcome as DealOutcome, RateTie, Subject, Sums, Uncredited};
use crate::kinds::clawback::mirror;
use crate::kinds::{self, AttainmentTerms, nature};
use crate::pay::{DayPeriods, LinesByPayee, caps};
use crate::plan::{Counting, Inputs, Matches, Tag, Window, credit_rule, match_rules};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::overflow::Guard;
use apportion_book::{Book, Period};
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_rules::{Rule, RuleBook, RuleIx, Version};

/// Everything that an amount goes through before and while it is settled.
static CRATES: Guard = Guard::new(&[
    apportion_base::OVERFLOW,
    apportion_expr::OVERFLOW,
    apportion_book::OVERFLOW,
    apportion_data::OVERFLOW,
    apportion_rules::OVERFLOW,
    crate::OVERFLOW,
]);

/// Settles the fiscal year of a period, from its first day to the end of the period, of which the settlement then has a
/// view ([`Settlement::period`]).
///
/// # Errors
/// A number that can't be held, naming the rule and the deal.
pub fn settle(
    book: &Book,
    tables: &Tables,
    rules: &RuleBook,
    period: Period,
) -> Result<Settlement, Vec<Diagnostic>> {
    settle_window(book, tables, rules, Window::new(book.calendar(), period))
}

/// Settles what a window computes.
///
/// # Errors
/// As [`settle`].
pub fn settle_window(
    book: &Book,
    tables: &Tables,
    rules: &RuleBook,
    window: Window,
) -> Result<Settlement, Vec<Diagnostic>> {
    let credited = credit(book, tables, rules, window)?;
    pay(book, tables, rules, credited)
}

/// The deals of earlier fiscal years whose lines the mirrored reversals of a window take back. Those are not computed: a ledger may
/// know them ([`StageOne::with_posted`], [`settle_counted`]).
pub fn originals_before(book: &Book, counted: &Counted<'_>, window: Window) -> Vec<DealIx> {
    mirror::originals_before(&Inputs::without_reach(book, counted, window))
}

/// Settles what a window computes of tables that were counted for it, with the lines that were posted of deals of earlier fiscal
/// years.
///
/// # Errors
/// As [`settle`].
pub fn settle_counted(
    (book, rules): (&Book, &RuleBook),
    counted: &Counted<'_>,
    window: Window,
    posted: &OriginalLines,
) -> Result<Settlement, Vec<Diagnostic>> {
    settle_lines(book, counted, rules, window)?.with_own_lines_taken_back((book, rules), counted, posted)
}

/// The tables as they count in a close: with the reversals up to the end of the window, and with those that are not in the data any
/// more and go on counting.
///
/// # Errors
/// As [`count`].
pub fn count_kept<'a>(
    (book, rules): (&Book, &RuleBook),
    tables: &'a Tables,
    window: Window,
    kept: &[KeptReversal],
) -> Result<Counted<'a>, Vec<Diagnostic>> {
    let counted = Counted::new(book, tables, rules, window, kept);
    counted.map_err(|(rule, fault)| vec![describe(tables, rules, rule, &fault)])
}

/// The tables as they count in a window: with what the reversals that are recomputed leave of each deal.
///
/// # Errors
/// An expression of a clawback rule without a value.
pub fn count<'a>(
    book: &Book,
    tables: &'a Tables,
    rules: &RuleBook,
    window: Window,
) -> Result<Counted<'a>, Vec<Diagnostic>> {
    count_kept((book, rules), tables, window, &[])
}

/// The result of stage one: everything that depends on engagements. Lines are kept as `P`: lists, or [`PackedLines`](crate::credit::packed::PackedLines).
pub struct StageOne<P = Vec<Line>> {
    window: Window,
    counting: Counting,
    /// Lines of deals that are not computed.
    posted: OriginalLines,
    credited: Credited<P>,
}

/// The tables as they count in a run of a period.
///
/// # Errors
/// As [`count`].
pub fn count_period<'a>(
    book: &Book,
    tables: &'a Tables,
    rules: &RuleBook,
    period: Period,
) -> Result<Counted<'a>, Vec<Diagnostic>> {
    count(book, tables, rules, Window::new(book.calendar(), period))
}

/// The result of stage two: the lines of all rules within the caps, before reversals take anything back of them.
pub struct StageTwo {
    window: Window,
    matches: Matches,
    /// By rule.
    rules: Vec<RuleResult>,
    /// Dates that the rules moved outside of the calendar.
    beyond: Vec<RuleDate>,
}

impl StageTwo {
    /// The lines with an amount of some deals, in no particular order.
    pub fn lines_of(&self, rules: &RuleBook, is_wanted: impl Fn(DealIx) -> bool + Sync) -> Vec<Line> {
        mirror::lines_with_amounts(&applies(rules), |rule| &self.rules[rule].lines, is_wanted)
    }

    /// What is not paid so far, by rules that pay by deal or on credits; in no particular order.
    pub fn uncredited(&self) -> impl Iterator<Item = &Uncredited> {
        self.rules.iter().flat_map(|result| &result.uncredited)
    }

    /// Takes back of these lines what mirrored reversals take, and adds everything up. `counted` are the tables that the
    /// lines were made of.
    ///
    /// # Errors
    /// As [`settle`].
    pub fn take_back(
        self,
        book: &Book,
        counted: &Counted<'_>,
        rules: &RuleBook,
        originals: &OriginalLines,
    ) -> Result<Settlement, Vec<Diagnostic>> {
        let inputs = Inputs::without_reach(book, counted, self.window);
        let run = Run { inputs: &inputs, rules };
        let StageTwo { matches, rules: mut results, beyond, .. } = self;
        let of_rules = mirrored::run(&run, originals, &mut results)
            .map_err(|(rule, fault)| vec![describe(counted.tables(), rules, rule, &fault)])?;
        let settlement = run.gather(&matches, results, beyond).with_of_rules(of_rules);
        Ok(settlement.with_clawbacks(Arc::clone(counted.clawbacks())))
    }

    /// Takes back of the lines that were made here, and of posted ones of deals that were not computed.
    fn with_own_lines_taken_back(
        self,
        (book, rules): (&Book, &RuleBook),
        counted: &Counted<'_>,
        posted: &OriginalLines,
    ) -> Result<Settlement, Vec<Diagnostic>> {
        let inputs = Inputs::without_reach(book, counted, self.window);
        let own = |is_wanted: &(dyn Fn(DealIx) -> bool + Sync)| self.lines_of(rules, is_wanted);
        let originals = mirror::original_lines(&inputs, posted, own, rules);
        self.take_back(book, counted, rules, &originals)
    }
}

/// Settles what a window computes as far as both stages go: all but what reversals take back. So several fiscal years can be
/// settled before it is known what their lines come to in a ledger.
///
/// # Errors
/// As [`settle`].
pub fn settle_lines(
    book: &Book,
    counted: &Counted<'_>,
    rules: &RuleBook,
    window: Window,
) -> Result<StageTwo, Vec<Diagnostic>> {
    let credited = credit_inputs(&Inputs::new(book, counted, rules, window), rules)?;
    pay_lines(book, counted, rules, (window, credited))
}

fn pay_lines(
    book: &Book,
    counted: &Counted<'_>,
    rules: &RuleBook,
    (window, credited): (Window, Credited),
) -> Result<StageTwo, Vec<Diagnostic>> {
    let run = Run { inputs: &Inputs::without_reach(book, counted, window), rules };
    run.pay(credited).map_err(|(rule, fault)| vec![describe(counted.tables(), rules, rule, &fault)])
}

impl StageOne {
    /// With lines of deals of fiscal years that are not computed, as a ledger has posted them: mirrored reversals of these
    /// deals take them back.
    #[must_use]
    pub fn with_posted(self, posted: OriginalLines) -> Self {
        Self { posted, ..self }
    }
}

/// What stage one made for a rule.
struct RuleCredits<P = Vec<Line>> {
    /// Lines. Deals ascend, from one part to the next as well.
    parts: Vec<P>,
    uncredited: Vec<Uncredited>,
    /// By month.
    sums: Vec<Sums>,
}

/// Stage one, by deal: credits the days of a window. Engagements are not needed after it
/// ([`Tables::forget_engagements`]).
///
/// # Errors
/// As [`settle`].
pub fn credit(
    book: &Book,
    tables: &Tables,
    rules: &RuleBook,
    window: Window,
) -> Result<StageOne, Vec<Diagnostic>> {
    let counted = count(book, tables, rules, window)?;
    let made = credit_inputs(&Inputs::new(book, &counted, rules, window), rules)?;
    Ok(made.into_stage_one(window, counted))
}

/// Settles what a window computes as a run would, but for rows of rate tables between which nothing decides: the first
/// counts, so that `check` can find all of them.
///
/// # Errors
/// A number that can't be held.
pub fn settle_with_ties(
    book: &Book,
    tables: &Tables,
    rules: &RuleBook,
    window: Window,
) -> Result<Settlement, Vec<Diagnostic>> {
    let counted = count(book, tables, rules, window)?;
    let inputs = Inputs { ties_allowed: true, ..Inputs::new(book, &counted, rules, window) };
    let made = credit_inputs(&inputs, rules)?;
    pay(book, tables, rules, made.into_stage_one(window, counted))
}

/// What stage one made, without what it was made from.
struct Credited<P = Vec<Line>> {
    matches: Matches,
    /// By rule.
    rules: Vec<RuleCredits<P>>,
    /// Dates that the rules moved outside of the calendar.
    beyond: Vec<RuleDate>,
}

impl<P> Credited<P> {
    fn into_stage_one(self, window: Window, counted: Counted<'_>) -> StageOne<P> {
        let (counting, posted) = (counted.into_counting(), OriginalLines::default());
        StageOne { window, counting, posted, credited: self }
    }
}

fn credit_inputs(inputs: &Inputs<'_>, rules: &RuleBook) -> Result<Credited, Vec<Diagnostic>> {
    credit_and_keep(inputs, rules, |lines| lines)
}

/// Stage one, of which `keep` makes what is kept of the lines of each part.
fn credit_and_keep<P: Send>(
    inputs: &Inputs<'_>,
    rules: &RuleBook,
    keep: impl Fn(Vec<Line>) -> P + Sync,
) -> Result<Credited<P>, Vec<Diagnostic>> {
    CRATES.check().map_err(|refusal| vec![refusal])?;
    let tables = inputs.tables;
    let run = Run { inputs, rules };
    run.stage_one(keep).map_err(|(rule, fault)| vec![describe(tables, rules, rule, &fault)])
}

/// Stage two, by payee: what was credited is paid, within the caps, and everything is added up.
///
/// # Errors
/// As [`settle`].
pub fn pay(
    book: &Book,
    tables: &Tables,
    rules: &RuleBook,
    credited: StageOne,
) -> Result<Settlement, Vec<Diagnostic>> {
    let StageOne { window, counting, posted, credited } = credited;
    let counted = Counted::resume(tables, counting);
    let paid = pay_lines(book, &counted, rules, (window, credited))?;
    paid.with_own_lines_taken_back((book, rules), &counted, &posted)
}

struct Run<'a> {
    inputs: &'a Inputs<'a>,
    rules: &'a RuleBook,
}

/// What one rule made, in both stages.
#[derive(Debug, Default)]
pub(crate) struct RuleResult {
    pub lines: LinesByPayee,
    pub uncredited: Vec<Uncredited>,
    /// By month, of the deals that stage one saw.
    pub sums: Vec<Sums>,
    /// Of a rule that is paid on a running total.
    pub attainment: Option<AttainmentTerms>,
}

/// A fault with the index of the rule it belongs to.
type RuleFault = (RuleIx, Fault);

impl Run<'_> {
    fn stage_one<P: Send>(&self, keep: impl Fn(Vec<Line>) -> P + Sync) -> Result<Credited<P>, RuleFault> {
        self.credit_matched(match_rules(self.inputs, self.rules)?, keep)
    }

    /// Credits the deals that the rules matched.
    fn credit_matched<P: Send>(
        &self,
        matches: Matches,
        keep: impl Fn(Vec<Line>) -> P + Sync,
    ) -> Result<Credited<P>, RuleFault> {
        let end = DealIx::new(self.inputs.tables.deals.len()).unwrap_or(DealIx::from_raw(u32::MAX));
        let rules = all_or_fault(self.credit_deals(&matches, &(DealIx::FIRST..end), keep))?;
        let beyond = beyond::dates(beyond::Rows::new(self.inputs.tables), self.rules, true);
        Ok(Credited { rules, matches, beyond })
    }

    /// Credits the matched deals of a range; by rule.
    fn credit_deals<P: Send>(
        &self,
        matches: &Matches,
        within: &Range<DealIx>,
        keep: impl Fn(Vec<Line>) -> P + Sync,
    ) -> Vec<Result<RuleCredits<P>, Fault>> {
        // Where one rule is nearly done, other threads can begin with the next.
        let rules = RuleIx::all(self.rules.rules.len()).collect::<Vec<_>>().into_par_iter().with_max_len(1);
        rules.map(|rule| self.credits(matches, (rule, within), &keep)).collect()
    }

    /// Credits the deals of a range, for a rule that pays by deal.
    fn credits<P: Send>(
        &self,
        matches: &Matches,
        (index, within): (RuleIx, &Range<DealIx>),
        keep: impl Fn(Vec<Line>) -> P + Sync,
    ) -> Result<RuleCredits<P>, Fault> {
        let mut credits = RuleCredits { parts: Vec::new(), uncredited: Vec::new(), sums: Vec::new() };
        let kept = |DealOutcome { lines, uncredited, sums }| (keep(lines), uncredited, sums);
        // Versions follow each other in time, and deals are numbered by it.
        for (version_at, version) in self.rules[index].iter() {
            let tag = Tag {
                rule: index,
                version: version_at,
                deals: some_of(&matches.deals[index][version_at], within),
                two_rules: &matches.two_rules[index],
            };
            let parts = credit_rule(self.inputs, version, tag, kept)?;
            credits.uncredited.reserve_exact(parts.iter().map(|(_, uncredited, _)| uncredited.len()).sum());
            for (lines, mut uncredited, sums) in parts {
                credits.parts.push(lines);
                credits.uncredited.append(&mut uncredited);
                add_sums(&mut credits.sums, &sums);
            }
        }
        Ok(credits)
    }

    fn pay(&self, credited: Credited) -> Result<StageTwo, RuleFault> {
        let Credited { matches, rules, beyond } = credited;
        let by_payee = |RuleCredits { parts, uncredited, sums }: RuleCredits| RuleResult {
            lines: LinesByPayee::of_parts(parts, self.payees()),
            uncredited,
            sums,
            attainment: None,
        };
        let mut results: Vec<RuleResult> = rules.into_par_iter().with_max_len(1).map(by_payee).collect();
        self.pay_on_credits(&matches, &mut results, |_| true)?;
        self.cap(&mut results)?;
        let beyond = self.with_dates_of_payees(beyond);
        Ok(StageTwo { window: self.inputs.window, matches, rules: results, beyond })
    }

    /// Adds to the lines that stage one made those of the rules that are paid in stage two, of some of them.
    fn pay_on_credits(
        &self,
        matches: &Matches,
        results: &mut [RuleResult],
        is_paid: impl Fn(&Rule) -> bool,
    ) -> Result<(), RuleFault> {
        stage_two::run_some(self, matches, &self.days(), results, is_paid)
    }

    /// Caps the lines of all rules.
    fn cap(&self, results: &mut [RuleResult]) -> Result<(), RuleFault> {
        let days = self.days();
        for (index, result) in RuleIx::all(results.len()).zip(results) {
            let of_versions: Vec<_> = self.rules[index].versions.iter().map(|version| version.caps).collect();
            caps::apply(&mut result.lines, &of_versions, &self.inputs.tables.deals.close_date, &days)
                .map_err(|fault| (index, fault))?;
        }
        Ok(())
    }

    /// The periods of the days that are settled.
    fn days(&self) -> DayPeriods {
        let window = self.inputs.window;
        DayPeriods::new(window.computed_from, window.paid_until, |day, every| window.period_of(day, every))
    }

    /// The dates that the rules moved outside of the calendar, those on payees as well.
    fn with_dates_of_payees(&self, mut beyond: Vec<RuleDate>) -> Vec<RuleDate> {
        beyond.extend(beyond::dates(beyond::Rows::new(self.inputs.tables), self.rules, false));
        beyond
    }

    fn payees(&self) -> usize {
        self.inputs.tables.payees.len()
    }

    /// Everything that the rules made, added up.
    fn gather(&self, matches: &Matches, mut results: Vec<RuleResult>, beyond: Vec<RuleDate>) -> Settlement {
        let sums = results.iter_mut().map(|result| std::mem::take(&mut result.sums)).collect();
        self.lines(results).proved(self.of_deals(matches, sums, beyond))
    }

    /// The lines that the rules made, not proved yet.
    fn lines(&self, results: Vec<RuleResult>) -> Settlement {
        Settlement::new(settlement::Parts {
            window: self.inputs.window,
            months: self.inputs.months.clone(),
            roles: &self.inputs.tables.engagements.roles,
            applies: applies(self.rules),
            natures: self.rules.rules.iter().map(|rule| nature(rule.kind)).collect(),
            results,
        })
    }

    /// What is known of deals before anybody is paid. `sums` are by rule.
    fn of_deals(
        &self,
        matches: &Matches,
        sums: Vec<Vec<Sums>>,
        beyond: Vec<RuleDate>,
    ) -> settlement::OfDeals {
        let months = &self.inputs.months;
        let of_months = |versions: &Vec<Vec<DealIx>>| {
            let mut matched = vec![0; months.count()];
            for deals in versions {
                months.of_deals(deals).into_iter().for_each(|month| matched[month] += 1);
            }
            matched
        };
        settlement::OfDeals {
            matched: matches.deals.iter().map(of_months).collect(),
            sums,
            without_rule: self.without_rule(matches),
            reversed: self.reversed(),
            beyond,
        }
    }

    /// Won deals, ascending, that no rule matched which pays by deal.
    fn without_rule(&self, matches: &Matches) -> Vec<DealIx> {
        let won = &self.inputs.tables.deals.won;
        let mut matched = vec![false; won.len()];
        for (index, rule) in self.rules.iter() {
            if nature(rule.kind).pays_by_deal() {
                matches.deals[index].iter().flatten().for_each(|&deal| matched[deal] = true);
            }
        }
        let clawbacks = self.inputs.clawbacks;
        let months = &self.inputs.months;
        let without = |deal: &DealIx| won[*deal] && !matched[*deal];
        let mut without: Vec<DealIx> = DealIx::range(months.deals(months.all())).filter(without).collect();
        if !clawbacks.is_empty() {
            without.retain(|deal| !clawbacks.takes(*deal));
        }
        without
    }

    /// Deals, ascending, of which recomputed reversals left nothing.
    fn reversed(&self) -> Vec<DealIx> {
        let deals = self.inputs.months.deals(self.inputs.months.all());
        self.inputs.clawbacks.reversed.iter().copied().filter(|deal| deals.contains(deal)).collect()
    }
}

/// What was made for all rules, or the fault of the first that has one.
fn all_or_fault<T>(rules: Vec<Result<T, Fault>>) -> Result<Vec<T>, RuleFault> {
    let fault = |(rule, made): (RuleIx, Result<T, Fault>)| made.map_err(|fault| (rule, fault));
    RuleIx::all(rules.len()).zip(rules).map(fault).collect()
}

/// Those of ascending deals that are in a range.
fn some_of<'d>(deals: &'d [DealIx], within: &Range<DealIx>) -> &'d [DealIx] {
    let from = deals.partition_point(|deal| *deal < within.start);
    &deals[from..deals.partition_point(|deal| *deal < within.end)]
}

/// Adds sums up month by month.
fn add_sums(all: &mut Vec<Sums>, added: &[Sums]) {
    if all.len() < added.len() {
        all.resize(added.len(), Sums::default());
    }
    all.iter_mut().zip(added).for_each(|(all, added)| *all += *added);
}

/// A period of these tables and rules in which nobody has a line.
pub(crate) fn no_lines(tables: &Tables, rules: &RuleBook) -> PeriodView {
    PeriodView::of_no_lines(tables.engagements.roles.clone(), applies(rules))
}

/// Which columns the lines of each rule and version have.
fn applies(rules: &RuleBook) -> Vec<Vec<FilledColumns>> {
    let of_version = |version: &Version| kinds::of(&version.body).applies();
    rules.rules.iter().map(|rule| rule.versions.iter().map(of_version).collect()).collect()
}

/// A fault as a message that names the rule and what it arose on, at the expression or the version that it is about.
pub fn describe(tables: &Tables, rules: &RuleBook, rule: RuleIx, fault: &Fault) -> Diagnostic {
    let rule = &rules[rule];
    if let (Some(tie), Subject::Deal(deal)) = (&fault.tie, fault.subject) {
        return ambiguous(tables, rule, deal, tie);
    }
    let (deals, payees) = (&tables.deals, &tables.payees);
    let deal = |deal: DealIx| if deal.at() < deals.len() { deals.id(deal) } else { "" };
    let payee = |payee: PayeeIx| if payee.at() < payees.len() { payees.id(payee) } else { "" };
    let (subject, of_deal) = match fault.subject {
        Subject::Rule => (String::new(), None),
        Subject::Deal(on) => (format!(" on deal `{}`", deal(on)), Some(on)),
        Subject::Work(on, of) => (format!(" on deal `{}`, payee `{}`", deal(on), payee(of)), Some(on)),
        Subject::Payee(of) => (format!(" on payee `{}`", payee(of)), None),
    };
    let message = format!("rule `{}`{subject}: {}", rule.id, fault.message);
    let diagnostic = Diagnostic::error(Code::NumberTooLarge, message);
    if let Some(place) = &fault.place {
        return diagnostic.at(place.clone(), "has no value there");
    }
    // The version that was in force when the deal closed.
    let day = of_deal.and_then(|deal| deals.close_date.get(deal.at()));
    let version = day.and_then(|day| rule.versions.iter().find(|version| version.in_force(*day)));
    match version.or(rule.versions.first()) {
        Some(version) => diagnostic.at(version.span.clone(), "in this rule"),
        None => diagnostic,
    }
}

/// Two rows of a rate table that would decide one amount, both shown.
fn ambiguous(tables: &Tables, rule: &Rule, deal: DealIx, tie: &RateTie) -> Diagnostic {
    let (first, second) = tie.rows;
    let message = format!(
        "rule `{}` on deal `{}`: rows {} and {} of {} both match, with as many cells as each other",
        rule.id,
        tables.deals.id(deal),
        tie.table.line(first),
        tie.table.line(second),
        tie.table.path
    );
    let mut error = Diagnostic::error(Code::AmbiguousRate, message)
        .at(tie.table.span(first), tie.table.text(first))
        .at(tie.table.span(second), tie.table.text(second));
    if let Some(version) = rule.versions.get(tie.version.at()) {
        error = error.at(version.place(&tie.path), "looked up for this");
    }
    error.help(
        "the row with the most cells counts: take one of them out, or fill in a cell that tells them apart",
    )
}
