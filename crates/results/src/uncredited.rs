//! uncredited.csv: won deals that a rule matched without a line, and amounts retained from others.

use std::io;

use super::Outcome;
use super::sink::{Sink, csv_writer, money_cell};
use apportion_contract::output::UNCREDITED_FILE;
use apportion_engine::credit::Uncredited;

/// One row a deal and reason, by bytes of deal_id, rule_id, payee_id and reason.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>) -> io::Result<()> {
    let digits = outcome.book.currency.digits();
    let mut rows: Vec<&Uncredited> = outcome.settlement.uncredited.iter().collect();
    // Rules and payees are numbered in byte order of their ids; an empty id (`None`) comes before all others.
    let id_rank = &outcome.tables.deals.id_rank;
    rows.sort_by_key(|row| (id_rank[row.deal], row.rule, row.payee, row.reason.word()));
    let mut csv = csv_writer(sink);
    csv.write_record(UNCREDITED_FILE.header())?;
    for row in rows {
        csv.write_record([
            outcome.cell(outcome.tables.deals.id(row.deal)).as_ref(),
            &outcome.cell(row.rule.map_or("", |rule| &outcome.rules[rule].id)),
            &outcome.cell(row.payee.map_or("", |payee| outcome.tables.payees.id(payee))),
            row.reason.word(),
            &money_cell(row.retained.map(i128::from), digits),
            &money_cell(row.retained_credit.map(i128::from), digits),
        ])?;
    }
    csv.flush()
}
