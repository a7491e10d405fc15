//! The contract tables as dense columns: what the rest of the engine sees of the data.
//!
//! Keys are interned: a deal is a [`DealIx`], a payee a [`PayeeIx`]. Payees are numbered in byte order of their ids, deals in
//! order of close date and then of id, so that an order by index is the order in which the contract lists lines and adds
//! running totals up. Optional dense values use a sentinel ([`NONE`]) or a validity.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{ArrayRef, StringArray};
use arrow::buffer::ScalarBuffer;

use apportion_book::TableName;
use apportion_contract::RejectAction;
pub use apportion_contract::RejectCode;
use apportion_expr::Type;

/// A deal: its rank among all kept deals by close date, then by bytes of `deal_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DealIx(pub u32);

/// A payee: its rank among all kept payees by bytes of `payee_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayeeIx(pub u32);

/// No deal, no payee, no account, no role in a column of dense indices.
pub const NONE: u32 = u32::MAX;

/// An entry of a column of dense indices, `None` for [`NONE`].
pub fn some_index(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}

/// No date in a column of days since 1970-01-01.
pub const NO_DAY: i32 = i32::MIN;

/// Columns by name, as Arrow arrays of one length, in the types that expressions see:
/// text as `Utf8` or `Dictionary(UInt32, Utf8)`, number as `Decimal128(38, s)`, date as `Date32`, boolean as `Boolean`.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub rows: usize,
    pub columns: Vec<(String, ArrayRef)>,
}

impl Frame {
    /// The column of this name, if it was read.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, array)| array)
    }
}

/// What a rule may name: the columns of each table that the sources can give, found without reading rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    pub tables: BTreeMap<TableName, TableSchema>,
}

/// One table of a [`Catalogue`]. Contract columns are always listed, also those that no file has (they are null).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSchema {
    /// Whether a source feeds the table.
    pub present: bool,
    pub columns: Vec<(String, Type)>,
}

/// The columns that rules name, by table. The contract's own columns are read in any case.
pub type Used = BTreeMap<TableName, BTreeSet<String>>;

/// Everything that was read, checked and kept, and everything that was not.
#[derive(Debug, Clone)]
pub struct Tables {
    pub deals: Deals,
    pub engagements: Engagements,
    pub payees: Payees,
    pub splits: Splits,
    pub quotas: Quotas,
    /// In the contract's order.
    pub rejects: Vec<Reject>,
    /// By table, in the order of [`TableName`]; tables without a source are left out.
    pub counts: Vec<Counts>,
    /// In order of path.
    pub inputs: Vec<Input>,
}

/// Deals in order of `close_date`, then of the bytes of `deal_id`; all columns have one entry a deal.
#[derive(Debug, Clone)]
pub struct Deals {
    pub ids: StringArray,
    /// The rank of the deal by bytes of `deal_id` alone.
    pub id_rank: Vec<u32>,
    pub won: Vec<bool>,
    /// Days since 1970-01-01, ascending.
    pub close_date: Vec<i32>,
    /// In book currency, in millionths of its major unit.
    pub amount_e6: Vec<i64>,
    /// The account, in a numbering that means nothing beyond identity, or [`NONE`].
    pub account: Vec<u32>,
    /// Numbers of accounts are below this.
    pub accounts: u32,
    /// The deal that this one renews, or [`NONE`] where there is none or it is not among the deals.
    pub renews: Vec<u32>,
    /// An engagement that names the deal was rejected (duplicates aside).
    pub incomplete_engagements: Vec<bool>,
    /// A split that names the deal was rejected (duplicates aside).
    pub incomplete_splits: Vec<bool>,
    /// Of the contract columns, `source_amount`, `discount` and the attributes: those that rules name.
    pub frame: Frame,
}

/// Engagements, grouped by the deal they name; those that name no deal stand last. Within a group they stand as they were
/// read, so nothing may depend on that order.
#[derive(Debug, Clone, Default)]
pub struct Engagements {
    /// Rows of deal `d`: `by_deal[d] .. by_deal[d + 1]`; length deals + 1; the rest name no deal.
    pub by_deal: Vec<u32>,
    /// The deal named ([`DealIx`]), or [`NONE`].
    pub deal: Vec<u32>,
    /// The account named, in the same numbering as [`Deals::account`], or [`NONE`].
    pub account: Vec<u32>,
    pub payee: Vec<u32>,
    /// Index into `roles`.
    pub role: ScalarBuffer<u32>,
    /// Distinct roles in byte order.
    pub roles: Vec<String>,
    /// Days since 1970-01-01, or [`NO_DAY`].
    pub occurred_on: ScalarBuffer<i32>,
    /// Billionths.
    pub weight_e9: Vec<i64>,
    /// Rank of `engagement_id` by bytes among all engagements, 0 where it is null (null stands first); empty unless
    /// a rule asks for ids ([`Used`]).
    pub id_rank: Vec<u32>,
    pub frame: Frame,
}

impl Engagements {
    /// Gives up all rows and keeps the roles, whose numbering lines use.
    pub fn forget_rows(&mut self) {
        let roles = std::mem::take(&mut self.roles);
        *self = Self { roles, ..Self::default() };
    }
}

/// Payees in byte order of `payee_id`.
#[derive(Debug, Clone)]
pub struct Payees {
    pub ids: StringArray,
    /// [`PayeeIx`] of the manager, or [`NONE`]: also where it is unknown or on a cycle.
    pub manager: Vec<u32>,
    /// The columns that rules name, and `name`.
    pub frame: Frame,
}

/// Declared splits, grouped by deal.
#[derive(Debug, Clone)]
pub struct Splits {
    /// Rows of deal `d`: `by_deal[d] .. by_deal[d + 1]`; length deals + 1.
    pub by_deal: Vec<u32>,
    pub payee: Vec<u32>,
    /// Billionths of a percent sign's unit: 100% is 100_000_000_000.
    pub percent_e9: Vec<i64>,
    pub frame: Frame,
}

/// Quotas in order of payee and period.
#[derive(Debug, Clone)]
pub struct Quotas {
    pub payee: Vec<u32>,
    pub period: Vec<apportion_book::Period>,
    /// Book currency, millionths of its major unit.
    pub amount_e6: Vec<i64>,
}

/// One finding about one row: what could not be used, where, and why. Contract, "Nothing is lost".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub table: TableName,
    /// As written in run.json: relative to the project's folder, with `/`.
    pub file: String,
    /// 1 is the first data record.
    pub row: u64,
    /// The parts joined with `|`; empty where the table has no key there.
    pub key: String,
    pub column: String,
    pub code: RejectCode,
    /// As it stood.
    pub value: String,
    pub message: String,
    /// False where the row was kept all the same.
    pub rejected: bool,
}

impl Reject {
    /// What happened to the row.
    pub fn action(&self) -> RejectAction {
        if self.rejected { RejectAction::Rejected } else { RejectAction::Kept }
    }
}

/// Rows of a table: read = used + filtered + rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub table: TableName,
    pub read: u64,
    pub used: u64,
    pub filtered: u64,
    pub rejected: u64,
}

/// One input file and what it contained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Relative to the project's folder, with `/`.
    pub path: String,
    pub table: TableName,
    pub sha256: String,
}
