//! Quotas: by payee, period and measure.

use apportion_book::Period;

use super::contract::quotas::{AMOUNT, MEASURE, PAYEE_ID, PERIOD};
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::tables::indices::{NONE, PayeeIx};
use super::tables::payees::Quotas;

/// The dense table, in order of payee, period and measure.
pub(super) fn build(staging: Option<&StagingTable>, names: &Names, payees: &KeyIndex) -> Quotas {
    let mut quotas = Quotas::default();
    let Some(staging) = staging else { return quotas };
    for (payee, period, measure, row) in rows(staging, names, payees) {
        quotas.payee.push(payee);
        quotas.period.push(period);
        quotas.measure.push(measure.map(str::to_owned));
        quotas.amount_e6.push(staging.column(AMOUNT).fixed(row as usize));
    }
    quotas
}

/// The kept rows in the order of the dense table: null comes first among measures.
pub(super) fn rows<'a>(
    staging: &'a StagingTable,
    names: &'a Names,
    payees: &KeyIndex,
) -> Vec<(PayeeIx, Period, Option<&'a str>, u32)> {
    let text = |position: usize, row: u32| match staging.column(position).code(row as usize) {
        NONE => None,
        code => Some(staging.texts(names, position).get(code)),
    };
    let of_row = |row: u32| {
        // A kept row has a period that was read.
        let period = Period::parse(text(PERIOD, row)?)?;
        let payee = PayeeIx::from_raw(payees.index(staging.column(PAYEE_ID).code(row as usize)));
        Some((payee, period, text(MEASURE, row), row))
    };
    let mut rows: Vec<_> = staging.kept().into_iter().filter_map(of_row).collect();
    rows.sort_unstable();
    rows
}
