//! The tables of the channel.

mod conflicts;
mod coverage;
mod gates;
mod prices;
mod registrations;
mod reports;

pub use conflicts::{CONFLICT_EVENTS, CONFLICTS, DECISION_SHARES, DECISIONS, OPPORTUNITIES};
pub use coverage::{ACCOUNTS, HOLIDAYS, TERRITORIES};
pub use gates::{CERTIFICATES, MILESTONES, SERVICE_EVENTS};
pub use prices::{DEAL_LINES, PRICE_APPROVALS, PRICE_ENTRIES};
pub use registrations::{REGISTRATION_EVENTS, REGISTRATION_MEMBERS, REGISTRATIONS};
pub use reports::{HANDOFFS, INQUIRIES};
