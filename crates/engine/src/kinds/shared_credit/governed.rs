//! What policies changed of a line of shared credit: the registration that holds the deal, and decided conflicts, one after the other.

use super::decided::Decision;
use super::explain::{Parts, Steps};
use crate::explain::governed::{ClaimantPart, DecidedSplit, DecisionFacts, RegistrationOfLine, percent};
use crate::explain::split::{Sharer, told};
use crate::explain::tree::{Note, Operation, Quantity, Step};
use apportion_base::money::{Minor, Overflow};
use apportion_data::{DecidedOutcome, DecisionOutcome, PayeeIx};

impl Steps<'_> {
    /// The registration that holds the deal, where it says who shares in the line's role, or as what the payee's work counts.
    pub(super) fn registration(&self) -> Option<RegistrationOfLine> {
        let (tables, payee) = (self.ground.tables, self.explained.payee);
        let registered = self.trace.registered?;
        let counts_otherwise =
            self.trace.counts_as.iter().any(|(row, _)| tables.engagements.payee[*row] == payee);
        let role = self.ground.settlement.lines[self.explained.row].role;
        if !counts_otherwise && !self.trace.is_registered(tables, role) {
            return None;
        }
        let members = &registered.members;
        Some(RegistrationOfLine {
            registration_id: tables.channel.registrations.ids.value(registered.registration.at()).to_owned(),
            role: registered.role.to_string(),
            others: registered.others.as_deref().map(str::to_owned),
            members: members
                .iter()
                .map(|member| (self.ground.payee(member.payee), percent(member.percent_e9)))
                .collect(),
            is_member: members.iter().any(|member| member.payee == payee),
        })
    }

    /// What was decided about the line's role, as far as it changes what the payee has. `parts` is what everybody has in the role.
    pub(super) fn decided(&self, mut parts: Parts, gives: Quantity) -> Result<Vec<Step>, Overflow> {
        let payee = self.explained.payee;
        let role = self.ground.settlement.lines[self.explained.row].role;
        let mut steps = Vec::new();
        let of_deal = self.trace.decisions.of_deal(self.explained.deal);
        for decision in of_deal.iter().filter(|decision| decision.role == role) {
            let claimants = decision.conflict.claimants;
            if claimants.iter().all(|claimant| !parts.contains_key(claimant)) {
                continue;
            }
            let decided = self.apply(decision, &mut parts)?;
            if let (true, Some(result)) = (claimants.contains(&payee), parts.get(&payee)) {
                steps.push(Step { gives, how: Operation::Decided(Box::new(decided)), result: *result });
            }
        }
        Ok(steps)
    }

    /// Splits what two claimants have, as a settlement does, and keeps the step.
    fn apply(&self, decision: &Decision<'_>, parts: &mut Parts) -> Result<DecidedSplit, Overflow> {
        let conflict = decision.conflict;
        let claimants = conflict.claimants;
        let percents = conflict.outcome.percents();
        let before = claimants.map(|claimant| parts.get(&claimant).copied());
        let total = Minor::from_wide(before.iter().flatten().map(|part| part.wide()).sum())?;
        let mine = claimants.iter().position(|claimant| *claimant == self.explained.payee);
        let split = if percents == [0, 0] {
            None
        } else {
            let sharers = [0, 1].map(|side: usize| self.claimant(claimants[side], percents[side]));
            Some(told(total, sharers.into(), mine.unwrap_or(0), self.ground.digits())?)
        };
        let part = |side: usize| {
            let after = split.as_ref().map_or(Minor::ZERO, |split| split.parts[side].amount);
            ClaimantPart {
                payee: self.ground.payee(claimants[side]),
                before: before[side],
                percent: percent(percents[side]),
                after,
                is_paid: before[side].is_some() || percents[side] != 0 && decision.counted[side],
                is_mine: mine == Some(side),
            }
        };
        let claimant_parts = [part(0), part(1)];
        for (claimant, part) in claimants.iter().zip(&claimant_parts).filter(|(_, part)| part.is_paid) {
            parts.insert(*claimant, part.after);
        }
        Ok(DecidedSplit { decision: self.decision(decision), claimants: claimant_parts, total, split })
    }

    fn claimant(&self, payee: PayeeIx, percent_e9: i64) -> Sharer {
        Sharer {
            key: self.ground.payee(payee),
            units: percent_e9.into(),
            shown: percent(percent_e9),
            note: Note::Nothing,
        }
    }

    /// The decision; of one that only is assumed what it says.
    fn decision(&self, decision: &Decision<'_>) -> DecisionFacts {
        let conflict = decision.conflict;
        let known = DecisionFacts::of_id(self.ground.tables, &conflict.decision);
        known.unwrap_or_else(|| DecisionFacts {
            decision_id: conflict.decision.clone(),
            conflict_id: conflict.conflict.clone(),
            level: String::new(),
            day: self.ground.paid.paid_until,
            decided_by: self.ground.payee(conflict.claimants[0]),
            outcome: match conflict.outcome {
                DecidedOutcome::Void => DecisionOutcome::Void.word(),
                DecidedOutcome::Split(_) => DecisionOutcome::Split.word(),
            },
            shares: Vec::new(),
            why: String::new(),
            evidence: None,
            supersedes: None,
        })
    }
}
