//! Writes a result: seven files, one more where a rule pays on a running total, up to three about the channel, and those that were asked for besides; all of them or none.
//! `docs/reference/outputs.md` describes them.
//!
//! Amounts are not computed here, only added up. Before a result gets its place, all totals are checked against their parts: before the first
//! byte is written, or, where payees are paid some at a time, after the last line is. There is no clock and no host name in a result: equal
//! settlements give equal bytes, with any number of threads.

#![deny(missing_docs)]

mod attainment;
mod batches;
mod by_payees;
mod channel;
mod control;
mod folder;
mod lines;
mod manifest;
mod pages;
mod period;
mod reconciliation;
mod records;
mod rejects;
mod seal;
mod sink;
mod statements;
mod sums;
mod uncredited;

/// A small settlement for the tests of this crate and of those that show results.
#[doc(hidden)]
pub mod sample;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use apportion_base::diagnostic::Diagnostic;
use apportion_base::digest::FileDigest;
use apportion_base::overflow::Guard;
use apportion_base::spreadsheet::guarded;
use apportion_base::store::Store;
use apportion_base::world::Disk;
use apportion_book::{Book, Period};
use apportion_data::own::OwnResult;
use apportion_data::{DealIx, Tables};
use apportion_engine::project::{Close, Governance};
use apportion_engine::settle::PeriodView;
use apportion_rules::RuleBook;

pub use apportion_contract::{
    ATTAINMENT, FILES, LINES, OPTIONAL_FILES, PAYOUTS, RECONCILIATION, REJECTS, RUN, STATEMENTS, UNCREDITED,
};
pub use batches::{lines_batch, payee_name, payouts_batch};
pub use by_payees::write_credited;
pub use control::check;
use folder::ResultDraft;
pub use folder::{ReplacePolicy, check_inputs, check_target, check_target_for};
pub use period::PeriodFiles;
pub use reconciliation::{Reconciliation, Worth};
pub use records::{csv_writer, write_header, write_records};
pub use seal::sealed;
pub use sink::{OutputDigest, Sink};
pub use sums::{Payout, Statement, Sums, sums};

/// The crates whose arithmetic is used here. The engine checks those that it uses.
static CRATES: Guard = Guard::new(&[apportion_base::OVERFLOW, crate::OVERFLOW]);

/// A result that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultReceipt {
    /// The result's folder.
    pub folder: PathBuf,
    /// All files but `run.json`, in the order of [`FILES`] and then of [`WriteOptions::further`].
    pub outputs: Vec<OutputDigest>,
    /// What became of the won deals of the period.
    pub reconciliation: Reconciliation,
    /// The number of payees with an amount: rows of payouts.csv.
    pub payees: u64,
    /// What somebody has to look at although the result is there: an earlier one that could not be removed, a disk that did not
    /// confirm.
    pub warnings: Vec<Diagnostic>,
}

/// How a result is written.
#[derive(Debug, Default)]
pub struct WriteOptions<'a> {
    /// Which earlier result it may replace.
    pub replace: ReplacePolicy,
    /// Whether texts in CSV files are written as they are in the data, also those that a spreadsheet would run.
    pub raw: bool,
    /// Further files for the folder.
    pub further: Vec<FurtherFile<'a>>,
}

/// A file that a result has only where it was asked for.
pub struct FurtherFile<'a> {
    /// One of [`apportion_contract::output::FURTHER_FILES`].
    pub name: &'static str,
    /// Writes its content.
    #[allow(clippy::type_complexity, reason = "a function")]
    pub fill: Box<dyn Fn(&mut dyn Write) -> io::Result<()> + Sync + 'a>,
}

impl fmt::Debug for FurtherFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FurtherFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Everything that is written to the files.
#[derive(Clone, Copy)]
pub(crate) struct Outcome<'a> {
    pub settlement: &'a PeriodView,
    pub tables: &'a Tables,
    pub rules: &'a RuleBook,
    pub rule_files: &'a [FileDigest],
    pub book: &'a Book,
    pub period: Period,
    pub governance: Option<&'a Governance>,
    pub raw: bool,
}

impl<'a> Outcome<'a> {
    fn new(close: &'a Close, raw: bool) -> Self {
        let Close { book, rules, rule_files, tables, settlement, period, governance } = close;
        let governance = governance.as_deref();
        Self { settlement, tables, rules, rule_files, book, period: *period, governance, raw }
    }

