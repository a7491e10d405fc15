//! Assignments: which of them share a day, and whose managers lead nowhere or in a circle.
//! See `docs/reference/inputs.md#assignments`.

use std::collections::BTreeMap;

use apportion_book::display_day;

use super::contract::assignments::{FROM, MANAGER_ID, PAYEE_ID, UNTIL};
use super::finding::Finding;
use super::intern::Names;
use super::managers::OwnManagers;
use super::references::KeyIndex;
use super::staging::{StagingTable, Status};
use super::tables::indices::{NO_DAY, NONE, PayeeIx};
use apportion_base::index::Optional;
use apportion_contract::RejectCode;

/// The last day of an assignment without an end.
const NO_END: i32 = i32::MAX;

/// An assignment that is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assignment {
    pub(super) payee: PayeeIx,
    /// Days since 1970-01-01.
    pub(super) from: i32,
    /// [`i32::MAX`] where it has no end.
    pub(super) until: i32,
    /// Row of the staging table.
    pub(super) row: u32,
    pub(super) manager: AssignedManager,
}

/// What an assignment says of its payee's manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AssignedManager {
    /// Nothing: the payee's own row says who it is.
    Own,
    /// The payee has none, because the one who is named is no payee or leads back to the payee.
    Dropped,
    /// This one.
    Payee(PayeeIx),
}

/// The days of a row.
fn days(staging: &StagingTable, row: u32, from: usize, until: usize) -> (i32, i32) {
    let until = match staging.column(until).day(row as usize) {
        NO_DAY => NO_END,
        day => day,
    };
    (staging.column(from).day(row as usize), until)
}

/// Rejects the assignments of a payee that share a day with another one.
pub(super) fn overlaps(staging: Option<&mut StagingTable>, names: &Names) {
    let Some(staging) = staging else { return };
    overlapping(staging, names, (PAYEE_ID, FROM, UNTIL));
}

/// Rejects rows of a payee that share a day with another one; `columns` are the places of payee, first and last day.
pub(super) fn overlapping(
    staging: &mut StagingTable,
    names: &Names,
    (payee_id, from, until): (usize, usize, usize),
) {
    let payee = |row: u32| staging.column(payee_id).code(row as usize);
    let days = |row: u32| days(staging, row, from, until);
    let mut rows: Vec<(u32, i32, i32, u32)> = staging
        .kept()
        .into_iter()
        .map(|row| {
            let (from, until) = days(row);
            (payee(row), from, until, row)
        })
        .collect();
    rows.sort_unstable();
    // By row: another one, and the first day that they share.
    let mut shared: BTreeMap<u32, (u32, i32)> = BTreeMap::new();
    for of_payee in rows.chunk_by(|a, b| a.0 == b.0) {
        // Of the rows so far the one that ends last: if any of them reaches the next row, it does.
        let mut last: Option<(i32, u32)> = None;
        for (_, from, until, row) in of_payee {
            if let Some((end, other)) = last
                && end >= *from
            {
                shared.insert(*row, (other, *from));
                shared.entry(other).or_insert((*row, *from));
            }
            if last.is_none_or(|(end, _)| end < *until) {
                last = Some((*until, *row));
            }
        }
    }
    for (row, (other, day)) in shared {
        let payee = names.payees.get(staging.column(payee_id).code(row as usize));
        let message = format!(
            "on {} another assignment of `{payee}` is in force, row {} of {}; neither is used, because choosing one would be guessing",
            display_day(day),
            staging.number(other),
            staging.file(other).shown
        );
        let code = RejectCode::OverlappingAssignment;
        let finding = Finding { row, column: None, code, value: String::new(), message, rejected: true };
        staging.find(finding, Status::Overlap);
    }
}

