//! What rows of the channel name, and what a rejected one does to deals.

use std::collections::BTreeSet;

use apportion_book::TableName;
use apportion_contract::RejectCode;

use super::shares::{Shares, reject, shared};
use super::{DealsOf, Staged};
use crate::column::NO_NUMBER;
use crate::contract::{deals, engagements};
use crate::finding::Finding;
use crate::intern::Names;
use crate::references::{KeyIndex, Reference, named_in, with_deals};
use crate::staging::{StagingTable, Status};
use crate::tables::indices::{NONE, some_index};

/// The deals and payees that are known.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) names: &'a Names,
    pub(crate) deals: &'a KeyIndex,
    pub(crate) payees: &'a KeyIndex,
}

/// Rejects deals whose lines do not add up to their amount, before it is converted.
pub(crate) fn lines_differ(deals: Option<&mut StagingTable>, staged: &Staged, names: &Names) {
    let (Some(staging), Some(lines)) = (deals, staged.get(&TableName::DealLines)) else { return };
    let (deal, amount) = (place!(DealLines, "deal_id"), place!(DealLines, "amount"));
    let mut sums: Vec<Option<i128>> = vec![None; names.deals.len()];
    for row in lines.kept() {
        let (code, amount) =
            (lines.column(deal).code(row as usize), lines.column(amount).fixed(row as usize));
        if code != NONE && amount != NO_NUMBER {
            *sums[code as usize].get_or_insert(0) += i128::from(amount);
        }
    }
    for row in staging.kept() {
        let code = staging.column(deals::DEAL_ID).code(row as usize);
        let amount = i128::from(staging.column(deals::AMOUNT).fixed(row as usize));
        let Some(sum) = sums.get(code as usize).copied().flatten().filter(|sum| *sum != amount) else {
            continue;
        };
        let value = staging.raw_text(names, deals::AMOUNT, row);
        let sum = apportion_base::notation::shortest(sum, 6);
        let message = format!("the lines of the deal add up to {sum}, and its amount is {value}");
        let (column, code) = (Some(deals::AMOUNT), RejectCode::LinesDiffer);
        staging.find(Finding { row, column, code, value, message, rejected: true }, Status::Reference);
    }
}

/// Checks what rows name, and then what is made of several rows.
pub(crate) fn check_references(staged: &mut Staged, known: Known<'_>) {
    of_payees(staged, known);
    of_deals(staged, known);
    let (staging, id) = (staged.get(&TableName::Registrations), place!(Registrations, "registration_id"));
    let registrations = KeyIndex::by_id(staging, id, &known.names.registrations);
    let (staging, id) = (staged.get(&TableName::Decisions), place!(Decisions, "decision_id"));
    let decisions = KeyIndex::by_id(staging, id, &known.names.decisions);
    let unknown = |position, known| Reference { position, known, code: RejectCode::UnknownRegistration };
    let members = [
        unknown(place!(RegistrationMembers, "registration_id"), &registrations),
        Reference::payee(place!(RegistrationMembers, "payee_id"), known.payees),
    ];
    named_in(staged.get_mut(&TableName::RegistrationMembers), known.names, &members);
    let events = [unknown(place!(RegistrationEvents, "registration_id"), &registrations)];
    named_in(staged.get_mut(&TableName::RegistrationEvents), known.names, &events);
    let shares = [
        Reference {
            position: place!(DecisionShares, "decision_id"),
            known: &decisions,
            code: RejectCode::UnknownDecision,
        },
        Reference::payee(place!(DecisionShares, "payee_id"), known.payees),
    ];
    named_in(staged.get_mut(&TableName::DecisionShares), known.names, &shares);
    members_not_100(staged, &registrations);
    shares_not_100(staged, known.names, &decisions);
}

/// Tables that name payees and nothing else that has to be known, with the columns in which they do.
fn of_payees(staged: &mut Staged, known: Known<'_>) {
    let columns: [(TableName, &[usize]); 9] = [
        (TableName::Territories, &[place!(Territories, "payee_id")]),
        (TableName::Registrations, &[place!(Registrations, "payee_id")]),
        (TableName::Conflicts, &[place!(Conflicts, "claimant_a"), place!(Conflicts, "claimant_b")]),
        (TableName::Decisions, &[place!(Decisions, "decided_by")]),
        (TableName::Certificates, &[place!(Certificates, "payee_id")]),
        (TableName::ServiceEvents, &[place!(ServiceEvents, "payee_id")]),
        (TableName::Milestones, &[place!(Milestones, "payee_id")]),
        (TableName::Handoffs, &[place!(Handoffs, "from_payee_id"), place!(Handoffs, "to_payee_id")]),
        (TableName::Inquiries, &[place!(Inquiries, "payee_id")]),
    ];
    for (table, positions) in columns {
        let references: Vec<Reference<'_>> =
            positions.iter().map(|position| Reference::payee(*position, known.payees)).collect();
        named_in(staged.get_mut(&table), known.names, &references);
    }
}

