//! Resolves managers. A payee with an unknown manager or on a cycle is kept without a manager: `docs/reference/rejects.md`.

use super::contract::payees::{MANAGER_ID, PAYEE_ID};
use super::intern::Names;
use super::rejects::Finding;
use super::staging::{StagingTable, Status};
use super::tables::{NONE, RejectCode};

/// The manager of each payee as an index of payees, or [`NONE`]; unknown managers and cycles become findings.
///
/// `rows` are the kept rows in the order of the payees; `payee_of` gives the payee of a code.
pub(super) fn resolve(staging: &mut StagingTable, names: &Names, rows: &[u32], payee_of: &[u32]) -> Vec<u32> {
    let mut managers = vec![NONE; rows.len()];
    for (manager, row) in managers.iter_mut().zip(rows) {
        let code = staging.column(MANAGER_ID).code(*row as usize);
        if code == NONE {
            continue;
        }
        *manager = payee_of[code as usize];
        if *manager == NONE {
            let message = format!(
                "the manager `{}` is not among the payees that are used; the payee is kept without a manager",
                names.payees.get(code)
            );
            find(staging, names, *row, RejectCode::UnknownManager, message);
        }
    }
    for payee in on_cycles(&managers) {
        let row = rows[payee as usize];
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
        find(staging, names, row, RejectCode::ManagerCycle, message);
        managers[payee as usize] = NONE;
    }
    managers
}

fn find(staging: &mut StagingTable, names: &Names, row: u32, code: RejectCode, message: String) {
    let value = staging.raw_text(names, MANAGER_ID, row);
    let finding = Finding { row, column: Some(MANAGER_ID), code, value, message, rejected: false };
    staging.find(finding, Status::Kept);
}

/// The payees on a cycle of managers, in order. It walks up from each payee and takes each step once.
fn on_cycles(managers: &[u32]) -> Vec<u32> {
    // By payee: the walk that reached it, or NONE.
    let mut walk_of = vec![NONE; managers.len()];
    let mut found = Vec::new();
    for (walk, _) in (0_u32..).zip(managers) {
        let mut payee = walk;
        while payee != NONE && walk_of[payee as usize] == NONE {
            walk_of[payee as usize] = walk;
            payee = managers[payee as usize];
        }
        // Back on this very walk: a cycle, once around.
        if payee != NONE && walk_of[payee as usize] == walk {
            let first = payee;
            loop {
                found.push(payee);
                payee = managers[payee as usize];
                if payee == first {
                    break;
                }
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_on_a_cycle() {
        assert!(on_cycles(&[]).is_empty());
        assert!(on_cycles(&[NONE, 0, 1]).is_empty());
        assert_eq!(on_cycles(&[0]), [0]);
        // 0 -> 1 -> 2 -> 1, 3 -> 0, 4 -> 5 -> 4
        assert_eq!(on_cycles(&[1, 2, 1, 0, 5, 4]), [1, 2, 4, 5]);
        assert_eq!(on_cycles(&[1, 2, 0]), [0, 1, 2]);
    }
}
