//! What the answer to "why not me?" consists of. Payees are named one by one, so that who may not see somebody can be shown less.

use apportion_base::money::Minor;

use super::super::governed::{DecisionFacts, GateFacts};
use super::super::number::Exact;
use super::super::tree::{PayeeName, Place};

/// Whose a deal is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealCase {
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
    /// The day by which claims are judged: the deal's `close_date`.
    pub day: i32,
    /// In order of rank.
    pub claims: Vec<ClaimFacts>,
    /// Why the holder is the holder; `None` without one.
    pub held_by: Option<HolderWhy>,
    /// In order of ids.
    pub conflicts: Vec<ConflictFacts>,
    /// What it was sold at; `None` where no policy is for it.
    pub price: Option<PriceFacts>,
    /// Unmet gates on lines of the deal.
    pub gates: Vec<GateOnDeal>,
    /// What people asked about it, in order of ids.
    pub inquiries: Vec<InquiryFacts>,
}

impl DealCase {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        let has_policies = !self.claims.is_empty() || !self.conflicts.is_empty() || self.price.is_some();
        !has_policies && self.gates.is_empty() && self.inquiries.is_empty()
    }
}

/// A registration that claims a deal, with the days that made its state. Days are days since 1970-01-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimFacts {
    /// The `registration_id`.
    pub registration_id: String,
    /// Who registered.
    pub payee: PayeeName,
    /// Who shares, each with a fraction of one.
    pub members: Vec<(PayeeName, Exact)>,
    /// The policy that it is under.
    pub policy: Option<PolicyFacts>,
    /// The role that it is for.
    pub role: Option<String>,
    /// From 1.
    pub rank: u32,
    /// On the day of closing; of what is open on the as-of day.
    pub state: &'static str,
    /// Whether it holds the deal.
    pub is_holder: bool,
    /// As claims.csv has it.
    pub reason: Option<String>,
    /// When it was submitted, RFC 3339 in UTC.
    pub submitted_at: String,
    /// The day of that.
    pub submitted: i32,
    /// What was decided about it.
    pub decided: Option<RegistrationDecisionFacts>,
    /// How it protects, where it was approved.
    pub protection: Option<ProtectionFacts>,
    /// The day from which it is given up.
    pub withdrawn: Option<i32>,
    /// Days on which the customer chose it.
    pub chosen: Vec<i32>,
}

/// A policy, by id and title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFacts {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: Option<String>,
    /// The reason for it.
    pub why: Option<String>,
}

/// What was decided about a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationDecisionFacts {
    /// `approved`, `denied` or `returned`.
    pub word: &'static str,
    /// Days since 1970-01-01.
    pub day: i32,
    /// Who decided, as written; nobody where silence did.
    pub by: Option<String>,
    /// Whether nobody decided in time.
    pub by_silence: bool,
    /// Why, as written.
    pub why: Option<String>,
}

/// How an approved registration protects. Days are days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtectionFacts {
    /// The first day.
    pub from: i32,
    /// The last day as extended.
    pub until: i32,
    /// How many extensions moved it.
    pub extensions: u32,
    /// The last day of grace, where there is any.
    pub grace_until: Option<i32>,
    /// The day from which it has lapsed, and the day from which that is counted: of the last work, or the first day of protection.
    pub lapsed: Option<(i32, i32)>,
}

/// Why a claim holds a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderWhy {
    /// No other claim protects, or is in grace where none protects.
    Alone,
    /// The customer chose it, on this day.
    CustomerChoice(i32),
    /// It was submitted first.
    First,
    /// A tie of several was awarded to it.
    Awarded,
}

impl HolderWhy {
    /// A word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::CustomerChoice(_) => "customer-choice",
            Self::First => "first",
            Self::Awarded => "awarded",
        }
    }
}

/// A conflict. Days are days since 1970-01-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictFacts {
    /// Its id.
    pub conflict_id: String,
    /// Its kind.
    pub kind: &'static str,
    /// What that kind means, in a sentence.
    pub meaning: &'static str,
    /// The deal, as conflicts.csv has it.
    pub deal_id: Option<String>,
    /// The opportunity, as conflicts.csv has it.
    pub opportunity_id: Option<String>,
    /// The rule that it stands under.
    pub policy: Option<PolicyFacts>,
    /// The disputed role.
    pub role: String,
    /// The two.
    pub claimants: [PayeeName; 2],
    /// Its day.
    pub day: i32,
    /// `open`, `overdue`, `decided` or `withdrawn`.
    pub state: &'static str,
    /// What it holds: `share`, `claimants`, `deal`; `None` where it holds nothing.
    pub holds: Option<&'static str>,
    /// The level that decided, or has to.
    pub level: Option<String>,
    /// When that is due.
    pub due: Option<i32>,
    /// The amount of the subject in book currency.
    pub value: Option<Exact>,
    /// The levels in order; skipped ones are not among them.
    pub levels: Vec<LevelFacts>,
    /// By criterion, side by side.
    pub criteria: Vec<CriterionFacts>,
    /// What the criteria sum to, for each.
    pub scores: Option<[Exact; 2]>,
    /// The decision that holds.
    pub decision: Option<DecisionFacts>,
    /// Decisions that do not count, in the order in which they were made, each with its code.
    pub refused: Vec<(DecisionFacts, &'static str)>,
    /// What each would earn on the deal.
    pub outcomes: Vec<OutcomeFacts>,
}

