//! Checks that the deals and payees that rows name exist and are used: `docs/reference/rejects.md`.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;

use rayon::prelude::*;

use apportion_base::letters::{folded, named};

use super::buckets::Buckets;
use super::contract;
use super::engagements::DealOfRow;
use super::finding::Finding;
use super::intern::{Interner, Names};
use super::staging::{StagingTable, Status};
use super::tables::indices::{NONE, some_index};
use apportion_contract::RejectCode;

/// Rows that one task checks.
const PART_ROWS: usize = 1 << 16;

/// Rows that one task gathers, at least.
const GATHERED_ROWS: usize = 1 << 14;

/// The key index of a table: its kept rows in the order of their dense indices, and the dense index by code.
#[derive(Debug, Default)]
pub(super) struct KeyIndex {
    /// By dense index: the staging table's row.
    pub(super) rows: Vec<u32>,
    /// By dense index: the code of the id.
    pub(super) codes: Vec<u32>,
    /// By code: the dense index, or [`NONE`].
    pub(super) index_of: Vec<u32>,
    /// By code: whether a row with this id was rejected.
    rejected: Vec<bool>,
    /// The codes of deals that a `where` left out, ascending.
    filtered: Vec<u32>,
}

impl KeyIndex {
    /// The kept rows of a staging table in byte order of their ids, which are in column `position`.
    pub(super) fn by_id(staging: Option<&StagingTable>, position: usize, texts: &Interner) -> Self {
        let Some(staging) = staging else { return Self::none(texts) };
        let (rows, codes) = kept(staging, position, texts);
        Self::new(staging, position, texts, rows, codes)
    }

    /// The same rows in order of the day in column `day`, and of their ids within a day; and each one's rank by id alone.
    pub(super) fn by_day(
        staging: Option<&StagingTable>,
        position: usize,
        day: usize,
        texts: &Interner,
    ) -> (Self, Vec<u32>) {
        let Some(staging) = staging else { return (Self::none(texts), Vec::new()) };
        let (rows, codes) = kept(staging, position, texts);
        let column = staging.column(day);
        let days: Vec<i32> = gathered(&rows, |row| column.day(row));
        let (first, last) =
            (days.iter().min().copied().unwrap_or(0), days.iter().max().copied().unwrap_or(0));
        // A staging table has fewer rows than 32 bits count.
        let ranks: Vec<u32> = (0..rows.len() as u32).collect();
        let count = last.abs_diff(first) as usize + 1;
        let id_rank =
            Buckets::new(ranks.iter(), count, |rank| days[*rank as usize].abs_diff(first) as usize).rows;
        let rows = gathered(&id_rank, |rank| rows[rank]);
        let codes = gathered(&id_rank, |rank| codes[rank]);
        (Self::new(staging, position, texts, rows, codes), id_rank)
    }

    /// The index of a table without a source: it has no rows.
    fn none(texts: &Interner) -> Self {
        let (index_of, rejected) = (vec![NONE; texts.len()], vec![false; texts.len()]);
        Self { index_of, rejected, ..Self::default() }
    }

    fn new(
        staging: &StagingTable,
        position: usize,
        texts: &Interner,
        rows: Vec<u32>,
        codes: Vec<u32>,
    ) -> Self {
        let column = staging.column(position);
        let mut rejected = vec![false; texts.len()];
        for (row, status) in staging.status.iter().enumerate() {
            if *status != Status::Kept && column.code(row) != NONE {
                rejected[column.code(row) as usize] = true;
            }
        }
        let filtered = staging.filtered_deals.codes.clone();
        Self { index_of: texts.rank(&codes), rows, codes, rejected, filtered }
    }

    /// The ids of the kept rows.
    pub(super) fn ids<'a>(&self, texts: &'a Interner) -> Vec<&'a str> {
        self.codes.iter().map(|code| texts.get(*code)).collect()
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

/// The kept rows of a staging table in byte order of their ids, which are in column `position`; and the codes of the ids.
fn kept(staging: &StagingTable, position: usize, texts: &Interner) -> (Vec<u32>, Vec<u32>) {
    let column = staging.column(position);
    let kept = staging.kept();
    let codes = texts.sorted(kept.iter().map(|row| column.code(*row as usize)));
    let mut row_of = vec![NONE; texts.len()];
    for row in kept {
        row_of[column.code(row as usize) as usize] = row;
    }
    (gathered(&codes, |code| row_of[code]), codes)
}

/// The values at these places. They are far apart in memory, so they are gathered in parallel.
pub(super) fn gathered<T: Send>(places: &[u32], value: impl Fn(usize) -> T + Sync) -> Vec<T> {
    places
        .par_iter()
        .with_min_len(GATHERED_ROWS)
        .with_max_len(4 * GATHERED_ROWS)
        .map(|place| value(*place as usize))
        .collect()
}

