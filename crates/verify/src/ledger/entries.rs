//! The entries of a close: their order, what each adds to what was posted, and what their words say.

use std::fs::File;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::closes::Close;
use super::{Evidence, LineKey, Running, wrong};
use crate::calendar::Day;
use crate::folder::cannot_read;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::{fits_digits, format_scaled};
use apportion_contract::output::ledger::{ENTRIES, ENTRY_FILE};

/// An amount has so many digits at most.
const AMOUNT_DIGITS: u32 = 18;

/// An entry, as its file has it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Payee, rule, deal, role, from_payee, of_rule, of_deal.
    pub key: LineKey,
    /// Empty for a line.
    pub adjustment: String,
    /// Of the rule; empty where there is none.
    pub kind: String,
    pub of_period: String,
    pub entry: String,
    pub cause: String,
    pub earned: i128,
    pub released: i128,
    pub earned_to_date: i128,
    pub released_to_date: i128,
}

impl Entry {
    /// Whether it is of a line.
    pub fn is_line(&self) -> bool {
        self.adjustment.is_empty()
    }
}

/// Proves the entries of a close, and adds them to what was posted.
pub fn prove(
    close: &Close,
    running: &mut Running,
    evidence: &mut Evidence,
) -> Result<Vec<Entry>, Diagnostic> {
    let entries = match read(close)? {
        Ok(entries) => entries,
        Err(why) => {
            evidence.entries.push(wrong(close, ENTRIES, why));
            return Ok(Vec::new());
        }
    };
    evidence.counts[0] += entries.len() as u64;
    let mut before: Option<(LineKey, String)> = None;
    for (row, entry) in (1..).zip(&entries) {
        let place = (entry.key.clone(), entry.adjustment.clone());
        if before.as_ref().is_some_and(|before| *before >= place) {
            let finding = wrong(close, ENTRIES, "it comes after an entry that it should precede or equals");
            evidence.entries.push(finding.row(row));
        }
        before = Some(place);
        for message in words(close, entry) {
            evidence.entries.push(wrong(close, ENTRIES, message).row(row));
        }
        add(close, (row, entry), running, evidence);
    }
    Ok(entries)
}

/// What is wrong with an entry by itself.
fn words(close: &Close, entry: &Entry) -> Vec<&'static str> {
    let mut found = Vec::new();
    let own_month = entry.of_period == close.record.period;
    let fits = match entry.entry.as_str() {
        "new" => entry.is_line() && own_month,
        "true-up" => entry.is_line() && !own_month,
        "adjustment" => !entry.is_line(),
        _ => false,
    };
    if !fits {
        found.push("its entry is not that of its month");
    }
    if entry.is_line() && (entry.cause == "release") != (entry.earned == 0) {
        found.push("its cause says that it only releases, or not, and its amount says otherwise");
    }
    if !entry.is_line() && entry.earned != entry.released {
        found.push("an adjustment is held");
    }
    if entry.earned == 0 && entry.released == 0 {
        found.push("it changes nothing");
    }
    if entry.cause.is_empty() {
        found.push("it has no cause");
    }
    // Of an amount nothing below 0 and nothing beyond it may be released.
    let (earned, released) = (entry.earned_to_date, entry.released_to_date);
    let within =
        if earned >= 0 { (0..=earned).contains(&released) } else { (earned..=0).contains(&released) };
    if !within {
        found.push("more is released than earned, or less than nothing");
    }
    found
}

/// The sums after an entry are those before it and the entry.
fn add(close: &Close, (row, entry): (u64, &Entry), running: &mut Running, evidence: &mut Evidence) {
    let shown = |amounts: (i128, i128)| {
        format!("{} and {}", format_scaled(amounts.0, close.digits), format_scaled(amounts.1, close.digits))
    };
    let (earned, released) = if entry.is_line() {
        let posted = running.keys.entry(entry.key.clone()).or_default();
        posted.earned += entry.earned;
        posted.released += entry.released;
        (posted.earned, posted.released)
    } else {
        let key = (entry.adjustment.clone(), entry.key[0].clone());
        let posted = running.adjustments.entry(key).or_default();
        *posted += entry.earned;
        (*posted, *posted)
    };
    let written = (entry.earned_to_date, entry.released_to_date);
    if written != (earned, released) {
        let finding = wrong(close, ENTRIES, "its sums to date are not those of all entries so far");
        evidence.entries.push(finding.row(row).numbers(shown(written), shown((earned, released))));
    }
}

