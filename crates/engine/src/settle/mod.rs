//! One run, from tables and rules to lines: drives `plan`, `credit` and `pay`, and adds up what they made.
//!
//! ```text
//! match_rules ─► stage one by deal ─► a ledger a rule ─► credits ─► stage two by payee ─► caps ─► lines of the period,
//!                                                                                              totals, findings
//! ```

mod stage_two;
mod totals;

pub(crate) use stage_two::CreditedRule;

use rayon::prelude::*;

use crate::credit::{Applies, Fault, Line, Lines, Reason, Settlement, Sums, Uncredited};
use crate::kinds::{self, nature};
use crate::pay::{DayPeriods, Ledger, caps};
use crate::plan::{Inputs, Matches, Tag, Window, credit_rule, match_rules};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::overflow::Guard;
use apportion_book::{Book, Period};
use apportion_data::Tables;
use apportion_rules::{RuleBook, Version};

/// Everything that an amount goes through before and while it is settled.
static CRATES: Guard = Guard::new(&[
    apportion_base::OVERFLOW,
    apportion_expr::OVERFLOW,
    apportion_book::OVERFLOW,
    apportion_data::OVERFLOW,
    apportion_rules::OVERFLOW,
    crate::OVERFLOW,
]);

/// Settles a period: everything from the first day of its fiscal year is computed, what falls in it is paid.
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

/// Settles the days that a window pays. [`Window::whole`] gives every line that was computed on the way to a period,
/// which is what an explanation of running totals needs.
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

/// What stage one came to: everything that engagements have a say in.
pub struct Credited {
    window: Window,
    matches: Matches,
    /// By rule.
    rules: Vec<RuleCredits>,
}

/// What stage one made for a rule.
#[derive(Default)]
struct RuleCredits {
    /// Of the whole window; deals ascend, from one part to the next as well.
    parts: Vec<Vec<Line>>,
    uncredited: Vec<Uncredited>,
    sums: Sums,
}

/// Stage one, by deal: the days of a window are credited. After it nobody asks for engagements any more
/// ([`apportion_data::Engagements::forget_rows`]).
///
/// # Errors
/// As [`settle`].
pub fn credit(
    book: &Book,
    tables: &Tables,
    rules: &RuleBook,
    window: Window,
) -> Result<Credited, Vec<Diagnostic>> {
    CRATES.check().map_err(|refusal| vec![refusal])?;
    let inputs = Inputs::new(book, tables, rules, window);
    let run = Run { inputs: &inputs, rules };
    run.stage_one().map_err(|(rule, fault)| vec![describe(tables, rules, rule, &fault)])
}

/// Stage two, by payee: what was credited is paid, within the caps, and everything is added up.
///
/// # Errors
/// As [`settle`].
pub fn pay(
    book: &Book,
    tables: &Tables,
    rules: &RuleBook,
    credited: Credited,
) -> Result<Settlement, Vec<Diagnostic>> {
    let inputs = Inputs::without_reach(book, tables, credited.window);
    let run = Run { inputs: &inputs, rules };
    run.pay(credited).map_err(|(rule, fault)| vec![describe(tables, rules, rule, &fault)])
}

struct Run<'a> {
    inputs: &'a Inputs<'a>,
    rules: &'a RuleBook,
}

/// What one rule made, in both stages.
#[derive(Debug, Default)]
pub(crate) struct RuleResult {
    /// Of the whole window.
    pub ledger: Ledger,
    pub uncredited: Vec<Uncredited>,
    pub sums: Sums,
}

/// A fault with the index of the rule it belongs to.
type RuleFault = (usize, Fault);

