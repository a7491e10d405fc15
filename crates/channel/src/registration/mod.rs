//! Registrations: who said first that a deal is theirs, what became of it, and who holds which deal.
//!
//! ```text
//! policy    which policy a registration is under, and whether its list denies it
//! work      when members worked on what it names or its account
//! timeline  decided, protected, extended, lapsed, over
//! state     the state on a day
//! claims    which registrations claim what, in which state, in order (names: who names whom)
//! holder    whose claim holds it
//! effect    whose work counts then, and the work that a registration is
//! columns   what deals and opportunities say of it
//! ```

mod claims;
mod columns;
mod effect;
mod grouped;
mod holder;
mod names;
mod policy;
mod state;
#[cfg(test)]
mod tests;
mod timeline;
mod work;

use apportion_base::sorted::{equal, equal_range};
use apportion_data::{DealIx, PayeeIx, RegisteredDeal, RegistrationIx, Tables};
use apportion_rules::RegistrationPolicy;
use rayon::prelude::*;

pub use claims::Claimed;
pub use columns::{NO_CLAIM, RegistrationColumns};
pub use effect::{ClaimRows, ClaimWork};
pub use holder::{Award, Tie};
pub use policy::{Standing, Terms, standings};
pub use timeline::{Course, Protection, Timeline};
pub use work::{MemberWork, Place, Work};

use claims::{Claiming, Scopes};
use holder::Holding;
use names::Claimants;
use timeline::Facts;
use work::Recorded;

use crate::assumed::Assumed;
use crate::clock::Clock;
use crate::fault::PolicyFault;
use crate::governance::Claim;
use crate::scope::Dated;
use crate::subject::Subject;

/// What registrations are judged with.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The day at whose end the tables are known, days since 1970-01-01.
    pub as_of: i32,
    /// How days are counted.
    pub clock: Clock<'a>,
    /// The policies for registrations, in order of id.
    pub policies: &'a [Dated<'a, RegistrationPolicy>],
    /// What is assumed of registrations.
    pub assumed: &'a Assumed,
}

/// What became of all registrations.
#[derive(Debug, Clone)]
pub struct Registered<'a> {
    /// What each is judged by, by [`RegistrationIx`].
    pub standings: Vec<Standing<'a>>,
    /// Each over time, by [`RegistrationIx`].
    pub timelines: Vec<Timeline>,
    /// When members worked.
    pub work: Work,
    /// Claims on deals, by deal and rank.
    pub claims: Vec<Claim>,
    /// Claims on what is open, by opportunity and rank.
    pub open_claims: Vec<Claim>,
    /// What several payees claim with equal right, deals first, in order.
    pub ties: Vec<Tie>,
    named_by: grouped::Grouped<RegistrationIx, DealIx>,
}

/// Judges all registrations; `tables` are as they are known at the end of the as-of day, their engagements those of the source.
///
/// # Errors
/// The first registration on which a condition of a policy has no value.
pub fn registrations<'a>(setting: &Setting<'a>, tables: &Tables) -> Result<Registered<'a>, PolicyFault> {
    let (standings, claimants) =
        rayon::join(|| policy::standings(setting.policies, tables), || Claimants::new(tables));
    let mut standings = standings?;
    setting.assumed.put_under_policies(&mut standings, setting.policies, tables);
    let work = member_work(tables, &claimants);
    let mut timelines = timelines(setting, tables, &claimants, (&standings, &work));
    setting.assumed.change(&mut timelines, tables, setting.as_of);
    let claiming = |frame| Claiming {
        tables,
        claimants: &claimants,
        standings: &standings,
        timelines: &timelines,
        scopes: Scopes::new(setting.policies, &tables.channel.registrations, frame),
    };
    let claimed = claims::deals(tables);
    let on_deals = claiming(&tables.deals.frame);
    let all: Vec<DealIx> = tables.deals.all().collect();
    let (claims, mut ties) = collect(all.par_iter().map(|deal| on_deals.on(&claimed(*deal))));
    let on_open = claiming(&tables.channel.opportunities.frame);
    let open = claims::open(tables, setting.as_of);
    let (open_claims, open_ties) = collect(open.par_iter().map(|open| on_open.on(open)));
    ties.extend(open_ties);
    let named_by = claimants.named_by;
    Ok(Registered { standings, timelines, work, claims, open_claims, ties, named_by })
}

/// The days on which members worked where it keeps their registrations alive.
fn member_work(tables: &Tables, claimants: &Claimants) -> Work {
    let registrations = &tables.channel.registrations;
    let mut asked: Vec<(PayeeIx, Place)> = Vec::new();
    for (registration, row) in registrations.iter() {
        let named_by = claimants.named_by.of(registration);
        for (member, _) in registrations.members_of(registration) {
            asked.extend(work::places(row, named_by).map(|place| (member, place)));
        }
    }
    Work::new(&Recorded { tables, opportunity: &tables.engagements.opportunity }, asked)
}

