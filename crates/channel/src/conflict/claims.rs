//! What conflicts ask of the registrations that claim a subject.

use apportion_base::sorted::{equal_range, group, offsets};
use apportion_data::{EngagementIx, Moment, OpenIx, PayeeIx};

use crate::{ClaimState, Subject};

/// A registration that claims a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectClaim {
    /// The payee of the registration.
    pub payee: PayeeIx,
    /// When it was submitted.
    pub submitted_at: Moment,
    /// On the day of closing; of what is open on the as-of day.
    pub state: ClaimState,
    /// The first day of protection, of one that was ever protected; days since 1970-01-01.
    pub protected_from: Option<i32>,
    /// Whether it holds the subject.
    pub holder: bool,
    /// Whether it would hold the subject, but for one of another payee at the same second.
    pub tied: bool,
    /// Who shares it.
    pub members: Vec<ClaimMember>,
}

/// Who shares a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimMember {
    /// Who.
    pub payee: PayeeIx,
    /// The engagement that the claim gives them if it holds; `None` on what is open.
    pub engagement: Option<EngagementIx>,
}

impl SubjectClaim {
    /// Whether it protects.
    pub fn is_protected(&self) -> bool {
        self.state == ClaimState::Protected
    }

    /// Whether a payee shares it.
    pub fn is_shared_by(&self, payee: PayeeIx) -> bool {
        self.members.iter().any(|member| member.payee == payee)
    }
}

/// The claims on all subjects.
#[derive(Debug, Clone, Default)]
pub struct SubjectClaims {
    /// Offsets, one more than deals, up to the last that is claimed: the claims on deal `d` are `by_deal[d]..by_deal[d + 1]`.
    by_deal: Vec<usize>,
    /// Ascending: what the claims behind those on deals are on.
    open: Vec<OpenIx>,
    /// By subject.
    claims: Vec<SubjectClaim>,
}

impl SubjectClaims {
    /// Claims in any order; those on one subject stay in theirs.
    pub fn new(mut claims: Vec<(Subject, SubjectClaim)>) -> Self {
        claims.sort_by_key(|(subject, _)| *subject);
        let deal = |(subject, _): &(Subject, SubjectClaim)| match subject {
            Subject::Deal(deal) => Some(deal.at()),
            Subject::Open(_) => None,
        };
        let deals = || claims.iter().map_while(deal);
        let by_deal = offsets(deals().last().map_or(0, |last| last + 1), deals());
        let open = claims.iter().filter_map(|(subject, _)| match subject {
            Subject::Deal(_) => None,
            Subject::Open(open) => Some(*open),
        });
        Self { by_deal, open: open.collect(), claims: claims.into_iter().map(|(_, claim)| claim).collect() }
    }

    /// Those on a subject.
    pub fn of(&self, subject: Subject) -> &[SubjectClaim] {
        let of_subject = match subject {
            Subject::Deal(deal) => group(&self.by_deal, deal.at()),
            Subject::Open(open) => {
                let on_deals = self.claims.len() - self.open.len();
                let found = equal_range(&self.open, |other| other.cmp(&open));
                on_deals + found.start..on_deals + found.end
            }
        };
        self.claims.get(of_subject).unwrap_or_default()
    }
}
