//! lines.parquet, line by line: decoded batch after batch on a thread of its own, so that a result of any size is read
//! in the memory of a few batches.
//!
//! Texts arrive as dictionaries of a batch; each distinct text is looked up once a batch, not once a line.

pub mod amounts;
pub mod applies;
mod batch;
pub mod dates;
pub mod order;
pub mod schema;

use std::fs::File;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::manifest::Terms;
use super::names::Names;
use super::report::Finding;
use apportion_results::LINES;
use batch::Batch;

/// Lines decoded at once.
const BATCH: usize = 1 << 16;
/// Decoded batches that may wait for the proofs.
const WAITING: usize = 4;

/// The rule of a line that run.json does not name.
pub const UNKNOWN_RULE: u16 = u16::MAX;

/// One line as it stands in the file. Amounts are minor units; what is null is `None`.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// From 1.
    pub row: u64,
    pub payee_id: &'a str,
    pub rule_id: &'a str,
    pub rule_from: i32,
    pub kind: &'a str,
    pub deal_id: &'a str,
    pub role: Option<&'a str>,
    pub from_payee_id: Option<&'a str>,
    pub level: Option<i32>,
    pub close_date: i32,
    pub basis: Option<i64>,
    /// Hundred-millionths.
    pub rate: Option<i64>,
    /// Billionths.
    pub units: Option<i128>,
    pub units_total: Option<i128>,
    pub credit_total: Option<i64>,
    pub pool: Option<i64>,
    pub credited: Option<i64>,
    pub uncapped: Option<i64>,
    pub amount: Option<i64>,
    pub currency: &'a str,
    /// Numbers of the texts in [`Known`]; [`super::names::NONE`] where there is none.
    pub payee: u32,
    pub deal: u32,
    pub role_number: u32,
    pub from_payee: u32,
    /// Index into [`Terms::rules`], or [`UNKNOWN_RULE`].
    pub rule: u16,
}

impl Line<'_> {
    /// The line as it is named in findings.
    pub fn shown(&self) -> String {
        let mut text = format!("rule `{}`, deal `{}`, payee `{}`", self.rule_id, self.deal_id, self.payee_id);
        if let Some(role) = self.role {
            text.push_str(&format!(", role `{role}`"));
        }
        if let Some(from) = self.from_payee_id {
            text.push_str(&format!(", from `{from}`"));
        }
        text
    }
}

/// The texts met so far, in the lines and in the other files.
#[derive(Debug, Default)]
pub struct Known {
    pub payees: Names,
    pub deals: Names,
    pub roles: Names,
}

/// Opens lines.parquet.
///
/// # Errors
/// `unreadable-lines` where it is no Parquet file.
pub fn open(out: &Path) -> Result<ArrowReaderMetadata, Finding> {
    guarded(|| {
        let file = File::open(out.join(LINES))?;
        Ok(ArrowReaderMetadata::load(&file, ArrowReaderOptions::new().with_skip_arrow_metadata(true))?)
    })
}

/// Hands every line to `each`, in file order. `metadata` has the schema that [`schema::prove`] proved. Returns the
/// number of lines.
///
/// # Errors
/// `unreadable-lines` where a page can't be decoded; the lines before it were handed on.
pub fn scan(
    out: &Path,
    terms: &Terms,
    known: &mut Known,
    mut each: impl FnMut(&Line<'_>),
) -> Result<u64, Finding> {
    let (send, receive) = sync_channel::<Result<RecordBatch, ArrowError>>(WAITING);
    std::thread::scope(|scope| {
        // Goes as soon as a batch is refused: a reader that waits for a place would wait for ever.
        let receive = receive;
        let reader = scope.spawn(|| {
            guarded(move || {
                for batch in reader(out, terms)? {
                    // Nobody listens any more where a batch before this one was refused.
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
            let batch = Batch::new(&batch, terms, known).ok_or_else(|| {
                Finding::new("unreadable-lines", LINES, "its columns are not of the types that it declares")
            })?;
            for at in 0..batch.rows {
                row += 1;
                each(&batch.line(at, row));
            }
        }
        match reader.join() {
            Ok(done) => done.map(|()| row),
            // Its panics are caught inside, so that this is never reached.
            Err(_) => Err(Finding::new("unreadable-lines", LINES, "the thread that reads it is gone")),
        }
    })
}

fn reader(
    out: &Path,
    terms: &Terms,
) -> Result<parquet::arrow::arrow_reader::ParquetRecordBatchReader, ArrowError> {
    let file = File::open(out.join(LINES))?;
    let options =
        ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(schema::as_read(terms.digits));
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?;
    Ok(builder.with_batch_size(BATCH).build()?)
}

/// Turns the errors and panics of the Parquet reader into findings: damaged files bring it to both.
fn guarded<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, Finding> {
    match apportion_data::read::guarded(read) {
        Ok(result) => result.map_err(unreadable),
        Err(reason) => Err(Finding::new("unreadable-lines", LINES, reason)),
    }
}

fn unreadable(error: ArrowError) -> Finding {
    Finding::new("unreadable-lines", LINES, format!("it can't be decoded: {error}"))
}
