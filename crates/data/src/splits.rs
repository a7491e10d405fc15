//! Declared splits: grouped by deal.

use std::collections::BTreeSet;

use apportion_book::TableName;

use super::contract::splits::{DEAL_ID, PAYEE_ID, PERCENT, ROLE};
use super::engagements::{Keys, group};
use super::frames::{FrameSource, frame, indexed};
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::tables::engagements::Splits;
use super::tables::indices::{NONE, PayeeIx};

/// The dense table, in order of deal, payee and role (none first).
pub(super) fn build(
    staging: Option<&StagingTable>,
    names: &Names,
    Keys { deals, payees, deal_ids, payee_ids }: Keys,
    used: &BTreeSet<String>,
) -> Splits {
    let Some(staging) = staging else {
        let source = FrameSource { table: TableName::Splits, staging: None, names, rows: &[], used };
        let frame = frame(source, |_| None);
        return Splits {
            by_deal: vec![0; deals.len() + 1],
            payee: Vec::new(),
            percent_e9: Vec::new(),
            frame,
        };
    };
    let (rows, by_deal) = in_order(staging, names, deals, payees);
    let deal_of = |row: u32| deals.index(staging.column(DEAL_ID).code(row as usize));
    // The payee of a kept row is known.
    let payee_of = |row: u32| PayeeIx::from_raw(payees.index(staging.column(PAYEE_ID).code(row as usize)));
    let payee: Vec<PayeeIx> = rows.iter().map(|row| payee_of(*row)).collect();
    let source = FrameSource { table: TableName::Splits, staging: Some(staging), names, rows: &rows, used };
    let frame = frame(source, |name| match name {
        "deal_id" => Some(indexed(rows.iter().map(|row| deal_of(*row)), deal_ids.clone())),
        "payee_id" => Some(indexed(payee.iter().map(|payee| payee.raw()), payee_ids.clone())),
        _ => None,
    });
    let percent_e9 = rows.iter().map(|row| staging.column(PERCENT).fixed(*row as usize)).collect();
    Splits { by_deal, payee, percent_e9, frame }
}

/// The kept rows in the order of the dense table, and where the deals begin.
pub(super) fn in_order(
    staging: &StagingTable,
    names: &Names,
    deals: &KeyIndex,
    payees: &KeyIndex,
) -> (Vec<u32>, Vec<u32>) {
    let deal_of = |row: u32| deals.index(staging.column(DEAL_ID).code(row as usize));
    let payee_of = |row: u32| payees.index(staging.column(PAYEE_ID).code(row as usize));
    let role_of = |row: u32| match staging.column(ROLE).code(row as usize) {
        NONE => None,
        code => Some(staging.texts(names, ROLE).get(code)),
    };
    let (mut rows, by_deal) = group(&staging.kept(), deals.len(), deal_of);
    rows.sort_unstable_by(|a, b| {
        let order = deal_of(*a).cmp(&deal_of(*b)).then_with(|| payee_of(*a).cmp(&payee_of(*b)));
        order.then_with(|| role_of(*a).cmp(&role_of(*b)))
    });
    (rows, by_deal)
}
