//! The policies of the channel: who leads, who registered, who decides, at which price, and what a partner must bring.

mod model;

pub use model::{
    ApprovalStep, ChannelModel, Condition, Conflict, ConflictKind, Coverage, Criterion, DenyReason, Duration,
    Extension, Gate, GateCount, GateOtherwise, GateTable, HoldWord, HoldWords, Keyed, Lead, Level,
    MatchColumn, Price, ProtectionClock, RegistrationPolicy, Segment, Silence,
};
