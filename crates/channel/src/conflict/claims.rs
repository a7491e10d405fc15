//! What conflicts ask of the registrations that claim a subject.

use apportion_base::sorted::equal_range;
use apportion_data::{EngagementIx, Moment, PayeeIx};

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
    /// Ascending.
    subjects: Vec<Subject>,
    /// For each of `subjects`.
    claims: Vec<SubjectClaim>,
}

impl SubjectClaims {
    /// Claims in any order; those on one subject stay in theirs.
    pub fn new(mut claims: Vec<(Subject, SubjectClaim)>) -> Self {
        claims.sort_by_key(|(subject, _)| *subject);
        let (subjects, claims) = claims.into_iter().unzip();
        Self { subjects, claims }
    }

    /// Those on a subject.
    pub fn of(&self, subject: Subject) -> &[SubjectClaim] {
        let of_subject = equal_range(&self.subjects, |other| other.cmp(&subject));
        self.claims.get(of_subject).unwrap_or_default()
    }
}