    /// Whether a deal closed in the period.
    fn has_deal(&self, deal: DealIx) -> bool {
        let (calendar, day) = (self.book.calendar(), self.tables.deals.close_date[deal]);
        calendar.first_day(self.period) <= day && day <= calendar.last_day(self.period)
    }

    /// A text of the data as a cell of a CSV file.
    fn cell<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.raw { Cow::Borrowed(text) } else { guarded(text) }
    }
}

/// Writes the result of a close into the folder `out` of this machine, as [`write_in`] does. It replaces an earlier result of
/// the same book and period.
///
/// # Errors
///
/// As [`write_in`].
pub fn write(out: &Path, close: &Close) -> Result<ResultReceipt, Diagnostic> {
    let disk: Arc<dyn Store> = Arc::new(Disk);
    write_in(&disk, out, close, &WriteOptions::default())
}

/// Writes the result of a close into the folder `out` of a store, replacing an earlier result there as a whole.
///
/// # Errors
///
/// `does-not-add-up` and `unsorted-lines` where the settlement contradicts itself (a fault of ours: nothing is
/// written), `not-a-result` where `out` holds something that no run wrote, `other-result` where it holds a result that may not be
/// replaced, `project-file` where the close was computed from files in it, `result-in-use` where another run is writing
/// there, and `cannot-write` where the disk says no. In every case `out` is left as it was, or the message says where that is.
pub fn write_in(
    store: &Arc<dyn Store>,
    out: &Path,
    close: &Close,
    options: &WriteOptions<'_>,
) -> Result<ResultReceipt, Diagnostic> {
    write_outcome(store, out, Outcome::new(close, options.raw), options)
}

/// What the result of a period says of itself.
pub fn own_result(book: &Book, period: Period) -> OwnResult {
    OwnResult { period: period.to_string(), book: book.name.clone() }
}

fn write_outcome(
    store: &Arc<dyn Store>,
    out: &Path,
    result: Outcome<'_>,
    options: &WriteOptions<'_>,
) -> Result<ResultReceipt, Diagnostic> {
    let files = PeriodFiles::of(result)?;
    let folder = draft(store, out, result, options)?;
    // The lines are most of the work; the texts are written beside them.
    let lines = || folder.file(LINES, |sink| files.write(LINES, sink));
    let (lines, texts) = rayon::join(lines, || texts(&folder, &files));
    publish(folder, files, (lines?, texts?), options)
}

/// Begins a result, unless something speaks against its folder.
fn draft(
    store: &Arc<dyn Store>,
    out: &Path,
    result: Outcome<'_>,
    options: &WriteOptions<'_>,
) -> Result<ResultDraft, Diagnostic> {
    let inputs = result.tables.inputs.iter().map(|input| &input.path);
    let inputs = inputs.chain(result.rule_files.iter().map(|file| &file.path));
    check_inputs(store.as_ref(), out, inputs.map(|path| result.book.root.join(path)))?;
    ResultDraft::create(store, out, own_result(result.book, result.period), options.replace)
}

/// Writes all files but the lines and run.json, side by side: each waits for the disk.
fn texts(folder: &ResultDraft, files: &PeriodFiles<'_>) -> Result<Vec<OutputDigest>, Diagnostic> {
    let texts: Vec<&'static str> = files.all_names().into_iter().filter(|name| *name != LINES).collect();
    let write = |name| folder.file(name, |sink| files.write(name, sink));
    // All of them are tried before one that failed is told, so that it is always the same one.
    let written: Vec<_> = texts.into_par_iter().with_max_len(1).map(write).collect();
    written.into_iter().collect()
}

/// Writes what else was asked for and run.json, and puts the result in its place.
fn publish(
    folder: ResultDraft,
    files: PeriodFiles<'_>,
    (lines, texts): (OutputDigest, Vec<OutputDigest>),
    options: &WriteOptions<'_>,
) -> Result<ResultReceipt, Diagnostic> {
    let mut outputs: Vec<OutputDigest> = std::iter::once(lines).chain(texts).collect();
    for further in &options.further {
        outputs.push(folder.file(further.name, |sink| (further.fill)(sink))?);
    }
    folder.file(RUN, |sink| files.write_manifest(sink, &outputs))?;
    let out = folder.out().to_path_buf();
    let warnings = folder.publish()?;
    let PeriodFiles { sums, reconciliation, .. } = files;
    let payees = sums.payouts.len() as u64;
    Ok(ResultReceipt { folder: out, outputs, reconciliation, payees, warnings })
}

apportion_base::overflow_probe!();
