//! The figures of a run's summary. Nothing is printed here, and nothing depends on a clock.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use apportion_book::{FiscalCalendar, display_day};
use apportion_data::{Counts, DatesBeyond, DealIx, PayeeIx, RejectCode, UnreadTexts};
use apportion_engine::credit::{Reason, RuleTotals};
use apportion_engine::plan::{UnreadRuleTexts, unread_texts};
use apportion_engine::project::Close;
use apportion_engine::settle::RuleDate;
use apportion_results::{RUN, Reconciliation, ResultReceipt, Worth};
use apportion_rules::{Kind, RuleIx};

/// The summary of a run. Amounts are minor units.
pub struct Summary<'a> {
    pub period: String,
    pub first_day: String,
    pub last_day: String,
    pub book: &'a str,
    pub currency: &'static str,
    /// Decimals of the currency.
    pub digits: u32,
    pub sources: &'a [Counts],
    pub rules: Vec<RuleRow<'a>>,
    /// What payroll pays.
    pub amount: i128,
    pub payees: u64,
    pub lines: u64,
    /// What became of the won deals that were read.
    pub reconciliation: &'a Reconciliation,
    /// Won deals of the period from which nobody has a line with an amount, and what they are worth in millionths.
    pub unpaid: Worth,
    /// Why, as deals by reason, the most frequent first. A deal counts once for each reason it has.
    pub reasons: Vec<(Reason, u64)>,
    /// Commissions without quotas, by rule.
    pub no_quota: Vec<NoQuota<'a>>,
    /// Payees who are kept without the manager that they name, by what is wrong with it.
    pub dropped_managers: Vec<(RejectCode, u64)>,
    /// Deals that some rule holds because a row that names them was rejected.
    pub held: u64,
    /// Rows, not findings: a row may have several.
    pub rejected_rows: u64,
    /// Of these, rows that their sources accept.
    pub accepted_rows: u64,
    /// Engagements without an id that equal another one.
    pub repeated: Option<RepeatSummary>,
    /// Texts that expressions of sources could not read.
    pub unread: &'a [UnreadTexts],
    /// Dates that expressions of sources moved outside of the calendar.
    pub dates: &'a [DatesBeyond],
    /// The same of rules, each with its rule.
    pub rule_dates: Vec<(&'a str, &'a RuleDate)>,
    /// Texts that expressions of rules could not read, on the won deals of the period and on payees.
    pub unread_in_rules: Vec<UnreadRuleTexts>,
    /// The result's folder as shown to people.
    pub folder: String,
    /// The names of its files.
    pub files: Vec<&'static str>,
}

/// A rule that pays nothing to some payees because they have no quota.
pub struct NoQuota<'a> {
    pub rule: &'a str,
    pub payees: u64,
    pub deals: u64,
    /// The amounts of these deals, in millionths.
    pub amount_e6: i128,
}

/// Engagements without an id that equal another one, and what they are on.
pub struct RepeatSummary {
    pub rows: u64,
    /// Won deals of the period that they name.
    pub deals: u64,
    /// The amounts of these deals, in millionths.
    pub amount_e6: i128,
}

/// A rule and what it did.
pub struct RuleRow<'a> {
    pub id: &'a str,
    pub kind: Kind,
    pub totals: &'a RuleTotals,
}

impl<'a> Summary<'a> {
    /// Gathers the summary of a result that was written.
    pub fn new(close: &'a Close, written: &'a ResultReceipt, folder: String) -> Self {
        let calendar = FiscalCalendar { starts: close.book.fiscal_year_starts };
        let settlement = &close.settlement;
        let reconciliation = &written.reconciliation;
        let (unpaid, reasons) = unpaid(close, reconciliation);
        let files = written.outputs.iter().map(|output| output.file).chain([RUN]);
        Self {
            period: close.period.to_string(),
            first_day: display_day(calendar.first_day(close.period)),
            last_day: display_day(calendar.last_day(close.period)),
            book: &close.book.name,
            currency: close.book.currency.code(),
            digits: close.book.currency.digits(),
            sources: &close.tables.counts,
            rules: close
                .rules
                .rules
                .iter()
                .zip(&settlement.totals)
                .map(|(rule, totals)| RuleRow { id: &rule.id, kind: rule.kind, totals })
                .collect(),
            amount: settlement.totals.iter().filter_map(|totals| totals.amount).sum(),
            payees: written.payees,
            lines: settlement.totals.iter().map(|totals| totals.lines).sum(),
            reconciliation,
            unpaid,
            reasons,
            no_quota: no_quota(close),
            dropped_managers: dropped_managers(close),
            held: held(close),
            rejected_rows: close.tables.counts.iter().map(|counts| counts.rejected).sum(),
            accepted_rows: close.tables.accepted,
            repeated: repeated(close),
            unread: &close.tables.unread,
            dates: &close.tables.beyond,
            rule_dates: close
                .settlement
                .beyond
                .iter()
                .map(|date| (close.rules.rules[date.rule].id.as_str(), date))
                .collect(),
            unread_in_rules: unread_in_rules(close),
            folder,
            files: files.collect(),
        }
    }

