//! Customers, who covers them, and days on which nobody works.

use std::collections::HashSet;

use arrow::array::UInt32Array;

use apportion_book::TableName;

use super::Staged;
use super::rows::Rows;
use crate::accounts::of_rows;
use crate::frames::{FrameSource, frame};
use crate::intern::Names;
use crate::references::KeyIndex;
use crate::tables::catalogue::UsedColumns;
use crate::tables::frame::Frame;
use crate::tables::indices::{NONE, some_index};
use crate::tables::{Accounts, Territories, Territory};
use apportion_base::index::Optional;

/// Every account that any table names, with what `accounts` say of it. `used` are the columns that rules name of accounts.
pub(crate) fn accounts(staged: &Staged, names: &Names, payees: &KeyIndex, used: &UsedColumns) -> Accounts {
    let ids: Vec<String> = names.accounts.texts().map(str::to_owned).collect();
    let Some(staging) = staged.get(&TableName::Accounts) else {
        let none = vec![None; ids.len()];
        let (known, parent) = (vec![false; ids.len()], vec![Optional::NONE; ids.len()]);
        return Accounts {
            known,
            owner: none,
            parent,
            frame: Frame { rows: ids.len(), columns: Vec::new() },
            ids,
        };
    };
    let id = place!(Accounts, "account_id");
    let rows = staging.kept();
    // By account: its place among the kept rows.
    let mut place_of = vec![NONE; ids.len()];
    for (place, row) in (0_u32..).zip(&rows) {
        place_of[staging.column(id).code(*row as usize) as usize] = place;
    }
    let row_of = |place: &u32| some_index(*place).and_then(|place| rows.get(place as usize).copied());
    let payees: HashSet<&str> = payees.ids(&names.payees).into_iter().collect();
    let is_payee = |id: &&str| payees.contains(id);
    let owner = |place: &u32| {
        let owner = staging.text(names, place!(Accounts, "owner_id"), row_of(place)?)?;
        Some(owner).filter(is_payee).map(str::to_owned)
    };
    let parent = |place: &u32| {
        let code = |row: u32| staging.column(place!(Accounts, "parent_id")).code(row as usize);
        Optional::from_raw(row_of(place).map_or(NONE, code))
    };
    let source = FrameSource {
        table: TableName::Accounts,
        staging: Some(staging),
        names,
        rows: &rows,
        used: used.get(&TableName::Accounts).unwrap_or(&super::NO_NAMES),
    };
    let of_kept = frame(source, |_| None);
    let places: UInt32Array = place_of.iter().map(|place| some_index(*place)).collect();
    let columns = of_kept.columns.iter().map(|(name, column)| (name.clone(), of_rows(column, &places)));
    Accounts {
        known: place_of.iter().map(|place| *place != NONE).collect(),
        owner: place_of.iter().map(owner).collect(),
        parent: place_of.iter().map(parent).collect(),
        frame: Frame { rows: ids.len(), columns: columns.collect() },
        ids,
    }
}

/// Who covers what, in the order of the files.
pub(super) fn territories(rows: Option<Rows<'_>>) -> Territories {
    let Some(source) = rows else { return Territories::default() };
    let kept = source.staging.kept();
    let territory = |row: &u32| Territory {
        territory: source.text(place!(Territories, "territory_id"), *row).unwrap_or_default(),
        payee: source.payee(place!(Territories, "payee_id"), *row),
        from: source.day(place!(Territories, "from"), *row),
        until: source.day(place!(Territories, "until"), *row),
        // A kept row has what a column means where it is empty.
        weight_e9: source.fixed(place!(Territories, "weight"), *row).unwrap_or_default(),
        rank_e9: source.wide(place!(Territories, "rank"), *row).unwrap_or_default(),
    };
    Territories { rows: kept.iter().map(territory).collect(), frame: source.frame(&kept, |_| None) }
}

/// The days, ascending.
pub(super) fn holidays(rows: Option<Rows<'_>>) -> Vec<i32> {
    let Some(source) = rows else { return Vec::new() };
    let kept = source.staging.kept().into_iter();
    let mut days: Vec<i32> = kept.filter_map(|row| source.day(place!(Holidays, "date"), row)).collect();
    days.sort_unstable();
    days
}
