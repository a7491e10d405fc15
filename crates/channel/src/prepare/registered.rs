//! Registrations on their way: their columns, the work that claims would be, and what holders change.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::TableName;
use apportion_data::EngagementIx;
use rayon::prelude::*;

use super::Stages;
use crate::conflict::{ClaimMember, SubjectClaim, SubjectClaims, TieAward};
use crate::governance::Claim;
use crate::registration::{Award, Course, Registered, RegistrationColumns, Setting, registrations};
use crate::scope::put_column;
use crate::subject::Subject;

impl<'a> Stages<'a> {
    /// Which registrations claim what, in which state; `None` where there is neither a policy nor a registration.
    pub(super) fn register(&mut self) -> Result<Option<Registered<'a>>, Vec<Diagnostic>> {
        let policies = &self.policies.registrations;
        if policies.is_empty() && !self.tables.channel.present.contains(&TableName::Registrations) {
            return Ok(None);
        }
        let registered = self.say(|stages| {
            let setting = Setting {
                as_of: stages.ground.as_of,
                clock: stages.clock,
                policies: &stages.policies.registrations,
                assumed: stages.ground.assumed,
            };
            registrations(&setting, &stages.tables)
        })?;
        self.put_columns_of(&registered);
        Ok(Some(registered))
    }

    /// What deals and opportunities say of their registrations.
    fn put_columns_of(&mut self, registered: &Registered<'_>) {
        let none = BTreeSet::new();
        let used = self.ground.used.get(&TableName::Deals).unwrap_or(&none);
        if !RegistrationColumns::NAMES.iter().any(|name| used.contains(*name)) {
            return;
        }
        let of_deals = registered.columns_of_deals(&self.tables);
        let of_open = registered.columns_of_open(&self.tables);
        let put = |columns: &RegistrationColumns, frame: &mut apportion_data::Frame| {
            let wanted = columns.named().into_iter().filter(|(name, _)| used.contains(*name));
            wanted.for_each(|(name, array)| put_column(frame, name, Arc::clone(array)));
        };
        put(&of_deals, &mut self.tables.deals.frame);
        put(&of_open, &mut self.channel().opportunities.frame);
    }

    /// The claims as conflicts see them.
    pub(super) fn claims_in_conflict(&self, registered: &Registered<'_>) -> SubjectClaims {
        let of_deals = registered.claims.par_iter().enumerate();
        let of_deals = of_deals.map(|(place, claim)| (claim, self.claim_rows.of(place)));
        let of_open = registered.open_claims.par_iter().map(|claim| (claim, 0..0));
        let claims = of_deals.chain(of_open);
        SubjectClaims::new(
            claims
                .map(|(claim, rows)| (claim.subject, self.claim_in_conflict(registered, claim, rows)))
                .collect(),
        )
    }

    /// A claim; `rows` are the engagements of its members, if it would be work.
    fn claim_in_conflict(
        &self,
        registered: &Registered<'_>,
        claim: &Claim,
        rows: Range<usize>,
    ) -> SubjectClaim {
        let registrations = &self.tables.channel.registrations;
        let protected_from = match registered.timelines[claim.registration].course {
            Course::Approved(protection) => Some(protection.clock),
            _ => None,
        };
        let tie = registered.tie(claim.subject);
        let rows = rows.map(EngagementIx::new).chain(std::iter::repeat(None));
        let members = registrations.members_of(claim.registration).zip(rows);
        SubjectClaim {
            payee: claim.payee,
            submitted_at: registrations.rows[claim.registration].submitted_at,
            state: claim.state,
            protected_from,
            holder: claim.holder,
            tied: tie.is_some_and(|tie| tie.registrations.contains(&claim.registration)),
            members: members.map(|((payee, _), engagement)| ClaimMember { payee, engagement }).collect(),
        }
    }

    /// Lets winners of ties hold their deals, and says so in the columns.
    pub(super) fn award(&mut self, registered: &mut Registered<'_>, awards: &[TieAward]) {
        if awards.is_empty() {
            return;
        }
        let award = |award: &TieAward| Award { subject: Subject::Deal(award.deal), winner: award.winner };
        registered.award(&awards.iter().map(award).collect::<Vec<_>>());
        self.put_columns_of(registered);
    }

    /// Lets holders change whose work counts.
    pub(super) fn hold(&mut self, registered: &Registered<'_>) {
        let deals = registered.registered_deals(&self.tables, &self.claim_rows);
        // Lines may be in roles that nobody's work has.
        let others: BTreeSet<&str> = deals.iter().filter_map(|deal| deal.others.as_deref()).collect();
        Arc::make_mut(&mut self.tables.engagements).add_roles(others);
        self.effects.registered = deals;
    }
}
