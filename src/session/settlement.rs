//! A settled period: its payouts, its lines, and writing them.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;

use apportion_base::money::format_scaled;
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_contract::output::{LINES_CSV, LINES_XLSX};
use apportion_documents::lines::{LinesFormat, write_csv, write_xlsx};
use apportion_engine::project::Close;
use apportion_results::{
    self as results, FurtherFile, Reconciliation, ReplacePolicy, ResultReceipt, Sums, WriteOptions,
};

use crate::Error;

/// A period, settled: who gets how much, line by line, and everything that it rests on.
#[derive(Debug, Clone)]
pub struct Settlement {
    close: Close,
}

/// Lines that are written as CSV or into a workbook at a time.
const BATCH_ROWS: usize = 1 << 16;

/// How a result is written.
#[derive(Debug, Clone, Default)]
pub struct Writing {
    /// Which earlier result it may replace.
    pub replace: ReplacePolicy,
    /// Whether texts in CSV files are written as they are in the data, also those that a spreadsheet would run as a formula.
    pub raw: bool,
    /// Files of lines for people, beside lines.parquet.
    pub lines: Vec<LinesFormat>,
    /// Bytes of memory that a [run](super::Session::write_result) may take for what does not have to be there as a whole; `None` is half of
    /// what the machine has, where it says so.
    pub memory: Option<u64>,
}

impl Writing {
    /// Without further files.
    pub(super) fn options(&self) -> WriteOptions<'static> {
        WriteOptions { replace: self.replace, raw: self.raw, further: Vec::new() }
    }
}

/// An amount in minor units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount {
    /// Minor units: cents, where the currency has 2 digits.
    pub minor: i128,
    /// Digits of the minor unit.
    pub digits: u32,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_scaled(self.minor, self.digits))
    }
}

/// What a payee is paid for the period, over all rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payout<'a> {
    /// The `payee_id`.
    pub payee_id: &'a str,
    /// The payee's name; empty where the data have none.
    pub name: &'a str,
    /// In the book's currency.
    pub amount: Amount,
}

/// A result that was written, and what it rests on but the lines of payees.
#[derive(Debug)]
pub struct WrittenResult {
    close: Close,
    receipt: ResultReceipt,
}

impl WrittenResult {
    pub(super) fn new((close, receipt): (Close, ResultReceipt)) -> Self {
        Self { close, receipt }
    }

    /// The book, the rules, the tables and the totals. Whether it has lines is not said: lines.parquet has them.
    pub(crate) fn as_close(&self) -> &Close {
        &self.close
    }

    /// What was written, and where.
    pub fn receipt(&self) -> &ResultReceipt {
        &self.receipt
    }
}

impl Settlement {
    pub(super) fn new(close: Close) -> Self {
        Self { close }
    }

    /// The period.
    pub fn period(&self) -> Period {
        self.close.period
    }

    /// The book, the rules, the tables and the lines by their indices.
    pub fn as_close(&self) -> &Close {
        &self.close
    }

    /// Every payee with an amount, also one of 0, in byte order of `payee_id`.
    ///
    /// # Errors
    ///
    /// A settlement that contradicts itself: a fault of ours.
    pub fn payouts(&self) -> Result<Vec<Payout<'_>>, Error> {
        let Close { book, tables, .. } = &self.close;
        let digits = book.currency.digits();
        let sums = self.sums()?;
        let payout = |payout: &results::Payout| Payout {
            payee_id: tables.payees.id(payout.payee),
            name: results::payee_name(tables, payout.payee),
            amount: Amount { minor: payout.amount, digits },
        };
        Ok(sums.payouts.iter().map(payout).collect())
    }

    /// The payouts as a record batch with the columns of payouts.csv; amounts are decimals.
    ///
    /// # Errors
    ///
    /// As [`Settlement::payouts`], and a sum over 38 digits.
    pub fn payouts_batch(&self) -> Result<RecordBatch, Box<dyn std::error::Error + Send + Sync>> {
        Ok(results::payouts_batch(&self.close, &self.sums()?)?)
    }

    fn sums(&self) -> Result<Sums, Error> {
        Ok(results::sums(&self.close.settlement, &self.close.tables, &self.close.rules)?)
    }

    /// How many lines there are.
    pub fn line_count(&self) -> usize {
        self.close.settlement.lines.len()
    }

    /// All lines as one record batch with the columns and types of lines.parquet.
    ///
    /// # Errors
    ///
    /// More text than a batch can hold, which is 2 GiB a column: [`Settlement::line_batches`] has no such limit.
    pub fn lines(&self) -> Result<RecordBatch, ArrowError> {
        results::lines_batch(&self.close, 0..self.line_count())
    }

    /// The lines as record batches of at most `rows` rows, for where all of them at once would be too many.
    pub fn line_batches(&self, rows: usize) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + '_ {
        let count = self.line_count();
        let rows = rows.max(1);
        (0..count)
            .step_by(rows)
            .map(move |from| results::lines_batch(&self.close, from..count.min(from + rows)))
    }

    /// What became of the won deals of the period that were read, also of those that were rejected or filtered.
    pub fn reconciliation(&self) -> Reconciliation {
        let Close { book, tables, settlement, period, .. } = &self.close;
        Reconciliation::new(settlement, tables, book, *period)
    }

    /// Writes the result into a folder of this machine, whole or not at all: lines.parquet, statements.csv, payouts.csv,
    /// uncredited.csv, rejects.csv, reconciliation.csv and run.json. It replaces an earlier result of the same book and period.
    ///
    /// # Errors
    ///
    /// A folder that is no result or that of another book or period, or one that can't be written.
    pub fn write(&self, folder: impl AsRef<Path>) -> Result<ResultReceipt, Error> {
        Ok(results::write(folder.as_ref(), &self.close)?)
    }

    /// Writes the result into a folder of a store, and says which earlier result it may replace.
    ///
    /// # Errors
    ///
    /// As [`Settlement::write`].
    pub fn write_in(
        &self,
        store: &Arc<dyn Store>,
        folder: impl AsRef<Path>,
        replace: ReplacePolicy,
    ) -> Result<ResultReceipt, Error> {
        self.write_as(store, folder, &Writing { replace, ..Writing::default() })
    }

    /// Writes the result into a folder of a store, with all that can be said of how it is written.
    ///
    /// # Errors
    ///
    /// As [`Settlement::write`].
    pub fn write_as(
        &self,
        store: &Arc<dyn Store>,
        folder: impl AsRef<Path>,
        writing: &Writing,
    ) -> Result<ResultReceipt, Error> {
        let further = |format: &LinesFormat| match format {
            LinesFormat::Csv => FurtherFile {
                name: LINES_CSV,
                fill: Box::new(|out| write_csv(out, self.line_batches(BATCH_ROWS), writing.raw)),
            },
            LinesFormat::Xlsx => FurtherFile {
                name: LINES_XLSX,
                fill: Box::new(|out| write_xlsx(out, self.line_batches(BATCH_ROWS))),
            },
        };
        let mut formats = writing.lines.clone();
        formats.sort_unstable();
        formats.dedup();
        let options = WriteOptions { further: formats.iter().map(further).collect(), ..writing.options() };
        Ok(results::write_in(store, folder.as_ref(), &self.close, &options)?)
    }

    pub(super) fn into_close(self) -> Close {
        self.close
    }
}
