//! statements.csv and payouts.csv: what each payee has by rule, and what payroll pays.

use std::io;

use super::Outcome;
use super::records::csv_writer;
use super::sink::{Sink, money_cell};
use super::sums::Sums;
use apportion_base::money::format_scaled;
use apportion_contract::output::{PAYOUT_FILE, STATEMENT_FILE};
use apportion_data::PayeeIx;

/// One row for each payee and rule with lines, by bytes of payee_id and rule_id.
pub(super) fn write_statements(sink: &mut Sink, outcome: &Outcome<'_>, sums: &Sums) -> io::Result<()> {
    let currency = outcome.book.currency;
    let mut csv = csv_writer(sink);
    csv.write_record(STATEMENT_FILE.header())?;
    for statement in &sums.statements {
        csv.write_record([
            outcome.cell(payee_id(outcome, statement.payee)).as_ref(),
            &outcome.cell(payee_name(outcome, statement.payee)),
            &outcome.cell(&outcome.rules[statement.rule].id),
            &statement.lines.to_string(),
            &money_cell(statement.credited, currency.digits()),
            &money_cell(statement.amount, currency.digits()),
            currency.code(),
        ])?;
    }
    csv.flush()
}

/// One row for each payee with an amount, also one of 0, by bytes of payee_id.
pub(super) fn write_payouts(sink: &mut Sink, outcome: &Outcome<'_>, sums: &Sums) -> io::Result<()> {
    let currency = outcome.book.currency;
    let mut csv = csv_writer(sink);
    csv.write_record(PAYOUT_FILE.header())?;
    for payout in &sums.payouts {
        csv.write_record([
            outcome.cell(payee_id(outcome, payout.payee)).as_ref(),
            &outcome.cell(payee_name(outcome, payout.payee)),
            &format_scaled(payout.amount, currency.digits()),
            currency.code(),
        ])?;
    }
    csv.flush()
}

fn payee_id<'a>(outcome: &Outcome<'a>, payee: PayeeIx) -> &'a str {
    outcome.tables.payees.id(payee)
}

/// The payee's name, empty where none is known.
fn payee_name<'a>(outcome: &Outcome<'a>, payee: PayeeIx) -> &'a str {
    super::payee_name(outcome.tables, payee)
}
