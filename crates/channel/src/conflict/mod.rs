//! Conflicts and decisions: what two payees both claim, who has to decide it until when, what was decided, and what waits for it.
//!
//! ```text
//! detect, undercut, raised ─► disputes   two payees, one subject, one kind, a day; under the rule that detects the kind on that day
//!                  levels     its clock: which level decides from when until when
//!                  decide     which decisions count, and which of those holds
//!                  score      what the criteria recommend
//!                  rows, hold the rows of conflicts.csv, and what a settlement has to know
//! ```
//!
//! Whether a decider would have a line on a deal is known only once it is settled with nothing decided. So it goes in two steps:
//! [`Docket::open`] finds the conflicts and what to ask ([`Docket::deciders`]), [`Docket::close`] takes the answers. [`judge`] does both.

mod claim_table;
mod claims;
mod conditions;
mod decide;
mod detect;
mod dispute;
mod docket;
mod earliest;
mod history;
mod hold;
mod inputs;
mod levels;
mod people;
mod raised;
mod rows;
mod rules;
mod score;
mod subjects;
mod table_subjects;
#[cfg(test)]
mod tests;
mod undercut;
mod wide;

pub use claims::{ClaimMember, SubjectClaim, SubjectClaims};
pub use decide::{Refusal, RefusedDecision};
pub use docket::{Docket, judge};
pub use inputs::{Frames, Inputs};
pub use levels::LevelDays;
pub use people::People;
pub use rows::{Background, Judgement, TieAward};
pub use rules::{ConflictRule, ConflictRules};
pub use score::{CriterionPart, Recommendation};
pub use subjects::{ClosedDeal, Subjects, Work};
pub use table_subjects::{SubjectTables, TableSubjects};
