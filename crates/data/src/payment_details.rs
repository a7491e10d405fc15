//! Reads payment_details, which no run reads: exports and journals ask for it by itself. What is found wrong with a row names its place
//! and never a cell, because any cell may be an account.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::World;
use apportion_book::{Book, TableName};
use apportion_contract::RejectCode;
use apportion_expr::Type;

use super::contract::payment_details::{FROM, PAYEE_ID, UNTIL};
use super::frames::{self, FrameSource};
use super::fx::Rates;
use super::intern::Names;
use super::load::Load;
use super::open::open_sources;
use super::progress::NoProgress;
use super::staging::{StagingTable, Status};
use super::tables::Frame;
use super::tables::indices::NO_DAY;
use super::{assignments, keys};

/// The rows of payment_details that can be used, in order of payee and first day.
#[derive(Debug, Clone, Default)]
pub struct PaymentDetails {
    /// Names and types of all columns, those of the table first.
    pub columns: Vec<(String, Type)>,
    /// The columns by name, a row for each of `rows`.
    pub frame: Frame,
    /// Whose rows they are, and when they hold.
    pub rows: Vec<DetailRow>,
    /// Rows that can't be used.
    pub rejects: Vec<RejectedDetail>,
}

/// A row of payment_details that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailRow {
    /// The payee.
    pub payee_id: String,
    /// Its first day, in days since 1970-01-01.
    pub from: i32,
    /// Its last day; none where it has no end.
    pub until: Option<i32>,
    /// Where it stands, for people: a file and a row.
    pub place: String,
}

/// A row of payment_details that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedDetail {
    /// The payee, where it could be read.
    pub payee_id: Option<String>,
    /// Where it stands, for people.
    pub place: String,
    /// The column that is wrong; none where it is the row.
    pub column: Option<String>,
    /// Why.
    pub code: RejectCode,
}

impl PaymentDetails {
    /// The row of a payee that is in force on a day, as an index into `rows`.
    pub fn on(&self, payee_id: &str, day: i32) -> Option<usize> {
        let own = self.of(payee_id);
        let begun = self.rows[own.clone()].partition_point(|row| row.from <= day);
        let row = own.start + begun.checked_sub(1)?;
        self.rows[row].until.is_none_or(|until| day <= until).then_some(row)
    }

    /// The rows of a payee, in order of their first days.
    pub fn of(&self, payee_id: &str) -> std::ops::Range<usize> {
        let first = self.rows.partition_point(|row| row.payee_id.as_str() < payee_id);
        let end = self.rows.partition_point(|row| row.payee_id.as_str() <= payee_id);
        first..end
    }
}

/// Reads the table from all its sources. Without a source it is empty.
///
/// # Errors
/// Everything that is wrong with the sources, and a file that can't be read.
pub fn payment_details(world: &Arc<dyn World>, book: &Book) -> Result<PaymentDetails, Vec<Diagnostic>> {
    if book.payment_details.is_empty() {
        return Ok(PaymentDetails::default());
    }
    let table = TableName::PaymentDetails;
    let book = Book { sources: book.payment_details.clone(), ..book.clone() };
    let (opened, mistakes) = open_sources(world, &book);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let columns =
        opened.catalogue().tables.get(&table).map(|schema| schema.columns.clone()).unwrap_or_default();
    let used: BTreeSet<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    let all = [(table, used.clone())].into_iter().collect();
    opened.check_mixed(&all)?;
    let mut load = Load::new(&book, &opened, &all, &NoProgress);
    let staging = load.staging(table, &Rates::default())?;
    let mut names = load.into_names();
    let Some(mut staging) = staging else { return Ok(PaymentDetails::default()) };
    names.close();
    keys::check(&mut staging, &names);
    assignments::overlapping(&mut staging, &names, (PAYEE_ID, FROM, UNTIL));
    staging.check_rejects().map_err(|mistake| vec![mistake])?;
    let payee = |row: u32| staging.text(&names, PAYEE_ID, row).map(str::to_owned);
    let day = |position: usize, row: u32| {
        Some(staging.column(position).day(row as usize)).filter(|day| *day != NO_DAY)
    };
    let mut kept: Vec<(String, i32, u32)> =
        staging.kept().into_iter().filter_map(|row| Some((payee(row)?, day(FROM, row)?, row))).collect();
    kept.sort_unstable();
    let order: Vec<u32> = kept.iter().map(|(.., row)| *row).collect();
    let source = FrameSource { table, staging: Some(&staging), names: &names, rows: &order, used: &used };
    let frame = frames::frame(source, |_| None);
    let rows = kept
        .into_iter()
        .map(|(payee_id, from, row)| DetailRow {
            payee_id,
            from,
            until: day(UNTIL, row),
            place: place(&staging, row),
        })
        .collect();
    let rejects = rejects(&staging, &names);
    Ok(PaymentDetails { columns, frame, rows, rejects })
}

fn place(staging: &StagingTable, row: u32) -> String {
    format!("row {} of {}", staging.number(row), staging.file(row).shown)
}

/// The rows that can't be used, in order of their places.
fn rejects(staging: &StagingTable, names: &Names) -> Vec<RejectedDetail> {
    let broken = staging.broken.iter().map(|broken| RejectedDetail {
        payee_id: None,
        place: format!("row {} of {}", broken.record.row, staging.files[broken.file as usize].shown),
        column: None,
        code: broken.code(),
    });
    let rejected = staging
        .findings
        .iter()
        .filter(|finding| finding.rejected && staging.status[finding.row as usize] != Status::Kept);
    let of_findings = rejected.map(|finding| RejectedDetail {
        payee_id: staging.text(names, PAYEE_ID, finding.row).map(str::to_owned),
        place: place(staging, finding.row),
        column: finding.column.map(|position| staging.column(position).name.clone()),
        code: finding.code,
    });
    broken.chain(of_findings).collect()
}
