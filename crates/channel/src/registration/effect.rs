//! What a holder changes: whose work counts in the role of the claim, and the work that a registration itself is.

use std::ops::Range;
use std::sync::Arc;

use apportion_base::sorted::group;
use apportion_data::{
    AddedEngagement, AddedWork, DealIx, EngagementIx, RegisteredDeal, RegisteredMember, RegistrationIx,
    Registrations, Tables,
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
    pub engagements: AddedWork,
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
    let of_part = |claims: &[Claim]| {
        let mut part = (AddedWork::default(), Vec::with_capacity(claims.len()));
        for claim in claims {
            if let Some(deal) = won(tables, claim).filter(|_| claim.state.may_hold()) {
                let standing = &standings[claim.registration];
                add_engagements(&mut part.0, registrations, standing, claim.registration, deal);
            }
            part.1.push(part.0.rows.len());
        }
        part
    };
    let parts: Vec<(AddedWork, Vec<usize>)> =
        claims.par_chunks(PART_CLAIMS).with_max_len(1).map(of_part).collect();
    let mut engagements = AddedWork::default();
    engagements.rows.reserve_exact(parts.iter().map(|(part, _)| part.rows.len()).sum());
    let mut by_claim = Vec::with_capacity(claims.len() + 1);
    by_claim.push(0);
    for (part, ends) in parts {
        let before = engagements.rows.len();
        by_claim.extend(ends.into_iter().map(|end| before + end));
        engagements.append(part);
    }
    ClaimWork { engagements, rows: ClaimRows { first, by_claim } }
}

/// Claims that one task looks at.
const PART_CLAIMS: usize = 1 << 14;

/// The deal of a claim, if it was won.
fn won(tables: &Tables, claim: &Claim) -> Option<DealIx> {
    match claim.subject {
        Subject::Deal(deal) => Some(deal).filter(|deal| tables.deals.won[*deal]),
        Subject::Open(_) => None,
    }
}

/// Adds the engagements that a registration gives its members if it holds a deal, in order of payee; none under no policy.
fn add_engagements(
    work: &mut AddedWork,
    registrations: &Registrations,
    standing: &Standing<'_>,
    registration: RegistrationIx,
    deal: DealIx,
) {
    let Some(terms) = standing.terms() else { return };
    let kind = work.kind(&terms.terms.role, ACTIVITY);
    let occurred_on = registrations.rows[registration].submitted_at.day;
    let engagement = |(payee, _)| AddedEngagement { deal, payee, kind, occurred_on, weight_e9: ONE_E9 };
    work.rows.extend(registrations.members_of(registration).map(engagement));
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
