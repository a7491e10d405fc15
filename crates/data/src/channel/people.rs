//! Customers, who covers them, and days on which nobody works.

use arrow::array::UInt32Array;
use rayon::prelude::*;

use apportion_book::TableName;

use super::Staged;
use super::rows::Rows;
use crate::accounts::of_rows;
use crate::frames::{FrameSource, frame};
use crate::intern::Names;
use crate::tables::catalogue::UsedColumns;
use crate::tables::frame::Frame;
use crate::tables::{Accounts, Territories, Territory};

/// Every account that any table names, with what `accounts` say of it. `used` are the columns that rules name of accounts.
pub(crate) fn accounts(staged: &Staged, names: &Names, used: &UsedColumns) -> Accounts {
    let count = names.accounts.len();
    let Some(staging) = staged.get(&TableName::Accounts) else {
        return Accounts { frame: Frame { rows: count, columns: Vec::new() } };
    };
    let rows = staging.kept();
    // By account: its place among the kept rows.
    let mut place_of = vec![None; count];
    for (place, row) in (0_u32..).zip(&rows) {
        let account = staging.column(place!(Accounts, "account_id")).code(*row as usize);
        place_of[account as usize] = Some(place);
    }
    let source = FrameSource {
        table: TableName::Accounts,
        staging: Some(staging),
        names,
        rows: &rows,
        used: used.get(&TableName::Accounts).unwrap_or(&super::NO_NAMES),
    };
    let of_kept = frame(source, |_| None);
    let places = UInt32Array::from(place_of);
    let columns = of_kept.columns.par_iter();
    let columns = columns.map(|(name, column)| (name.clone(), of_rows(column, &places)));
    Accounts { frame: Frame { rows: count, columns: columns.collect() } }
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
