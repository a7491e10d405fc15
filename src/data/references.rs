//! Rows that name deals and payees: do these exist, and are they used? Contract, section 2.

use super::contract;
use super::intern::{Interner, Names};
use super::rejects::Finding;
use super::sheet::{Sheet, Status};
use super::tables::{NONE, RejectCode, some_index};

/// The rows of a table that are kept, in the order of its dense indices, and the way there from codes.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By dense index: the sheet's row.
    pub(super) rows: Vec<u32>,
    /// By dense index: the code of the id.
    pub(super) codes: Vec<u32>,
    /// By code: the dense index, or [`NONE`].
    pub(super) index_of: Vec<u32>,
    /// By code: whether a row with this id was rejected.
    rejected: Vec<bool>,
}

impl Known {
    /// The kept rows of a sheet in byte order of their ids, which stand in column `at`.
    pub(super) fn kept(sheet: Option<&Sheet>, at: usize, texts: &Interner) -> Self {
        let mut rejected = vec![false; texts.len()];
        let Some(sheet) = sheet else {
            return Self { index_of: vec![NONE; texts.len()], rejected, ..Self::default() };
        };
        let column = sheet.column(at);
        let kept = sheet.kept();
        let codes = texts.sorted(kept.iter().map(|row| column.code(*row as usize)));
        let index_of = texts.rank(&codes);
        let mut rows = vec![NONE; codes.len()];
        for row in kept {
            rows[index_of[column.code(row as usize) as usize] as usize] = row;
        }
        for (row, status) in sheet.status.iter().enumerate() {
            if *status != Status::Kept && column.code(row) != NONE {
                rejected[column.code(row) as usize] = true;
            }
        }
        Self { rows, codes, index_of, rejected }
    }

    /// How many rows are kept.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The dense index of a code, or [`NONE`].
    pub(super) fn index(&self, code: u32) -> u32 {
        if code == NONE { NONE } else { self.index_of[code as usize] }
    }
}

/// Checks what engagements name.
pub(super) fn engagements(sheet: Option<&mut Sheet>, names: &Names, deals: &Known, payees: &Known) {
    use contract::engagements::{DEAL_ID, PAYEE_ID};
    if let Some(sheet) = sheet {
        check(sheet, names, Some((DEAL_ID, deals)), (PAYEE_ID, payees));
    }
}

/// Checks what splits name.
pub(super) fn splits(sheet: Option<&mut Sheet>, names: &Names, deals: &Known, payees: &Known) {
    use contract::splits::{DEAL_ID, PAYEE_ID};
    if let Some(sheet) = sheet {
        check(sheet, names, Some((DEAL_ID, deals)), (PAYEE_ID, payees));
    }
}

/// Checks whom quotas are for.
pub(super) fn quotas(sheet: Option<&mut Sheet>, names: &Names, payees: &Known) {
    if let Some(sheet) = sheet {
        check(sheet, names, None, (contract::quotas::PAYEE_ID, payees));
    }
}

fn check(sheet: &mut Sheet, names: &Names, deals: Option<(usize, &Known)>, payees: (usize, &Known)) {
    let mut found = Vec::new();
    for row in sheet.kept() {
        if let Some((at, deals)) = deals {
            let code = sheet.column(at).code(row as usize);
            if code != NONE && deals.index(code) == NONE {
                let rejected = deals.rejected[code as usize];
                found.push(unknown_deal(sheet, names, row, at, rejected));
            }
        }
        let (at, payees) = payees;
        let code = sheet.column(at).code(row as usize);
        if code != NONE && payees.index(code) == NONE {
            found.push(unknown_payee(sheet, names, row, at, payees.rejected[code as usize]));
        }
    }
    for finding in found {
        sheet.find(finding, Status::Reference);
    }
}

fn unknown_deal(sheet: &Sheet, names: &Names, row: u32, at: usize, rejected: bool) -> Finding {
    let id = names.deals.get(sheet.column(at).code(row as usize));
    let (code, message) = if rejected {
        (RejectCode::DealRejected, format!("the deal `{id}` was rejected itself; see the rejects of deals"))
    } else {
        (RejectCode::UnknownDeal, format!("the deal `{id}` is not among the deals"))
    };
    Finding { row, column: Some(at), code, value: sheet.stood(names, at, row), message, rejected: true }
}

fn unknown_payee(sheet: &Sheet, names: &Names, row: u32, at: usize, rejected: bool) -> Finding {
    let id = names.payees.get(sheet.column(at).code(row as usize));
    let message = if rejected {
        format!("the payee `{id}` was rejected; see the rejects of payees")
    } else {
        format!("the payee `{id}` is not among the payees")
    };
    let value = sheet.stood(names, at, row);
    Finding { row, column: Some(at), code: RejectCode::UnknownPayee, value, message, rejected: true }
}

/// Which deals lack something that was rejected. Contract: "A rejected row must not hand its share to others."
#[derive(Debug)]
pub(super) struct Incomplete {
    pub(super) engagements: Vec<bool>,
    pub(super) splits: Vec<bool>,
}

impl Incomplete {
    /// By deal: whether a row that names it was rejected, duplicates aside.
    pub(super) fn of(engagements: Option<&Sheet>, splits: Option<&Sheet>, deals: &Known) -> Self {
        let flags = |sheet: Option<&Sheet>, at: usize| {
            let mut flags = vec![false; deals.len()];
            let Some(sheet) = sheet else { return flags };
            for (row, status) in sheet.status.iter().enumerate() {
                if matches!(status, Status::BadCell | Status::Conflict | Status::Reference)
                    && let Some(deal) = some_index(deals.index(sheet.column(at).code(row)))
                {
                    flags[deal as usize] = true;
                }
            }
            flags
        };
        Self {
            engagements: flags(engagements, contract::engagements::DEAL_ID),
            splits: flags(splits, contract::splits::DEAL_ID),
        }
    }
}
