//! Joint wins: won deals on which a partner and an employee have a line, and what each did.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use apportion::block::{Cell, Column, Document, Money, Table};
use apportion::channel::Subject;
use apportion::data::{DealIx, PayeeIx};

use super::Ground;
use crate::frames::Kinds;

/// Deals that are listed, the largest.
const LISTED: usize = 50;

/// Somebody on a deal: what they did, in order, and what they get.
#[derive(Debug, Clone, Default)]
struct Part {
    did: Vec<String>,
    minor: i128,
}

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let joint = joint(ground);
    let all = joint.len();
    if all == 0 {
        return;
    }
    document.heading(2, "Joint wins");
    let left_out = if all > LISTED { format!("; the {LISTED} largest are listed") } else { String::new() };
    document.paragraph(format!(
        "{all} won deals of the period on which a partner and an employee both have a line{left_out}."
    ));
    let columns = vec![
        Column::text("deal_id", "Deal"),
        Column::text("close_date", "Closed"),
        Column::text("payee", "Who"),
        Column::text("kind", "Kind"),
        Column::text("did", "What they did"),
        Column::number("amount", "Earned"),
    ];
    let mut table = Table::new("joint-wins", "Joint wins", columns);
    for (deal, parts) in largest(ground, joint) {
        rows(ground, deal, parts).into_iter().for_each(|row| table.row(row));
    }
    document.table(table);
}

/// Who has lines on a deal; of those who are not seen that there are some.
fn rows(ground: &Ground<'_>, deal: DealIx, parts: BTreeMap<PayeeIx, Part>) -> Vec<Vec<Cell>> {
    let day = ground.sight.settlement.as_close().tables.deals.close_date[deal];
    let of_deal = || vec![Cell::text(ground.deal(deal)), Cell::Date(day)];
    let has_others = parts.keys().any(|payee| !ground.sight.sees_payee(*payee));
    let mut rows = Vec::new();
    for (payee, part) in parts.into_iter().filter(|(payee, _)| ground.sight.sees_payee(*payee)) {
        let mut row = of_deal();
        row.extend([ground.name(payee), ground.kind(payee, deal), part.did.join(", ")].map(Cell::text));
        row.push(Cell::Amount(Money { minor: part.minor, currency: ground.currency }));
        rows.push(row);
    }
    if has_others {
        let mut row = of_deal();
        row.extend([Cell::text("others"), Cell::Empty, Cell::Empty, Cell::Empty]);
        rows.push(row);
    }
    rows
}

/// Deals of the period that are seen and have lines of both, in their order.
fn joint(ground: &Ground<'_>) -> Vec<DealIx> {
    let close = ground.sight.settlement.as_close();
    let deals = &close.tables.deals;
    let kinds = Kinds::new(&close.tables);
    let mut have = vec![Have::default(); deals.len()];
    for line in close.settlement.lines.iter() {
        let day = deals.close_date[line.deal];
        if let Some(have) = have.get_mut(line.deal.at()) {
            have.partner |= kinds.is_partner(line.payee, day);
            have.employee |= kinds.is_employee(line.payee, day);
        }
    }
    let is_joint = |deal: &DealIx| {
        have.get(deal.at()).is_some_and(|have| have.partner && have.employee)
            && deals.won[*deal]
            && close.tables.effects.milestone(*deal).is_none()
            && ground.sight.sees(Subject::Deal(*deal))
    };
    deals.all().filter(is_joint).collect()
}

/// Who has lines on a deal.
#[derive(Debug, Clone, Copy, Default)]
struct Have {
    partner: bool,
    employee: bool,
}

/// The largest deals, with everybody's part.
fn largest(ground: &Ground<'_>, mut joint: Vec<DealIx>) -> Vec<(DealIx, BTreeMap<PayeeIx, Part>)> {
    let close = ground.sight.settlement.as_close();
    let deals = &close.tables.deals;
    joint.sort_by_key(|deal| (Reverse(deals.amount_e6[*deal]), *deal));
    joint.truncate(LISTED);
    let mut parts: BTreeMap<DealIx, BTreeMap<PayeeIx, Part>> =
        joint.iter().map(|deal| (*deal, BTreeMap::new())).collect();
    for line in close.settlement.lines.iter() {
        let Some(of_deal) = parts.get_mut(&line.deal) else { continue };
        let part = of_deal.entry(line.payee).or_default();
        let role = line.role.get().and_then(|role| close.settlement.roles.get(role.at()));
        let did = role.cloned().unwrap_or_else(|| close.rules[line.rule].id.clone());
        if !part.did.contains(&did) {
            part.did.push(did);
        }
        part.minor = part.minor.saturating_add(line.amount.wide());
    }
    joint.into_iter().map(|deal| (deal, parts.remove(&deal).unwrap_or_default())).collect()
}