/// Lines and approvals need a deal that has closed.
fn of_deals(staged: &mut Staged, known: Known<'_>) {
    let lines = (place!(DealLines, "deal_id"), known.deals);
    with_deals(staged.get_mut(&TableName::DealLines), known.names, lines, &[]);
    let approvals = (place!(PriceApprovals, "deal_id"), known.deals);
    let by = [Reference::payee(place!(PriceApprovals, "approved_by"), known.payees)];
    with_deals(staged.get_mut(&TableName::PriceApprovals), known.names, approvals, &by);
}

fn members_not_100(staged: &mut Staged, registrations: &KeyIndex) {
    let shares = staged.get(&TableName::RegistrationMembers).map(|staging| Shares {
        staging,
        of: place!(RegistrationMembers, "registration_id"),
        percent: place!(RegistrationMembers, "percent"),
    });
    let shared = shared(shares, registrations);
    let faults = registrations.rows.iter().zip(shared).filter(|(_, shared)| shared.is_shared());
    let faults = faults.filter_map(|(row, shared)| Some((*row, shared.fault("members")?))).collect();
    if let Some(staging) = staged.get_mut(&TableName::Registrations) {
        reject(staging, RejectCode::MembersNot100, faults);
    }
}

fn shares_not_100(staged: &mut Staged, names: &Names, decisions: &KeyIndex) {
    let shares = staged.get(&TableName::DecisionShares).map(|staging| Shares {
        staging,
        of: place!(DecisionShares, "decision_id"),
        percent: place!(DecisionShares, "percent"),
    });
    let shared = shared(shares, decisions);
    let Some(staging) = staged.get_mut(&TableName::Decisions) else { return };
    let outcome = place!(Decisions, "outcome");
    let is_shared = |row: u32| matches!(staging.text(names, outcome, row), Some("award" | "split"));
    let faults = decisions.rows.iter().zip(shared).filter(|(row, _)| is_shared(**row));
    let faults = faults.filter_map(|(row, shared)| Some((*row, shared.fault("shares")?))).collect();
    reject(staging, RejectCode::SharesNot100, faults);
}

/// What rejected rows of the channel name.
#[derive(Default)]
pub(crate) struct NamedByRejected {
    /// By deal: whether one names it, itself or by its opportunity.
    pub(crate) deals: Vec<bool>,
    /// The codes of opportunities that one names.
    pub(crate) opportunities: BTreeSet<u32>,
}

/// Deals and opportunities that lack a row.
pub(crate) fn incomplete(
    staged: &Staged,
    engagements_staging: Option<&StagingTable>,
    deals: &KeyIndex,
    deals_of: &DealsOf,
) -> NamedByRejected {
    let mut named = NamedByRejected { deals: vec![false; deals.len()], ..NamedByRejected::default() };
    let mut mark = |staging: &StagingTable, deal: Option<usize>, opportunity: Option<usize>| {
        for (row, _) in staging.status.iter().enumerate().filter(|(_, status)| status.takes_share()) {
            let code = |position: usize| staging.column(position).code(row);
            if let Some(deal) = deal.and_then(|position| some_index(deals.index(code(position)))) {
                named.deals[deal as usize] = true;
            }
            if let Some(opportunity) = opportunity.and_then(|position| some_index(code(position))) {
                named.opportunities.insert(opportunity);
                deals_of.opportunity(opportunity).for_each(|deal| named.deals[deal.at()] = true);
            }
        }
    };
    let columns = [
        (
            TableName::Registrations,
            place!(Registrations, "deal_id"),
            Some(place!(Registrations, "opportunity_id")),
        ),
        (TableName::Conflicts, place!(Conflicts, "deal_id"), Some(place!(Conflicts, "opportunity_id"))),
        (TableName::DealLines, place!(DealLines, "deal_id"), None),
    ];
    for (table, deal, opportunity) in columns {
        if let Some(staging) = staged.get(&table) {
            mark(staging, Some(deal), opportunity);
        }
    }
    if let Some(staging) = engagements_staging {
        mark(staging, None, Some(engagements::OPPORTUNITY_ID));
    }
    named
}
