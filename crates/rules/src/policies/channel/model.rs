//! Policies of the channel as they were read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{ByColumn, Value};
use apportion_book::choices;
use apportion_contract::TableName;
use apportion_expr::Expr;
use rust_decimal::Decimal;

/// A condition of a policy.
pub type Condition = Expr;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duration {
    /// From day d last through d + this many.
    Days(u32),
    /// Through this many days after d that are neither Saturday, Sunday nor a holiday.
    BusinessDays(u32),
    /// By the clock.
    Hours(u32),
}

/// A value, or one by a text column.
#[derive(Debug, Clone)]
pub enum Keyed<T> {
    /// The same for all.
    Plain(T),
    /// By the text of a column.
    By {
        /// The column, of a table that the key's expressions see.
        column: ByColumn,
        /// The value for each text.
        is: BTreeMap<String, T>,
        /// The value for any other text, and where there is none.
        otherwise: Option<T>,
    },
}

impl<T> Keyed<T> {
    /// The value for a text of its column; `None` where neither a case nor `else` applies.
    pub fn of(&self, text: Option<&str>) -> Option<&T> {
        match self {
            Self::Plain(value) => Some(value),
            Self::By { is, otherwise, .. } => text.and_then(|text| is.get(text)).or(otherwise.as_ref()),
        }
    }

    /// The column that it depends on.
    pub fn column(&self) -> Option<&ByColumn> {
        match self {
            Self::Plain(_) => None,
            Self::By { column, .. } => Some(column),
        }
    }
}

/// Who leads a deal: by close_date; one id.
#[derive(Debug, Clone)]
pub struct ChannelModel {
    /// The first that is true is `deals.segment`.
    pub segments: Vec<Segment>,
    /// The first that is true says who leads.
    pub lead: Vec<Lead>,
    /// Over `deals`; `None` is false.
    pub priority: Option<Condition>,
}

/// A segment of the market.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// Over `deals`.
    pub when: Condition,
}

/// Who leads which deals.
#[derive(Debug, Clone)]
pub struct Lead {
    /// Over `deals` with its segment.
    pub when: Condition,
    /// `direct`, `partner` or `shared`, or another word.
    pub by: String,
}

/// Who covers which deals: by close_date.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Over `deals`; `None` is all.
    pub when: Option<Condition>,
    /// Text columns of territories, and of deals or else of accounts.
    pub by: Vec<MatchColumn>,
    /// The role of the work that it makes.
    pub role: Arc<str>,
}

/// A column that coverage or scope matches by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchColumn {
    /// Its name in the table of policies: territories, registrations.
    pub name: String,
    /// Its name in the frame of deals: the same, or `accounts.NAME`.
    pub of_deals: String,
}

choices! {
    /// When protection begins.
    pub enum ProtectionClock {
        Decided = "decided", "With the decision";
        Submitted = "submitted", "With the submission";
    }
}

choices! {
    /// What is undecided when the time for it ends.
    pub enum Silence {
        Pending = "pending", "It waits";
        Approved = "approved", "It is approved";
    }
}

/// How registrations protect: by the submission's day.
#[derive(Debug, Clone)]
pub struct RegistrationPolicy {
    /// Over `registrations`, `payees` (as `accounts.COLUMN` of registrations, too); `None` is all.
    pub when: Option<Condition>,
    /// The first that is true denies.
    pub deny: Vec<DenyReason>,
    /// When protection begins.
    pub clock: ProtectionClock,
    /// How long it protects.
    pub protect: Keyed<Duration>,
    /// By how much an event extends it, and how often.
    pub extend: Option<Extension>,
    /// Without work for longer it lapses.
    pub lapse: Option<Duration>,
    /// How long it pays after its end.
    pub grace: Option<Duration>,
    /// Until when it is to be decided.
    pub decide_within: Option<Duration>,
    /// What silence means.
    pub silence: Silence,
    /// Text columns of registrations and deals that must be equal.
    pub scope: Vec<MatchColumn>,
    /// The role that a claim is for.
    pub role: Arc<str>,
    /// What work of others in that role counts as.
    pub others: Option<Arc<str>>,
}

/// A reason that denies a registration.
#[derive(Debug, Clone)]
pub struct DenyReason {
    /// Its name.
    pub reason: String,
    /// Over what `when` of the policy sees.
    pub when: Condition,
}

/// How protection is extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    /// By how much.
    pub by: Duration,
    /// How often at most.
    pub times: u32,
}

