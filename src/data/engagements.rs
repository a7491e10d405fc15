//! Engagements: grouped by deal, as offsets and columns.

use std::collections::BTreeSet;

use arrow::array::StringArray;
use rayon::slice::ParallelSliceMut;

use crate::book::TableName;

use super::contract;
use super::contract::engagements::{ACCOUNT_ID, DEAL_ID, ENGAGEMENT_ID, OCCURRED_ON, PAYEE_ID, ROLE, WEIGHT};
use super::frames::{frame, indexed};
use super::intern::Names;
use super::references::Known;
use super::sheet::Sheet;
use super::tables::{Engagements, Frame, NONE};

/// The accounts that kept deals and engagements name, in byte order.
#[derive(Debug)]
pub(super) struct Accounts {
    count: u32,
    index_of: Vec<u32>,
}

impl Accounts {
    /// The dense index of a code, or [`NONE`].
    pub(super) fn index(&self, code: u32) -> u32 {
        if code == NONE { NONE } else { self.index_of[code as usize] }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }
}

/// Numbers the accounts of deals and engagements together.
pub(super) fn accounts(
    deals: Option<&Sheet>,
    engagements: Option<&Sheet>,
    names: &Names,
    known: &Known,
) -> Accounts {
    let of_deals = known
        .rows
        .iter()
        .filter_map(|row| deals.map(|sheet| sheet.column(contract::deals::ACCOUNT_ID).code(*row as usize)));
    let kept = engagements.map_or_else(Vec::new, Sheet::kept);
    let of_engagements =
        kept.iter().filter_map(|row| engagements.map(|sheet| sheet.column(ACCOUNT_ID).code(*row as usize)));
    let sorted = names.accounts.sorted(of_deals.chain(of_engagements));
    let count = u32::try_from(sorted.len()).unwrap_or(NONE);
    Accounts { count, index_of: names.accounts.rank(&sorted) }
}

/// Deals and payees, and their ids.
pub(super) type Dense<'a> = (&'a Known, &'a Known, &'a StringArray, &'a StringArray);

/// The dense table. Within a deal engagements stand by date, id (null first), payee, role, weight and account, so that their
/// order does not come from that of the files.
pub(super) fn build(
    sheet: Option<&Sheet>,
    names: &Names,
    (deals, payees, deal_ids, payee_ids): Dense,
    accounts: &Accounts,
    used: &BTreeSet<String>,
) -> Engagements {
    let Some(sheet) = sheet else { return none(deals.len(), names, used) };
    let column = |at| sheet.column(at);
    let deal_of = |row: u32| deals.index(column(DEAL_ID).code(row as usize));
    let payee_of = |row: u32| payees.index(column(PAYEE_ID).code(row as usize));
    let account_of = |row: u32| accounts.index(column(ACCOUNT_ID).code(row as usize));
    let kept = sheet.kept();

    let role_texts = sheet.texts(names, ROLE);
    let role_codes = role_texts.sorted(kept.iter().map(|row| column(ROLE).code(*row as usize)));
    let role_rank = role_texts.rank(&role_codes);
    let role_of = |row: u32| role_rank[column(ROLE).code(row as usize) as usize];

    let id_texts = sheet.texts(names, ENGAGEMENT_ID);
    let id_codes = id_texts.sorted(kept.iter().map(|row| column(ENGAGEMENT_ID).code(*row as usize)));
    let id_rank = id_texts.rank(&id_codes);
    drop(id_codes);
    let id_rank_of = |row: u32| match column(ENGAGEMENT_ID).code(row as usize) {
        NONE => 0,
        code => id_rank[code as usize] + 1,
    };

    let (mut rows, by_deal) = group(&kept, deals.len(), deal_of);
    drop(kept);
    let order = |row: &u32| {
        let day = column(OCCURRED_ON).day(*row as usize);
        let weight = column(WEIGHT).fixed(*row as usize);
        (day, id_rank_of(*row), payee_of(*row), role_of(*row), weight, account_of(*row))
    };
    let (mut of_deals, of_none) = rows.split_at_mut(by_deal.last().map_or(0, |end| *end as usize));
    for group in by_deal.windows(2) {
        let (group, rest) = of_deals.split_at_mut((group[1] - group[0]) as usize);
        group.sort_unstable_by_key(order);
        of_deals = rest;
    }
    of_none.par_sort_unstable_by_key(order);

    let deal: Vec<u32> = rows.iter().map(|row| deal_of(*row)).collect();
    let payee: Vec<u32> = rows.iter().map(|row| payee_of(*row)).collect();
    let frame = frame(TableName::Engagements, Some(sheet), names, &rows, used, |name| match name {
        "deal_id" => Some(indexed(deal.iter().copied(), deal_ids.clone())),
        "payee_id" => Some(indexed(payee.iter().copied(), payee_ids.clone())),
        _ => None,
    });
    Engagements {
        by_deal,
        account: rows.iter().map(|row| account_of(*row)).collect(),
        role: rows.iter().map(|row| role_of(*row)).collect(),
        roles: role_codes.iter().map(|code| role_texts.get(*code).to_string()).collect(),
        occurred_on: rows.iter().map(|row| column(OCCURRED_ON).day(*row as usize)).collect(),
        weight_e9: rows.iter().map(|row| column(WEIGHT).fixed(*row as usize)).collect(),
        id_rank: rows.iter().map(|row| id_rank_of(*row)).collect(),
        deal,
        payee,
        frame,
    }
}

/// Rows by deal, those of no deal last, each group in the order of the rows; and where the groups begin.
pub(super) fn group(rows: &[u32], deals: usize, deal_of: impl Fn(u32) -> u32) -> (Vec<u32>, Vec<u32>) {
    let bucket = |row: u32| (deal_of(row) as usize).min(deals);
    let mut starts = vec![0_u32; deals + 2];
    for row in rows {
        starts[bucket(*row) + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut grouped = vec![0; rows.len()];
    for row in rows {
        let place = &mut next[bucket(*row)];
        grouped[*place as usize] = *row;
        *place += 1;
    }
    starts.pop();
    (grouped, starts)
}

fn none(deals: usize, names: &Names, used: &BTreeSet<String>) -> Engagements {
    let frame: Frame = frame(TableName::Engagements, None, names, &[], used, |_| None);
    Engagements {
        by_deal: vec![0; deals + 1],
        deal: Vec::new(),
        account: Vec::new(),
        payee: Vec::new(),
        role: Vec::new(),
        roles: Vec::new(),
        occurred_on: Vec::new(),
        weight_e9: Vec::new(),
        id_rank: Vec::new(),
        frame,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_their_order() {
        let deal_of = [1, NONE, 0, 1, 2, NONE];
        let (rows, starts) = group(&[0, 1, 2, 3, 4, 5], 4, |row| deal_of[row as usize]);
        assert_eq!(rows, [2, 0, 3, 4, 1, 5]);
        assert_eq!(starts, [0, 1, 3, 4, 4]);
    }
}