/// A column that names something, and the things that are known.
#[derive(Clone, Copy)]
pub(super) struct Reference<'a> {
    pub(super) position: usize,
    pub(super) known: &'a KeyIndex,
    /// The code of a row that names what is not known.
    pub(super) code: RejectCode,
}

impl<'a> Reference<'a> {
    /// A column of payees.
    pub(super) fn payee(position: usize, known: &'a KeyIndex) -> Self {
        Self { position, known, code: RejectCode::UnknownPayee }
    }
}

/// Checks the deals and payees of engagements. Returns the deal by row of the staging table.
pub(super) fn engagements(
    staging: Option<&mut StagingTable>,
    names: &Names,
    deals: &KeyIndex,
    payees: &KeyIndex,
) -> DealOfRow {
    use contract::engagements::{DEAL_ID, PAYEE_ID};
    let Some(staging) = staging else { return DealOfRow::default() };
    let deal_of = deals_named(staging, DEAL_ID, deals);
    check(staging, names, Some((DEAL_ID, deals, &deal_of)), &[Reference::payee(PAYEE_ID, payees)]);
    deal_of
}

/// By row of the staging table: the deal for the code in column `position`.
fn deals_named(staging: &StagingTable, position: usize, known: &KeyIndex) -> DealOfRow {
    let column = staging.column(position);
    DealOfRow::new(staging.len(), |row| known.index(column.code(row)))
}

/// Checks the deals and payees of splits.
pub(super) fn splits(staging: Option<&mut StagingTable>, names: &Names, deals: &KeyIndex, payees: &KeyIndex) {
    use contract::splits::{DEAL_ID, PAYEE_ID};
    with_deals(staging, names, (DEAL_ID, deals), &[Reference::payee(PAYEE_ID, payees)]);
}

/// Checks the deals of receipts.
pub(super) fn receipts(staging: Option<&mut StagingTable>, names: &Names, deals: &KeyIndex) {
    with_deals(staging, names, (contract::receipts::DEAL_ID, deals), &[]);
}

