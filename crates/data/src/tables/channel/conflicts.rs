//! Open opportunities, conflicts that people raised, and what was decided.

use arrow::array::StringArray;

use super::{Moment, OpenIx, OpportunityIx};
use crate::channel::Unfinished;
use crate::tables::{AccountIx, DealIx, Frame, PayeeIx};
use apportion_base::index::Optional;
use apportion_contract::governance::DECISION_OUTCOMES;

/// Open opportunities in byte order of their ids, one that a deal names included: whether it is still open depends on the day.
#[derive(Debug, Clone)]
pub struct OpenOpportunities {
    /// `opportunity_id`, by [`OpenIx`].
    pub ids: StringArray,
    /// The opportunity, by [`OpenIx`].
    pub opportunity: Vec<OpportunityIx>,
    /// The customer.
    pub account: Vec<Optional<AccountIx>>,
    /// How it is sold.
    pub channel: Vec<Option<String>>,
    /// Who owns it, as written.
    pub owner_id: Vec<Option<String>>,
    /// The partner, as written.
    pub partner_id: Vec<Option<String>>,
    /// The amount in its own currency, in millionths.
    pub amount_e6: Vec<Option<i64>>,
    /// The list amount in its own currency, in millionths.
    pub list_amount_e6: Vec<Option<i64>>,
    /// The currency; the book's where it has none.
    pub currency: Vec<String>,
    /// From 0 to 1, in billionths.
    pub probability_e9: Vec<Option<i64>>,
    /// Days since 1970-01-01.
    pub created_on: Vec<Option<i32>>,
    /// Days since 1970-01-01.
    pub expected_close: Vec<Option<i32>>,
    /// The deal that it renews; none if there is none or it is not among the deals.
    pub renews: Vec<Optional<DealIx>>,
    /// Whether a rejected row names it, so that the deal that it becomes is incomplete.
    pub incomplete: Vec<bool>,
    /// The columns of deals that rules name, as an opportunity has them, a row each: what it lacks is null. `close_date`, `amount` and
    /// what rests on it are made once the as-of day is known.
    pub frame: Frame,
    /// The columns that are not in it yet.
    pub(crate) unfinished: Unfinished,
}

impl Default for OpenOpportunities {
    fn default() -> Self {
        Self {
            ids: StringArray::from(Vec::<&str>::new()),
            opportunity: Vec::new(),
            account: Vec::new(),
            channel: Vec::new(),
            owner_id: Vec::new(),
            partner_id: Vec::new(),
            amount_e6: Vec::new(),
            list_amount_e6: Vec::new(),
            currency: Vec::new(),
            probability_e9: Vec::new(),
            created_on: Vec::new(),
            expected_close: Vec::new(),
            renews: Vec::new(),
            incomplete: Vec::new(),
            frame: Frame::default(),
            unfinished: Unfinished::default(),
        }
    }
}

impl OpenOpportunities {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.opportunity.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.opportunity.is_empty()
    }

    /// All, in order.
    pub fn all(&self) -> impl ExactSizeIterator<Item = OpenIx> + Clone + use<> {
        OpenIx::all(self.len())
    }
}

/// What was disputed, and how it was settled.
#[derive(Debug, Clone, Default)]
pub struct Conflicts {
    /// In byte order of ids.
    pub raised: Vec<RaisedConflict>,
    /// In byte order of ids.
    pub decisions: Vec<Decision>,
    /// By conflict, then moment.
    pub events: Vec<ConflictEvent>,
}

/// A row of `conflicts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedConflict {
    /// `conflict_id`.
    pub id: String,
    /// When.
    pub raised_at: Moment,
    /// The deal that it names, as written.
    pub deal_id: Option<String>,
    /// That deal, if it is among the deals.
    pub deal: Optional<DealIx>,
    /// The opportunity that it names.
    pub opportunity: Optional<OpportunityIx>,
    /// The disputed role, where it is said.
    pub role: Option<String>,
    /// The two who claim.
    pub claimants: [PayeeIx; 2],
    /// Who raised it, as written.
    pub raised_by: Option<String>,
    /// A note.
    pub note: Option<String>,
}

/// A row of `decisions`, with its shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// `decision_id`.
    pub id: String,
    /// The conflict that it decides, which may be one that is found.
    pub conflict_id: String,
    /// The name of the level that decided.
    pub level: String,
    /// When.
    pub decided_at: Moment,
    /// Who.
    pub decided_by: PayeeIx,
    /// What.
    pub outcome: DecisionOutcome,
    /// Why.
    pub why: String,
    /// What it rests on.
    pub evidence: Option<String>,
    /// An earlier decision, for the record.
    pub supersedes: Option<String>,
    /// In order of payee.
    pub shares: Vec<DecisionShare>,
}

/// A row of `decision_shares`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionShare {
    /// Who.
    pub payee: PayeeIx,
    /// In billionths of a percent.
    pub percent_e9: i64,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DecisionOutcome {
    /// One gets all.
    Award,
    /// Both get a part.
    Split,
    /// Nobody gets it.
    Void,
    /// Nothing changes.
    Withdrawn,
}

impl DecisionOutcome {
    /// The word in decisions.csv and in conflicts.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Award => DECISION_OUTCOMES[0].0,
            Self::Split => DECISION_OUTCOMES[1].0,
            Self::Void => DECISION_OUTCOMES[2].0,
            Self::Withdrawn => DECISION_OUTCOMES[3].0,
        }
    }
}

/// A row of `conflict_events`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictEvent {
    /// The conflict, as written.
    pub conflict_id: String,
    /// When.
    pub at: Moment,
    /// What.
    pub event: ConflictEventKind,
    /// By whom, as written.
    pub by: String,
}

/// What happens to a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConflictEventKind {
    /// A claimant asks the next level.
    Escalated,
}