impl Run<'_> {
    fn stage_one(&self) -> Result<Credited, RuleFault> {
        let matches = match_rules(self.inputs, self.rules)?;
        let of_rule = |at: usize| self.credits(&matches, at).map_err(|fault| (at, fault));
        // Where one rule is nearly done, other threads can begin with the next.
        let rules: Vec<Result<RuleCredits, RuleFault>> =
            (0..self.rules.rules.len()).into_par_iter().with_max_len(1).map(of_rule).collect();
        Ok(Credited {
            window: self.inputs.window,
            rules: rules.into_iter().collect::<Result<_, _>>()?,
            matches,
        })
    }

    /// What a rule that pays by deal makes of its deals.
    fn credits(&self, matches: &Matches, at: usize) -> Result<RuleCredits, Fault> {
        let mut credits = RuleCredits::default();
        // Versions follow each other in time, and deals are numbered by it.
        for (version_at, version) in self.rules.rules[at].versions.iter().enumerate() {
            let tag = Tag {
                rule: at as u16,
                version: version_at as u16,
                deals: &matches.deals[at][version_at],
                two_rules: &matches.two_rules[at],
            };
            for mut outcome in credit_rule(self.inputs, version, tag)? {
                credits.parts.push(outcome.lines);
                credits.uncredited.append(&mut outcome.uncredited);
                credits.sums += outcome.sums;
            }
        }
        Ok(credits)
    }

    fn pay(&self, credited: Credited) -> Result<Settlement, RuleFault> {
        let Credited { window, matches, rules } = credited;
        let by_payee = |RuleCredits { parts, uncredited, sums }: RuleCredits| RuleResult {
            ledger: Ledger::of_parts(parts, self.first_paid(), self.payees()),
            uncredited,
            sums,
        };
        let mut results: Vec<RuleResult> = rules.into_par_iter().with_max_len(1).map(by_payee).collect();
        let days = DayPeriods::new(window.computed_from, window.paid_until, |day, every| {
            window.period_of(day, every)
        });
        stage_two::run(self, &matches, &days, &mut results)?;
        for (at, result) in results.iter_mut().enumerate() {
            let of_versions: Vec<_> =
                self.rules.rules[at].versions.iter().map(|version| version.caps).collect();
            caps::apply(&mut result.ledger, &of_versions, &self.inputs.tables.deals.close_date, &days)
                .map_err(|fault| (at, fault))?;
        }
        Ok(self.gather(&matches, &days, results))
    }

    /// The first deal of the period, by number.
    fn first_paid(&self) -> u32 {
        let (days, from) = (&self.inputs.tables.deals.close_date, self.inputs.window.paid_from);
        days.partition_point(|day| *day < from) as u32
    }

    fn payees(&self) -> usize {
        self.inputs.tables.payees.manager.len()
    }

    /// The lines of the period in the contract's order, and everything added up.
    fn gather(&self, matches: &Matches, days: &DayPeriods, mut results: Vec<RuleResult>) -> Settlement {
        let tables = self.inputs.tables;
        let applies = applies(self.rules);
        let uncredited = results.iter_mut().map(|result| std::mem::take(&mut result.uncredited)).collect();
        let of_rule = |(at, result): (usize, &RuleResult)| {
            let nature = nature(self.rules.rules[at].kind);
            let matched = self.paid_deals(&matches.deals[at]);
            totals::of_rule(nature, &applies[at], result.sums, matched, &result.ledger.paid)
        };
        let (uncredited, (prior, totals)) = rayon::join(
            || self.uncredited(matches, uncredited),
            || {
                let totals = results.par_iter().with_max_len(1).enumerate().map(of_rule);
                (totals::prior(self.inputs, days, &results), totals.collect())
            },
        );
        Settlement {
            lines: Lines::of_stretches(results.into_iter().flat_map(|result| result.ledger.paid).collect()),
            roles: tables.engagements.roles.clone(),
            applies,
            uncredited,
            totals,
            prior,
        }
    }

    /// Everything that was not paid, of all rules and of none, in the contract's order.
    fn uncredited(&self, matches: &Matches, of_rules: Vec<Vec<Uncredited>>) -> Vec<Uncredited> {
        let mut uncredited = self.without_rule(matches);
        uncredited.reserve_exact(of_rules.iter().map(Vec::len).sum());
        of_rules.into_iter().for_each(|rows| uncredited.extend(rows));
        let id_rank = &self.inputs.tables.deals.id_rank;
        uncredited.par_sort_unstable_by_key(|row| {
            let first = |ix: Option<u32>| ix.map_or(0, |ix| u64::from(ix) + 1);
            let deal = id_rank[row.deal as usize];
            (deal, first(row.rule.map(u32::from)), first(row.payee), row.reason.word())
        });
        uncredited
    }

    /// How many of a rule's matched deals closed in the period.
    fn paid_deals(&self, versions: &[Vec<u32>]) -> u64 {
        let close_date = &self.inputs.tables.deals.close_date;
        let paid = |deal: &&u32| self.inputs.window.pays(close_date[**deal as usize]);
        versions.iter().flatten().filter(paid).count() as u64
    }

    /// Won deals of the period that no rule matched which pays by deal.
    fn without_rule(&self, matches: &Matches) -> Vec<Uncredited> {
        let deals = &self.inputs.tables.deals;
        let mut matched = vec![false; deals.won.len()];
        for (at, rule) in self.rules.rules.iter().enumerate() {
            if nature(rule.kind).pays_by_deal() {
                matches.deals[at].iter().flatten().for_each(|&deal| matched[deal as usize] = true);
            }
        }
        let row = |deal: u32| Uncredited {
            deal,
            rule: None,
            payee: None,
            reason: Reason::NoRule,
            retained: None,
            retained_credit: None,
        };
        (0..deals.won.len())
            .filter(|&deal| {
                deals.won[deal] && !matched[deal] && self.inputs.window.pays(deals.close_date[deal])
            })
            .map(|deal| row(deal as u32))
            .collect()
    }
}

/// Which columns the lines of each rule and version have.
fn applies(rules: &RuleBook) -> Vec<Vec<Applies>> {
    let of_version = |version: &Version| kinds::of(&version.body).applies();
    rules.rules.iter().map(|rule| rule.versions.iter().map(of_version).collect()).collect()
}

/// A fault as a message that names the rule and the deal.
pub fn describe(tables: &Tables, rules: &RuleBook, rule: usize, fault: &Fault) -> Diagnostic {
    let ids = &tables.deals.ids;
    let rule = &rules.rules[rule];
    let deal = if (fault.deal as usize) < arrow::array::Array::len(ids) {
        ids.value(fault.deal as usize)
    } else {
        ""
    };
    let message = format!("rule `{}` on deal `{deal}`: {}", rule.id, fault.message);
    let diagnostic = Diagnostic::error(Code::NumberTooLarge, message);
    match rule.versions.first() {
        Some(version) => diagnostic.at(version.span.clone(), "in this rule"),
        None => diagnostic,
    }
}
