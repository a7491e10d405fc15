//! Payees: the dense table.

use std::collections::BTreeSet;

use apportion_book::TableName;

use super::contract::payees::MANAGER_ID;
use super::frames::{self, frame, indexed};
use super::intern::Names;
use super::managers;
use super::references::Known;
use super::sheet::Sheet;
use super::tables::Payees;

/// The manager of each payee; findings about managers are recorded.
pub(super) fn managers(sheet: Option<&mut Sheet>, names: &Names, known: &Known) -> Vec<u32> {
    sheet.map_or_else(Vec::new, |sheet| managers::resolve(sheet, names, &known.rows, &known.index_of))
}

/// The dense table. Statements show names, so the frame has them whether or not a rule asks.
pub(super) fn build(
    sheet: Option<&Sheet>,
    names: &Names,
    known: &Known,
    manager: Vec<u32>,
    used: &BTreeSet<String>,
) -> Payees {
    let ids = frames::ids(&known.codes, &names.payees);
    let mut used = used.clone();
    used.insert("name".to_string());
    let manager_id = contract_name(MANAGER_ID);
    let frame = frame(TableName::Payees, sheet, names, &known.rows, &used, |name| {
        // Without the managers that were dropped.
        (name == manager_id).then(|| indexed(manager.iter().copied(), ids.clone()))
    });
    Payees { ids, manager, frame }
}

fn contract_name(at: usize) -> &'static str {
    super::contract::spec(TableName::Payees).columns[at].name
}