/// Reads the entries; why they can't be read, as the end of a sentence.
fn read(close: &Close) -> Result<Result<Vec<Entry>, String>, Diagnostic> {
    let path = close.folder.join(ENTRIES);
    let file = File::open(&path).map_err(|error| cannot_read(&path, &error))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    let reader = match reader {
        Ok(reader) => reader,
        Err(error) => return Ok(Err(format!("it can't be read: {error}"))),
    };
    let mut entries = Vec::new();
    for batch in reader {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => return Ok(Err(format!("it can't be read: {error}"))),
        };
        if !ENTRY_FILE.header().eq(batch.schema().fields().iter().map(|field| field.name().as_str())) {
            return Ok(Err("the columns are others".to_owned()));
        }
        for row in 0..batch.num_rows() {
            match entry(close, &batch, row) {
                Ok(entry) => entries.push(entry),
                Err(why) => return Ok(Err(format!("entry {}: {why}", entries.len() + 1))),
            }
        }
    }
    Ok(Ok(entries))
}

/// A text of a row; empty where it is null.
pub fn text(batch: &RecordBatch, name: &str, row: usize) -> Result<String, String> {
    let column = batch.column_by_name(name).ok_or_else(|| format!("there is no column {name}"))?;
    let texts = column.as_string_opt::<i32>().ok_or_else(|| format!("{name} has no texts"))?;
    Ok(if texts.is_valid(row) { texts.value(row).to_owned() } else { String::new() })
}

/// An amount of a row; none where it is null.
pub fn amount(batch: &RecordBatch, name: &str, row: usize) -> Result<Option<i128>, String> {
    let column = batch.column_by_name(name).ok_or_else(|| format!("there is no column {name}"))?;
    if column.is_null(row) {
        return Ok(None);
    }
    let value = match column.data_type() {
        DataType::Decimal64(..) => column.as_primitive::<Decimal64Type>().value(row).into(),
        DataType::Decimal128(..) => column.as_primitive::<Decimal128Type>().value(row),
        _ => return Err(format!("{name} has no amounts")),
    };
    if fits_digits(value, AMOUNT_DIGITS) {
        Ok(Some(value))
    } else {
        Err(format!("{name} has more than {AMOUNT_DIGITS} digits"))
    }
}

/// The key of a row of entries or of lines.
pub fn key(batch: &RecordBatch, row: usize) -> Result<LineKey, String> {
    let text = |name: &str| text(batch, name, row);
    Ok([
        text("payee_id")?,
        text("rule_id")?,
        text("deal_id")?,
        text("role")?,
        text("from_payee_id")?,
        text("of_rule_id")?,
        text("of_deal_id")?,
    ])
}

fn entry(close: &Close, batch: &RecordBatch, row: usize) -> Result<Entry, String> {
    let text = |name: &str| text(batch, name, row);
    let needed = |name: &str| amount(batch, name, row)?.ok_or_else(|| format!("{name} is empty"));
    if text("close")? != close.record.period {
        return Err("it is of another close".to_owned());
    }
    if text("currency")? != close.record.book.currency {
        return Err("it is in another currency".to_owned());
    }
    let entry = Entry {
        key: key(batch, row)?,
        adjustment: text("adjustment_id")?,
        kind: text("kind")?,
        of_period: text("of_period")?,
        entry: text("entry")?,
        cause: text("cause")?,
        earned: needed("earned")?,
        released: needed("released")?,
        earned_to_date: needed("earned_to_date")?,
        released_to_date: needed("released_to_date")?,
    };
    let days = batch.column_by_name("close_date").and_then(|days| days.as_primitive_opt::<Date32Type>());
    let day = days.filter(|days| days.is_valid(row)).map(|days| days.value(row));
    if entry.is_line() != day.is_some() {
        return Err("a line has a close date, and an adjustment has none".to_owned());
    }
    if day.is_some_and(|day| !Day(day).to_string().starts_with(&format!("{}-", entry.of_period))) {
        return Err("its close date is not in its month".to_owned());
    }
    Ok(entry)
}
