//! Customers, and who covers which of them.

use arrow::array::ArrayRef;

use crate::tables::{Frame, PayeeIx};

/// Customers by account: every account that any table names has a row, also one that `accounts` lacks.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// The columns that rules name, by [`AccountIx`]; null for an account that `accounts` does not have. Deals, opportunities and registrations have them once more in
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
