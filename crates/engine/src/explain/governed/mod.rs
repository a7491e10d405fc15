//! What policies of the channel changed of a line: who registered its deal, what was decided about its role, what a gate keeps back.

mod gate;

use apportion_base::money::Minor;
use apportion_data::{Conflicts, Decision, DecisionShare, Tables};

use super::facts::payee_name;
use super::number::Exact;
use super::tree::{PayeeName, Split};
use super::year_index::YearIndex;

/// The registration that holds the deal of a line, where it changed whose work counts or by what it shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationOfLine {
    /// The `registration_id`.
    pub registration_id: String,
    /// The role that the claim is for.
    pub role: String,
    /// What work of others in that role counts as; `None`: it does not count.
    pub others: Option<String>,
    /// The members, each with a percent as a fraction of one, in order of payee.
    pub members: Vec<(PayeeName, Exact)>,
    /// Whether the payee of the line is a member.
    pub is_member: bool,
}

/// A decision about a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionFacts {
    /// Its id.
    pub decision_id: String,
    /// The conflict that it decides.
    pub conflict_id: String,
    /// The name of the level that decided.
    pub level: String,
    /// Days since 1970-01-01.
    pub day: i32,
    /// Who decided.
    pub decided_by: PayeeName,
    /// `award`, `split`, `void` or `withdrawn`.
    pub outcome: &'static str,
    /// What each gets, as a fraction of one, as the decision has it.
    pub shares: Vec<(PayeeName, Exact)>,
    /// Why.
    pub why: String,
    /// What it rests on.
    pub evidence: Option<String>,
    /// An earlier decision, for the record.
    pub supersedes: Option<String>,
}

/// What a decision makes of the two claimants' parts in the disputed role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedSplit {
    /// What was decided.
    pub decision: DecisionFacts,
    /// The two claimants, in byte order of ids.
    pub claimants: [ClaimantPart; 2],
    /// The sum of what they had.
    pub total: Minor,
    /// How it is shared; `None` where neither gets anything and all of it is kept back.
    pub split: Option<Split>,
}

/// A claimant's part before a decision and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimantPart {
    /// Who.
    pub payee: PayeeName,
    /// What the claimant had; `None` without a line.
    pub before: Option<Minor>,
    /// What the decision gives, as a fraction of one.
    pub percent: Exact,
    /// What that comes to.
    pub after: Minor,
    /// Whether it is paid; else it is kept back, because the rule does not count the claimant on the deal.
    pub is_paid: bool,
    /// Whether this is the payee of the line.
    pub is_mine: bool,
}

/// What an unmet gate leaves of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateStep {
    /// What the gate asks, and what there is.
    pub gate: GateFacts,
    /// The part that the line keeps, a fraction of one.
    pub share: Exact,
    /// The line before the gate.
    pub before: Minor,
    /// What is kept back.
    pub retained: Minor,
}

/// A gate on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateFacts {
    /// The id of the gate.
    pub gate_id: String,
    /// What people call it.
    pub title: Option<String>,
    /// The reason for it.
    pub why: Option<String>,
    /// The table whose rows are counted.
    pub table: &'static str,
    /// What counted rows meet, as the gate has it.
    pub counts: Option<String>,
    /// Of which rows a part is asked, as the gate has it.
    pub of: Option<String>,
    /// How many rows are asked: for which `of` is true.
    pub asked: u64,
    /// How many of them meet the condition.
    pub meet: u64,
    /// What is needed.
    pub need: GateNeed,
    /// The part that the line keeps without it; `None` where it is held instead.
    pub otherwise: Option<Exact>,
}

/// How many rows a gate needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateNeed {
    /// So many.
    Rows(u32),
    /// This part of those that are asked, a fraction of one.
    Part(Exact),
}

/// A percent in billionths as a fraction of one.
pub(crate) fn percent(percent_e9: i64) -> Exact {
    Exact::new(percent_e9.into(), 11)
}

impl YearIndex<'_> {
    /// A decision by its id; `None` where no row has it.
    pub(crate) fn decision(&self, id: &str) -> Option<DecisionFacts> {
        let decision = decision_of(&self.tables.channel.conflicts, id);
        decision.map(|decision| DecisionFacts::new(self.tables, decision))
    }
}

impl DecisionFacts {
    /// A decision as people read it.
    pub(crate) fn new(tables: &Tables, decision: &Decision) -> Self {
        let share = |share: &DecisionShare| (payee_name(tables, share.payee), percent(share.percent_e9));
        Self {
            decision_id: decision.id.clone(),
            conflict_id: decision.conflict_id.clone(),
            level: decision.level.clone(),
            day: decision.decided_at.day,
            decided_by: payee_name(tables, decision.decided_by),
            outcome: decision.outcome.word(),
            shares: decision.shares.iter().map(share).collect(),
            why: decision.why.clone(),
            evidence: decision.evidence.clone(),
            supersedes: decision.supersedes.clone(),
        }
    }
}

/// A row of the decisions, which are in byte order of ids.
fn decision_of<'a>(conflicts: &'a Conflicts, id: &str) -> Option<&'a Decision> {
    let place = conflicts.decisions.binary_search_by(|decision| decision.id.as_str().cmp(id)).ok()?;
    conflicts.decisions.get(place)
}
