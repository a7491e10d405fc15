//! The tables of the channel: who leads, who registered, who decides, at which price. Only policies and reports ask them.
//!
//! Rows are in byte order of their keys, so that an order by index is an order by id. They are as the files have them: what lies after a
//! day is taken away by who knows the day.

mod conflicts;
mod coverage;
mod gates;
mod prices;
mod registrations;
mod reports;

pub use conflicts::{
    ConflictEvent, ConflictEventKind, Conflicts, Decision, DecisionOutcome, DecisionShare, OpenOpportunities,
    RaisedConflict,
};
pub use coverage::{Accounts, Territories, Territory};
pub use gates::{Certificates, MilestoneRow, Milestones, ServiceEvents};
pub use prices::{DealLine, PriceApproval, PriceEntry, Prices};
pub use registrations::{
    Members, Registration, RegistrationDecision, RegistrationEvent, RegistrationEventKind,
    RegistrationMember, Registrations,
};
pub use reports::{Handoff, Inquiry};

use std::collections::BTreeSet;

pub use apportion_base::notation::Moment;
use apportion_book::TableName;

apportion_base::indices! {
    /// An opportunity that a row of any table names. The order of opportunities has no meaning.
    OpportunityIx(u32);
    /// A registration: its rank by bytes of `registration_id`.
    RegistrationIx(u32);
    /// A row of the open opportunities: its rank by bytes of `opportunity_id`.
    OpenIx(u32);
}

/// The tables of the channel. Without a source a table is empty.
#[derive(Debug, Clone, Default)]
pub struct ChannelTables {
    /// Which of these tables have a source.
    pub present: BTreeSet<TableName>,
    /// Ids of opportunities, by [`OpportunityIx`].
    pub opportunity_ids: Vec<String>,
    /// By deal: its opportunity. Empty where deals have none.
    pub deal_opportunity: Vec<apportion_base::index::Optional<OpportunityIx>>,
    /// Customers, by account.
    pub accounts: Accounts,
    /// Who covers what.
    pub territories: Territories,
    /// Days on which nobody works, ascending, days since 1970-01-01.
    pub holidays: Vec<i32>,
    /// Registrations with their members and events.
    pub registrations: Registrations,
    /// What is open.
    pub opportunities: OpenOpportunities,
    /// Raised conflicts, decisions and what happened on the way.
    pub conflicts: Conflicts,
    /// Price books, lines of deals, approvals.
    pub prices: Prices,
    /// Certificates.
    pub certificates: Certificates,
    /// What partners were asked for.
    pub service_events: ServiceEvents,
    /// Joint account plans.
    pub milestones: Milestones,
    /// Hand-overs, in byte order of ids.
    pub handoffs: Vec<Handoff>,
    /// What people ask about their lines, in byte order of ids.
    pub inquiries: Vec<Inquiry>,
}

impl ChannelTables {
    /// The opportunity of a deal.
    pub fn opportunity_of(&self, deal: super::DealIx) -> Option<OpportunityIx> {
        self.deal_opportunity.get(deal.at()).and_then(|opportunity| opportunity.get())
    }
}
