//! entries.parquet.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal64Array, RecordBatch, StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::entry::{Entry, EntryType, Subject};
use crate::key::{AdjustmentKey, Key, Names};
use apportion_base::money::{Currency, Minor};
use apportion_base::{ENGINE, VERSION};
use apportion_book::{Period, display_day};
use apportion_contract::OutputType;
use apportion_contract::output::ledger::ENTRY_FILE;

/// Rows that are written together.
const BATCH: usize = 1 << 16;

/// Digits of an amount.
const DIGITS: u8 = 18;

fn schema(currency: Currency) -> Schema {
    let scale = i8::try_from(currency.digits()).unwrap_or_default();
    let field = |column: &apportion_contract::OutputColumn| {
        let data_type = match column.holds {
            OutputType::Date => DataType::Date32,
            OutputType::Money => DataType::Decimal64(DIGITS, scale),
            _ => DataType::Utf8,
        };
        Field::new(column.name, data_type, column.nullable)
    };
    Schema::new(ENTRY_FILE.columns.iter().map(field).collect::<Vec<_>>())
}

/// Writes entries, which must be in their order.
///
/// # Errors
/// What the system says.
pub fn write_entries(
    out: impl Write + Send,
    (period, currency): (Period, Currency),
    entries: &[Entry],
    names: &Names,
) -> parquet::errors::Result<()> {
    let schema = Arc::new(schema(currency));
    let properties = WriterProperties::builder()
        .set_created_by(format!("{ENGINE} version {VERSION}"))
        .set_compression(Compression::SNAPPY)
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options)?;
    for part in entries.chunks(BATCH) {
        let columns = columns((period, currency), part, names)?;
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
    }
    writer.close()?;
    Ok(())
}

fn columns(
    (period, currency): (Period, Currency),
    entries: &[Entry],
    names: &Names,
) -> parquet::errors::Result<Vec<ArrayRef>> {
    let text = |value: &dyn Fn(&Entry) -> Option<String>| -> ArrayRef {
        Arc::new(entries.iter().map(value).collect::<StringArray>())
    };
    let line = |value: &dyn Fn(&Key) -> Option<String>| {
        text(&|entry: &Entry| match &entry.subject {
            Subject::Line { key, .. } => value(key),
            Subject::Adjustment { .. } => None,
        })
    };
    let own = |name: Option<crate::key::Name>| name.map(|name| names.text(name).to_owned());
    let scale = i8::try_from(currency.digits()).unwrap_or_default();
    let money = |value: &dyn Fn(&Entry) -> Minor| -> parquet::errors::Result<ArrayRef> {
        let values = Decimal64Array::from_iter_values(entries.iter().map(|entry| value(entry).raw()));
        Ok(Arc::new(values.with_precision_and_scale(DIGITS, scale)?))
    };
    let close_date = |entry: &Entry| match &entry.subject {
        Subject::Line { close_date, .. } => Some(*close_date),
        Subject::Adjustment { .. } => None,
    };
    let mut codes = StringBuilder::new();
    entries.iter().for_each(|_| codes.append_value(currency.code()));
    let rule = |entry: &Entry| match &entry.subject {
        Subject::Line { key, .. } => own(Some(key.rule)),
        Subject::Adjustment { rule, .. } => own(*rule),
    };
    let deal = |entry: &Entry| match &entry.subject {
        Subject::Line { key, .. } => own(Some(key.deal)),
        Subject::Adjustment { deal, .. } => own(*deal),
    };
    let adjustment = |entry: &Entry| match &entry.subject {
        Subject::Line { .. } => None,
        Subject::Adjustment { key, .. } => own(Some(key.adjustment)),
    };
    let reason = |entry: &Entry| match &entry.subject {
        Subject::Line { .. } => None,
        Subject::Adjustment { reason, .. } => Some(reason.clone()),
    };
    Ok(vec![
        text(&|_| Some(period.to_string())),
        text(&|entry| own(Some(entry.payee()))),
        text(&rule),
        text(&deal),
        line(&|key| own(key.role)),
        line(&|key| own(key.from_payee)),
        line(&|key| own(key.of_rule)),
        line(&|key| own(key.of_deal)),
        text(&adjustment),
        text(&|entry| entry.kind.clone()),
        Arc::new(entries.iter().map(close_date).collect::<Date32Array>()),
        text(&|entry| Some(entry.of_period.to_string())),
        text(&|entry| Some(entry.entry.word().to_owned())),
        text(&|entry| Some(entry.cause.clone())),
        money(&|entry| entry.earned)?,
        money(&|entry| entry.released)?,
        money(&|entry| entry.earned_to_date)?,
        money(&|entry| entry.released_to_date)?,
        Arc::new(codes.finish()),
        text(&reason),
    ])
}

/// The cells of a row of entries.parquet as texts; `close` is the month that was closed.
pub fn entry_cells(
    close: &str,
    entry: &Entry,
    names: &Names,
    (digits, currency): (u32, &str),
) -> Vec<String> {
    let place = entry.place(names).map(|id| id.unwrap_or_default().to_owned());
    let mut cells = vec![close.to_owned()];
    cells.extend(place);
    let (close_date, reason) = match &entry.subject {
        Subject::Line { close_date, .. } => (display_day(*close_date), String::new()),
        Subject::Adjustment { reason, .. } => (String::new(), reason.clone()),
    };
    cells.extend([
        entry.kind.clone().unwrap_or_default(),
        close_date,
        entry.of_period.to_string(),
        entry.entry.word().to_owned(),
        entry.cause.clone(),
    ]);
    let amounts = [entry.earned, entry.released, entry.earned_to_date, entry.released_to_date];
    cells.extend(amounts.map(|amount| amount.text(digits)));
    cells.extend([currency.to_owned(), reason]);
    cells
}