choices! {
    /// What a conflict is about.
    pub enum ConflictKind {
        RegistrationTie = "registration-tie", "Two registrations of one second";
        Duplicate = "duplicate", "Two protected claims of different payees";
        DirectOverlap = "direct-overlap", "A direct deal that a partner registered";
        Boundary = "boundary", "A deal that the other channel should lead";
        Undercut = "undercut", "A direct deal with a larger discount than a partner's for the same customer";
        Raised = "raised", "What somebody raised";
    }
}

choices! {
    /// What an open conflict holds.
    pub enum HoldWord {
        Share = "share", "The claimants’ lines in the role";
        Claimants = "claimants", "All lines of the claimants";
        Deal = "deal", "All lines of the deal";
        None = "none", "Nothing";
    }
}

/// What open conflicts hold, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldWords {
    /// For each kind that is named.
    pub by_kind: Vec<(ConflictKind, HoldWord)>,
    /// For the others.
    pub otherwise: HoldWord,
}

/// How conflicts are settled: by the conflict's day.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// What is looked for; a kind stands under one id.
    pub detect: Vec<ConflictKind>,
    /// The disputed role, where the conflict names none.
    pub role: String,
    /// What is held until it is decided.
    pub hold: HoldWords,
    /// Who decides, in order; at least one.
    pub levels: Vec<Level>,
    /// Over `deals`: begins at the second level.
    pub escalate: Option<Condition>,
    /// What recommends.
    pub criteria: Vec<Criterion>,
}

/// A level that decides.
#[derive(Debug, Clone)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// Over `payees`.
    pub who: Condition,
    /// Over `deals`; `None` is all.
    pub when: Option<Condition>,
    /// Until when it decides.
    pub within: Duration,
}

/// A criterion that recommends.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Its name.
    pub name: String,
    /// Its weight, at least 0.
    pub weight: Decimal,
    /// Over `deals`, `payees`, `claim`, in this order; a number.
    pub score: Expr,
}

/// Price books and discounts: by close_date.
#[derive(Debug, Clone)]
pub struct Price {
    /// Over `deals`; `None` is all.
    pub when: Option<Condition>,
    /// Which book.
    pub book: Keyed<String>,
    /// Whether a protected holder has the prices of its submission's day.
    pub hold_price: bool,
    /// The discount that is allowed, a fraction.
    pub allowed: Value,
    /// Who may approve more; empty: anybody.
    pub approve: Vec<ApprovalStep>,
    /// The most that a unit price may move from one entry to the next, a fraction.
    pub max_step: Option<Decimal>,
    /// The most that two books may be apart on a day, a fraction.
    pub max_gap: Option<Decimal>,
}

/// Who may approve how much.
#[derive(Debug, Clone)]
pub struct ApprovalStep {
    /// Beyond what is allowed, a fraction.
    pub over: Decimal,
    /// Over `payees`.
    pub who: Condition,
}

choices! {
    /// The table that a gate counts.
    pub enum GateTable {
        Certificates = "certificates", "What people learned";
        ServiceEvents = "service_events", "What partners were asked for";
        Milestones = "milestones", "What was agreed";
    }
}

impl GateTable {
    /// The input table.
    pub const fn table(self) -> TableName {
        match self {
            Self::Certificates => TableName::Certificates,
            Self::ServiceEvents => TableName::ServiceEvents,
            Self::Milestones => TableName::Milestones,
        }
    }
}

/// What must be there to be paid: by close_date.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Ids of rules that pay on deals.
    pub rules: Vec<String>,
    /// Over `deals`; `None` is all.
    pub when: Option<Condition>,
    /// Over `payees`; `None` is everybody.
    pub payees: Option<Condition>,
    /// Which table is counted.
    pub table: GateTable,
    /// Over the table, `payees`, `deals` and `period`, in this order; `None` is all rows.
    pub counts: Option<Condition>,
    /// How many, or which part.
    pub count: GateCount,
    /// What happens without.
    pub otherwise: GateOtherwise,
}

/// How many rows a gate asks for.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a book has few of them")]
pub enum GateCount {
    /// This many at least.
    AtLeast(u32),
    /// This part at least, 0 to 1, of the rows for which a condition over the same tables is true; `None` is all rows.
    Share(Decimal, Option<Condition>),
}

/// What an unmet gate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateOtherwise {
    /// A line keeps this part, 0 to 1.
    Share(Decimal),
    /// It waits.
    Hold,
}
