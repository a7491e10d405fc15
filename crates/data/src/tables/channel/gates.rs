//! What gates count, and the milestones of joint account plans. Rows are in byte order of their keys.

use super::Moment;
use crate::tables::{AccountIx, Frame, PayeeIx};
use apportion_base::index::Optional;

/// Certificates; a row of `frame` for each.
#[derive(Debug, Clone, Default)]
pub struct Certificates {
    /// `certificate_id`.
    pub ids: Vec<String>,
    /// Whose.
    pub payee: Vec<PayeeIx>,
    /// When it was earned.
    pub earned_on: Vec<Option<i32>>,
    /// The columns that rules name.
    pub frame: Frame,
}

/// What partners were asked for; a row of `frame` for each.
#[derive(Debug, Clone, Default)]
pub struct ServiceEvents {
    /// `event_id`.
    pub ids: Vec<String>,
    /// Who was asked.
    pub payee: Vec<PayeeIx>,
    /// The customer.
    pub account: Vec<Optional<AccountIx>>,
    /// When.
    pub opened_at: Vec<Moment>,
    /// When it was answered.
    pub answered_at: Vec<Option<Moment>>,
    /// When it was resolved.
    pub resolved_at: Vec<Option<Moment>>,
    /// The columns that rules name, `minutes_to_answer` and `minutes_to_resolve` as of the end of all data.
    pub frame: Frame,
}

/// Milestones of joint account plans; a row of `frame` for each.
#[derive(Debug, Clone, Default)]
pub struct Milestones {
    /// The rows.
    pub rows: Vec<MilestoneRow>,
    /// The columns that rules name, and `accounts.COLUMN` of its account.
    pub frame: Frame,
}

/// A row of `milestones`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneRow {
    /// `milestone_id`.
    pub id: String,
    /// The plan that it belongs to.
    pub plan_id: Option<String>,
    /// The customer.
    pub account: Optional<AccountIx>,
    /// Who does it.
    pub payee: PayeeIx,
    /// The side that it stands for, such as `partner` or `vendor`.
    pub side: Option<String>,
    /// When it is due.
    pub due_on: i32,
    /// When it was done.
    pub done_on: Option<i32>,
}
