//! What has become of each conflict: rows, what a settlement has to know, and what explanations tell.

use apportion_data::{DealIx, DecidedConflict, DecisionOutcome, HeldConflict, OpportunityIx, PayeeIx};

use super::decide::{Hearing, RefusedDecision, Ruling, winner};
use super::hold::{decided, held, role};
use super::score::Recommendation;
use super::{ConflictRule, Inputs, LevelDays};
use crate::{ConflictState, FoundConflict, Subject};

/// What has become of all conflicts.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// By id, then `deal_id`.
    pub conflicts: Vec<FoundConflict>,
    /// What explanations tell, for each of `conflicts`.
    pub background: Vec<Background>,
    /// Decided ones on deals, but those that were withdrawn; ascending by deal and then by id.
    pub decided: Vec<DecidedConflict>,
    /// Open ones on deals that hold something; ascending by deal and then by id.
    pub held: Vec<HeldConflict>,
    /// Those on deals that are decided or withdrawn, as they held while they were open; ascending by deal and then by id.
    pub once_held: Vec<HeldConflict>,
    /// Awards of ties, ascending by deal and then by conflict.
    pub tie_awards: Vec<TieAward>,
    /// Ids of decisions whose conflict is not found, ascending.
    pub unknown_decisions: Vec<String>,
}

/// A tie of registrations that was awarded: the winner's claim holds the deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TieAward {
    /// Which deal.
    pub deal: DealIx,
    /// Whose claim.
    pub winner: PayeeIx,
}

/// What explanations tell of a conflict beside its row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Background {
    /// The levels that it has, with their days, in order.
    pub levels: Vec<LevelDays>,
    /// What the criteria say of its claimants.
    pub recommendation: Option<[Recommendation; 2]>,
    /// Decisions that do not count, in the order in which they were made.
    pub refused: Vec<RefusedDecision>,
}

impl Judgement {
    /// Adds a conflict; they come by id and `deal_id`.
    pub(super) fn add(
        &mut self,
        inputs: &Inputs,
        hearing: Hearing,
        recommendation: Option<[Recommendation; 2]>,
    ) {
        let Some(rule) = inputs.rules.get(hearing.dispute.rule) else { return };
        let ruling = hearing.ruling();
        if let Some(Subject::Deal(deal)) = hearing.dispute.subject {
            self.add_effect(inputs, (&hearing, rule), ruling, deal);
        }
        self.conflicts.push(row(inputs, (&hearing, rule), ruling, recommendation.as_ref()));
        let refused = hearing.refused();
        let levels = hearing.timeline.into_levels();
        self.background.push(Background { levels, recommendation, refused });
    }

    fn add_effect(
        &mut self,
        inputs: &Inputs,
        (hearing, rule): (&Hearing, &ConflictRule),
        ruling: Option<Ruling>,
        deal: DealIx,
    ) {
        let dispute = &hearing.dispute;
        let held = held(dispute, rule, deal);
        let Some(Ruling { decision, .. }) = ruling else {
            self.held.extend(held);
            return;
        };
        self.once_held.extend(held);
        let claims = inputs.claims.of(Subject::Deal(deal));
        self.decided.extend(decided((dispute, rule), decision, deal, claims));
        self.tie_awards.extend(winner(dispute, decision).map(|winner| TieAward { deal, winner }));
    }

    /// All of several, whose conflicts follow each other. Effects are put into the order of deals; within a deal they stay in the order of
    /// conflicts.
    pub(super) fn of_parts(parts: Vec<Self>) -> Self {
        let mut all = Self::default();
        all.conflicts.reserve_exact(parts.iter().map(|part| part.conflicts.len()).sum());
        all.background.reserve_exact(parts.iter().map(|part| part.background.len()).sum());
        for part in parts {
            all.conflicts.extend(part.conflicts);
            all.background.extend(part.background);
            all.decided.extend(part.decided);
            all.held.extend(part.held);
            all.once_held.extend(part.once_held);
            all.tie_awards.extend(part.tie_awards);
        }
        all.decided.sort_by_key(|decided| decided.deal);
        all.held.sort_by_key(|held| held.deal);
        all.once_held.sort_by_key(|held| held.deal);
        all.tie_awards.sort_by_key(|award| award.deal);
        all
    }
}

fn row(
    inputs: &Inputs,
    (hearing, rule): (&Hearing, &ConflictRule),
    ruling: Option<Ruling>,
    recommendation: Option<&[Recommendation; 2]>,
) -> FoundConflict {
    let dispute = &hearing.dispute;
    let (deal_id, opportunity_id) = shown_ids(inputs, hearing);
    let (state, level) = standing(hearing, ruling, inputs.as_of);
    let level_name = |days: LevelDays| rule.terms().levels.get(days.level).map(|level| level.name.clone());
    let refusal = || hearing.latest_refusal().map(|refusal| refusal.code().to_owned());
    FoundConflict {
        id: dispute.id.clone(),
        kind: dispute.kind,
        rule: Some(rule.id.to_owned()),
        subject: dispute.subject,
        deal_id,
        opportunity_id,
        role: role(dispute, rule),
        claimants: dispute.claimants,
        day: dispute.day,
        level: level.and_then(level_name),
        due: level.and_then(|days| days.due),
        state,
        decision_id: ruling.map(|ruling| ruling.decision.id.clone()),
        outcome: ruling.map(|ruling| ruling.decision.outcome),
        held: None,
        value_e6: dispute.subject.and_then(|subject| inputs.subjects.amount_e6(subject)),
        scores_e6: recommendation.map_or([None; 2], |[a, b]| [Some(a.total_e6), Some(b.total_e6)]),
        why: ruling.map(|ruling| ruling.decision.why.clone()).or_else(refusal),
    }
}

/// The state, and the level with its days: the decision's, else that of the as-of day.
fn standing(hearing: &Hearing, ruling: Option<Ruling>, as_of: i32) -> (ConflictState, Option<LevelDays>) {
    if let Some(ruling) = ruling {
        let state = match ruling.decision.outcome {
            DecisionOutcome::Withdrawn => ConflictState::Withdrawn,
            DecisionOutcome::Award | DecisionOutcome::Split | DecisionOutcome::Void => ConflictState::Decided,
        };
        return (state, hearing.timeline.of(ruling.level).copied());
    }
    match hearing.timeline.on(as_of) {
        Some(standing) if standing.is_overdue => (ConflictState::Overdue, Some(standing.level)),
        standing => (ConflictState::Open, standing.map(|standing| standing.level)),
    }
}

/// `deal_id` and `opportunity_id`; of a raised one without a subject what it names.
fn shown_ids(inputs: &Inputs, hearing: &Hearing) -> (Option<String>, Option<String>) {
    let subjects = inputs.subjects;
    let named = |opportunity: OpportunityIx| subjects.opportunity_id(opportunity).to_owned();
    match (hearing.dispute.subject, hearing.dispute.raised) {
        (Some(subject), _) => {
            let is_deal = matches!(subject, Subject::Deal(_));
            let deal_id = is_deal.then(|| subjects.id(subject).to_owned());
            (deal_id, subjects.opportunity(subject).map(named))
        }
        (None, Some(raised)) => (raised.deal_id.clone(), raised.opportunity.get().map(named)),
        (None, None) => (None, None),
    }
}
