//! Which registrations claim a deal or what is open, in which state, in order.

use apportion_data::{
    AccountIx, DealIx, OpenIx, OpportunityIx, RegistrationEventKind, RegistrationIx, Registrations, Tables,
};
use apportion_rules::RegistrationPolicy;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;

use super::holder::{Holding, Rank, holding};
use super::names::Claimants;
use super::policy::Standing;
use super::timeline::{Course, Timeline};
use crate::governance::{Claim, ClaimState};
use crate::scope::Dated;
use crate::subject::Subject;
use crate::texts::Texts;

/// What may be claimed, as a claim sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// What it is.
    pub subject: Subject,
    /// The day on which its claims count: of closing; of what is open the as-of day.
    pub day: i32,
    /// Its opportunity.
    pub opportunity: Option<OpportunityIx>,
    /// Its account.
    pub account: Option<AccountIx>,
    /// When it was created.
    pub created_on: Option<i32>,
}

/// The text columns by which registrations and what they claim must be equal, by version of a policy.
pub struct Scopes<'a> {
    /// For each column its texts of registrations, and of what is claimed.
    versions: Vec<Vec<(Texts<'a>, Texts<'a>)>>,
}

impl<'a> Scopes<'a> {
    /// The scopes of all versions, policy by policy, over a frame of deals or of what is open.
    pub fn new(
        policies: &[Dated<'_, RegistrationPolicy>],
        registrations: &'a Registrations,
        claimed: &'a apportion_data::Frame,
    ) -> Self {
        let of_version = |terms: &RegistrationPolicy| {
            let columns = terms.scope.iter();
            columns
                .map(|column| {
                    (Texts::of(&registrations.frame, &column.name), Texts::of(claimed, &column.of_deals))
                })
                .collect()
        };
        let versions = policies.iter().flat_map(|policy| &policy.versions);
        Self { versions: versions.map(|version| of_version(version.terms)).collect() }
    }

    /// Whether a registration's cells are those of a row; its empty cell is that of every row. Under no policy nothing need be equal.
    fn match_row(&self, standing: &Standing<'_>, registration: RegistrationIx, row: usize) -> bool {
        let version = standing.terms().and_then(|terms| self.versions.get(terms.version));
        version.into_iter().flatten().all(|(own, claimed)| {
            let own = own.get(registration.at()).filter(|text| !text.is_empty());
            own.is_none_or(|own| claimed.get(row) == Some(own))
        })
    }
}

/// All that says who claims what.
pub struct Claiming<'a> {
    /// The tables.
    pub tables: &'a Tables,
    /// Registrations by what they claim.
    pub claimants: &'a Claimants,
    /// By registration.
    pub standings: &'a [Standing<'a>],
    /// By registration.
    pub timelines: &'a [Timeline],
    /// Of what is claimed.
    pub scopes: Scopes<'a>,
}