    /// The sum of one total over all rules; `None` where no rule has it.
    pub fn sum(&self, total: impl Fn(&RuleTotals) -> Option<i128>) -> Option<i128> {
        self.rules.iter().filter_map(|rule| total(rule.totals)).reduce(|sum, part| sum + part)
    }
}

fn repeated(close: &Close) -> Option<RepeatSummary> {
    let (repeats, deals) = (&close.tables.repeated_engagements, &close.tables.deals);
    if repeats.rows == 0 {
        return None;
    }
    let calendar = FiscalCalendar { starts: close.book.fiscal_year_starts };
    let days = calendar.first_day(close.period)..=calendar.last_day(close.period);
    let is_paid = |deal: &&DealIx| deals.won[**deal] && days.contains(&deals.close_date[**deal]);
    let paid: Vec<DealIx> = repeats.deals.iter().filter(is_paid).copied().collect();
    let amount_e6 = paid.iter().map(|deal| i128::from(deals.amount_e6[*deal])).sum();
    Some(RepeatSummary { rows: repeats.rows, deals: paid.len() as u64, amount_e6 })
}

/// Won deals that paid nobody, and their reasons.
fn unpaid(close: &Close, reconciliation: &Reconciliation) -> (Worth, Vec<(Reason, u64)>) {
    let deals = &close.tables.deals;
    let mut worth = Worth::default();
    for deal in &reconciliation.unpaid {
        worth.deals += 1;
        worth.amount_e6 += i128::from(deals.amount_e6[*deal]);
    }
    let mut is_unpaid = vec![false; deals.len()];
    reconciliation.unpaid.iter().for_each(|deal| is_unpaid[deal.at()] = true);
    let uncredited = close.settlement.uncredited.par_iter().filter(|row| is_unpaid[row.deal.at()]);
    let mut pairs: Vec<(DealIx, Reason)> = uncredited.map(|row| (row.deal, row.reason)).collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    let mut by_reason: BTreeMap<Reason, u64> = BTreeMap::new();
    for (_, reason) in &pairs {
        *by_reason.entry(*reason).or_default() += 1;
    }
    let mut reasons: Vec<(Reason, u64)> = by_reason.into_iter().collect();
    reasons.sort_by_key(|(reason, deals)| (std::cmp::Reverse(*deals), reason.word()));
    (worth, reasons)
}

fn no_quota(close: &Close) -> Vec<NoQuota<'_>> {
    let rows = close.settlement.uncredited.iter().filter(|row| row.reason == Reason::NoQuota);
    let mut by_rule: BTreeMap<RuleIx, (BTreeSet<DealIx>, BTreeSet<PayeeIx>)> = BTreeMap::new();
    for row in rows {
        let Some(rule) = row.rule else { continue };
        let (deals, payees) = by_rule.entry(rule).or_default();
        deals.insert(row.deal);
        payees.extend(row.payee);
    }
    let amount = |deal: &DealIx| i128::from(close.tables.deals.amount_e6[*deal]);
    let of_rule = |(rule, (deals, payees)): (RuleIx, (BTreeSet<DealIx>, BTreeSet<PayeeIx>))| NoQuota {
        rule: &close.rules[rule].id,
        payees: payees.len() as u64,
        deals: deals.len() as u64,
        amount_e6: deals.iter().map(amount).sum(),
    };
    by_rule.into_iter().map(of_rule).collect()
}

fn unread_in_rules(close: &Close) -> Vec<UnreadRuleTexts> {
    let calendar = FiscalCalendar { starts: close.book.fiscal_year_starts };
    let days = calendar.first_day(close.period)..=calendar.last_day(close.period);
    let deals = &close.tables.deals;
    let is_won = |deal: &DealIx| deals.won[*deal] && days.contains(&deals.close_date[*deal]);
    let won: Vec<DealIx> = deals.all().filter(is_won).collect();
    unread_texts(&close.tables, &close.rules, &won)
}

fn dropped_managers(close: &Close) -> Vec<(RejectCode, u64)> {
    let count = |code: RejectCode| {
        let rejects = close.tables.rejects.iter().filter(|reject| reject.code == code);
        (code, rejects.count() as u64)
    };
    let counts = [RejectCode::UnknownManager, RejectCode::ManagerCycle].map(count);
    counts.into_iter().filter(|(_, payees)| *payees > 0).collect()
}

fn held(close: &Close) -> u64 {
    let incomplete = close.settlement.uncredited.iter().filter(|row| row.reason == Reason::Incomplete);
    let mut deals: Vec<DealIx> = incomplete.map(|row| row.deal).collect();
    deals.sort_unstable();
    deals.dedup();
    deals.len() as u64
}
