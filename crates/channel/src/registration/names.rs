//! Which deals and opportunities name which registration, and the other way round.

use apportion_base::sorted::{group, offsets, place_of};
use apportion_data::{
    AccountIx, DealIx, OpportunityIx, RegistrationEvent, RegistrationIx, Registrations, Tables,
};

use arrow::array::Array;

use super::grouped::Grouped;
use crate::texts::Texts;

/// The deals that name a registration in their column `registration_id`: each with it, in order of deals.
pub fn deals_with_registration(tables: &Tables) -> Vec<(DealIx, RegistrationIx)> {
    let ids = &tables.channel.registrations.ids;
    let named = Texts::of(&tables.deals.frame, "registration_id");
    let registration =
        |id: &str| place_of(ids.len(), |place| ids.value(place).cmp(id)).and_then(RegistrationIx::new);
    tables.deals.all().filter_map(|deal| Some((deal, registration(named.get(deal.at())?)?))).collect()
}

/// What a registration claims by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimedBy {
    /// The deal that it names, and those that name it.
    Name,
    /// The deals of the opportunity that it names.
    Opportunity(OpportunityIx),
    /// The deals of its account.
    Account(AccountIx),
    /// It claims nothing: it has no account.
    Nothing,
}

/// Registrations by what they claim.
#[derive(Debug, Clone)]
pub struct Claimants {
    /// By deal: those that name it, or that it names.
    pub of_deal: Grouped<DealIx, RegistrationIx>,
    /// By opportunity: those that claim its deals.
    pub of_opportunity: Grouped<OpportunityIx, RegistrationIx>,
    /// By account: those that claim its deals.
    pub of_account: Grouped<AccountIx, RegistrationIx>,
    /// By registration: the deals that name it.
    pub named_by: Grouped<RegistrationIx, DealIx>,
    /// Offsets, one more than registrations: the events of registration `r` are `events[r]..events[r + 1]`.
    events: Vec<usize>,
}

impl Claimants {
    /// Finds them.
    pub fn new(tables: &Tables) -> Self {
        let registrations = &tables.channel.registrations;
        let with_registration = deals_with_registration(tables);
        let named_by =
            Grouped::new(with_registration.iter().map(|(deal, registration)| (*registration, *deal)));
        let all = registrations.iter();
        let by = |registration| claimed_by(tables, registration, !named_by.of(registration).is_empty());
        let names = all.clone().filter_map(|(registration, row)| Some((row.deal.get()?, registration)));
        let of_opportunity = all.clone().filter_map(|(registration, _)| match by(registration) {
            ClaimedBy::Opportunity(opportunity) => Some((opportunity, registration)),
            _ => None,
        });
        let of_account = all.clone().filter_map(|(registration, _)| match by(registration) {
            ClaimedBy::Account(account) => Some((account, registration)),
            _ => None,
        });
        let (of_deal, (of_opportunity, of_account)) = rayon::join(
            || Grouped::new(with_registration.iter().copied().chain(names)),
            || rayon::join(|| Grouped::new(of_opportunity), || Grouped::new(of_account)),
        );
        Self {
            of_deal,
            of_opportunity,
            of_account,
            named_by,
            // They are in order of registrations.
            events: offsets(
                registrations.rows.len(),
                registrations.events.iter().map(|event| event.registration.at()),
            ),
        }
    }

    /// The events of a registration, in order.
    pub fn events_of<'t>(
        &self,
        registrations: &'t Registrations,
        registration: RegistrationIx,
    ) -> &'t [RegistrationEvent] {
        &registrations.events[group(&self.events, registration.at())]
    }
}

/// What a registration claims by. A deal that it names and that has not closed is no deal of the data: its opportunity's deals
/// are claimed until then, or those of its account.
fn claimed_by(tables: &Tables, registration: RegistrationIx, is_named: bool) -> ClaimedBy {
    let row = &tables.channel.registrations.rows[registration];
    if row.deal.is_some() || is_named {
        return ClaimedBy::Name;
    }
    match (row.opportunity.get(), row.account.get()) {
        (Some(opportunity), _) => ClaimedBy::Opportunity(opportunity),
        (None, Some(account)) => ClaimedBy::Account(account),
        (None, None) => ClaimedBy::Nothing,
    }
}