fn timelines(
    setting: &Setting<'_>,
    tables: &Tables,
    claimants: &Claimants,
    (standings, work): (&[Standing<'_>], &Work),
) -> Vec<Timeline> {
    let registrations = &tables.channel.registrations;
    let timeline = |(registration, row)| {
        let members = &work.of_members(registrations, registration, &claimants.named_by);
        let events = claimants.events_of(registrations, registration);
        let standing = &standings[registration];
        let facts = Facts { row, events, standing, work: members, as_of: setting.as_of };
        Timeline::new(&facts, &setting.clock)
    };
    let rows: Vec<_> = registrations.iter().collect();
    rows.into_par_iter().map(timeline).collect()
}

/// All claims in order, and the ties among them.
fn collect(found: impl IndexedParallelIterator<Item = (Vec<Claim>, Holding)>) -> (Vec<Claim>, Vec<Tie>) {
    let parts = found.fold(
        || (Vec::new(), Vec::new()),
        |(mut all, mut ties), (claims, holding)| {
            if let Holding::Tied(tied) = holding {
                ties.extend(Tie::new(&claims, tied));
            }
            all.extend(claims);
            (all, ties)
        },
    );
    parts.reduce(
        || (Vec::new(), Vec::new()),
        |(mut claims, mut ties), (more, more_ties)| {
            claims.extend(more);
            ties.extend(more_ties);
            (claims, ties)
        },
    )
}

impl<'a> Registered<'a> {
    /// The claims on a deal or on what is open, in order of rank.
    pub fn claims_on(&self, subject: Subject) -> &[Claim] {
        let claims = match subject {
            Subject::Deal(_) => &self.claims,
            Subject::Open(_) => &self.open_claims,
        };
        equal(claims, |claim| claim.subject.cmp(&subject))
    }

    /// The claim that holds a deal or what is open.
    pub fn holder(&self, subject: Subject) -> Option<&Claim> {
        self.claims_on(subject).iter().find(|claim| claim.holder)
    }

    /// The tie on a deal or on what is open.
    pub fn tie(&self, subject: Subject) -> Option<&Tie> {
        let place = self.ties.binary_search_by_key(&subject, |tie| tie.subject).ok()?;
        self.ties.get(place)
    }

    /// Lets winners of ties hold what they won; the last of several awards on one subject counts. Ties, and the reasons of the claims,
    /// stay as they were found.
    pub fn award(&mut self, awards: &[Award]) {
        for Award { subject, winner } in awards {
            let Ok(place) = self.ties.binary_search_by_key(subject, |tie| tie.subject) else { continue };
            let claims = match subject {
                Subject::Deal(_) => &mut self.claims,
                Subject::Open(_) => &mut self.open_claims,
            };
            let of_subject = equal_range(claims, |claim| claim.subject.cmp(subject));
            holder::award(&mut claims[of_subject], &self.ties[place], *winner);
        }
    }

    /// The terms of the policy that a registration is under.
    pub fn terms(&self, registration: RegistrationIx) -> Option<&Terms<'a>> {
        self.standings[registration].terms()
    }

    /// When members of a registration worked on what it names or its account.
    pub fn work_of(&self, tables: &Tables, registration: RegistrationIx) -> MemberWork<'_> {
        self.work.of_members(&tables.channel.registrations, registration, &self.named_by)
    }

    /// The work that claims on won deals would be if they held; `first` is the row of the first engagement that is appended.
    pub fn claim_work(&self, tables: &Tables, first: usize) -> ClaimWork {
        effect::claim_work(tables, &self.standings, &self.claims, first)
    }

    /// What the holders of won deals change, ascending by deal; `rows` has the engagements of the claims.
    pub fn registered_deals(&self, tables: &Tables, rows: &ClaimRows) -> Vec<RegisteredDeal> {
        effect::registered_deals(tables, &self.standings, &self.claims, rows)
    }

    /// `claim_id`, `registered_by` and `registration_state` of all deals.
    pub fn columns_of_deals(&self, tables: &Tables) -> RegistrationColumns {
        RegistrationColumns::new(tables, &self.claims, tables.deals.len())
    }

    /// The same of all opportunities; of those that are no longer open, as if nobody claimed them.
    pub fn columns_of_open(&self, tables: &Tables) -> RegistrationColumns {
        RegistrationColumns::new(tables, &self.open_claims, tables.channel.opportunities.len())
    }
}
