//! Declared splits: grouped by deal.

use std::collections::BTreeSet;

use apportion_book::TableName;

use super::contract::splits::{DEAL_ID, PAYEE_ID, PERCENT, ROLE};
use super::engagements::{Dense, group};
use super::frames::{frame, indexed};
use super::intern::Names;
use super::references::Known;
use super::sheet::Sheet;
use super::tables::{NONE, Splits};

/// The dense table, in order of deal, payee and role (none first).
pub(super) fn build(
    sheet: Option<&Sheet>,
    names: &Names,
    (deals, payees, deal_ids, payee_ids): Dense,
    used: &BTreeSet<String>,
) -> Splits {
    let Some(sheet) = sheet else {
        let frame = frame(TableName::Splits, None, names, &[], used, |_| None);
        return Splits {
            by_deal: vec![0; deals.len() + 1],
            payee: Vec::new(),
            percent_e9: Vec::new(),
            frame,
        };
    };
    let (rows, by_deal) = in_order(sheet, names, deals, payees);
    let deal_of = |row: u32| deals.index(sheet.column(DEAL_ID).code(row as usize));
    let payee_of = |row: u32| payees.index(sheet.column(PAYEE_ID).code(row as usize));
    let payee: Vec<u32> = rows.iter().map(|row| payee_of(*row)).collect();
    let frame = frame(TableName::Splits, Some(sheet), names, &rows, used, |name| match name {
        "deal_id" => Some(indexed(rows.iter().map(|row| deal_of(*row)), deal_ids.clone())),
        "payee_id" => Some(indexed(payee.iter().copied(), payee_ids.clone())),
        _ => None,
    });
    let percent_e9 = rows.iter().map(|row| sheet.column(PERCENT).fixed(*row as usize)).collect();
    Splits { by_deal, payee, percent_e9, frame }
}

/// The kept rows in the order of the dense table, and where the deals begin.
pub(super) fn in_order(sheet: &Sheet, names: &Names, deals: &Known, payees: &Known) -> (Vec<u32>, Vec<u32>) {
    let deal_of = |row: u32| deals.index(sheet.column(DEAL_ID).code(row as usize));
    let payee_of = |row: u32| payees.index(sheet.column(PAYEE_ID).code(row as usize));
    let role_of = |row: u32| match sheet.column(ROLE).code(row as usize) {
        NONE => None,
        code => Some(sheet.texts(names, ROLE).get(code)),
    };
    let (mut rows, by_deal) = group(&sheet.kept(), deals.len(), deal_of);
    rows.sort_unstable_by(|a, b| {
        let order = deal_of(*a).cmp(&deal_of(*b)).then_with(|| payee_of(*a).cmp(&payee_of(*b)));
        order.then_with(|| role_of(*a).cmp(&role_of(*b)))
    });
    (rows, by_deal)
}
