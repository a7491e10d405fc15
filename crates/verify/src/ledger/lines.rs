//! What a close posted, held against its lines: those of the month, and those of closed months as they are now.

use std::collections::BTreeMap;
use std::fs::File;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::closes::Close;
use super::entries::{Entry, amount, key};
use super::{Evidence, LineKey, Running, wrong};
use crate::folder::cannot_read;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::format_scaled;
use apportion_contract::LINES;
use apportion_contract::output::ledger::{ENTRIES, LINES_RESTATED};

/// A line that takes back another one.
#[derive(Debug)]
pub struct TakingLine {
    pub key: LineKey,
    /// What was paid of the line that it takes back.
    pub basis: i128,
    /// The part that it takes, in hundred-millionths.
    pub rate: i128,
    pub amount: i128,
}

/// Proves that entries and lines of a close say the same. The deals of `running` are those that had entries before it. Gives the lines
/// of the month that take back others.
pub fn prove(
    close: &Close,
    entries: &[Entry],
    running: &Running,
    evidence: &mut Evidence,
) -> Result<Vec<TakingLine>, Diagnostic> {
    let mut taking = Vec::new();
    let mut of_key: BTreeMap<&LineKey, &Entry> = BTreeMap::new();
    of_key.extend(entries.iter().filter(|entry| entry.is_line()).map(|entry| (&entry.key, entry)));
    let shown = |minor: i128| format_scaled(minor, close.digits);
    for (file, word) in [(LINES, "new"), (LINES_RESTATED, "true-up")] {
        let lines = match read(close, file)? {
            Ok((lines, of_file)) => {
                if word == "new" {
                    taking = of_file;
                }
                lines
            }
            Err(why) => {
                evidence.lines.push(wrong(close, file, why));
                continue;
            }
        };
        evidence.counts[4] += lines.len() as u64;
        for (key, line) in &lines {
            let Some(line) = *line else { continue };
            let name = || format!("the line of `{}` under `{}` on `{}`", key[0], key[1], key[2]);
            match of_key.get(key) {
                Some(entry) if entry.entry != word => {
                    evidence.lines.push(wrong(
                        close,
                        file,
                        format!("{} has an entry of another month", name()),
                    ));
                }
                Some(entry) if entry.cause == "acceptance" => {}
                Some(entry) if entry.earned != 0 && entry.earned_to_date != line => {
                    let finding = wrong(close, file, format!("{} is not what is posted", name()));
                    evidence.lines.push(finding.numbers(shown(line), shown(entry.earned_to_date)));
                }
                Some(_) => {}
                None if word == "true-up" => {
                    evidence.lines.push(wrong(close, file, format!("{} has no entry", name())));
                }
                // A deal that was posted before may keep what was posted.
                None if running.deals.contains(&key[2]) => {}
                None => {
                    let posted = running.keys.get(key).map_or(0, |posted| posted.earned);
                    if posted != line {
                        let finding = wrong(close, file, format!("{} is not posted", name()));
                        evidence.lines.push(finding.numbers(shown(line), shown(posted)));
                    }
                }
            }
        }
        for entry in of_key.values().filter(|entry| entry.entry == word && entry.earned != 0) {
            if !lines.contains_key(&entry.key) && entry.earned_to_date != 0 {
                let key = &entry.key;
                let message =
                    format!("`{}` has an amount under `{}` on `{}` without a line", key[0], key[1], key[2]);
                evidence.lines.push(wrong(close, ENTRIES, message));
            }
        }
    }
    Ok(taking)
}

/// The lines of a file, with the amount of those that pay.
type Lines = BTreeMap<LineKey, Option<i128>>;

/// The lines of a file, and those of them that take back others.
fn read(close: &Close, name: &str) -> Result<Result<(Lines, Vec<TakingLine>), String>, Diagnostic> {
    let path = close.folder.join(name);
    let file = File::open(&path).map_err(|error| cannot_read(&path, &error))?;
    let read = || -> Result<(Lines, Vec<TakingLine>), String> {
        let unreadable = |error: String| format!("it can't be read: {error}");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(|builder| builder.build())
            .map_err(|error| unreadable(error.to_string()))?;
        let (mut lines, mut taking) = (Lines::new(), Vec::new());
        for batch in reader {
            let batch = batch.map_err(|error| unreadable(error.to_string()))?;
            for row in 0..batch.num_rows() {
                let key = key(&batch, row)?;
                let number = |name: &str| amount(&batch, name, row);
                if !key[6].is_empty() {
                    let filled = |name: &str| Ok::<_, String>(number(name)?.unwrap_or_default());
                    let (basis, rate, amount) = (filled("basis")?, filled("rate")?, filled("amount")?);
                    taking.push(TakingLine { key: key.clone(), basis, rate, amount });
                }
                lines.insert(key, number("amount")?);
            }
        }
        Ok((lines, taking))
    };
    Ok(read())
}
