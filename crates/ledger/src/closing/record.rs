//! What close.json says of a close.

use super::Closing;
use super::outcome::ComputedClose;
use super::write::Written;
use crate::balances::Balance;
use crate::entry::{Entry, EntryType, Subject};
use crate::folder::{
    BookRecord, CloseRecord, CloseTotals, EngineRecord, FileRecord, InputRecord, LedgerRecord,
};
use crate::ledger::Closes;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::{Minor, format_scaled};
use apportion_base::{ENGINE, VERSION};
use apportion_book::display_day;
use apportion_contract::output::ledger::close_name;
use apportion_engine::project;

impl Closing<'_> {
    pub(super) fn record(
        &self,
        close: &project::Close,
        computed: &ComputedClose,
        closes: &Closes,
        (files, written): (Vec<FileRecord>, Written),
    ) -> Result<CloseRecord, Diagnostic> {
        let (book, settings) = (&close.book, self.ledger.settings());
        let number = closes.0.len() + 1;
        let period = computed.period.to_string();
        let mut inputs: Vec<InputRecord> = close
            .tables
            .inputs
            .iter()
            .map(|input| InputRecord {
                path: input.path.clone(),
                table: Some(input.table.word().to_owned()),
                sha256: input.sha256.clone(),
            })
            .collect();
        inputs.sort();
        let mut rule_files: Vec<InputRecord> = close
            .rule_files
            .iter()
            .map(|file| InputRecord { path: file.path.clone(), table: None, sha256: file.sha256.clone() })
            .collect();
        rule_files.sort();
        let totals = totals(computed, book.currency.digits());
        let paid: i128 = computed.balances.iter().map(|row| row.payment.paid.wide()).sum();
        Ok(CloseRecord {
            close: close_name(number, &period),
            number,
            period,
            as_of: display_day(computed.as_of),
            engine: EngineRecord { name: ENGINE.to_owned(), version: VERSION.to_owned() },
            book: BookRecord {
                name: book.name.clone(),
                currency: book.currency.code().to_owned(),
                rounding: book.rounding.word().to_owned(),
                fiscal_year_starts: book.fiscal_year_starts,
                fx_max_age_days: book.fx_max_age_days,
                incomplete: book.incomplete.word().to_owned(),
            },
            ledger: LedgerRecord {
                first: settings.first.to_string(),
                true_up: settings.true_up,
                keep_inputs: settings.keep_inputs,
                review_over: settings.review_over.map(|amount| amount.text(book.currency.digits())),
            },
            previous: closes.last().map(|close| close.digest.clone()),
            inputs,
            rule_files,
            opening: written.opening,
            rules: written.rules,
            files,
            totals,
            approvals_needed: settings.approvals_for(paid),
            preparer: self.request.preparer.clone(),
        })
    }
}

fn totals(computed: &ComputedClose, digits: u32) -> CloseTotals {
    let sum = |figure: fn(&Balance) -> Minor| {
        format_scaled(computed.balances.iter().map(|row| figure(row).wide()).sum(), digits)
    };
    let count =
        |is: &dyn Fn(&Entry) -> bool| computed.entries.iter().filter(|entry| is(entry)).count() as u64;
    CloseTotals {
        payees: computed.balances.len() as u64,
        entries: computed.entries.len() as u64,
        new_lines: count(&|entry| {
            entry.entry == EntryType::New
                && matches!(entry.subject, Subject::Line { .. })
                && !entry.is_clawback()
        }),
        carried_in: sum(|row| row.carried_in),
        owed_in: sum(|row| row.owed_in),
        held_in: sum(|row| row.held_in),
        lines: sum(|row| row.lines),
        true_ups: sum(|row| row.true_ups),
        clawbacks: sum(|row| row.clawbacks),
        adjustments: sum(|row| row.adjustments),
        held_change: sum(|row| row.held_change),
        guarantee: sum(|row| row.payment.guarantee),
        advance: sum(|row| row.payment.advance),
        recovery: sum(|row| row.payment.recovery),
        forgiven: sum(|row| row.payment.forgiven),
        paid: sum(|row| row.payment.paid),
        paid_payees: computed.balances.iter().filter(|row| !row.payment.paid.is_zero()).count() as u64,
        carried_out: sum(|row| row.payment.carried_out),
        owed_out: sum(|row| row.payment.owed_out),
        held_out: sum(|row| row.held_out),
    }
}
