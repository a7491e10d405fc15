//! Payees: the dense table.

use arrow::array::{Array, new_null_array};

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::TableName;
use apportion_contract::is_assignable;

use super::assignments::Assignment;
use super::contract::payees::MANAGER_ID;
use super::frames::{self, FrameSource, frame, indexed};
use super::intern::Names;
use super::managers::{self, OwnManagers};
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::states::{self, on_assignment};
use super::tables::catalogue::UsedColumns;
use super::tables::frame::Frame;
use super::tables::indices::PayeeIx;
use super::tables::payees::Payees;
use apportion_base::index::Optional;

/// The manager of each payee; findings about managers are recorded.
pub(super) fn managers(staging: Option<&mut StagingTable>, names: &Names, known: &KeyIndex) -> OwnManagers {
    staging.map_or_else(OwnManagers::default, |staging| managers::resolve(staging, names, known))
}

/// The dense table, with what assignments make of it. Statements show names, so its frame always has the column `name`.
///
/// # Errors
/// Payees and assignments are more than can be numbered.
pub(super) fn build(
    [staging, assigned]: [Option<&StagingTable>; 2],
    names: &Names,
    known: &KeyIndex,
    (manager, assignments): (Vec<Optional<PayeeIx>>, &[Assignment]),
    used: &UsedColumns,
) -> Result<Payees, Diagnostic> {
    let ids = frames::ids(&known.codes, &names.payees);
    let named = |table| used.get(&table).cloned().unwrap_or_default();
    let mut of_payees = named(TableName::Payees);
    of_payees.insert("name".to_string());
    let manager_id = contract_name(MANAGER_ID);
    let source =
        FrameSource { table: TableName::Payees, staging, names, rows: &known.rows, used: &of_payees };
    let frame = frame(source, |name| match name {
        // Without the managers that were dropped.
        _ if name == manager_id => Some(indexed(manager.iter().map(|manager| manager.code()), ids.clone())),
        "on_assignment" => Some(on_assignment(known.rows.iter().map(|_| false))),
        _ => None,
    });
    let of_assignments = named(TableName::Assignments);
    let rows: Vec<u32> = assignments.iter().map(|assignment| assignment.row).collect();
    let source = FrameSource {
        table: TableName::Assignments,
        staging: assigned,
        names,
        rows: &rows,
        used: &of_assignments,
    };
    let assigned = frames::frame(source, |_| None);
    let own = with_columns_of_assignments(&frame, &assigned);
    let sources = states::Sources { own: &own, manager, assignments, assigned, ids: &ids };
    let states = states::build(sources).ok_or_else(|| {
        let message = "payees and assignments have more rows than can be held (2^32 - 2)";
        Diagnostic::error(Code::TooManyRows, message)
    })?;
    Ok(Payees { ids, frame, states })
}

/// The columns of payees, and those that assignments alone have: empty in the payees' own rows.
fn with_columns_of_assignments(own: &Frame, assigned: &Frame) -> Frame {
    let mut all = own.clone();
    for (name, array) in &assigned.columns {
        if is_assignable(name) && own.column(name).is_none() {
            all.columns.push((name.clone(), new_null_array(array.data_type(), own.rows)));
        }
    }
    all
}

fn contract_name(position: usize) -> &'static str {
    super::contract::spec(TableName::Payees).columns[position].name
}
