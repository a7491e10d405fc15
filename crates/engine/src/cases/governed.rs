//! What the policies of the channel found, as text tables: claims.csv, conflicts.csv and price_audit.csv of a case.

use super::Table;
use super::actual::table;
use super::settle::CaseSettlement;
use crate::disputes::HeldSums;
use crate::explain::Exact;
use apportion_base::money::format_scaled;
use apportion_book::display_day;
use apportion_channel::{Claim, FoundConflict, Governance, PriceAudit, Subject};
use apportion_data::{DealIx, DecisionOutcome};

/// The registrations that claim the period's deals, by deal_id and rank.
pub(super) fn claims(closed: &CaseSettlement, columns: &[String]) -> Table {
    let tables = &closed.tables;
    let mut rows: Vec<(DealIx, &Claim)> = found(closed)
        .flat_map(|found| &found.claims)
        .filter_map(|claim| Some((deal_of_period(closed, claim.subject)?, claim)))
        .collect();
    rows.sort_by_key(|(deal, claim)| (tables.deals.id_rank[*deal], claim.rank));
    table(columns, rows.into_iter(), |(deal, claim), column| {
        Some(match column {
            "deal_id" => tables.deals.id(deal).to_owned(),
            "registration_id" => tables.channel.registrations.ids.value(claim.registration.at()).to_owned(),
            "payee_id" => tables.payees.id(claim.payee).to_owned(),
            "state" => claim.state.word().to_owned(),
            "rank" => claim.rank.to_string(),
            "holder" => claim.holder.to_string(),
            "until" => claim.until.map(display_day).unwrap_or_default(),
            "reason" => claim.reason.clone().unwrap_or_default(),
            _ => return None,
        })
    })
}

/// The conflicts of the period's deals and of what is open, by conflict_id and deal_id.
pub(super) fn conflicts(closed: &CaseSettlement, columns: &[String]) -> Table {
    let is_shown = |conflict: &&FoundConflict| match conflict.subject {
        Some(Subject::Open(_)) => true,
        Some(deal) => deal_of_period(closed, deal).is_some(),
        None => false,
    };
    let mut rows: Vec<&FoundConflict> =
        found(closed).flat_map(|found| &found.conflicts).filter(is_shown).collect();
    rows.sort_by_key(|row| (row.id.as_str(), row.deal_id.as_deref().unwrap_or_default(), row.subject));
    let held = HeldSums::new(&closed.tables, &closed.rules, &closed.settlement);
    table(columns, rows.into_iter(), |row, column| conflict_cell(closed, &held, row, column))
}

fn conflict_cell(
    closed: &CaseSettlement,
    held: &HeldSums<'_>,
    row: &FoundConflict,
    column: &str,
) -> Option<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let [a, b] = row.claimants.map(|payee| closed.tables.payees.id(payee));
    let score = |place: usize| row.scores_e6[place].map(|score| format_scaled(score, 6)).unwrap_or_default();
    Some(match column {
        "conflict_id" => row.id.clone(),
        "kind" => row.kind.word().to_owned(),
        "deal_id" => text(&row.deal_id),
        "opportunity_id" => text(&row.opportunity_id),
        "role" => row.role.clone(),
        "claimant_a" => a.to_owned(),
        "claimant_b" => b.to_owned(),
        "day" => display_day(row.day),
        "level" => text(&row.level),
        "due" => row.due.map(display_day).unwrap_or_default(),
        "state" => row.state.word().to_owned(),
        "decision_id" => text(&row.decision_id),
        "outcome" => row.outcome.map(DecisionOutcome::word).unwrap_or_default().to_owned(),
        "held" => format_scaled(held.of(row), closed.book.currency.digits()),
        "value" => row.value_e6.map(|value| amount(value, closed)).unwrap_or_default(),
        "score_a" => score(0),
        "score_b" => score(1),
        "why" => text(&row.why),
        _ => return None,
    })
}

/// What the period's won deals were sold at, by deal_id.
pub(super) fn prices(closed: &CaseSettlement, columns: &[String]) -> Table {
    let deals = &closed.tables.deals;
    let mut rows: Vec<(DealIx, &PriceAudit)> = found(closed)
        .flat_map(|found| &found.prices)
        .filter_map(|price| Some((deal_of_period(closed, price.subject)?, price)))
        .filter(|(deal, _)| deals.won[*deal])
        .collect();
    rows.sort_by_key(|(deal, _)| deals.id_rank[*deal]);
    table(columns, rows.into_iter(), |(deal, price), column| {
        Some(match column {
            "deal_id" => deals.id(deal).to_owned(),
            "channel" => deals.frame.text("channel", deal.at()).unwrap_or_default().to_owned(),
            "price_book" => price.book.clone().unwrap_or_default(),
            "list" => price.list_e6.map(|list| amount(list, closed)).unwrap_or_default(),
            "amount" => amount(deals.amount_e6[deal], closed),
            "given" => price.given_e6.map(|given| format_scaled(given, 6)).unwrap_or_default(),
            "allowed" => price.allowed_e8.map(|allowed| format_scaled(allowed.into(), 8)).unwrap_or_default(),
            "over" => price.over_e8.map(|over| format_scaled(over, 8)).unwrap_or_default(),
            "approval_id" => price.approval_id.clone().unwrap_or_default(),
            "breach" => price.breach.to_string(),
            "below_floor" => format_scaled(price.below_floor, closed.book.currency.digits()),
            _ => return None,
        })
    })
}

fn found(closed: &CaseSettlement) -> impl Iterator<Item = &Governance> {
    closed.governance.iter().map(AsRef::as_ref)
}

/// The deal, where it closed in the case's period.
fn deal_of_period(closed: &CaseSettlement, subject: Subject) -> Option<DealIx> {
    let Subject::Deal(deal) = subject else { return None };
    let (calendar, day) = (closed.book.calendar(), closed.tables.deals.close_date[deal]);
    let inside = calendar.first_day(closed.period) <= day && day <= calendar.last_day(closed.period);
    inside.then_some(deal)
}

/// Millionths of the book's currency with its digits, and with more where they say something.
fn amount(amount_e6: i64, closed: &CaseSettlement) -> String {
    Exact::new(amount_e6.into(), 6).with_decimals(closed.book.currency.digits())
}
