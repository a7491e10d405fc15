//! Adjustments and acceptances: what people decide beside the rules.

use apportion_book::Period;
use apportion_contract::AcceptanceAction;

use super::contract::{acceptances, adjustments as columns};
use super::finding::Finding;
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::{StagingTable, Status};
use super::tables::for_ledger::{Acceptance, Adjustment};
use super::tables::indices::{NONE, PayeeIx};
use apportion_contract::RejectCode;

/// Rejects adjustments that nobody else approved.
pub(super) fn approvals(staging: Option<&mut StagingTable>, names: &Names) {
    let Some(staging) = staging else { return };
    let mut found = Vec::new();
    for row in staging.kept() {
        let text = |position| text(staging, names, position, row);
        let (entered, approved) = (text(columns::ENTERED_BY), text(columns::APPROVED_BY));
        let (code, message) = match &approved {
            None => (RejectCode::NotApproved, "nobody approved the adjustment".to_owned()),
            Some(by) if approved == entered => {
                (RejectCode::SelfApproved, format!("`{by}` entered the adjustment and can't approve it"))
            }
            Some(_) => continue,
        };
        let value = approved.unwrap_or_default();
        let column = Some(columns::APPROVED_BY);
        found.push(Finding { row, column, code, value, message, rejected: true });
    }
    for finding in found {
        staging.find(finding, Status::Reference);
    }
}

/// The adjustments that may be posted, in byte order of their ids.
pub(super) fn build(staging: Option<&StagingTable>, names: &Names, payees: &KeyIndex) -> Vec<Adjustment> {
    let Some(staging) = staging else { return Vec::new() };
    let of_row = |row: u32| {
        let text = |position| text(staging, names, position, row);
        let payee = PayeeIx::from_raw(payees.index(staging.column(columns::PAYEE_ID).code(row as usize)));
        // A kept row has what is required, and a month that was read.
        Some(Adjustment {
            id: text(columns::ADJUSTMENT_ID)?,
            payee,
            period: Period::parse(&text(columns::PERIOD)?)?,
            amount_e6: staging.column(columns::AMOUNT).fixed(row as usize),
            reason: text(columns::REASON)?,
            deal_id: text(columns::DEAL_ID),
            rule_id: text(columns::RULE_ID),
            kind: text(columns::KIND),
        })
    };
    let mut adjustments: Vec<Adjustment> = staging.kept().into_iter().filter_map(of_row).collect();
    adjustments.sort_by(|a, b| a.id.cmp(&b.id));
    adjustments
}

/// The acceptances, in byte order of their ids.
pub(super) fn acceptances(staging: Option<&StagingTable>, names: &Names) -> Vec<Acceptance> {
    let Some(staging) = staging else { return Vec::new() };
    let of_row = |row: u32| {
        let text = |position| text(staging, names, position, row);
        Some(Acceptance {
            id: text(acceptances::ID)?,
            action: AcceptanceAction::from_word(&text(acceptances::ACTION)?)?,
        })
    };
    let mut found: Vec<Acceptance> = staging.kept().into_iter().filter_map(of_row).collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn text(staging: &StagingTable, names: &Names, position: usize, row: u32) -> Option<String> {
    let column = staging.column(position);
    if let Some(text) = column.text(row as usize) {
        return Some(text.to_owned());
    }
    match column.code(row as usize) {
        NONE => None,
        code => Some(staging.texts(names, position).get(code).to_owned()),
    }
}
