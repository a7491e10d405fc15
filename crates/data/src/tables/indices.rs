//! The indices of the dense tables, and what null is in columns of plain numbers.

apportion_base::indices! {
    /// A deal: its rank among all kept deals by close date, then by bytes of `deal_id`.
    DealIx(u32);
    /// A payee: its rank among all kept payees by bytes of `payee_id`.
    PayeeIx(u32);
    /// An account. The order of accounts has no meaning.
    AccountIx(u32);
    /// A row of the [`Engagements`](super::Engagements).
    EngagementIx(u32);
    /// A row of the [`Splits`](super::Splits).
    SplitIx(u32);
    /// A role that engagements name: its rank among all of them by bytes.
    RoleIx(u32);
}

/// Null in a column of plain numbers of indices.
pub const NONE: u32 = u32::MAX;

/// An entry of such a column as an option: `None` for [`NONE`].
pub fn some_index(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}

/// Null in a column of days since 1970-01-01.
pub const NO_DAY: i32 = i32::MIN;
