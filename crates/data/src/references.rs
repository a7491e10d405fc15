//! Rows that name deals and payees: do these exist, and are they used? Contract, section 2.

use std::ops::Range;

use rayon::prelude::*;

use super::buckets::Buckets;
use super::contract;
use super::intern::{Interner, Names};
use super::rejects::Finding;
use super::sheet::{Sheet, Status};
use super::tables::{NONE, RejectCode, some_index};

/// Rows that are checked together.
const PART_ROWS: usize = 1 << 16;

/// Rows that are gathered together, at least.
const GATHERED_ROWS: usize = 1 << 14;

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
    pub(super) fn by_id(sheet: Option<&Sheet>, at: usize, texts: &Interner) -> Self {
        let Some(sheet) = sheet else { return Self::none(texts) };
        let (rows, codes) = kept(sheet, at, texts);
        Self::of(sheet, at, texts, rows, codes)
    }

    /// The same rows in order of the day in column `day`, and of their ids within a day; and each one's rank by id alone.
    pub(super) fn by_day(sheet: Option<&Sheet>, at: usize, day: usize, texts: &Interner) -> (Self, Vec<u32>) {
        let Some(sheet) = sheet else { return (Self::none(texts), Vec::new()) };
        let (rows, codes) = kept(sheet, at, texts);
        let column = sheet.column(day);
        let days: Vec<i32> = gathered(&rows, |row| column.day(row));
        let (first, last) =
            (days.iter().min().copied().unwrap_or(0), days.iter().max().copied().unwrap_or(0));
        // A sheet has fewer rows than 32 bits count.
        let ranks: Vec<u32> = (0..rows.len() as u32).collect();
        let count = last.abs_diff(first) as usize + 1;
        let id_rank =
            Buckets::of(ranks.iter(), count, |rank| days[*rank as usize].abs_diff(first) as usize).rows;
        let rows = gathered(&id_rank, |rank| rows[rank]);
        let codes = gathered(&id_rank, |rank| codes[rank]);
        (Self::of(sheet, at, texts, rows, codes), id_rank)
    }

    /// Without a sheet, no text is known.
    fn none(texts: &Interner) -> Self {
        let (index_of, rejected) = (vec![NONE; texts.len()], vec![false; texts.len()]);
        Self { index_of, rejected, ..Self::default() }
    }

    fn of(sheet: &Sheet, at: usize, texts: &Interner, rows: Vec<u32>, codes: Vec<u32>) -> Self {
        let column = sheet.column(at);
        let mut rejected = vec![false; texts.len()];
        for (row, status) in sheet.status.iter().enumerate() {
            if *status != Status::Kept && column.code(row) != NONE {
                rejected[column.code(row) as usize] = true;
            }
        }
        Self { index_of: texts.rank(&codes), rows, codes, rejected }
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

/// The kept rows of a sheet in byte order of their ids, which stand in column `at`; and the codes of the ids.
fn kept(sheet: &Sheet, at: usize, texts: &Interner) -> (Vec<u32>, Vec<u32>) {
    let column = sheet.column(at);
    let kept = sheet.kept();
    let codes = texts.sorted(kept.iter().map(|row| column.code(*row as usize)));
    let mut row_of = vec![NONE; texts.len()];
    for row in kept {
        row_of[column.code(row as usize) as usize] = row;
    }
    (gathered(&codes, |code| row_of[code]), codes)
}

/// What stands at these places, from all over memory.
pub(super) fn gathered<T: Send>(places: &[u32], value: impl Fn(usize) -> T + Sync) -> Vec<T> {
    places
        .par_iter()
        .with_min_len(GATHERED_ROWS)
        .with_max_len(4 * GATHERED_ROWS)
        .map(|place| value(*place as usize))
        .collect()
}

/// Checks what engagements name; by row of the sheet, the deal named or [`NONE`].
pub(super) fn engagements(
    sheet: Option<&mut Sheet>,
    names: &Names,
    deals: &Known,
    payees: &Known,
) -> Vec<u32> {
    use contract::engagements::{DEAL_ID, PAYEE_ID};
    let Some(sheet) = sheet else { return Vec::new() };
    let deal_of = named(sheet, DEAL_ID, deals);
    check(sheet, names, Some((DEAL_ID, deals, &deal_of)), (PAYEE_ID, payees));
    deal_of
}

/// By row of the sheet: what the code in column `at` stands for, or [`NONE`].
fn named(sheet: &Sheet, at: usize, known: &Known) -> Vec<u32> {
    let column = sheet.column(at);
    (0..sheet.len())
        .into_par_iter()
        .with_min_len(PART_ROWS)
        .map(|row| known.index(column.code(row)))
        .collect()
}

/// Checks what splits name.
pub(super) fn splits(sheet: Option<&mut Sheet>, names: &Names, deals: &Known, payees: &Known) {
    use contract::splits::{DEAL_ID, PAYEE_ID};
    if let Some(sheet) = sheet {
        let deal_of = named(sheet, DEAL_ID, deals);
        check(sheet, names, Some((DEAL_ID, deals, &deal_of)), (PAYEE_ID, payees));
    }
}

/// Checks whom quotas are for.
pub(super) fn quotas(sheet: Option<&mut Sheet>, names: &Names, payees: &Known) {
    if let Some(sheet) = sheet {
        check(sheet, names, None, (contract::quotas::PAYEE_ID, payees));
    }
}

/// A column of deals, those that are known, and by row the one that it names.
type OfDeals<'a> = (usize, &'a Known, &'a [u32]);

fn check(sheet: &mut Sheet, names: &Names, deals: Option<OfDeals>, payees: (usize, &Known)) {
    let kept_rows: &Sheet = sheet;
    let in_part = |first: usize| {
        let part = first..kept_rows.len().min(first + PART_ROWS);
        unknown_in(kept_rows, names, part, deals, payees)
    };
    let firsts: Vec<usize> = (0..kept_rows.len()).step_by(PART_ROWS).collect();
    let found: Vec<Vec<Finding>> = firsts.into_par_iter().with_max_len(1).map(in_part).collect();
    for finding in found.into_iter().flatten() {
        sheet.find(finding, Status::Reference);
    }
}

/// What rows of a part name that is not there, in order of the rows.
fn unknown_in(
    sheet: &Sheet,
    names: &Names,
    part: Range<usize>,
    deals: Option<OfDeals>,
    payees: (usize, &Known),
) -> Vec<Finding> {
    let mut found = Vec::new();
    for row in part.filter(|row| sheet.status[*row] == Status::Kept) {
        // rows are counted in 32 bits
        let of_sheet = u32::try_from(row).unwrap_or(NONE);
        if let Some((at, deals, deal_of)) = deals
            && deal_of[row] == NONE
        {
            let code = sheet.column(at).code(row);
            if code != NONE {
                let rejected = deals.rejected[code as usize];
                found.push(unknown_deal(sheet, names, of_sheet, at, rejected));
            }
        }
        let (at, payees) = payees;
        let code = sheet.column(at).code(row);
        if code != NONE && payees.index(code) == NONE {
            found.push(unknown_payee(sheet, names, of_sheet, at, payees.rejected[code as usize]));
        }
    }
    found
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
