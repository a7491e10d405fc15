//! The work of members: on which days somebody did something on what a registration names, or on its account.

use apportion_base::sorted::offsets;
use apportion_data::{
    AccountIx, DealIx, EngagementIx, NO_DAY, OpportunityIx, Optional, PayeeIx, Registration, RegistrationIx,
    Registrations, Tables,
};
use rayon::prelude::*;

use super::grouped::Grouped;

/// Rows of engagements that one task reads.
const PART_ROWS: usize = 1 << 16;

/// Where somebody worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// On a deal, won or lost.
    Deal(DealIx),
    /// On an account: work that names it, or a deal of it.
    Account(AccountIx),
    /// On an opportunity: work that names it, or a deal of it.
    Opportunity(OpportunityIx),
}

/// The engagements of the source, and what they name.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// The tables; every engagement in them is one of the source.
    pub tables: &'a Tables,
    /// By engagement: the opportunity that it names. Empty where none names any.
    pub opportunity: &'a [Optional<OpportunityIx>],
}

/// The days on which payees worked in the places that were asked for.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// Offsets, one more than payees: the places of payee `p` are `by_payee[p]..by_payee[p + 1]`.
    by_payee: Vec<usize>,
    /// Ascending within a payee.
    places: Vec<Place>,
    /// Offsets, one more than places: the days of place `i` are `by_place[i]..by_place[i + 1]`.
    by_place: Vec<usize>,
    /// Days since 1970-01-01, ascending within a place, each once.
    days: Vec<i32>,
}

impl Work {
    /// Reads all engagements once. `asked` are payees and where they may have worked, in any order, also repeated.
    pub fn new(recorded: &Recorded<'_>, mut asked: Vec<(PayeeIx, Place)>) -> Self {
        asked.par_sort_unstable();
        asked.dedup();
        let payees = recorded.tables.payees.len();
        let mut work = Self {
            by_payee: offsets(payees, asked.iter().map(|(payee, _)| payee.at())),
            places: asked.into_iter().map(|(_, place)| place).collect(),
            ..Self::default()
        };
        let mut found = work.found(recorded);
        found.par_sort_unstable();
        found.dedup();
        work.by_place = offsets(work.places.len(), found.iter().map(|(place, _)| *place));
        work.days = found.into_iter().map(|(_, day)| day).collect();
        work
    }

    /// The days of a payee in a place, ascending; empty where nobody asked for them.
    pub fn days(&self, payee: PayeeIx, place: Place) -> &[i32] {
        let Some(at) = self.asked(payee, place) else { return &[] };
        match (self.by_place.get(at), self.by_place.get(at + 1)) {
            (Some(from), Some(until)) => &self.days[*from..*until],
            _ => &[],
        }
    }

    /// The work of all members of a registration on what it names, on the deals that name it, and on its account.
    pub(super) fn of_members(
        &self,
        registrations: &Registrations,
        registration: RegistrationIx,
        named_by: &Grouped<RegistrationIx, DealIx>,
    ) -> MemberWork<'_> {
        let row = &registrations.rows[registration];
        let named_by = named_by.of(registration);
        let members = registrations.members_of(registration).into_iter();
        let of_member = |(member, _)| places(row, named_by).map(move |place| self.days(member, place));
        MemberWork::new(members.flat_map(of_member))
    }

    fn asked(&self, payee: PayeeIx, place: Place) -> Option<usize> {
        let (from, until) = (*self.by_payee.get(payee.at())?, *self.by_payee.get(payee.at() + 1)?);
        self.places[from..until].binary_search(&place).ok().map(|at| from + at)
    }

    /// The place of each engagement that was asked for, and its day.
    fn found(&self, recorded: &Recorded<'_>) -> Vec<(usize, i32)> {
        let engagements = &recorded.tables.engagements;
        let by_opportunity = DealsOfOpportunities::new(recorded);
        let part = |number: usize| {
            let rows = number * PART_ROWS..((number + 1) * PART_ROWS).min(engagements.len());
            let mut found = Vec::new();
            for row in rows.filter_map(EngagementIx::new) {
                let (payee, day) = (engagements.payee[row], engagements.occurred_on[row.at()]);
                if day != NO_DAY && self.by_payee[payee] < self.by_payee[payee.next()] {
                    by_opportunity.places(recorded, row, |place| {
                        found.extend(self.asked(payee, place).map(|at| (at, day)));
                    });
                }
            }
            found
        };
        (0..engagements.len().div_ceil(PART_ROWS)).into_par_iter().flat_map_iter(part).collect()
    }
}

