//! Rows that count once (`distinct`) and rows of one key that are added up (`sum`): `docs/reference/project.md#distinct-and-sum`.
//!
//! Both come before keys are checked, so that a key that is left twice is a contradiction as everywhere.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt};
use hashbrown::HashTable;

use super::conflict::conflict;
use super::finding::Finding;
use super::intern::Names;
use super::rejects::key;
use super::staging::{StagingTable, Status};
use apportion_contract::RejectCode;

/// Combines the rows of sources that say so.
pub(super) fn combine(staging: &mut StagingTable, names: &Names) {
    if staging.files.iter().any(|file| file.distinct) {
        distinct(staging);
    }
    if staging.files.iter().any(|file| !file.sum.is_empty()) {
        sum(staging, names);
    }
}

/// Rows that equal an earlier one in all columns are repeated. Rows with a bad cell as well: what is wrong with them is
/// told once.
fn distinct(staging: &mut StagingTable) {
    let mut findings: HashMap<u32, Vec<&Finding>> = HashMap::new();
    for finding in &staging.findings {
        findings.entry(finding.row).or_default().push(finding);
    }
    let none: &[&Finding] = &[];
    let of_row = |row: u32| findings.get(&row).map_or(none, Vec::as_slice);
    let said = |row: u32| of_row(row).iter().map(|finding| (finding.column, finding.code, &finding.value));
    let state = FixedState::default();
    let hash = |row: u32| {
        let mut hasher = state.build_hasher();
        staging.columns().for_each(|column| column.hash(row as usize, &mut hasher));
        said(row).for_each(|said| said.hash(&mut hasher));
        hasher.finish()
    };
    let same = |a: u32, b: u32| {
        staging.columns().all(|column| column.equal(a as usize, b as usize)) && said(a).eq(said(b))
    };
    let mut first_rows: HashTable<u32> = HashTable::new();
    let mut repeated = BTreeSet::new();
    for (row, status) in (0_u32..).zip(&staging.status) {
        if !matches!(status, Status::Kept | Status::BadCell) || !staging.file(row).distinct {
            continue;
        }
        let hashed = hash(row);
        if first_rows.find(hashed, |first| same(*first, row)).is_some() {
            repeated.insert(row);
        } else {
            first_rows.insert_unique(hashed, row, |row| hash(*row));
        }
    }
    staging.findings.retain(|finding| !repeated.contains(&finding.row));
    for row in repeated {
        staging.status[row as usize] = Status::Repeated;
    }
}

/// The rows of each key become one, with the sums.
fn sum(staging: &mut StagingTable, names: &Names) {
    for rows in rows_by_key(staging) {
        let [lead, others @ ..] = rows.as_slice() else { continue };
        if others.is_empty() {
            continue;
        }
        if rows.iter().any(|row| staging.status[*row as usize] != Status::Kept) {
            rows.iter().for_each(|row| take_with_it(staging, names, *row));
        } else if others.iter().any(|row| !equal_but_for_sums(staging, *lead, *row)) {
            rows.iter().for_each(|row| conflict(staging, names, *row));
        } else {
            add_up(staging, names, *lead, others);
        }
    }
}

/// Rows of sources that add up, by key; those with an empty part of the key have none.
fn rows_by_key(staging: &StagingTable) -> Vec<Vec<u32>> {
    let state = FixedState::default();
    let parts = || staging.spec.key.iter().map(|position| staging.column(*position));
    // Parts that may be empty are part of the key nevertheless, if others are there.
    let has_key = |row: u32| parts().next().is_some_and(|column| !column.is_null(row as usize));
    let hash = |row: u32| {
        let mut hasher = state.build_hasher();
        parts().for_each(|column| column.hash(row as usize, &mut hasher));
        hasher.finish()
    };
    let same = |a: u32, b: u32| parts().all(|column| column.equal(a as usize, b as usize));
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut known: HashTable<usize> = HashTable::new();
    for (row, status) in (0_u32..).zip(&staging.status) {
        let takes_part = matches!(status, Status::Kept | Status::BadCell);
        if !takes_part || staging.file(row).sum.is_empty() || !has_key(row) {
            continue;
        }
        let hashed = hash(row);
        match known.find(hashed, |group| same(groups[*group][0], row)) {
            Some(group) => groups[*group].push(row),
            None => {
                known.insert_unique(hashed, groups.len(), |group| hash(groups[*group][0]));
                groups.push(vec![row]);
            }
        }
    }
    groups
}

/// Whether two rows are equal in all columns that were read of both and are not added up.
fn equal_but_for_sums(staging: &StagingTable, a: u32, b: u32) -> bool {
    let left_out = |position: &usize| {
        [a, b].iter().any(|row| {
            let file = staging.file(*row);
            file.sum.contains(position) || file.unread.contains(position)
        })
    };
    let mut columns = staging.columns().enumerate().filter(|(position, _)| !left_out(position));
    columns.all(|(_, column)| column.equal(a as usize, b as usize))
}

fn add_up(staging: &mut StagingTable, names: &Names, lead: u32, others: &[u32]) {
    for position in staging.file(lead).sum.clone() {
        if !staging.add_into(position, lead, others) {
            let value = staging.raw_text(names, position, lead);
            let message = format!(
                "the rows of `{}` add up to more digits than are possible",
                key(staging, names, lead, &[])
            );
            let finding = Finding {
                row: lead,
                column: Some(position),
                code: RejectCode::TooLarge,
                value,
                message,
                rejected: true,
            };
            staging.find(finding, Status::BadCell);
            others.iter().for_each(|row| take_with_it(staging, names, *row));
            return;
        }
    }
    for row in others {
        staging.status[*row as usize] = Status::Summed;
        staging.summed.push((lead, *row));
    }
}

/// Rejects a row, if it is none already, because another one of its key was.
fn take_with_it(staging: &mut StagingTable, names: &Names, row: u32) {
    if !matches!(staging.status[row as usize], Status::Kept | Status::Summed) {
        return;
    }
    let message = format!(
        "another row of the key `{}` was rejected, and the sum without it would be wrong",
        key(staging, names, row, &[])
    );
    let finding = Finding {
        row,
        column: None,
        code: RejectCode::PartRejected,
        value: String::new(),
        message,
        rejected: true,
    };
    staging.find(finding, Status::PartRejected);
}

/// What became of a row since its rows were added up becomes of all of them.
pub(super) fn follow(staging: &mut Option<StagingTable>, names: &Names) {
    if let Some(staging) = staging {
        follow_in(staging, names);
    }
}

/// The same of a table that has a source.
pub(super) fn follow_in(staging: &mut StagingTable, names: &Names) {
    for (lead, row) in std::mem::take(&mut staging.summed) {
        match staging.status[lead as usize] {
            Status::Kept => {}
            Status::OfFilteredDeal => staging.status[row as usize] = Status::OfFilteredDeal,
            _ => take_with_it(staging, names, row),
        }
    }
}
