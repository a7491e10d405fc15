//! The dense tables: the input tables as columns, which the engine works on.
//!
//! Keys are interned: a deal is a [`DealIx`], a payee a [`PayeeIx`]. Payees are numbered in byte order of their ids,
//! deals in order of close date and then of id, so that an order by index is the order of lines and of running
//! totals.
//!
//! An index that may be null is an [`Optional`]. Two kinds of columns stay plain numbers, with typed methods: the roles of engagements,
//! whose memory an Arrow array shares, and offsets.

pub(crate) mod catalogue;
pub(crate) mod channel;
pub(crate) mod counts;
pub(crate) mod deals;
pub(crate) mod effects;
pub(crate) mod engagements;
pub(crate) mod for_ledger;
pub(crate) mod frame;
pub(crate) mod indices;
pub(crate) mod left_out;
pub(crate) mod payees;
pub(crate) mod reject;
pub(crate) mod work_ids;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use super::states::{AssignmentIx, PayeeStates, StateIx};
pub use apportion_base::index::{Ix, Optional};
use apportion_book::TableName;
pub use apportion_contract::RejectCode;

pub use catalogue::{Catalogue, ORDER_OF_WORK, TableSchema, UsedColumns};
pub use channel::{
    Accounts, Certificates, ChannelTables, ConflictEvent, ConflictEventKind, Conflicts, DealLine, Decision,
    DecisionOutcome, DecisionShare, Handoff, Inquiry, Members, MilestoneRow, Milestones, Moment, OpenIx,
    OpenOpportunities, OpportunityIx, PriceApproval, PriceEntry, Prices, RaisedConflict, Registration,
    RegistrationDecision, RegistrationEvent, RegistrationEventKind, RegistrationIx, RegistrationMember,
    Registrations, ServiceEvents, Territories, Territory,
};
pub use counts::{Counts, DatesBeyond, Input, LinesInCell, RepeatedEngagements, UnreadTexts};
pub use deals::{Deals, Reversal, first_from};
pub use effects::{
    DecidedConflict, DecidedOutcome, DoneMilestone, Effects, HeldConflict, HeldLines, RegisteredDeal,
    RegisteredMember,
};
pub use engagements::{AddedEngagement, AddedWork, Engagements, GroupedDeals, Splits, WorkKind};
pub use for_ledger::{Acceptance, Adjustment, Receipts};
pub use frame::Frame;
pub use indices::{AccountIx, DealIx, EngagementIx, NO_DAY, NONE, PayeeIx, RoleIx, SplitIx, some_index};
pub use left_out::{LeftOut, LeftOutDay};
pub use payees::{Payees, Quotas};
pub use reject::Reject;
pub use work_ids::WorkIds;

use super::fx::Rates;

/// The dense tables, the rejects, and counts of both.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Deals.
    pub deals: Deals,
    /// Engagements. Tables that differ in their deals share them.
    pub engagements: Arc<Engagements>,
    /// Payees.
    pub payees: Payees,
    /// Declared splits.
    pub splits: Arc<Splits>,
    /// Quotas.
    pub quotas: Quotas,
    /// What customers paid.
    pub receipts: Receipts,
    /// What is paid or taken by hand, in byte order of ids.
    pub adjustments: Vec<Adjustment>,
    /// Decisions about what stops a close, in byte order of ids.
    pub acceptances: Vec<Acceptance>,
    /// Exchange rates.
    pub rates: Rates,
    /// The tables of the channel.
    pub channel: Arc<ChannelTables>,
    /// What the policies of the channel change of a settlement.
    pub effects: Arc<Effects>,
    /// The day on which the period ends for which `received_share` of deals is filled; `None` where it is not.
    pub period_end: Option<i32>,
    /// Findings about rows, in the order of rejects.csv.
    pub rejects: Vec<Reject>,
    /// Row counts by table, in the order of [`TableName`]; tables without a source are left out.
    pub counts: Vec<Counts>,
    /// Texts that expressions of sources could not read, in the order of tables and names.
    pub unread: Vec<UnreadTexts>,
    /// Dates that expressions of sources moved outside of the calendar, in the order of tables and names.
    pub beyond: Vec<DatesBeyond>,
    /// Rejected rows that their sources accept.
    pub accepted: u64,
    /// Engagements without an id that equal another one.
    pub repeated_engagements: RepeatedEngagements,
    /// Records with a quoted cell whose lines look like records, by file and line.
    pub lines_in_cells: BTreeSet<LinesInCell>,
    /// Won deals that were read and are not among the deals.
    pub left_out: LeftOut,
    /// The files read, in order of path.
    pub inputs: Vec<Input>,
}

