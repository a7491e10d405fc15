//! Columns of accounts beside those of rows that name an account: `accounts.country` of a deal is the country of its account.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::take;

use apportion_book::TableName;
use apportion_expr::Type;

use super::tables::catalogue::{Catalogue, UsedColumns};
use super::tables::frame::Frame;
use super::tables::indices::{AccountIx, NONE};
use apportion_base::index::Optional;

/// The tables whose rows have the columns of their account. Open opportunities are seen as deals.
const WITH_ACCOUNT: [TableName; 3] = [TableName::Deals, TableName::Registrations, TableName::Milestones];

/// What stands before the name of a column of accounts.
const PREFIX: &str = "accounts.";

/// Adds the columns of accounts to the tables whose rows have them, where the project has accounts.
pub(super) fn add_columns(catalogue: &mut Catalogue) {
    let Some(accounts) = catalogue.tables.get(&TableName::Accounts).filter(|accounts| accounts.present)
    else {
        return;
    };
    let qualified = |(name, ty): &(String, Type)| (format!("{PREFIX}{name}"), *ty);
    let columns: Vec<(String, Type)> = accounts.columns.iter().map(qualified).collect();
    for table in WITH_ACCOUNT {
        if let Some(schema) = catalogue.tables.get_mut(&table) {
            schema.columns.retain(|(name, _)| columns.iter().all(|(other, _)| other != name));
            schema.columns.extend(columns.iter().cloned());
        }
    }
}

/// The columns of accounts that rules name, in any of the tables that have them.
pub(super) fn named(used: &UsedColumns) -> BTreeSet<String> {
    let own = used.get(&TableName::Accounts).into_iter().flatten().cloned();
    let with_account = WITH_ACCOUNT.iter().filter_map(|table| used.get(table)).flatten();
    own.chain(with_account.filter_map(|name| name.strip_prefix(PREFIX)).map(str::to_owned)).collect()
}

/// Adds the columns of accounts that rules name to a frame of rows each of which may name an account.
pub(super) fn join(
    frame: &mut Frame,
    used: &BTreeSet<String>,
    accounts: &Frame,
    account: impl ExactSizeIterator<Item = Optional<AccountIx>>,
) {
    let wanted: BTreeMap<&String, &ArrayRef> =
        used.iter().filter_map(|name| Some((name, accounts.column(name.strip_prefix(PREFIX)?)?))).collect();
    if wanted.is_empty() {
        return;
    }
    let rows: UInt32Array =
        account.map(|account| Some(account.code()).filter(|code| *code != NONE)).collect();
    for (name, column) in wanted {
        frame.columns.push((name.clone(), of_rows(column, &rows)));
    }
}

/// Makes the columns of accounts in a frame those of other accounts.
pub(super) fn join_again(
    frame: &mut Frame,
    accounts: &Frame,
    account: impl ExactSizeIterator<Item = Optional<AccountIx>>,
) {
    let names = frame.columns.iter().map(|(name, _)| name);
    let joined: BTreeSet<String> = names.filter(|name| name.starts_with(PREFIX)).cloned().collect();
    frame.columns.retain(|(name, _)| !joined.contains(name));
    join(frame, &joined, accounts, account);
}

/// The values at these rows; null where there is no row.
pub(super) fn of_rows(column: &ArrayRef, rows: &UInt32Array) -> ArrayRef {
    // Rows are within the column, and every type of a frame can be taken: nothing fails here.
    take(column, rows, None).unwrap_or_else(|_| arrow::array::new_null_array(column.data_type(), rows.len()))
}
