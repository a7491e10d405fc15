//! Customers, and who covers which of them.

use arrow::array::ArrayRef;

use crate::tables::{AccountIx, Frame, PayeeIx};
use apportion_base::index::Optional;

/// Customers by account: every account that any table names has a row, also one that `accounts` lacks.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// `account_id`, by [`AccountIx`].
    pub ids: Vec<String>,
    /// Whether `accounts` has it.
    pub known: Vec<bool>,
    /// Who owns it, if that is a payee's id.
    pub owner: Vec<Option<String>>,
    /// The account above.
    pub parent: Vec<Optional<AccountIx>>,
    /// The columns that rules name; null for an account that is not known. Deals, opportunities and registrations have them once more in
    /// their own frames, by the name `accounts.COLUMN`.
    pub frame: Frame,
}

/// Who covers what, in the order of the files, so nothing may depend on that order.
#[derive(Debug, Clone, Default)]
pub struct Territories {
    /// The rows.
    pub rows: Vec<Territory>,
    /// The texts of columns that coverages match, a row for each of `rows`.
    pub frame: Frame,
}

/// A row of `territories`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// `territory_id`.
    pub territory: String,
    /// Who covers it.
    pub payee: PayeeIx,
    /// First and last day; none is open.
    pub from: Option<i32>,
    /// Last day, inclusive.
    pub until: Option<i32>,
    /// In billionths.
    pub weight_e9: i64,
    /// In billionths; the lowest stays.
    pub rank_e9: i128,
}

impl Territories {
    /// A column to match by.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.frame.column(name)
    }
}
