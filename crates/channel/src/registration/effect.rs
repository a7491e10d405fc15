//! What a holder changes: whose work counts in the role of the claim, and the work that a registration itself is.

use apportion_data::{
    AddedEngagement, DealIx, EngagementIx, RegisteredDeal, RegisteredMember, RegistrationIx, Registrations,
    Tables,
};

use super::policy::Standing;
use crate::fault::PolicyFault;
use crate::governance::Claim;
use crate::subject::Subject;

/// A weight of 1, in billionths.
const ONE_E9: i64 = 1_000_000_000;

/// The engagements that a registration gives its members if it holds a deal, in order of payee; none under no policy.
pub fn engagements(
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
        role: terms.terms.role.clone(),
        occurred_on,
        weight_e9: ONE_E9,
        activity: "registration",
    };
    registrations.members_of(registration).into_iter().map(engagement).collect()
}

/// Deals with a holder, and the engagements that go with them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisteredWork {
    /// Ascending by deal, one each.
    pub deals: Vec<RegisteredDeal>,
    /// By deal and member: to be appended in this order.
    pub engagements: Vec<AddedEngagement>,
}

/// What the holders of won deals change. `first` is the number that the first of the engagements gets; claims are by deal. A lost deal is
/// never paid, so nothing changes on it.
///
/// # Errors
/// More engagements than can be numbered.
pub fn registered_work(
    tables: &Tables,
    standings: &[Standing<'_>],
    claims: &[Claim],
    first: EngagementIx,
) -> Result<RegisteredWork, PolicyFault> {
    let registrations = &tables.channel.registrations;
    let mut work = RegisteredWork::default();
    for claim in claims.iter().filter(|claim| claim.holder) {
        let Subject::Deal(deal) = claim.subject else { continue };
        let standing = &standings[claim.registration];
        let Some(terms) = standing.terms().filter(|_| tables.deals.won[deal]) else { continue };
        let next = first.at() + work.engagements.len();
        work.engagements.extend(engagements(registrations, standing, claim.registration, deal));
        let member = |(place, (payee, percent_e9))| {
            let engagement = EngagementIx::new(next + place)?;
            Some(RegisteredMember { payee, percent_e9, engagement })
        };
        let members = registrations.members_of(claim.registration).into_iter().enumerate();
        let members: Option<Vec<RegisteredMember>> = members.map(member).collect();
        let too_many =
            || PolicyFault::new(terms.policy, deal, "there are more engagements than can be numbered");
        work.deals.push(RegisteredDeal {
            deal,
            registration: claim.registration,
            role: terms.terms.role.clone(),
            others: terms.terms.others.clone(),
            members: members.ok_or_else(too_many)?,
        });
    }
    Ok(work)
}
