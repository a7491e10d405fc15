//! The work of members: on which days somebody did something on what a registration names, or on its account.

use std::ops::Range;

use apportion_base::sorted::{group, offsets};
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

impl Place {
    fn deal(&self) -> Option<usize> {
        if let Self::Deal(deal) = self { Some(deal.at()) } else { None }
    }

    fn account(&self) -> Option<usize> {
        if let Self::Account(account) = self { Some(account.at()) } else { None }
    }

    fn opportunity(&self) -> Option<usize> {
        if let Self::Opportunity(opportunity) = self { Some(opportunity.at()) } else { None }
    }
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
    /// Who may have worked where: deals first, then accounts, then opportunities.
    deals: Askers,
    accounts: Askers,
    opportunities: Askers,
    /// By place, ascending within one.
    payees: Vec<PayeeIx>,
    /// Offsets, one more than payees of places: the days of number `i` are `by_payee[i]..by_payee[i + 1]`.
    by_payee: Vec<usize>,
    /// Days since 1970-01-01, ascending within a payee and place, each once.
    days: Vec<i32>,
}

/// Whose work is asked for in places of a kind. There are few in a place, and a place is known from a row at once: so it is found with
/// one look where one among the places of a payee would be searched for.
#[derive(Debug, Clone, Default)]
struct Askers {
    /// Offsets among all payees of places, one more than places, up to the last that is asked for.
    from: Vec<usize>,
}

impl Askers {
    /// `asked` has the place of each row, and `before` rows are of other kinds.
    fn new(before: usize, asked: impl Iterator<Item = usize> + Clone) -> Self {
        let mut from = offsets(asked.clone().max().map_or(0, |last| last + 1), asked);
        from.iter_mut().for_each(|from| *from += before);
        Self { from }
    }

    fn of(&self, place: usize) -> Range<usize> {
        group(&self.from, place)
    }

    /// How many rows there are up to the last.
    fn until(&self) -> usize {
        self.from.last().copied().unwrap_or(0)
    }
}

impl Work {
    /// Reads all engagements once. `asked` are payees and where they may have worked, in any order, also repeated.
    pub fn new(recorded: &Recorded<'_>, mut asked: Vec<(PayeeIx, Place)>) -> Self {
        asked.par_sort_unstable_by_key(|(payee, place)| (*place, *payee));
        asked.dedup();
        let of_kind =
            |kind: fn(&Place) -> Option<usize>| asked.iter().filter_map(move |(_, place)| kind(place));
        let deals = Askers::new(0, of_kind(Place::deal));
        let accounts = Askers::new(deals.until(), of_kind(Place::account));
        let opportunities = Askers::new(accounts.until(), of_kind(Place::opportunity));
        let mut is_asked = vec![false; recorded.tables.payees.len()];
        asked.iter().for_each(|(payee, _)| is_asked[*payee] = true);
        let payees = asked.into_iter().map(|(payee, _)| payee).collect();
        let mut work = Self { deals, accounts, opportunities, payees, ..Self::default() };
        let mut found = work.found(recorded, &is_asked);
        found.par_sort_unstable();
        found.dedup();
        work.by_payee = offsets(work.payees.len(), found.iter().map(|(number, _)| *number));
        work.days = found.into_iter().map(|(_, day)| day).collect();
        work
    }

    /// The days of a payee in a place, ascending; empty where nobody asked for them.
    pub fn days(&self, payee: PayeeIx, place: Place) -> &[i32] {
        let Some(at) = self.asked(payee, place) else { return &[] };
        &self.days[group(&self.by_payee, at)]
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
        let members = registrations.members_of(registration);
        let of_member = |(member, _)| places(row, named_by).map(move |place| self.days(member, place));
        MemberWork::new(members.flat_map(of_member))
    }

    /// The number of a payee and place.
    fn asked(&self, payee: PayeeIx, place: Place) -> Option<usize> {
        let askers = match place {
            Place::Deal(deal) => self.deals.of(deal.at()),
            Place::Account(account) => self.accounts.of(account.at()),
            Place::Opportunity(opportunity) => self.opportunities.of(opportunity.at()),
        };
        let from = askers.start;
        self.payees.get(askers)?.binary_search(&payee).ok().map(|at| from + at)
    }

    /// The number of each payee and place that engagements are work of, and its day. `is_asked` has who may have worked anywhere.
    fn found(&self, recorded: &Recorded<'_>, is_asked: &[bool]) -> Vec<(usize, i32)> {
        let engagements = &recorded.tables.engagements;
        let by_opportunity = DealsOfOpportunities::new(recorded);
        let part = |number: usize| {
            let rows = number * PART_ROWS..((number + 1) * PART_ROWS).min(engagements.len());
            let mut found = Vec::new();
            for row in rows.filter_map(EngagementIx::new) {
                let (payee, day) = (engagements.payee[row], engagements.occurred_on[row.at()]);
                if day != NO_DAY && is_asked[payee] {
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
