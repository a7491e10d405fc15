//! What the policies of the channel found: the rows of claims.csv, conflicts.csv and price_audit.csv, for all deals.

use apportion_data::{PayeeIx, RegistrationIx};
use apportion_rules::{ConflictKind, PolicyIx};

use crate::conflict::Background;
use crate::registration::{Standing, Timeline};
use crate::subject::Subject;

/// What the policies found, of all deals and of what is open.
#[derive(Debug, Clone, Default)]
pub struct Governance {
    /// The day at whose end it holds, days since 1970-01-01.
    pub as_of: i32,
    /// By deal and rank.
    pub claims: Vec<Claim>,
    /// Claims on what is open, by opportunity and rank; claims.csv does not have them.
    pub open_claims: Vec<Claim>,
    /// By id and subject.
    pub conflicts: Vec<FoundConflict>,
    /// By deal.
    pub prices: Vec<PriceAudit>,
    /// What became of each registration, by [`RegistrationIx`].
    pub courses: Vec<RegistrationCourse>,
    /// What explanations tell, for each of `conflicts`.
    pub background: Vec<Background>,
}

/// A registration over time, and what judges it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationCourse {
    /// Its days.
    pub timeline: Timeline,
    /// The policy that it is under; `None` where no policy is for it, or two are.
    pub policy: Option<PolicyIx>,
    /// The reason of the closed list that denies it.
    pub listed: Option<String>,
}

impl RegistrationCourse {
    /// Of a registration that is judged so.
    pub fn new(timeline: Timeline, standing: &Standing<'_>) -> Self {
        let terms = standing.terms();
        let listed = terms.and_then(|terms| terms.listed).map(str::to_owned);
        Self { timeline, policy: terms.map(|terms| terms.policy), listed }
    }
}

/// The state of a registration on a day; in the order in which claims are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimState {
    /// It protects.
    Protected,
    /// It still pays, but gives way.
    Grace,
    /// It waits for a decision, or for its clock.
    Pending,
    /// Nobody worked on it for too long.
    Lapsed,
    /// It is over.
    Expired,
    /// It lacks something.
    Returned,
    /// It was denied.
    Denied,
    /// It was given up.
    Withdrawn,
    /// No policy, or two, are for it.
    NoPolicy,
    /// It was submitted later.
    Late,
}

impl ClaimState {
    /// All states, in their order.
    pub const ALL: [Self; 10] = [
        Self::Protected,
        Self::Grace,
        Self::Pending,
        Self::Lapsed,
        Self::Expired,
        Self::Returned,
        Self::Denied,
        Self::Withdrawn,
        Self::NoPolicy,
        Self::Late,
    ];

    /// The word in claims.csv and in `deals.registration_state`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::Grace => "grace",
            Self::Pending => "pending",
            Self::Lapsed => "lapsed",
            Self::Expired => "expired",
            Self::Returned => "returned",
            Self::Denied => "denied",
            Self::Withdrawn => "withdrawn",
            Self::NoPolicy => "no-policy",
            Self::Late => "late",
        }
    }

    /// Whether it protects, still pays in grace, or may come to: the claim is not over.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Protected | Self::Grace | Self::Pending)
    }
}

/// A registration that claims a deal: a row of claims.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed.
    pub subject: Subject,
    /// By which registration.
    pub registration: RegistrationIx,
    /// The payee of the registration.
    pub payee: PayeeIx,
    /// On the day of closing; of what is open on the as-of day.
    pub state: ClaimState,
    /// From 1.
    pub rank: u32,
    /// Whether it holds the deal.
    pub holder: bool,
    /// The last day of protection of an approved one that the list does not deny.
    pub until: Option<i32>,
    /// Why it is denied or returned, `registration-tie`, `two-policies`.
    pub reason: Option<String>,
}

/// A conflict: a row of conflicts.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundConflict {
    /// `kind:subject:a:b`, or its own where it was raised.
    pub id: String,
    /// What it is about.
    pub kind: ConflictKind,
    /// The id of the conflict rule under which it stands; `None` where it is detected by none.
    pub rule: Option<String>,
    /// The deal or opportunity; `None` where a raised one names neither a deal nor what is open.
    pub subject: Option<Subject>,
    /// `deal_id`, as it is shown.
    pub deal_id: Option<String>,
    /// `opportunity_id`, as it is shown.
    pub opportunity_id: Option<String>,
    /// The disputed role.
    pub role: String,
    /// In byte order of ids; of a raised one as named.
    pub claimants: [PayeeIx; 2],
    /// Days since 1970-01-01.
    pub day: i32,
    /// The level that decided, else the one that runs on the as-of day.
    pub level: Option<String>,
    /// When that level is due.
    pub due: Option<i32>,
    /// What has become of it.
    pub state: ConflictState,
    /// The decision that holds.
    pub decision_id: Option<String>,
    /// Its outcome.
    pub outcome: Option<apportion_data::DecisionOutcome>,
    /// What is held, in minor units of the book's currency: filled in once lines are known.
    pub held: Option<i128>,
    /// The amount of the subject in book currency, in millionths; `None` where it is not known.
    pub value_e6: Option<i64>,
    /// What the criteria recommend, in millionths, for each claimant.
    pub scores_e6: [Option<i128>; 2],
    /// Why the decision, else the code of the latest that did not count.
    pub why: Option<String>,
}

/// What has become of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConflictState {
    /// It waits.
    Open,
    /// Its last level is overdue.
    Overdue,
    /// It is decided.
    Decided,
    /// It was withdrawn.
    Withdrawn,
}

impl ConflictState {
    /// The word in conflicts.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What a deal was sold at: a row of price_audit.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceAudit {
    /// The deal; of what is open, the opportunity.
    pub subject: Subject,
    /// The id of the price rule.
    pub rule: String,
    /// The price book; `None` where none is given for it.
    pub book: Option<String>,
    /// In book currency, in millionths.
    pub list_e6: Option<i64>,
    /// The discount given, in millionths of one.
    pub given_e6: Option<i128>,
    /// The discount allowed, in hundred-millionths.
    pub allowed_e8: Option<i64>,
    /// What is beyond that, in hundred-millionths.
    pub over_e8: Option<i128>,
    /// The earliest approval that serves.
    pub approval_id: Option<String>,
    /// Whether more was given than anybody approved.
    pub breach: bool,
    /// In minor units of the book's currency.
    pub below_floor: i128,
    /// In minor units of the book's currency.
    pub lines_cost: Option<i128>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_book::config::describe::Choice;
    use apportion_contract::governance::{CLAIM_STATES, CONFLICT_KINDS, CONFLICT_STATES};

    #[test]
    fn words_are_those_that_are_described() {
        assert_eq!(ClaimState::ALL.map(ClaimState::word), CLAIM_STATES.map(|(word, _)| word));
        let states =
            [ConflictState::Open, ConflictState::Overdue, ConflictState::Decided, ConflictState::Withdrawn];
        assert_eq!(states.map(ConflictState::word), CONFLICT_STATES.map(|(word, _)| word));
        assert!(ConflictKind::ALL.iter().map(|kind| kind.word()).eq(CONFLICT_KINDS.map(|(word, _)| word)));
    }
}
