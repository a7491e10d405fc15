//! attainment.csv: how far payees have come against their quotas.

use std::io;

use super::Outcome;
use super::records::csv_writer;
use super::sink::{Sink, money_cell};
use apportion_base::money::format_scaled;
use apportion_contract::output::ATTAINMENT_FILE;
use apportion_engine::settle::Attainment;

/// One row a payee and commission, by bytes of payee_id and rule_id.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>, rows: &[Attainment]) -> io::Result<()> {
    let digits = outcome.book.currency.digits();
    let number = |number: Option<i128>, decimals: u32| {
        number.map(|number| format_scaled(number, decimals)).unwrap_or_default()
    };
    let mut csv = csv_writer(sink);
    csv.write_record(ATTAINMENT_FILE.header())?;
    for row in rows {
        csv.write_record([
            outcome.cell(outcome.tables.payees.id(row.payee)).as_ref(),
            &outcome.cell(&outcome.rules[row.rule].id),
            &row.period.to_string(),
            &number(row.quota_e6, 6),
            &money_cell(Some(row.credit), digits),
            &number(row.measure_e9, 9),
            &number(row.attainment_e6, 6),
            &format_scaled(row.rate_e8.into(), 8),
        ])?;
    }
    csv.flush()
}
