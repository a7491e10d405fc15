//! What an open conflict holds, and what a decided one makes of the claimants' parts.

use apportion_data::{
    DealIx, DecidedConflict, DecidedOutcome, Decision, DecisionOutcome, EngagementIx, HeldConflict,
    HeldLines, PayeeIx,
};
use apportion_rules::{ConflictKind, HoldWord, HoldWords};

use super::dispute::Dispute;
use super::{ConflictRule, SubjectClaim};

/// What an open conflict of a kind holds.
pub(super) fn held_lines(kind: ConflictKind, words: &HoldWords) -> Option<HeldLines> {
    let named = words.by_kind.iter().find(|(named, _)| *named == kind).map(|(_, word)| *word);
    match named.unwrap_or(words.otherwise) {
        HoldWord::Share => Some(HeldLines::Share),
        HoldWord::Claimants => Some(HeldLines::Claimants),
        HoldWord::Deal => Some(HeldLines::Deal),
        HoldWord::None => None,
    }
}

/// The disputed role: the conflict's own, else the rule's.
pub(super) fn role(dispute: &Dispute, rule: &ConflictRule) -> String {
    let own = dispute.raised.and_then(|raised| raised.role.as_ref());
    own.unwrap_or(&rule.terms().role).clone()
}

/// A conflict on a deal, as it holds while it is open; `None` where it holds nothing.
pub(super) fn held(dispute: &Dispute, rule: &ConflictRule, deal: DealIx) -> Option<HeldConflict> {
    Some(HeldConflict {
        deal,
        conflict: dispute.id.clone(),
        rule: rule.id.to_owned(),
        role: role(dispute, rule),
        claimants: in_order(dispute.claimants),
        what: held_lines(dispute.kind, &rule.terms().hold)?,
    })
}

/// A decided conflict on a deal; `None` where it was withdrawn.
pub(super) fn decided(
    (dispute, rule): (&Dispute, &ConflictRule),
    decision: &Decision,
    deal: DealIx,
    claims: &[SubjectClaim],
) -> Option<DecidedConflict> {
    let claimants = in_order(dispute.claimants);
    Some(DecidedConflict {
        deal,
        conflict: dispute.id.clone(),
        decision: decision.id.clone(),
        role: role(dispute, rule),
        claimants,
        outcome: outcome(decision, claimants)?,
        claims: claimants.map(|payee| engagements(claims, payee)),
    })
}

fn outcome(decision: &Decision, claimants: [PayeeIx; 2]) -> Option<DecidedOutcome> {
    let percent = |payee: PayeeIx| {
        decision.shares.iter().find(|share| share.payee == payee).map_or(0, |share| share.percent_e9)
    };
    match decision.outcome {
        DecisionOutcome::Award | DecisionOutcome::Split => {
            Some(DecidedOutcome::Split(claimants.map(percent)))
        }
        DecisionOutcome::Void => Some(DecidedOutcome::Void),
        DecisionOutcome::Withdrawn => None,
    }
}

/// What claims of a payee would give them, if they held: those that protect, or are in grace.
fn engagements(claims: &[SubjectClaim], payee: PayeeIx) -> Vec<EngagementIx> {
    let pays = |claim: &&SubjectClaim| claim.state.may_hold();
    let members = claims.iter().filter(pays).flat_map(|claim| &claim.members);
    members.filter(|member| member.payee == payee).filter_map(|member| member.engagement).collect()
}

fn in_order([one, other]: [PayeeIx; 2]) -> [PayeeIx; 2] {
    [one.min(other), one.max(other)]
}