/// Checks the deals that rows name in a column, and what they name in others.
pub(super) fn with_deals(
    staging: Option<&mut StagingTable>,
    names: &Names,
    (position, deals): (usize, &KeyIndex),
    others: &[Reference<'_>],
) {
    if let Some(staging) = staging {
        let deal_of = deals_named(staging, position, deals);
        check(staging, names, Some((position, deals, &deal_of)), others);
    }
}

/// Checks the payees of adjustments.
pub(super) fn adjustments(staging: Option<&mut StagingTable>, names: &Names, payees: &KeyIndex) {
    named_in(staging, names, &[Reference::payee(contract::adjustments::PAYEE_ID, payees)]);
}

/// Checks the payees of quotas.
pub(super) fn quotas(staging: Option<&mut StagingTable>, names: &Names, payees: &KeyIndex) {
    named_in(staging, names, &[Reference::payee(contract::quotas::PAYEE_ID, payees)]);
}

/// Checks the payees of assignments.
pub(super) fn assignments(staging: Option<&mut StagingTable>, names: &Names, payees: &KeyIndex) {
    named_in(staging, names, &[Reference::payee(contract::assignments::PAYEE_ID, payees)]);
}

/// Checks what rows name in columns.
pub(super) fn named_in(staging: Option<&mut StagingTable>, names: &Names, references: &[Reference<'_>]) {
    if let Some(staging) = staging {
        check(staging, names, None, references);
    }
}

/// A column of deals, those that are known, and by row the one that it names.
type DealColumn<'a> = (usize, &'a KeyIndex, &'a DealOfRow);

fn check(staging: &mut StagingTable, names: &Names, deals: Option<DealColumn>, others: &[Reference<'_>]) {
    let staged: &StagingTable = staging;
    let in_part = |first: usize| {
        let part = first..staged.len().min(first + PART_ROWS);
        unknown_in(staged, names, part, deals, others)
    };
    let firsts: Vec<usize> = (0..staged.len()).step_by(PART_ROWS).collect();
    let mut found: Vec<(Vec<Finding>, Vec<usize>)> =
        firsts.into_par_iter().with_max_len(1).map(in_part).collect();
    let deals =
        deals.map(|(position, known, _)| Reference { position, known, code: RejectCode::UnknownDeal });
    for Reference { position, known, code } in deals.into_iter().chain(others.iter().copied()) {
        let about = |finding: &&mut Finding| finding.code == code && finding.column == Some(position);
        let unknown: Vec<&mut Finding> =
            found.iter_mut().flat_map(|(findings, _)| findings).filter(about).collect();
        let (column, texts) = (staged.column(position), staged.texts(names, position));
        name_near(unknown, |row| texts.get(column.code(row as usize)), || known.ids(texts));
    }
    for (findings, of_filtered_deals) in found {
        for finding in findings {
            staging.find(finding, Status::Reference);
        }
        for row in of_filtered_deals {
            staging.status[row] = Status::OfFilteredDeal;
        }
    }
}

/// Adds to findings of unknown ids which known one is the same but for upper and lower case, blanks and what can't be seen. `id` is
/// what a row names.
pub(super) fn name_near<'a>(
    unknown: Vec<&mut Finding>,
    id: impl Fn(u32) -> &'a str,
    known: impl Fn() -> Vec<&'a str>,
) {
    if unknown.is_empty() {
        return;
    }
    let wanted: HashSet<String> = unknown.iter().map(|finding| folded(id(finding.row))).collect();
    let near =
        |id: &'a str| Some(folded(id)).filter(|folded| wanted.contains(folded)).map(|folded| (folded, id));
    let near: HashMap<String, &str> = known().into_par_iter().filter_map(near).collect();
    for finding in unknown {
        if let Some(near) = near.get(&folded(id(finding.row))) {
            let _ = write!(finding.message, "; did you mean {}?", named(near));
        }
    }
}

/// Findings for rows of a part that name an unknown deal or payee, and rows that name a deal which `where` left out, both
/// in order.
fn unknown_in(
    staging: &StagingTable,
    names: &Names,
    part: Range<usize>,
    deals: Option<DealColumn>,
    others: &[Reference<'_>],
) -> (Vec<Finding>, Vec<usize>) {
    let (mut found, mut of_filtered_deals) = (Vec::new(), Vec::new());
    for row in part.filter(|row| staging.status[*row] == Status::Kept) {
        // rows are counted in 32 bits
        let of_sheet = u32::try_from(row).unwrap_or(NONE);
        if let Some((position, deals, deal_of)) = deals
            && deal_of.get(row).is_none()
        {
            let code = staging.column(position).code(row);
            if code != NONE {
                let rejected = deals.rejected[code as usize];
                if !rejected && deals.filtered.binary_search(&code).is_ok() {
                    of_filtered_deals.push(row);
                    continue;
                }
                found.push(unknown_deal(staging, names, of_sheet, position, rejected));
            }
        }
        for reference in others {
            let code = staging.column(reference.position).code(row);
            if code != NONE && reference.known.index(code) == NONE {
                found.push(unknown(staging, names, of_sheet, *reference));
            }
        }
    }
    (found, of_filtered_deals)
}

fn unknown_deal(staging: &StagingTable, names: &Names, row: u32, position: usize, rejected: bool) -> Finding {
    let id = names.deals.get(staging.column(position).code(row as usize));
    let (code, message) = if rejected {
        (RejectCode::DealRejected, format!("the deal `{id}` was rejected itself; see the rejects of deals"))
    } else {
        (RejectCode::UnknownDeal, format!("the deal {} is not among the deals", named(id)))
    };
    Finding {
        row,
        column: Some(position),
        code,
        value: staging.raw_text(names, position, row),
        message,
        rejected: true,
    }
}

fn unknown(staging: &StagingTable, names: &Names, row: u32, reference: Reference<'_>) -> Finding {
    let Reference { position, known, code } = reference;
    let id = staging.column(position).code(row as usize);
    let noun = match code {
        RejectCode::UnknownRegistration => "registration",
        RejectCode::UnknownDecision => "decision",
        _ => "payee",
    };
    let text = staging.texts(names, position).get(id);
    let message = if known.rejected[id as usize] {
        format!("the {noun} `{text}` was rejected; see the rejects of {noun}s")
    } else {
        format!("the {noun} {} is not among the {noun}s", named(text))
    };
    let value = staging.raw_text(names, position, row);
    Finding { row, column: Some(position), code, value, message, rejected: true }
}

/// Which deals lack a row that was rejected. The share of a rejected row must not go to other payees.
#[derive(Debug)]
pub(super) struct IncompleteDeals {
    pub(super) engagements: Vec<bool>,
    pub(super) splits: Vec<bool>,
}

impl IncompleteDeals {
    /// By deal: whether a row that names it was rejected, duplicates aside.
    pub(super) fn new(
        engagements: Option<&StagingTable>,
        splits: Option<&StagingTable>,
        deals: &KeyIndex,
    ) -> Self {
        let flags = |staging: Option<&StagingTable>, position: usize| {
            let mut flags = vec![false; deals.len()];
            let Some(staging) = staging else { return flags };
            for (row, status) in staging.status.iter().enumerate() {
                if status.takes_share()
                    && let Some(deal) = some_index(deals.index(staging.column(position).code(row)))
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

    /// Deals that lack another row as well: what is paid of them rests on it, however they are shared.
    pub(super) fn also(&mut self, others: &[bool]) {
        for (deal, lacks) in others.iter().enumerate() {
            self.engagements[deal] |= lacks;
            self.splits[deal] |= lacks;
        }
    }
}
