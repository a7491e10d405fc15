//! Joint wins: won deals on which a partner and an employee have a line, and what each did.

use std::collections::BTreeMap;

use apportion::block::{Cell, Column, Document, Money, Table};
use apportion::channel::Subject;
use apportion::data::{DealIx, PayeeIx};

use super::Ground;

/// Deals that are listed, the largest.
const LISTED: usize = 50;

/// Somebody on a deal: what they did, in order, and what they get.
#[derive(Debug, Clone, Default)]
struct Part {
    did: Vec<String>,
    minor: i128,
}

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let mut joint = joint(ground);
    if joint.is_empty() {
        return;
    }
    let deals = &ground.sight.settlement.as_close().tables.deals;
    let all = joint.len();
    joint.sort_by_key(|(deal, _)| (-deals.amount_e6[*deal], *deal));
    joint.truncate(LISTED);
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
    for (deal, parts) in joint {
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

/// Deals of the period that are seen and have lines of both, with everybody's part.
fn joint(ground: &Ground<'_>) -> Vec<(DealIx, BTreeMap<PayeeIx, Part>)> {
    let close = ground.sight.settlement.as_close();
    let mut by_deal: BTreeMap<DealIx, BTreeMap<PayeeIx, Part>> = BTreeMap::new();
    let is_deal = |deal: DealIx| {
        close.tables.deals.won[deal]
            && close.tables.effects.milestone(deal).is_none()
            && ground.sight.sees(Subject::Deal(deal))
    };
    for line in close.settlement.lines.iter().filter(|line| is_deal(line.deal)) {
        let part = by_deal.entry(line.deal).or_default().entry(line.payee).or_default();
        let role = line.role.get().and_then(|role| close.settlement.roles.get(role.at()));
        let did = role.cloned().unwrap_or_else(|| close.rules[line.rule].id.clone());
        if !part.did.contains(&did) {
            part.did.push(did);
        }
        part.minor = part.minor.saturating_add(line.amount.wide());
    }
    let is_joint = |(deal, parts): &(DealIx, BTreeMap<PayeeIx, Part>)| {
        let of_kind = |kind: &str| parts.keys().any(|payee| ground.kind(*payee, *deal) == kind);
        of_kind("partner") && of_kind("employee")
    };
    by_deal.into_iter().filter(is_joint).collect()
}
