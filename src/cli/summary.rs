//! The figures of a run's summary. Nothing is printed here, and nothing depends on a clock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use apportion_book::{FiscalCalendar, display_day};
use apportion_data::{Counts, DatesBeyond, DealIx, UnreadTexts};
use apportion_engine::credit::{Reason, RuleTotals};
use apportion_engine::project::Close;
use apportion_engine::settle::RuleDate;
use apportion_results::{ATTAINMENT, FILES, RUN};
use apportion_rules::Kind;

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
    /// Won deals of the period without any line.
    pub unpaid: u64,
    /// Why, as deals by reason, the most frequent first. A deal counts once for each reason it has.
    pub reasons: Vec<(Reason, u64)>,
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
    /// The result's folder as shown to people.
    pub folder: String,
    /// The names of its files.
    pub files: Vec<&'static str>,
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
    /// Gathers the summary; `payees` is the number of rows of payouts.csv.
    pub fn new(close: &'a Close, payees: u64, folder: String) -> Self {
        let calendar = FiscalCalendar { starts: close.book.fiscal_year_starts };
        let settlement = &close.settlement;
        let (unpaid, reasons) = unpaid(close);
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
            payees,
            lines: settlement.lines.len() as u64,
            unpaid,
            reasons,
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
            folder,
            files: files(settlement.attainment.is_some()),
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

/// Won deals that made no line at all, and their reasons.
fn unpaid(close: &Close) -> (u64, Vec<(Reason, u64)>) {
    let settlement = &close.settlement;
    let has_line: Vec<AtomicBool> =
        close.tables.deals.close_date.iter().map(|_| AtomicBool::new(false)).collect();
    settlement.lines.par_statements().flatten().for_each(|line| {
        has_line[line.deal].store(true, Ordering::Relaxed);
    });
    let mut pairs: Vec<(DealIx, Reason)> = settlement
        .uncredited
        .iter()
        .filter(|row| !has_line[row.deal].load(Ordering::Relaxed))
        .map(|row| (row.deal, row.reason))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut by_reason: BTreeMap<Reason, u64> = BTreeMap::new();
    for (_, reason) in &pairs {
        *by_reason.entry(*reason).or_default() += 1;
    }
    pairs.dedup_by_key(|(deal, _)| *deal);
    let mut reasons: Vec<(Reason, u64)> = by_reason.into_iter().collect();
    reasons.sort_by_key(|(reason, deals)| (std::cmp::Reverse(*deals), reason.word()));
    (pairs.len() as u64, reasons)
}

fn held(close: &Close) -> u64 {
    let incomplete = close.settlement.uncredited.iter().filter(|row| row.reason == Reason::Incomplete);
    let mut deals: Vec<DealIx> = incomplete.map(|row| row.deal).collect();
    deals.sort_unstable();
    deals.dedup();
    deals.len() as u64
}

/// The files of a result, in the order in which they are written.
fn files(attainment: bool) -> Vec<&'static str> {
    let (last, before) = FILES.split_last().unwrap_or((&RUN, &[]));
    let optional = attainment.then_some(ATTAINMENT);
    before.iter().copied().chain(optional).chain([*last]).collect()
}
