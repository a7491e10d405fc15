//! The kinds of rule that make no lines: what may be paid of what was earned, and how, and what of it is an asset.
//! The ledger asks them.
//!
//! Each kind has a file with its types, its reader and the description of its parameters.

mod access;
mod capitalise;
mod channel;
mod description;
mod draw;
mod hold;
mod kinds;
mod model;
mod payment;
mod reader;
#[cfg(test)]
mod tests;

pub use access::{Access, AccessWord, SeenGroup, Sees};
pub use capitalise::{AmortisationStart, Capitalise, Months};
pub use channel::{
    ApprovalStep, ChannelModel, Condition, Conflict, ConflictKind, Coverage, Criterion, DenyReason, Duration,
    Extension, Gate, GateCount, GateOtherwise, GateTable, HoldWord, HoldWords, Keyed, Lead, Level,
    MatchColumn, Price, ProtectionClock, RegistrationPolicy, Segment, Silence,
};
pub(crate) use channel::{Made, REVIEW, Seen, check_made};
pub use description::{PolicyDescription, PolicyKind};
pub use draw::{AtEnd, Draw, DrawPays, DrawProrate, Recoverable};
pub use hold::Hold;
pub use kinds::describe_policy;
pub use model::{Policies, Policy, PolicyIx, PolicyTerms, PolicyVersion, policy_values};
pub use payment::{Payment, PaymentCurrency};
pub(crate) use reader::{PolicyDraft, assemble, draft, made};
