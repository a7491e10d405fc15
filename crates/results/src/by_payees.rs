//! A result whose payees are paid some at a time: their lines are added up, go into lines.parquet, and are forgotten. The bytes are those
//! of a result whose lines are all in memory.

use std::io;
use std::path::Path;
use std::sync::Arc;

use parquet::errors::ParquetError;

use super::lines::{LineSource, LineWriter};
use super::period::Found;
use super::{
    CRATES, LINES, Outcome, PeriodFiles, ResultReceipt, WriteOptions, draft, publish, texts, write_in,
};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::store::Store;
use apportion_engine::project::{Close, CreditedPeriod};
use apportion_engine::settle::{PeriodView, Portions};

/// Pays a period and writes its result as [`write_in`](super::write_in) does, without the files of [`WriteOptions::further`], which need
/// all lines. Gives the period as well, without lines where they were never together.
///
/// # Errors
///
/// As [`write_in`](super::write_in), and a number that can't be held.
pub fn write_credited(
    store: &Arc<dyn Store>,
    out: &Path,
    CreditedPeriod { close, stage_one }: CreditedPeriod,
    portions: &Portions,
    options: &WriteOptions<'_>,
) -> Result<(Close, ResultReceipt), Vec<Diagnostic>> {
    let all_of = |refused: Diagnostic| vec![refused];
    let Some(stage_one) = stage_one else {
        let receipt = write_in(store, out, &close, options).map_err(all_of)?;
        return Ok((close, receipt));
    };
    CRATES.check().map_err(all_of)?;
    let (rules, tables) = (Arc::clone(&close.rules), Arc::clone(&close.tables));
    let (book, period) = (&close.book, close.period);
    let outcome = Outcome::new(&close, options.raw);
    let folder = draft(store, out, outcome, options).map_err(all_of)?;
    let unwritten = |error: ParquetError| folder.cannot_write(LINES, &io::Error::other(error));

    let mut sink = folder.begin(LINES).map_err(all_of)?;
    let source = LineSource::new(&outcome);
    let mut writer = LineWriter::new(&source, &mut sink).map_err(|error| all_of(unwritten(error)))?;
    let mut found = Found::new(&tables, &rules);
    let each = |view: &PeriodView| {
        found.add(view)?;
        writer.push(&view.lines).map_err(unwritten)
    };
    let settlement = stage_one.pay((book, &tables, &rules), period, portions.lines, each)?;
    writer.close().map_err(|error| all_of(unwritten(error)))?;
    let written = folder.end(LINES, sink).map_err(all_of)?;

    let close = Close { settlement, ..close };
    let files = PeriodFiles::of_found(Outcome::new(&close, options.raw), found).map_err(all_of)?;
    let texts = texts(&folder, &files).map_err(all_of)?;
    let receipt = publish(folder, files, (written, texts), options).map_err(all_of)?;
    Ok((close, receipt))
}
