//! What a holder changes: whose work counts in the role of the claim, and the work that a registration itself is.

use std::ops::Range;
use std::sync::Arc;

use apportion_base::sorted::group;
use apportion_data::{
    AddedEngagement, DealIx, EngagementIx, RegisteredDeal, RegisteredMember, RegistrationIx, Registrations,
    Tables,
};
use rayon::prelude::*;

use super::policy::Standing;
use crate::governance::Claim;
use crate::subject::Subject;

/// A weight of 1, in billionths.
const ONE_E9: i64 = 1_000_000_000;

/// What is done in work of this kind.
const ACTIVITY: &str = "registration";

/// The work that claims would be if they held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimWork {
    /// By claim and member: to be appended in this order.
    pub engagements: Vec<AddedEngagement>,
    /// Where they are then.
    pub rows: ClaimRows,
}

/// The rows of the engagements that claims would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimRows {
    /// The first of all.
    first: usize,
    /// Offsets, one more than claims: the engagements of claim `c` are `by_claim[c]..by_claim[c + 1]`, from the first on.
    by_claim: Vec<usize>,
}

impl ClaimRows {
    /// The rows of a claim's engagements, in order of its members; none of a claim that would be no work.
    pub fn of(&self, claim: usize) -> Range<usize> {
        let rows = group(&self.by_claim, claim);
        self.first + rows.start..self.first + rows.end
    }
}

/// The work of claims on won deals that protect or are in grace; `first` is the row that the first engagement gets. A lost deal is
/// never paid, so nothing would be work on it.
pub fn claim_work(tables: &Tables, standings: &[Standing<'_>], claims: &[Claim], first: usize) -> ClaimWork {
    let registrations = &tables.channel.registrations;
    let would_be = |claim: &Claim| {
        let deal = won(tables, claim).filter(|_| claim.state.may_hold());
        deal.map_or_else(Vec::new, |deal| {
            engagements(registrations, &standings[claim.registration], claim.registration, deal)
        })
    };
    let by_claim: Vec<Vec<AddedEngagement>> = claims.par_iter().map(would_be).collect();
    let mut starts = Vec::with_capacity(claims.len() + 1);
    starts.push(0);
    starts.extend(by_claim.iter().scan(0, |end, of_claim| {
        *end += of_claim.len();
        Some(*end)
    }));
    ClaimWork {
        engagements: by_claim.into_iter().flatten().collect(),
        rows: ClaimRows { first, by_claim: starts },
    }
}

/// The deal of a claim, if it was won.
fn won(tables: &Tables, claim: &Claim) -> Option<DealIx> {
    match claim.subject {
        Subject::Deal(deal) => Some(deal).filter(|deal| tables.deals.won[*deal]),
        Subject::Open(_) => None,
    }
}

/// The engagements that a registration gives its members if it holds a deal, in order of payee; none under no policy.
fn engagements(
    registrations: &Registrations,
    standing: &Standing<'_>,
    registration: RegistrationIx,
    deal: DealIx,
) -> Vec<AddedEngagement> {
    let Some(terms) = standing.terms() else { return Vec::new() };
    let occurred_on = registrations.rows[registration].submitted_at.day;
    let engagement = |(payee, _)| AddedEngagement {
        deal,
        payee,
        role: Arc::clone(&terms.terms.role),
        occurred_on,
        weight_e9: ONE_E9,
        activity: ACTIVITY,
    };
    registrations.members_of(registration).map(engagement).collect()
}

/// What the holders of won deals change, ascending by deal, one each; claims are by deal, and `rows` has their engagements.
pub fn registered_deals(
    tables: &Tables,
    standings: &[Standing<'_>],
    claims: &[Claim],
    rows: &ClaimRows,
) -> Vec<RegisteredDeal> {
    let registrations = &tables.channel.registrations;
    let registered = |(place, claim): (usize, &Claim)| {
        let deal = won(tables, claim).filter(|_| claim.holder)?;
        let terms = standings[claim.registration].terms()?;
        let members = registrations.members_of(claim.registration).zip(rows.of(place));
        let member = |((payee, percent_e9), row)| {
            // They were appended, so they are numbered.
            Some(RegisteredMember { payee, percent_e9, engagement: EngagementIx::new(row)? })
        };
        Some(RegisteredDeal {
            deal,
            registration: claim.registration,
            role: Arc::clone(&terms.terms.role),
            others: terms.terms.others.clone(),
            members: members.filter_map(member).collect(),
        })
    };
    claims.par_iter().enumerate().filter_map(registered).collect()
}
