//! Payees: the dense table.

use std::collections::BTreeSet;

use apportion_book::TableName;

use super::contract::payees::MANAGER_ID;
use super::frames::{self, FrameSource, frame, indexed};
use super::intern::Names;
use super::managers;
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::tables::{Optional, PayeeIx, Payees};

/// The manager of each payee; findings about managers are recorded.
pub(super) fn managers(
    staging: Option<&mut StagingTable>,
    names: &Names,
    known: &KeyIndex,
) -> Vec<Optional<PayeeIx>> {
    staging.map_or_else(Vec::new, |staging| managers::resolve(staging, names, known))
}

/// The dense table. Statements show names, so its frame always has the column `name`.
pub(super) fn build(
    staging: Option<&StagingTable>,
    names: &Names,
    known: &KeyIndex,
    manager: Vec<Optional<PayeeIx>>,
    used: &BTreeSet<String>,
) -> Payees {
    let ids = frames::ids(&known.codes, &names.payees);
    let mut used = used.clone();
    used.insert("name".to_string());
    let manager_id = contract_name(MANAGER_ID);
    let source = FrameSource { table: TableName::Payees, staging, names, rows: &known.rows, used: &used };
    let frame = frame(source, |name| {
        // Without the managers that were dropped.
        (name == manager_id).then(|| indexed(manager.iter().map(|manager| manager.code()), ids.clone()))
    });
    Payees { ids, manager, frame }
}

fn contract_name(position: usize) -> &'static str {
    super::contract::spec(TableName::Payees).columns[position].name
}