impl Tables {
    /// The columns of a table that rules can name; those of payees have a row for each state. Open opportunities are seen on a day:
    /// [`OpenOpportunities::seen_on`].
    pub fn frame(&self, table: TableName) -> Option<&Frame> {
        match table {
            TableName::Deals => Some(&self.deals.frame),
            TableName::Engagements => Some(&self.engagements.frame),
            TableName::Payees => Some(&self.payees.states.frame),
            TableName::Splits => Some(&self.splits.frame),
            TableName::Assignments
            | TableName::Quotas
            | TableName::FxRates
            | TableName::Receipts
            | TableName::Adjustments
            | TableName::Acceptances
            | TableName::PaymentDetails => None,
            TableName::Accounts => Some(&self.channel.accounts.frame),
            TableName::Territories => Some(&self.channel.territories.frame),
            TableName::Registrations => Some(&self.channel.registrations.frame),
            TableName::Certificates => Some(&self.channel.certificates.frame),
            TableName::ServiceEvents => Some(&self.channel.service_events.frame),
            TableName::Milestones => Some(&self.channel.milestones.frame),
            TableName::Holidays
            | TableName::RegistrationMembers
            | TableName::RegistrationEvents
            | TableName::Opportunities
            | TableName::Conflicts
            | TableName::Decisions
            | TableName::DecisionShares
            | TableName::ConflictEvents
            | TableName::PriceEntries
            | TableName::DealLines
            | TableName::PriceApprovals
            | TableName::Handoffs
            | TableName::Inquiries => None,
        }
    }

    /// The tables with other deals, which have the same numbers. What is large is shared.
    #[must_use]
    pub fn with_deals(&self, deals: Deals) -> Self {
        Self {
            deals,
            engagements: Arc::clone(&self.engagements),
            payees: self.payees.clone(),
            splits: Arc::clone(&self.splits),
            quotas: self.quotas.clone(),
            receipts: self.receipts.clone(),
            adjustments: self.adjustments.clone(),
            acceptances: self.acceptances.clone(),
            rates: self.rates.clone(),
            channel: Arc::clone(&self.channel),
            effects: Arc::clone(&self.effects),
            period_end: self.period_end,
            rejects: self.rejects.clone(),
            counts: self.counts.clone(),
            unread: self.unread.clone(),
            beyond: self.beyond.clone(),
            accepted: self.accepted,
            repeated_engagements: self.repeated_engagements.clone(),
            left_out: self.left_out.clone(),
            lines_in_cells: self.lines_in_cells.clone(),
            inputs: self.inputs.clone(),
        }
    }

    /// The deal with an id that closed on a day; a milestone is none. Whoever knows a deal of tables finds it again so where further deals were
    /// added, which have numbers between those of the others.
    pub fn deal_on(&self, day: i32, id: &str) -> Option<DealIx> {
        let after = day.checked_add(1).map(|next| self.deals.first_from(next));
        let of_day = DealIx::all(self.deals.len()).skip(self.deals.first_from(day).at());
        of_day
            .take_while(|deal| after.is_none_or(|after| *deal < after))
            .find(|deal| self.deals.id(*deal) == id && self.effects.milestone(*deal).is_none())
    }

    /// Won deals that closed from the first to the last day and for which several territories fit equally well, each with the id of the
    /// coverage.
    pub fn territory_ties(&self, (first, last): (i32, i32)) -> impl Iterator<Item = (DealIx, &str)> {
        let ties = self.effects.territory_ties.iter().map(|(deal, coverage)| (*deal, coverage.as_str()));
        ties.filter(move |(deal, _)| {
            self.deals.won[*deal] && (first..=last).contains(&self.deals.close_date[*deal])
        })
    }

    /// Frees all rows of the engagements. Their roles are kept, because lines refer to them.
    pub fn forget_engagements(&mut self) {
        let roles = match Arc::get_mut(&mut self.engagements) {
            Some(engagements) => std::mem::take(&mut engagements.roles),
            None => self.engagements.roles.clone(),
        };
        self.engagements = Arc::new(Engagements { roles, ..Engagements::default() });
    }
}
