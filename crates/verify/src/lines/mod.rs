//! lines.parquet, line by line: a thread decodes batch after batch, so that a result of any size needs the memory of
//! a few batches.
//!
//! Texts arrive as dictionaries of a batch; each distinct text is looked up once a batch, not once a line. Deals are mostly different
//! ones, so that theirs arrive as they are.

pub mod amounts;
pub mod applies;
mod batch;
pub mod dates;
mod gates;
mod only;
pub mod order;
pub mod schema;
mod words;

use std::path::Path;
use std::sync::mpsc::sync_channel;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::calendar::Day;
use super::manifest::Terms;
use super::names::{DealNo, Names, PayeeNo, RoleNo, RuleNo};
use super::report::Finding;
use apportion_base::diagnostic;
use apportion_base::diagnostic::Code;
use apportion_base::world::open_regular;
use apportion_contract::{LINES, RuleKind};
pub use batch::Batch;
pub use only::Only;
#[cfg(test)]
pub use words::Given;
pub use words::LineWords;

/// Lines decoded at once.
const BATCH: usize = 1 << 16;
/// Decoded batches that may wait for the proofs.
const WAITING: usize = 4;

/// One line of the file. Amounts are minor units; what is null is `None`.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// The record, from 1.
    pub row: u64,
    /// Its texts, of which what follows has the numbers.
    pub words: LineWords<'a>,
    /// First day of the rule's version.
    pub rule_from: Day,
    /// The rule's kind; `None` where its word is none.
    pub kind: Option<RuleKind>,
    /// How far up, from 1.
    pub level: Option<i32>,
    /// When the deal closed.
    pub close_date: Day,
    /// What the rate is applied to.
    pub basis: Option<i64>,
    /// Hundred-millionths.
    pub rate: Option<i64>,
    /// Billionths.
    pub units: Option<i128>,
    /// Billionths.
    pub units_total: Option<i128>,
    /// The deal's credit in all.
    pub credit_total: Option<i64>,
    /// The deal's pool.
    pub pool: Option<i64>,
    /// The line's credit.
    pub credited: Option<i64>,
    /// The amount before caps.
    pub uncapped: Option<i64>,
    /// The amount.
    pub amount: Option<i64>,
    /// Whether its currency is that of the book.
    pub in_currency: bool,
    /// The number of the payee in [`Ids`].
    pub payee: PayeeNo,
    /// The number of the deal in [`Ids`].
    pub deal: DealNo,
    /// The number of the role in [`Ids`].
    pub role: Option<RoleNo>,
    /// The number in [`Ids`] of the payee whose credit an override pays on.
    pub from_payee: Option<PayeeNo>,
    /// The rule whose line is taken back; the inner is `None` where run.json does not name it.
    pub of_rule: Option<Option<RuleNo>>,
    /// The number of the deal whose line is taken back, in [`Ids`].
    pub of_deal: Option<DealNo>,
    /// The number of the rule in [`Terms::rules`]; `None` where run.json does not name it.
    pub rule: Option<RuleNo>,
}

impl Line<'_> {
    /// The line as findings name it.
    pub fn shown(&self) -> String {
        let words = self.words;
        let (rule, deal, payee) = (words.rule_id(), words.deal_id(), words.payee_id());
        let mut text = format!("rule `{rule}`, deal `{deal}`, payee `{payee}`");
        if let Some(role) = words.role_id() {
            text.push_str(&format!(", role `{role}`"));
        }
        if let Some(from) = words.origin_id() {
            text.push_str(&format!(", from `{from}`"));
        }
        if let Some((rule, deal)) = words.of_rule_id().zip(words.of_deal_id()) {
            text.push_str(&format!(", of rule `{rule}` and deal `{deal}`"));
        }
        text
    }
}

/// The ids seen so far, in the lines and in the other files.
#[derive(Debug, Default)]
pub struct Ids {
    /// Of payees.
    pub payees: Names<PayeeNo>,
    /// Of deals.
    pub deals: Names<DealNo>,
    /// Of roles.
    pub roles: Names<RoleNo>,
}

/// Opens lines.parquet.
///
/// # Errors
/// `unreadable-lines` where it is no Parquet file.
pub fn open(out: &Path) -> Result<ArrowReaderMetadata, Finding> {
    guarded(|| {
        let file = open_regular(&out.join(LINES))?;
        Ok(ArrowReaderMetadata::load(&file, ArrowReaderOptions::new().with_skip_arrow_metadata(true))?)
    })
}

/// Hands every line to `each`, batch after batch in file order. The file has the schema that [`schema::prove`] proved. Returns the
/// number of lines.
///
/// # Errors
/// `unreadable-lines` where a page can't be decoded; the lines before it were handed on.
pub fn scan(out: &Path, terms: &Terms, ids: &mut Ids, each: impl FnMut(&Batch<'_>)) -> Result<u64, Finding> {
    scan_only(out, &Only::default(), terms, ids, each)
}

/// The same of some lines. Their numbers are those that they have among themselves.
///
/// # Errors
/// As [`scan`].
pub fn scan_only(
    out: &Path,
    only: &Only,
    terms: &Terms,
    ids: &mut Ids,
    mut each: impl FnMut(&Batch<'_>),
) -> Result<u64, Finding> {
    let (send, receive) = sync_channel::<Result<RecordBatch, ArrowError>>(WAITING);
    std::thread::scope(|scope| {
        // Goes as soon as a batch is refused: a reader that waits for a place would wait for ever.
        let receive = receive;
        let reader = scope.spawn(|| {
            guarded(move || {
                for batch in reader(out, only, terms)? {
                    // The receiver is gone where a batch before this one was refused.
                    if send.send(batch).is_err() {
                        break;
                    }
                }
                Ok(())
            })
        });
        let mut row = 0;
        for batch in &receive {
            let batch = batch.map_err(unreadable)?;
            if batch::lacks_values(&batch) {
                return Err(null_where_none_can_be());
            }
            let batch = Batch::new(&batch, row, terms, ids).ok_or_else(other_types)?;
            row += batch.rows() as u64;
            each(&batch);
        }
        match reader.join() {
            Ok(done) => done.map(|()| row),
            // Its panics are caught inside, so that this is never reached.
            Err(_) => Err(Finding::new(Code::UnreadableLines, LINES, "the thread that reads it is gone")),
        }
    })
}

fn reader(
    out: &Path,
    only: &Only,
    terms: &Terms,
) -> Result<parquet::arrow::arrow_reader::ParquetRecordBatchReader, ArrowError> {
    let file = open_regular(&out.join(LINES))?;
    let options =
        ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(schema::as_read(terms.digits));
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?;
    Ok(only.applied(builder).with_batch_size(BATCH).build()?)
}

/// Turns the errors and panics of the Parquet reader into findings: damaged files cause both.
fn guarded<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, Finding> {
    match diagnostic::guarded(read) {
        Ok(result) => result.map_err(unreadable),
        Err(reason) => Err(Finding::new(Code::UnreadableLines, LINES, reason)),
    }
}

fn other_types() -> Finding {
    Finding::new(Code::UnreadableLines, LINES, "its columns are not of the types that it declares")
}

/// A file whose schema says that a column is never null can't hold a null there.
fn null_where_none_can_be() -> Finding {
    Finding::new(Code::UnreadableLines, LINES, "a column that is never null is null")
}

fn unreadable(error: ArrowError) -> Finding {
    Finding::new(Code::UnreadableLines, LINES, format!("it can't be decoded: {error}"))
}