impl Claiming<'_> {
    /// The claims of a deal or of what is open, in order of rank, and whether two payees have equal right.
    pub fn on(&self, claimed: &Claimed) -> (Vec<Claim>, Holding) {
        let mut ranks: Vec<Rank> = self
            .registrations(claimed)
            .into_iter()
            .map(|registration| self.rank(registration, claimed.day))
            .collect();
        ranks.sort_unstable();
        let holding =
            holding(&ranks, |registration| self.tables.channel.registrations.rows[registration].payee);
        let claims =
            (1..).zip(&ranks).map(|(place, rank)| self.claim(claimed, rank, place, &holding)).collect();
        (claims, holding)
    }

    /// The registrations that claim it, ascending.
    fn registrations(&self, claimed: &Claimed) -> Vec<RegistrationIx> {
        let mut found: Vec<RegistrationIx> = Vec::new();
        let row = match claimed.subject {
            Subject::Deal(deal) => {
                found.extend(self.claimants.of_deal.of(deal));
                deal.at()
            }
            Subject::Open(open) => open.at(),
        };
        if let Some(opportunity) = claimed.opportunity {
            found.extend(self.claimants.of_opportunity.of(opportunity));
        }
        if let Some(account) = claimed.account {
            let of_account = self.claimants.of_account.of(account).iter();
            found.extend(of_account.filter(|registration| self.by_account(**registration, claimed, row)));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a registration of its account claims it: within its scope, and created before the claim was over.
    fn by_account(&self, registration: RegistrationIx, claimed: &Claimed, row: usize) -> bool {
        let timeline = &self.timelines[registration];
        claimed.created_on.is_none_or(|created| !timeline.is_over(created))
            && self.scopes.match_row(&self.standings[registration], registration, row)
    }

    fn rank(&self, registration: RegistrationIx, day: i32) -> Rank {
        let registrations = &self.tables.channel.registrations;
        let choices = self
            .claimants
            .events_of(registrations, registration)
            .iter()
            .filter(|event| event.event == RegistrationEventKind::CustomerChoice && event.at.day <= day);
        let chosen = choices.map(|event| event.at.seconds).max();
        let submitted = registrations.rows[registration].submitted_at.seconds;
        Rank::new(self.timelines[registration].state(day), chosen, submitted, registration)
    }

    fn claim(&self, claimed: &Claimed, rank: &Rank, place: u32, holding: &Holding) -> Claim {
        let registration = rank.registration;
        Claim {
            subject: claimed.subject,
            registration,
            payee: self.tables.channel.registrations.rows[registration].payee,
            state: rank.state,
            rank: place,
            holder: *holding == Holding::By(registration),
            until: self.timelines[registration].until(),
            reason: self.reason(registration, rank.state, holding),
        }
    }

    fn reason(&self, registration: RegistrationIx, state: ClaimState, holding: &Holding) -> Option<String> {
        let standing = &self.standings[registration];
        if matches!(holding, Holding::Tied(tied) if tied.contains(&registration)) {
            return Some("registration-tie".to_owned());
        }
        match (state, self.timelines[registration].course) {
            (ClaimState::Denied, Course::Listed) => standing.terms()?.listed.map(str::to_owned),
            (ClaimState::Denied | ClaimState::Returned, _) => {
                self.tables.channel.registrations.rows[registration].reason.clone()
            }
            (ClaimState::NoPolicy, _) => {
                matches!(standing, Standing::TwoPolicies).then(|| "two-policies".to_owned())
            }
            _ => None,
        }
    }
}

/// All deals, as claims see them.
pub fn deals(tables: &Tables) -> impl Fn(DealIx) -> Claimed + Sync + '_ {
    let created =
        tables.deals.frame.column("created_on").and_then(|array| array.as_primitive_opt::<Date32Type>());
    move |deal| Claimed {
        subject: Subject::Deal(deal),
        day: tables.deals.close_date[deal],
        opportunity: tables.channel.opportunity_of(deal),
        account: tables.deals.account[deal].get(),
        created_on: created.and_then(|days| {
            (deal.at() < days.len() && days.is_valid(deal.at())).then(|| days.value(deal.at()))
        }),
    }
}

/// What is open at the end of a day: no deal that closed by then names it.
pub fn open(tables: &Tables, as_of: i32) -> Vec<Claimed> {
    let opportunities = &tables.channel.opportunities;
    let mut has_closed = vec![false; tables.channel.opportunity_ids.len()];
    let closed = tables.deals.all().take_while(|deal| tables.deals.close_date[*deal] <= as_of);
    for opportunity in closed.filter_map(|deal| tables.channel.opportunity_of(deal)) {
        has_closed[opportunity] = true;
    }
    let claimed = |open: OpenIx| Claimed {
        subject: Subject::Open(open),
        day: as_of,
        opportunity: Some(opportunities.opportunity[open]),
        account: opportunities.account[open].get(),
        created_on: opportunities.created_on[open],
    };
    opportunities.all().filter(|open| !has_closed[opportunities.opportunity[*open]]).map(claimed).collect()
}