/// The deals of each opportunity: work that names no deal names them.
struct DealsOfOpportunities {
    by_opportunity: Vec<usize>,
    deals: Vec<DealIx>,
}

impl DealsOfOpportunities {
    fn new(recorded: &Recorded<'_>) -> Self {
        let channel = &recorded.tables.channel;
        let deals = recorded.tables.deals.all();
        let mut named: Vec<(OpportunityIx, DealIx)> = match recorded.opportunity {
            [] => Vec::new(),
            _ => deals.filter_map(|deal| Some((channel.opportunity_of(deal)?, deal))).collect(),
        };
        named.par_sort_unstable();
        let by_opportunity =
            offsets(channel.opportunity_ids.len(), named.iter().map(|(named, _)| named.at()));
        Self { by_opportunity, deals: named.into_iter().map(|(_, deal)| deal).collect() }
    }

    fn of(&self, opportunity: OpportunityIx) -> &[DealIx] {
        &self.deals[self.by_opportunity[opportunity]..self.by_opportunity[opportunity.next()]]
    }

    /// Tells each place where an engagement is work; one may come twice.
    fn places(&self, recorded: &Recorded<'_>, row: EngagementIx, mut tell: impl FnMut(Place)) {
        let Tables { engagements, deals, channel, .. } = recorded.tables;
        let on_deal = |deal: DealIx, tell: &mut dyn FnMut(Place)| {
            tell(Place::Deal(deal));
            deals.account[deal].get().into_iter().for_each(|account| tell(Place::Account(account)));
        };
        engagements.account[row].get().into_iter().for_each(|account| tell(Place::Account(account)));
        let opportunity = recorded.opportunity.get(row.at()).and_then(|named| named.get());
        opportunity.into_iter().for_each(|named| tell(Place::Opportunity(named)));
        match (engagements.deal[row].get(), opportunity) {
            (Some(deal), _) => {
                on_deal(deal, &mut tell);
                channel
                    .opportunity_of(deal)
                    .into_iter()
                    .for_each(|of_deal| tell(Place::Opportunity(of_deal)));
            }
            (None, Some(named)) => self.of(named).iter().for_each(|deal| on_deal(*deal, &mut tell)),
            (None, None) => {}
        }
    }
}

/// Where work keeps a registration alive: what it names, the deals that name it, and its account.
pub fn places(registration: &Registration, named_by: &[DealIx]) -> impl Iterator<Item = Place> {
    let deals = registration.deal.get().into_iter().chain(named_by.iter().copied());
    let places = deals.map(Place::Deal).chain(registration.account.get().map(Place::Account));
    places.chain(registration.opportunity.get().map(Place::Opportunity))
}

/// Days of work in several places.
#[derive(Debug, Clone, Default)]
pub struct MemberWork<'a> {
    /// Each ascending.
    lists: Vec<&'a [i32]>,
}

impl<'a> MemberWork<'a> {
    /// From lists of days, each ascending.
    pub fn new(lists: impl IntoIterator<Item = &'a [i32]>) -> Self {
        Self { lists: lists.into_iter().filter(|days| !days.is_empty()).collect() }
    }

    /// The last day of work up to a day.
    pub fn last_until(&self, day: i32) -> Option<i32> {
        let last =
            |days: &&[i32]| days.partition_point(|worked| *worked <= day).checked_sub(1).map(|at| days[at]);
        self.lists.iter().filter_map(last).max()
    }

    /// All days of work, ascending, each once.
    pub fn days(&self) -> Vec<i32> {
        let mut days = self.lists.concat();
        days.sort_unstable();
        days.dedup();
        days
    }
}