/// A level of a conflict rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelFacts {
    /// Its name.
    pub name: String,
    /// The first day on which it may decide; `None` beyond the calendar.
    pub begins: Option<i32>,
    /// The last day on which it has to; `None` beyond the calendar.
    pub due: Option<i32>,
    /// Who may decide, as the rule has it.
    pub who: String,
    /// What it may decide, as the rule has it.
    pub when: Option<String>,
    /// How long it has, as the rule has it.
    pub within: String,
}

/// A criterion with what it says of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionFacts {
    /// Its name.
    pub name: String,
    /// Its weight.
    pub weight: Exact,
    /// The score as the rule has it.
    pub score: String,
    /// The scores within 0 and 1; `None` where it is null.
    pub scores: [Option<Exact>; 2],
    /// Weight × score.
    pub points: [Exact; 2],
}

/// What each of two claimants would earn on the deal by a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeFacts {
    /// What is decided.
    pub outcome: Outcome,
    /// All amounts on the deal, of each claimant.
    pub amounts: [Minor; 2],
}

/// A decision that is taken to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it stands.
    AsItStands,
    /// All to the claimant at this place.
    Award(usize),
    /// Half each.
    Halves,
    /// Nothing to either.
    Void,
}

impl Outcome {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::AsItStands, Self::Award(0), Self::Award(1), Self::Halves, Self::Void];

    /// A word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AsItStands => "as-it-stands",
            Self::Award(_) => "award",
            Self::Halves => "halves",
            Self::Void => "void",
        }
    }
}

/// What a deal was sold at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceFacts {
    /// The price policy.
    pub policy: PolicyFacts,
    /// The price book.
    pub book: Option<String>,
    /// The list price in book currency.
    pub list: Option<Exact>,
    /// The amount in book currency.
    pub amount: Exact,
    /// The discount given, a fraction of one.
    pub given: Option<Exact>,
    /// The discount allowed, a fraction of one.
    pub allowed: Option<Exact>,
    /// What is beyond that, a fraction of one.
    pub over: Option<Exact>,
    /// The approval that serves.
    pub approval: Option<ApprovalFacts>,
    /// Whether more was given than anybody approved.
    pub breach: bool,
    /// What the lines are below the floor.
    pub below_floor: Minor,
    /// What was sold, where lines say it.
    pub lines: Vec<SoldFacts>,
}

/// A line of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldFacts {
    /// Its number, as written.
    pub line_no: String,
    /// The product.
    pub product_id: Option<String>,
    /// How much of it.
    pub quantity: Exact,
    /// What it was sold for, in the deal's currency.
    pub amount: Exact,
    /// Where it stands.
    pub place: Option<Place>,
}

/// An approval of a discount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalFacts {
    /// Its id.
    pub approval_id: String,
    /// Who approved.
    pub approved_by: PayeeName,
    /// Days since 1970-01-01.
    pub day: i32,
    /// The discount that it allows, a fraction of one.
    pub discount: Exact,
    /// Why.
    pub why: Option<String>,
}

/// What somebody asked about a deal. It moves no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryFacts {
    /// Its id.
    pub inquiry_id: String,
    /// Who asks.
    pub payee: PayeeName,
    /// Days since 1970-01-01.
    pub raised_on: i32,
    /// The rule that it is about, as written.
    pub rule_id: Option<String>,
    /// The close that it is about, as written.
    pub close: Option<String>,
    /// The question.
    pub question: Option<String>,
    /// `open`, `answered`, `accepted` or `rejected`.
    pub state: String,
    /// When it was answered, days since 1970-01-01.
    pub answered_on: Option<i32>,
    /// By whom, as written.
    pub answered_by: Option<String>,
    /// The answer.
    pub answer: Option<String>,
    /// The adjustment that came of it.
    pub adjustment_id: Option<String>,
}

/// An unmet gate on the lines of a payee under a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateOnDeal {
    /// The rule.
    pub rule_id: String,
    /// Whose lines.
    pub payee: PayeeName,
    /// The gate.
    pub gate: GateFacts,
}

/// A conflict with what was decided before in ones like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictCase {
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
    /// The conflict.
    pub conflict: ConflictFacts,
    /// Whether its outcomes are those of an open opportunity, seen as won on the as-of day at its amount.
    pub as_won: bool,
    /// Decided conflicts of its kind and role, latest decision first.
    pub precedents: Vec<Precedent>,
}

/// A decided conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precedent {
    /// Its deal, or its opportunity.
    pub subject_id: Option<String>,
    /// The decision.
    pub decision: DecisionFacts,
    /// What the criteria recommended for each claimant.
    pub scores: Option<[Exact; 2]>,
    /// The two.
    pub claimants: [PayeeName; 2],
}
