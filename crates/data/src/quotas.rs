//! Quotas: by payee and period.

use apportion_book::Period;

use super::contract::quotas::{AMOUNT, PAYEE_ID, PERIOD};
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::tables::{NONE, PayeeIx, Quotas};

/// The dense table, in order of payee and period.
pub(super) fn build(staging: Option<&StagingTable>, names: &Names, payees: &KeyIndex) -> Quotas {
    let mut rows: Vec<(PayeeIx, Period, i64)> = Vec::new();
    if let Some(staging) = staging {
        for row in staging.kept() {
            let row = row as usize;
            let period = match staging.column(PERIOD).code(row) {
                NONE => None,
                code => Period::parse(staging.texts(names, PERIOD).get(code)),
            };
            // A kept row has a period that was read.
            if let Some(period) = period {
                let payee = PayeeIx::from_raw(payees.index(staging.column(PAYEE_ID).code(row)));
                rows.push((payee, period, staging.column(AMOUNT).fixed(row)));
            }
        }
    }
    rows.sort_unstable();
    Quotas {
        payee: rows.iter().map(|row| row.0).collect(),
        period: rows.iter().map(|row| row.1).collect(),
        amount_e6: rows.iter().map(|row| row.2).collect(),
    }
}
