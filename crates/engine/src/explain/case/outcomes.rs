//! What the two claimants would earn by another decision: the period is settled again as if that were decided.

use apportion_base::money::{Minor, Overflow};
use apportion_channel::FoundConflict;
use apportion_data::{DealIx, Decision, DecisionOutcome, DecisionShare, Moment, PayeeIx};

use super::tree::{Outcome, OutcomeFacts};
use crate::settle::PeriodView;

/// 100% in billionths of a percent.
const WHOLE_E9: i64 = 100_000_000_000;

/// An outcome and the decision that would make it so; `None` for what was decided, or was not.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// The outcome.
    pub outcome: Outcome,
    /// What would be decided.
    pub decision: Option<Decision>,
}

impl Assumption {
    /// All outcomes of a conflict, in their order.
    pub(super) fn all(found: &FoundConflict) -> Vec<Self> {
        Outcome::ALL.into_iter().map(|outcome| Self { outcome, decision: decision(found, outcome) }).collect()
    }
}

fn decision(found: &FoundConflict, outcome: Outcome) -> Option<Decision> {
    let (word, percents) = match outcome {
        Outcome::AsItStands => return None,
        Outcome::Award(0) => (DecisionOutcome::Award, [WHOLE_E9, 0]),
        Outcome::Award(_) => (DecisionOutcome::Award, [0, WHOLE_E9]),
        Outcome::Halves => (DecisionOutcome::Split, [WHOLE_E9 / 2; 2]),
        Outcome::Void => (DecisionOutcome::Void, [0, 0]),
    };
    let shares = found.claimants.into_iter().zip(percents).filter(|(_, percent_e9)| *percent_e9 > 0);
    let mut shares: Vec<DecisionShare> =
        shares.map(|(payee, percent_e9)| DecisionShare { payee, percent_e9 }).collect();
    shares.sort_by_key(|share| share.payee);
    Some(Decision {
        id: String::new(),
        conflict_id: found.id.clone(),
        level: String::new(),
        decided_at: Moment { seconds: 0, day: found.day, offset: 0 },
        decided_by: found.claimants[0],
        outcome: word,
        why: String::new(),
        evidence: None,
        supersedes: None,
        shares,
    })
}

/// The amounts of payees on a deal in a settlement.
#[derive(Debug, Clone, Copy)]
pub struct Amounts<'a> {
    /// The settlement.
    pub settlement: &'a PeriodView,
    /// The deal.
    pub deal: DealIx,
}

impl Amounts<'_> {
    /// What two payees earn on the deal, all rules together.
    ///
    /// # Errors
    /// A sum that can't be held.
    pub fn of(self, outcome: Outcome, claimants: [PayeeIx; 2]) -> Result<OutcomeFacts, Overflow> {
        let [one, other] = claimants;
        Ok(OutcomeFacts { outcome, amounts: [self.sum(one)?, self.sum(other)?] })
    }

    fn sum(self, payee: PayeeIx) -> Result<Minor, Overflow> {
        let lines = &self.settlement.lines;
        let paid = |line: &&crate::credit::Line| {
            line.deal == self.deal
                && line.payee == payee
                && self.settlement.applies[line.rule][line.version].amount
        };
        Minor::from_wide(lines.iter().filter(paid).map(|line| line.amount.wide()).sum())
    }
}
