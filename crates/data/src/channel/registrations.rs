//! Registrations with their members and events.

use apportion_book::TableName;

use super::Ground;
use super::rows::Rows;
use crate::accounts;
use crate::frames::ids;
use crate::references::KeyIndex;
use crate::tables::indices::{AccountIx, some_index};
use crate::tables::{
    Accounts, Members, OpenOpportunities, OpportunityIx, Registration, RegistrationDecision,
    RegistrationEvent, RegistrationEventKind, RegistrationIx, RegistrationMember, Registrations,
};
use apportion_base::index::Optional;
use rayon::prelude::*;

/// The registrations that were kept, in byte order of their ids.
pub(super) fn build<'a>(
    rows: impl Fn(TableName) -> Option<Rows<'a>>,
    ground: Ground<'_>,
    open: &OpenOpportunities,
    accounts: &Accounts,
) -> Registrations {
    let Some(source) = rows(TableName::Registrations) else { return Registrations::default() };
    let index = source.by_id(place!(Registrations, "registration_id"));
    let account_of = Account::new(ground, open);
    let registrations: Vec<Registration> =
        index.rows.par_iter().filter_map(|row| registration(source, *row, &account_of)).collect();
    let mut frame = source.frame(&index.rows, |_| None);
    let of_rows = registrations.iter().map(|registration| registration.account);
    accounts::join(&mut frame, ground.used(TableName::Registrations), &accounts.frame, of_rows);
    Registrations {
        ids: ids(&index.codes, &ground.names.registrations),
        rows: registrations,
        members: rows(TableName::RegistrationMembers).map(|rows| members(rows, &index)).unwrap_or_default(),
        events: rows(TableName::RegistrationEvents).map(|rows| events(rows, &index)).unwrap_or_default(),
        frame,
    }
}

/// A kept row has all that is needed.
fn registration(source: Rows<'_>, row: u32, account_of: &Account<'_>) -> Option<Registration> {
    let opportunity = source.opportunity(place!(Registrations, "opportunity_id"), row);
    let deal_id = place!(Registrations, "deal_id");
    let deal = source.deal(deal_id, row);
    let own = source.account(place!(Registrations, "account_id"), row).get();
    let of_deal = || account_of.ground.deals.account[deal.get()?].get();
    let named = own.or_else(of_deal);
    let of_opportunity = |with_row| named.or_else(|| account_of.opportunity(opportunity.get()?, with_row));
    let [account, account_without_row] = [true, false].map(|with_row| of_opportunity(with_row).into());
    let decision = match source.str(place!(Registrations, "decision"), row) {
        Some("approved") => Some(RegistrationDecision::Approved),
        Some("denied") => Some(RegistrationDecision::Denied),
        Some("returned") => Some(RegistrationDecision::Returned),
        _ => None,
    };
    Some(Registration {
        payee: source.payee(place!(Registrations, "payee_id"), row),
        submitted_at: source.moment(place!(Registrations, "submitted_at"), row)?,
        account,
        account_without_row,
        opportunity,
        deal,
        decision: decision.zip(source.moment(place!(Registrations, "decided_at"), row)),
        decided_by: source.text(place!(Registrations, "decided_by"), row),
        reason: source.text(place!(Registrations, "reason"), row),
    })
}

/// The accounts of opportunities.
struct Account<'a> {
    ground: Ground<'a>,
    /// By code of an opportunity: the account of its row among the open ones.
    of_row: Vec<Optional<AccountIx>>,
}

impl<'a> Account<'a> {
    fn new(ground: Ground<'a>, open: &OpenOpportunities) -> Self {
        let mut of_row = vec![Optional::NONE; ground.names.opportunities.len()];
        for (opportunity, account) in open.opportunity.iter().zip(&open.account) {
            of_row[*opportunity] = *account;
        }
        Self { ground, of_row }
    }

    /// That of the opportunity's row, if that counts, else of the first of its deals that has one.
    fn opportunity(&self, opportunity: OpportunityIx, with_row: bool) -> Option<AccountIx> {
        let mut deals = self.ground.deals_of.opportunity(opportunity.raw());
        let of_row = self.of_row[opportunity].get().filter(|_| with_row);
        of_row.or_else(|| deals.find_map(|deal| self.ground.deals.account[deal].get()))
    }
}

/// Those of registrations that were rejected are left out.
fn members(source: Rows<'_>, registrations: &KeyIndex) -> Members {
    let member = |row: u32| {
        Some(RegistrationMember {
            registration: of(source, place!(RegistrationMembers, "registration_id"), row, registrations)?,
            payee: source.payee(place!(RegistrationMembers, "payee_id"), row),
            percent_e9: source.fixed(place!(RegistrationMembers, "percent"), row)?,
        })
    };
    Members::new(source.staging.kept().into_iter().filter_map(member).collect())
}

/// By registration, then moment, then kind.
fn events(source: Rows<'_>, registrations: &KeyIndex) -> Vec<RegistrationEvent> {
    let event = |row: u32| {
        Some(RegistrationEvent {
            registration: of(source, place!(RegistrationEvents, "registration_id"), row, registrations)?,
            at: source.moment(place!(RegistrationEvents, "at"), row)?,
            event: match source.str(place!(RegistrationEvents, "event"), row)? {
                "extended" => RegistrationEventKind::Extended,
                "withdrawn" => RegistrationEventKind::Withdrawn,
                _ => RegistrationEventKind::CustomerChoice,
            },
            by: source.text(place!(RegistrationEvents, "by"), row),
            why: source.text(place!(RegistrationEvents, "why"), row),
        })
    };
    let mut events: Vec<RegistrationEvent> = source.staging.kept().into_iter().filter_map(event).collect();
    events.sort_by_key(|event| (event.registration, event.at, event.event));
    events
}

fn of(source: Rows<'_>, position: usize, row: u32, registrations: &KeyIndex) -> Option<RegistrationIx> {
    some_index(registrations.index(source.code(position, row))).map(RegistrationIx::from_raw)
}
