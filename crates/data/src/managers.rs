//! Resolves managers. A payee with an unknown manager or on a cycle is kept without a manager: `docs/reference/rejects.md`.

use apportion_base::letters::named;

use super::contract::payees::{MANAGER_ID, PAYEE_ID};
use super::finding::Finding;
use super::intern::Names;
use super::references::{KeyIndex, name_near};
use super::staging::{StagingTable, Status};
use super::tables::indices::{NONE, PayeeIx};
use apportion_base::index::Optional;
use apportion_contract::RejectCode;

/// The managers that the payees' own rows name, by payee.
#[derive(Debug, Default)]
pub(super) struct OwnManagers {
    /// As the rows came; none where none is named or the one who is named is no payee.
    pub(super) written: Vec<Optional<PayeeIx>>,
    /// Without those on cycles.
    pub(super) kept: Vec<Optional<PayeeIx>>,
}

/// The manager of each payee; unknown managers and cycles become findings.
pub(super) fn resolve(staging: &mut StagingTable, names: &Names, known: &KeyIndex) -> OwnManagers {
    let rows = &known.rows;
    let mut written = vec![Optional::NONE; rows.len()];
    let mut unknown = Vec::new();
    for (manager, row) in written.iter_mut().zip(rows) {
        let code = staging.column(MANAGER_ID).code(*row as usize);
        if code == NONE {
            continue;
        }
        *manager = Optional::from_raw(known.index(code));
        if manager.is_none() {
            let message = format!(
                "the manager {} is not among the payees that are used; the payee is kept without a manager",
                named(names.payees.get(code))
            );
            unknown.push(finding(staging, names, *row, RejectCode::UnknownManager, message));
        }
    }
    let column = staging.column(MANAGER_ID);
    let id = |row: u32| names.payees.get(column.code(row as usize));
    name_near(unknown.iter_mut().collect(), id, || known.ids(&names.payees));
    for finding in unknown {
        staging.find(finding, Status::Kept);
    }
    let mut kept = written.clone();
    for payee in on_cycles(&written) {
        let row = rows[payee];
        let (own, manager) = [PAYEE_ID, MANAGER_ID]
            .map(|position| names.payees.get(staging.column(position).code(row as usize)))
            .into();
        let message = if own == manager {
            format!("`{own}` is given as their own manager; the payee is kept without a manager")
        } else {
            format!(
                "going up from the manager `{manager}` leads back to `{own}`; the payee is kept without a manager"
            )
        };
        let finding = finding(staging, names, row, RejectCode::ManagerCycle, message);
        staging.find(finding, Status::Kept);
        kept[payee] = Optional::NONE;
    }
    OwnManagers { written, kept }
}

fn finding(staging: &StagingTable, names: &Names, row: u32, code: RejectCode, message: String) -> Finding {
    let value = staging.raw_text(names, MANAGER_ID, row);
    Finding { row, column: Some(MANAGER_ID), code, value, message, rejected: false }
}

/// The payees on a cycle of managers, in order. It walks up from each payee and takes each step once.
fn on_cycles(managers: &[Optional<PayeeIx>]) -> Vec<PayeeIx> {
    // By payee: the walk that reached it, named by the payee where it began.
    let mut walk_of: Vec<Optional<PayeeIx>> = vec![Optional::NONE; managers.len()];
    let mut found = Vec::new();
    for walk in PayeeIx::all(managers.len()) {
        let mut next = Some(walk);
        while let Some(payee) = next
            && walk_of[payee].is_none()
        {
            walk_of[payee] = walk.into();
            next = managers[payee].get();
        }
        // Back on this very walk: a cycle, once around.
        let Some(first) = next.filter(|payee| walk_of[*payee] == walk.into()) else { continue };
        let around = std::iter::successors(Some(first), |payee| {
            managers[*payee].get().filter(|above| *above != first)
        });
        found.extend(around);
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_on_a_cycle() {
        let cycles = |managers: &[u32]| -> Vec<u32> {
            let managers: Vec<_> = managers.iter().map(|manager| Optional::from_raw(*manager)).collect();
            on_cycles(&managers).into_iter().map(PayeeIx::raw).collect()
        };
        assert!(cycles(&[]).is_empty());
        assert!(cycles(&[NONE, 0, 1]).is_empty());
        assert_eq!(cycles(&[0]), [0]);
        // 0 -> 1 -> 2 -> 1, 3 -> 0, 4 -> 5 -> 4
        assert_eq!(cycles(&[1, 2, 1, 0, 5, 4]), [1, 2, 4, 5]);
        assert_eq!(cycles(&[1, 2, 0]), [0, 1, 2]);
    }
}