/// The assignments that are used, in order of payee and first day.
pub(super) fn in_order(staging: Option<&StagingTable>, payees: &KeyIndex) -> Vec<Assignment> {
    let Some(staging) = staging else { return Vec::new() };
    let assignment = |row: u32| {
        let (from, until) = days(staging, row, FROM, UNTIL);
        // The payee of a kept row is known.
        let payee = PayeeIx::from_raw(payees.index(staging.column(PAYEE_ID).code(row as usize)));
        let manager = match staging.column(MANAGER_ID).code(row as usize) {
            NONE => AssignedManager::Own,
            code => Optional::<PayeeIx>::from_raw(payees.index(code))
                .get()
                .map_or(AssignedManager::Dropped, AssignedManager::Payee),
        };
        Assignment { payee, from, until, row, manager }
    };
    let mut all: Vec<Assignment> = staging.kept().into_iter().map(assignment).collect();
    all.sort_unstable_by_key(|assignment| (assignment.payee, assignment.from));
    all
}

/// Drops the managers of assignments who are no payees, and those on a cycle of managers on some day. Each becomes a finding.
pub(super) fn drop_managers(
    staging: Option<&mut StagingTable>,
    names: &Names,
    assignments: &mut [Assignment],
    own: &OwnManagers,
) {
    let Some(staging) = staging else { return };
    for assignment in assignments.iter().filter(|assignment| assignment.manager == AssignedManager::Dropped) {
        let message = format!(
            "the manager `{}` is not among the payees that are used; the assignment is kept without a manager",
            manager_of(staging, names, assignment.row)
        );
        find(staging, names, assignment.row, RejectCode::UnknownManager, message);
    }
    for (index, day) in on_cycles(assignments, own) {
        let row = assignments[index].row;
        let payee = names.payees.get(staging.column(PAYEE_ID).code(row as usize));
        let (manager, day) = (manager_of(staging, names, row), display_day(day));
        let message = if payee == manager {
            format!("`{payee}` is given as their own manager; the assignment is kept without a manager")
        } else {
            format!(
                "on {day} going up from the manager `{manager}` leads back to `{payee}`; the assignment is kept without a manager"
            )
        };
        find(staging, names, row, RejectCode::ManagerCycle, message);
        assignments[index].manager = AssignedManager::Dropped;
    }
}

fn manager_of<'n>(staging: &StagingTable, names: &'n Names, row: u32) -> &'n str {
    names.payees.get(staging.column(MANAGER_ID).code(row as usize))
}

fn find(staging: &mut StagingTable, names: &Names, row: u32, code: RejectCode, message: String) {
    let value = staging.raw_text(names, MANAGER_ID, row);
    let finding = Finding { row, column: Some(MANAGER_ID), code, value, message, rejected: false };
    staging.find(finding, Status::Kept);
}

/// The assignments whose managers are part of a cycle, each with the first day of it; in order.
///
/// Who manages whom changes on days on which an assignment begins, and on the days after one ends. A cycle that such a day brings
/// leads through a payee whose manager changed on it, so that it is enough to walk up from these. All days are judged on the rows as
/// they came: what is dropped for one day is there for the others.
fn on_cycles(assignments: &[Assignment], own: &OwnManagers) -> BTreeMap<usize, i32> {
    // By day: assignments that end before it and that begin on it.
    let mut changes: BTreeMap<i32, [Vec<usize>; 2]> = BTreeMap::new();
    for (index, assignment) in assignments.iter().enumerate() {
        if assignment.manager == AssignedManager::Own {
            continue;
        }
        changes.entry(assignment.from).or_default()[1].push(index);
        if assignment.until != NO_END {
            changes.entry(assignment.until + 1).or_default()[0].push(index);
        }
    }
    let mut walks = Walks::new(own);
    let mut found = BTreeMap::new();
    for (day, [ended, begun]) in changes {
        let payee = |index: &usize| assignments[*index].payee;
        for index in &ended {
            walks.manager[payee(index)] = own.written[payee(index)];
            walks.behind[payee(index)] = None;
        }
        for index in &begun {
            walks.manager[payee(index)] = match assignments[*index].manager {
                AssignedManager::Own => own.written[payee(index)],
                AssignedManager::Dropped => Optional::NONE,
                AssignedManager::Payee(manager) => manager.into(),
            };
            walks.behind[payee(index)] = Some(*index);
        }
        walks.begin_day();
        for changed in ended.iter().chain(&begun).map(payee) {
            walks.up_from(changed, |index| {
                found.entry(index).or_insert(day);
            });
        }
    }
    found
}

