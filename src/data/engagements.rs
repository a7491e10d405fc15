//! Engagements: grouped by deal, as offsets and columns.

use std::collections::BTreeSet;

use arrow::array::StringArray;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::book::TableName;

use super::contract;
use super::contract::engagements::{ACCOUNT_ID, DEAL_ID, ENGAGEMENT_ID, OCCURRED_ON, PAYEE_ID, ROLE, WEIGHT};
use super::frames::{days, fixed, frame, indexed};
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

/// The dense table.
pub(super) fn build(
    sheet: Option<&Sheet>,
    names: &Names,
    (deals, payees, deal_ids, payee_ids): Dense,
    accounts: &Accounts,
    used: &BTreeSet<String>,
) -> Engagements {
    let Some(sheet) = sheet else { return none(deals.len(), names, used) };
    let column = |at| sheet.column(at);
    let role_texts = sheet.texts(names, ROLE);
    let role_codes = role_texts.sorted(sheet.kept().into_iter().map(|row| column(ROLE).code(row as usize)));
    let role_rank = role_texts.rank(&role_codes);

    let (rows, by_deal) =
        group(&sheet.kept(), deals.len(), |row| deals.index(column(DEAL_ID).code(row as usize)));
    let payee = gathered(&rows, |row| payees.index(column(PAYEE_ID).code(row)));
    let account = gathered(&rows, |row| accounts.index(column(ACCOUNT_ID).code(row)));
    let role = gathered(&rows, |row| role_rank[column(ROLE).code(row) as usize]);
    let occurred_on = gathered(&rows, |row| column(OCCURRED_ON).day(row));
    let weight_e9 = gathered(&rows, |row| column(WEIGHT).fixed(row));
    let asks_for_ids = used.contains("engagement_id");
    let id_rank = if asks_for_ids { id_ranks(sheet, names, &rows) } else { Vec::new() };
    let deal = deals_of(&by_deal, rows.len());
    let roles: Vec<String> = role_codes.iter().map(|code| role_texts.get(*code).to_string()).collect();
    let frame = frame(TableName::Engagements, Some(sheet), names, &rows, used, |name| match name {
        "deal_id" => Some(indexed(deal.iter().copied(), deal_ids.clone())),
        "payee_id" => Some(indexed(payee.iter().copied(), payee_ids.clone())),
        "role" => Some(indexed(role.iter().copied(), roles.iter().map(Some).collect())),
        "occurred_on" => Some(days(&occurred_on)),
        "weight" => Some(fixed(weight_e9.iter().copied(), 9)),
        _ => None,
    });
    Engagements { by_deal, deal, account, payee, role, roles, occurred_on, weight_e9, id_rank, frame }
}

/// A column in the order of these rows.
fn gathered<T: Send>(rows: &[u32], value: impl Fn(usize) -> T + Sync) -> Vec<T> {
    rows.par_iter().with_min_len(1 << 14).map(|row| value(*row as usize)).collect()
}

/// The ranks of ids among all that are kept, 0 where there is none.
fn id_ranks(sheet: &Sheet, names: &Names, rows: &[u32]) -> Vec<u32> {
    let texts = sheet.texts(names, ENGAGEMENT_ID);
    let code = |row: u32| sheet.column(ENGAGEMENT_ID).code(row as usize);
    let rank = texts.rank(&texts.sorted(rows.iter().map(|row| code(*row))));
    let rank_of = |row: u32| if code(row) == NONE { 0 } else { rank[code(row) as usize] + 1 };
    rows.iter().map(|row| rank_of(*row)).collect()
}

/// By row of the groups: its deal.
fn deals_of(by_deal: &[u32], rows: usize) -> Vec<u32> {
    let mut deals = Vec::with_capacity(rows);
    for (deal, group) in (0_u32..).zip(by_deal.windows(2)) {
        deals.resize(group[1] as usize, deal);
    }
    deals.resize(rows, NONE);
    deals
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
