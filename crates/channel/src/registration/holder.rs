//! Who holds what is claimed.

use std::cmp::Reverse;

use apportion_data::{PayeeIx, RegistrationIx};

use crate::governance::{Claim, ClaimState};
use crate::subject::Subject;

/// What claims are ranked by: the state, the customer's choice, the submission, the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// On the day of the claim.
    pub state: ClaimState,
    /// The second of the latest choice of the customer; the latest first, none last.
    chosen: Reverse<Option<i64>>,
    /// The second of the submission.
    submitted: i64,
    /// The order of ids.
    pub registration: RegistrationIx,
}

impl Rank {
    /// The rank of a claim; seconds since 1970-01-01T00:00:00Z.
    pub fn new(state: ClaimState, chosen: Option<i64>, submitted: i64, registration: RegistrationIx) -> Self {
        Self { state, chosen: Reverse(chosen), submitted, registration }
    }

    fn ties_with(&self, other: &Self) -> bool {
        (self.state, self.chosen, self.submitted) == (other.state, other.chosen, other.submitted)
    }
}

/// Who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// No claim protects or is in grace.
    Nobody,
    /// This registration.
    By(RegistrationIx),
    /// The first claims are of several payees, and nothing tells them apart. In order of ids.
    Tied(Vec<RegistrationIx>),
}

/// Who holds what these claims are on, which are in order.
pub fn holding(ranks: &[Rank], payee: impl Fn(RegistrationIx) -> PayeeIx) -> Holding {
    let holds = |rank: &&Rank| rank.state.may_hold();
    let Some(first) = ranks.first().filter(holds) else { return Holding::Nobody };
    let equal = || ranks.iter().take_while(|rank| rank.ties_with(first)).map(|rank| rank.registration);
    let is_of_another = |registration| payee(registration) != payee(first.registration);
    if equal().any(is_of_another) {
        Holding::Tied(equal().collect())
    } else {
        Holding::By(first.registration)
    }
}

/// Claims of several payees with equal right on a deal or on what is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// What they claim.
    pub subject: Subject,
    /// Protected or in grace, all the same.
    pub state: ClaimState,
    /// In order of ids.
    pub registrations: Vec<RegistrationIx>,
    /// Whose they are: two or more, ascending, each once.
    pub payees: Vec<PayeeIx>,
}

impl Tie {
    /// The tie of these registrations among the claims on a subject.
    pub fn new(claims: &[Claim], registrations: Vec<RegistrationIx>) -> Option<Self> {
        let first = claims.first()?;
        let tied = claims.iter().filter(|claim| registrations.contains(&claim.registration));
        let mut payees: Vec<PayeeIx> = tied.map(|claim| claim.payee).collect();
        payees.sort_unstable();
        payees.dedup();
        Some(Self { subject: first.subject, state: first.state, registrations, payees })
    }

    /// Every two payees of it, in order: a conflict is between two.
    pub fn pairs(&self) -> impl Iterator<Item = [PayeeIx; 2]> + '_ {
        let after = |place: usize| self.payees.iter().skip(place + 1);
        self.payees
            .iter()
            .enumerate()
            .flat_map(move |(place, first)| after(place).map(|other| [*first, *other]))
    }
}

/// An award of a tie: the winner's claim holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Award {
    /// What was disputed.
    pub subject: Subject,
    /// Who won.
    pub winner: PayeeIx,
}

/// Lets the winner of a tie hold what these claims are on: with the first of the tied claims that are the winner's. Somebody who has no
/// part in the tie wins nothing.
pub fn award(claims: &mut [Claim], tie: &Tie, winner: PayeeIx) {
    let is_won = |claim: &&Claim| claim.payee == winner && tie.registrations.contains(&claim.registration);
    let Some(won) = claims.iter().find(is_won).map(|claim| claim.registration) else { return };
    for claim in claims {
        claim.holder = claim.registration == won;
    }
}
