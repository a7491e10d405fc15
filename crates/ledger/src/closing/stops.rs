//! What stops a close before anything is written: a month that is not open, settings and rules of closed months that differ, and
//! true-ups whose sum nobody accepted.

use std::collections::BTreeMap;

use super::Closing;
use super::outcome::{StoppedClose, TrueUpGroup};
use crate::entry::{Entry, EntryType};
use crate::ledger::{Closes, Ledger};
use crate::rewritten::{RuleChanges, RuleSnapshot, rewritten};
use crate::scope::CloseDays;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_book::{Book, LedgerSettings, Period};
use apportion_contract::AcceptanceAction;
use apportion_data::Tables;

/// The month that is closed must be the first that is open.
pub(super) fn check_month(
    book: &Book,
    ledger: &Ledger,
    closes: &Closes,
    period: Period,
) -> Result<(), Diagnostic> {
    let next = closes.next_month(ledger.settings().first, book.calendar());
    if next == period {
        return Ok(());
    }
    let message = match closes.of_month(period) {
        Some(close) => {
            format!("{period} is closed, as {}; the first open month is {next}", close.record.close)
        }
        None => format!("the first open month is {next}, not {period}"),
    };
    Err(Diagnostic::error(Code::MonthNotOpen, message).help(format!(
        "months are closed one after the other, also those without deals: `apportion close --period {next}`"
    )))
}

/// Settings that never change, and did.
pub(super) fn rewritten_book(
    book: &Book,
    settings: &LedgerSettings,
    closes: &Closes,
) -> Option<Vec<(String, String, String)>> {
    let last = &closes.last()?.record;
    let pairs = [
        ("currency", last.book.currency.clone(), book.currency.code().to_owned()),
        ("rounding", last.book.rounding.clone(), book.rounding.word().to_owned()),
        ("fiscal_year_starts", last.book.fiscal_year_starts.to_string(), book.fiscal_year_starts.to_string()),
        ("first", last.ledger.first.clone(), settings.first.to_string()),
    ];
    let changes: Vec<(String, String, String)> = pairs
        .into_iter()
        .filter(|(_, was, is)| was != is)
        .map(|(key, was, is)| (key.to_owned(), was, is))
        .collect();
    (!changes.is_empty()).then_some(changes)
}

impl Closing<'_> {
    /// Rules that give something else for days of closed months of fiscal years that are computed: those that are asked for.
    pub(super) fn rule_changes(
        &self,
        closes: &Closes,
        days: CloseDays,
        (now, is_asked): (&[RuleSnapshot], impl Fn(Period) -> bool),
    ) -> RuleChanges {
        let mut all = RuleChanges::default();
        for close in &closes.0 {
            let month = (days.calendar.first_day(close.period), days.calendar.last_day(close.period));
            if is_asked(days.calendar.year_of(close.period)) {
                all.extend(rewritten(close.period, month, (&close.record.rules, now), self.project.rules()));
            }
        }
        all
    }

    /// True-ups whose sum is above what the project lets pass, unless it was accepted.
    pub(super) fn large(&self, tables: &Tables, groups: &[TrueUpGroup]) -> Option<StoppedClose> {
        let most = self.ledger.settings().review_over?;
        let sum: i128 = groups.iter().map(|group| group.absolute).sum();
        if sum <= most.wide() {
            return None;
        }
        let amount = format_scaled(sum, self.project.book().currency.digits());
        let id = format!("true-ups|{}|{amount}", self.request.period);
        let is_accepted = tables
            .acceptances
            .iter()
            .any(|acceptance| acceptance.id == id && acceptance.action == AcceptanceAction::Post);
        (!is_accepted).then(|| StoppedClose::LargeTrueUps { id, sum, by_cause: groups.to_vec() })
    }
}

/// True-ups by cause and month.
pub(super) fn true_up_groups(entries: &[Entry]) -> Vec<TrueUpGroup> {
    let mut groups: BTreeMap<(&str, Period), (u64, i128, i128)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.entry == EntryType::TrueUp) {
        let group = groups.entry((&entry.cause, entry.of_period)).or_default();
        group.0 += 1;
        group.1 += entry.earned.wide();
        group.2 += entry.earned.wide().abs();
    }
    let group = |((cause, of_period), (entries, earned, absolute)): ((&str, Period), (u64, i128, i128))| {
        TrueUpGroup { cause: cause.to_owned(), of_period, entries, earned, absolute }
    };
    groups.into_iter().map(group).collect()
}