/// Walks up the managers of one day.
struct Walks {
    manager: Vec<Optional<PayeeIx>>,
    /// By payee: the assignment that names the manager.
    behind: Vec<Option<usize>>,
    /// By payee: the last walk that reached it. Walks are numbered from 1.
    walk_of: Vec<u64>,
    /// The last walk, and the last one of the day before.
    last: u64,
    day_before: u64,
}

impl Walks {
    fn new(own: &OwnManagers) -> Self {
        let payees = own.written.len();
        Self {
            manager: own.written.clone(),
            behind: vec![None; payees],
            walk_of: vec![0; payees],
            last: 0,
            day_before: 0,
        }
    }

    fn begin_day(&mut self) {
        self.day_before = self.last;
    }

    /// Walks up from a payee, and gives the assignments on a cycle that it comes to, if no walk of the day came there before.
    fn up_from(&mut self, payee: PayeeIx, mut on_cycle: impl FnMut(usize)) {
        self.last += 1;
        let mut next = Some(payee);
        while let Some(payee) = next
            && self.walk_of[payee] <= self.day_before
        {
            self.walk_of[payee] = self.last;
            next = self.manager[payee].get();
        }
        let Some(first) = next.filter(|payee| self.walk_of[*payee] == self.last) else { return };
        let around = std::iter::successors(Some(first), |payee| {
            self.manager[*payee].get().filter(|above| *above != first)
        });
        around.filter_map(|payee| self.behind[payee]).for_each(&mut on_cycle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Own managers by payee, and assignments as payee, first day, last day, manager.
    fn cycles(own: &[u32], assigned: &[(u32, i32, i32, Option<u32>)]) -> Vec<(usize, i32)> {
        let written: Vec<_> = own.iter().map(|manager| Optional::from_raw(*manager)).collect();
        let own = OwnManagers { kept: written.clone(), written };
        let assignment = |(payee, from, until, manager): &(u32, i32, i32, Option<u32>)| Assignment {
            payee: PayeeIx::from_raw(*payee),
            from: *from,
            until: *until,
            row: 0,
            manager: manager
                .map_or(AssignedManager::Own, |manager| AssignedManager::Payee(PayeeIx::from_raw(manager))),
        };
        let assignments: Vec<Assignment> = assigned.iter().map(assignment).collect();
        on_cycles(&assignments, &own).into_iter().collect()
    }

    #[test]
    fn cycles_are_those_of_single_days() {
        // 0 -> 1 by its own row.
        let own = [1, NONE, NONE];
        // 1 -> 0 closes a cycle while it lasts.
        assert_eq!(cycles(&own, &[(1, 10, 20, Some(0))]), [(0, 10)]);
        // Not where 0 has another manager for all of that time.
        assert!(cycles(&own, &[(0, 10, 20, Some(2)), (1, 10, 20, Some(0))]).is_empty());
        // On the day after that ends, it does.
        assert_eq!(cycles(&own, &[(0, 10, 19, Some(2)), (1, 10, 20, Some(0))]), [(1, 20)]);
        // An assignment that says nothing of the manager is behind nothing.
        assert_eq!(cycles(&own, &[(0, 5, 30, None), (1, 10, 20, Some(0))]), [(1, 10)]);
        // One's own manager.
        assert_eq!(cycles(&own, &[(2, 1, NO_END, Some(2))]), [(0, 1)]);
    }

    #[test]
    fn each_day_is_judged_on_the_rows_as_they_came() {
        // From 10 on 0 -> 1 -> 0, from 20 on 0 -> 1 -> 2 -> 0: the assignment of 0 is behind both.
        let found = cycles(
            &[NONE; 3],
            &[(0, 10, NO_END, Some(1)), (1, 10, 19, Some(0)), (1, 20, NO_END, Some(2)), (2, 20, 20, Some(0))],
        );
        assert_eq!(found, [(0, 10), (1, 10), (2, 20), (3, 20)]);
        // A cycle of own rows is theirs, and an assignment that repeats one of them is behind it too.
        assert_eq!(cycles(&[1, 0], &[(0, 10, NO_END, Some(1))]), [(0, 10)]);
    }
}