/// Reads entries again.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_entries(bytes: Vec<u8>, names: &mut Names) -> Result<Vec<Entry>, String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
        .and_then(|builder| builder.with_batch_size(BATCH).build())
        .map_err(|error| format!("it is no Parquet file of entries: {error}"))?;
    let mut entries = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| format!("it is damaged: {error}"))?;
        let columns = EntryColumns::new(&batch)?;
        for row in 0..batch.num_rows() {
            entries.push(columns.entry(row, names)?);
        }
    }
    Ok(entries)
}

/// The columns of a batch, by the names of the file.
struct EntryColumns<'b> {
    batch: &'b RecordBatch,
}

impl<'b> EntryColumns<'b> {
    fn new(batch: &'b RecordBatch) -> Result<Self, String> {
        for name in ENTRY_FILE.header() {
            if batch.column_by_name(name).is_none() {
                return Err(format!("it has no column `{name}`"));
            }
        }
        Ok(Self { batch })
    }

    fn text(&self, name: &str, row: usize) -> Result<Option<&'b str>, String> {
        let column = self.batch.column_by_name(name).ok_or_else(|| format!("it has no column `{name}`"))?;
        let texts =
            column.as_string_opt::<i32>().ok_or_else(|| format!("its column `{name}` has no texts"))?;
        Ok(texts.is_valid(row).then(|| texts.value(row)))
    }

    fn needed(&self, name: &str, row: usize) -> Result<&'b str, String> {
        self.text(name, row)?.ok_or_else(|| format!("`{name}` of row {} is empty", row + 1))
    }

    fn money(&self, name: &str, row: usize) -> Result<Minor, String> {
        let wrong = || format!("its column `{name}` has no amounts");
        let column = self.batch.column_by_name(name).ok_or_else(wrong)?;
        let minor = match column.data_type() {
            DataType::Decimal64(..) => i128::from(column.as_primitive::<Decimal64Type>().value(row)),
            DataType::Decimal128(..) => column.as_primitive::<Decimal128Type>().value(row),
            _ => return Err(wrong()),
        };
        Minor::from_wide(minor).map_err(|error| error.to_string())
    }

    fn period(&self, name: &str, row: usize) -> Result<Period, String> {
        let text = self.needed(name, row)?;
        Period::parse(text).ok_or_else(|| format!("\"{text}\" is no month"))
    }

    fn entry(&self, row: usize, names: &mut Names) -> Result<Entry, String> {
        let payee = names.code(self.needed("payee_id", row)?);
        let subject = match self.text("adjustment_id", row)? {
            Some(id) => Subject::Adjustment {
                key: AdjustmentKey { adjustment: names.code(id), payee },
                deal: names.maybe(self.text("deal_id", row)?),
                rule: names.maybe(self.text("rule_id", row)?),
                reason: self.text("reason", row)?.unwrap_or_default().to_owned(),
            },
            None => {
                let days = self.batch.column_by_name("close_date").filter(|days| days.is_valid(row));
                let days = days.and_then(|days| days.as_primitive_opt::<Date32Type>());
                Subject::Line {
                    key: Key {
                        payee,
                        rule: names.code(self.needed("rule_id", row)?),
                        deal: names.code(self.needed("deal_id", row)?),
                        role: names.maybe(self.text("role", row)?),
                        from_payee: names.maybe(self.text("from_payee_id", row)?),
                        of_rule: names.maybe(self.text("of_rule_id", row)?),
                        of_deal: names.maybe(self.text("of_deal_id", row)?),
                    },
                    close_date: days
                        .map(|days| days.value(row))
                        .ok_or_else(|| format!("`close_date` of row {} is empty", row + 1))?,
                }
            }
        };
        let word = self.needed("entry", row)?;
        Ok(Entry {
            subject,
            kind: self.text("kind", row)?.map(str::to_owned),
            of_period: self.period("of_period", row)?,
            entry: EntryType::from_word(word).ok_or_else(|| format!("there is no entry `{word}`"))?,
            cause: self.needed("cause", row)?.to_owned(),
            earned: self.money("earned", row)?,
            released: self.money("released", row)?,
            earned_to_date: self.money("earned_to_date", row)?,
            released_to_date: self.money("released_to_date", row)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut names = Names::default();
        let key = Key {
            payee: names.code("P-1"),
            rule: names.code("r"),
            deal: names.code("D-1"),
            role: names.maybe(Some("sourced")),
            from_payee: None,
            of_rule: names.maybe(Some("of")),
            of_deal: names.maybe(Some("D-0")),
        };
        let month = Period::parse("2026-01").expect("a month");
        let entry = |subject, entry| Entry {
            subject,
            kind: Some("stipend".to_owned()),
            of_period: month,
            entry,
            cause: "new".to_owned(),
            earned: Minor::new(-150),
            released: Minor::new(-75),
            earned_to_date: Minor::new(5),
            released_to_date: Minor::MAX,
        };
        let adjustment = AdjustmentKey { adjustment: names.code("A-1"), payee: key.payee };
        let entries = vec![
            entry(Subject::Line { key, close_date: 20_454 }, EntryType::New),
            entry(
                Subject::Adjustment { key: adjustment, deal: None, rule: None, reason: "why".to_owned() },
                EntryType::Adjustment,
            ),
        ];
        let mut bytes = Vec::new();
        let currency = Currency::from_code("USD").expect("a currency");
        write_entries(&mut bytes, (month, currency), &entries, &names).expect("it is written");
        assert_eq!(read_entries(bytes.clone(), &mut names), Ok(entries));
        bytes.truncate(bytes.len() / 2);
        assert!(read_entries(bytes, &mut names).is_err());
    }
}
