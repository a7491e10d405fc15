//! entries.parquet.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal64Array, Decimal128Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Date32Type, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::entry::{Entry, EntryType, Subject, known_word};
use crate::key::{AdjustmentKey, Key, MaybeName, Name, Names};
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
    let batch = |part| {
        let columns = columns((period, currency), part, names)?;
        Ok::<_, ParquetError>(RecordBatch::try_new(Arc::clone(&schema), columns)?)
    };
    let mut parts = entries.chunks(BATCH);
    let mut next = || parts.next().map(batch).transpose();
    let mut ready = next()?;
    // While a batch is written, the next is made.
    while let Some(batch) = ready {
        let (written, following) = rayon::join(|| writer.write(&batch), &mut next);
        written?;
        ready = following?;
    }
    writer.close()?;
    Ok(())
}

fn columns<'e>(
    (period, currency): (Period, Currency),
    entries: &'e [Entry],
    names: &'e Names,
) -> parquet::errors::Result<Vec<ArrayRef>> {
    let text = |value: &dyn Fn(&'e Entry) -> Option<&'e str>| -> ArrayRef {
        Arc::new(entries.iter().map(value).collect::<StringArray>())
    };
    let same = |text: &str| -> ArrayRef { Arc::new(StringArray::new_repeated(text, entries.len())) };
    let line = |value: &dyn Fn(&Key) -> MaybeName| {
        text(&|entry| match &entry.subject {
            Subject::Line { key, .. } => names.maybe_text(value(key)),
            Subject::Adjustment { .. } => None,
        })
    };
    let scale = i8::try_from(currency.digits()).unwrap_or_default();
    let money = |value: &dyn Fn(&Entry) -> Minor| -> parquet::errors::Result<ArrayRef> {
        let values = Decimal64Array::from_iter_values(entries.iter().map(|entry| value(entry).raw()));
        Ok(Arc::new(values.with_precision_and_scale(DIGITS, scale)?))
    };
    let close_date = |entry: &Entry| match &entry.subject {
        Subject::Line { close_date, .. } => Some(*close_date),
        Subject::Adjustment { .. } => None,
    };
    let rule = |entry: &Entry| match &entry.subject {
        Subject::Line { key, .. } => Some(key.rule),
        Subject::Adjustment { rule, .. } => *rule,
    };
    let deal = |entry: &Entry| match &entry.subject {
        Subject::Line { key, .. } => Some(key.deal),
        Subject::Adjustment { deal, .. } => *deal,
    };
    let adjustment = |entry: &Entry| match &entry.subject {
        Subject::Line { .. } => None,
        Subject::Adjustment { key, .. } => Some(key.adjustment),
    };
    let reason = |entry: &'e Entry| match &entry.subject {
        Subject::Line { .. } => None,
        Subject::Adjustment { reason, .. } => Some(reason.as_str()),
    };
    let mut months: BTreeMap<Period, String> = BTreeMap::new();
    for entry in entries {
        months.entry(entry.of_period).or_insert_with(|| entry.of_period.to_string());
    }
    let of_period: StringArray = entries.iter().map(|entry| months.get(&entry.of_period)).collect();
    Ok(vec![
        same(&period.to_string()),
        text(&|entry| Some(names.text(entry.payee()))),
        text(&|entry| names.maybe_text(rule(entry))),
        text(&|entry| names.maybe_text(deal(entry))),
        line(&|key| key.role),
        line(&|key| key.from_payee),
        line(&|key| key.of_rule),
        line(&|key| key.of_deal),
        text(&|entry| names.maybe_text(adjustment(entry))),
        text(&|entry| entry.kind.as_deref()),
        Arc::new(entries.iter().map(close_date).collect::<Date32Array>()),
        Arc::new(of_period),
        text(&|entry| Some(entry.entry.word())),
        text(&|entry| Some(&entry.cause)),
        money(&|entry| entry.earned)?,
        money(&|entry| entry.released)?,
        money(&|entry| entry.earned_to_date)?,
        money(&|entry| entry.released_to_date)?,
        same(currency.code()),
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
        entry.kind.as_deref().unwrap_or_default().to_owned(),
        close_date,
        entry.of_period.to_string(),
        entry.entry.word().to_owned(),
        entry.cause.to_string(),
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
        let mut columns = EntryColumns::new(&batch)?;
        entries.reserve(batch.num_rows());
        for row in 0..batch.num_rows() {
            entries.push(columns.entry(row, names)?);
        }
    }
    Ok(entries)
}

/// The columns of a batch.
struct EntryColumns<'b> {
    payee: Remembered<'b, Name>,
    rule: Remembered<'b, Name>,
    deal: Remembered<'b, Name>,
    role: Remembered<'b, Name>,
    from_payee: Remembered<'b, Name>,
    of_rule: Remembered<'b, Name>,
    of_deal: Remembered<'b, Name>,
    adjustment: Remembered<'b, Name>,
    kind: TextColumn<'b>,
    close_date: Option<&'b Date32Array>,
    of_period: Remembered<'b, Period>,
    entry: TextColumn<'b>,
    cause: TextColumn<'b>,
    earned: MoneyColumn<'b>,
    released: MoneyColumn<'b>,
    earned_to_date: MoneyColumn<'b>,
    released_to_date: MoneyColumn<'b>,
    reason: TextColumn<'b>,
}

impl<'b> EntryColumns<'b> {
    fn new(batch: &'b RecordBatch) -> Result<Self, String> {
        for name in ENTRY_FILE.header() {
            column(batch, name)?;
        }
        let code = |name| Ok::<_, String>(Remembered { column: TextColumn::new(batch, name)?, last: None });
        Ok(Self {
            payee: code("payee_id")?,
            rule: code("rule_id")?,
            deal: code("deal_id")?,
            role: code("role")?,
            from_payee: code("from_payee_id")?,
            of_rule: code("of_rule_id")?,
            of_deal: code("of_deal_id")?,
            adjustment: code("adjustment_id")?,
            kind: TextColumn::new(batch, "kind")?,
            close_date: column(batch, "close_date")?.as_primitive_opt::<Date32Type>(),
            of_period: Remembered { column: TextColumn::new(batch, "of_period")?, last: None },
            entry: TextColumn::new(batch, "entry")?,
            cause: TextColumn::new(batch, "cause")?,
            earned: MoneyColumn::new(batch, "earned")?,
            released: MoneyColumn::new(batch, "released")?,
            earned_to_date: MoneyColumn::new(batch, "earned_to_date")?,
            released_to_date: MoneyColumn::new(batch, "released_to_date")?,
            reason: TextColumn::new(batch, "reason")?,
        })
    }

    fn entry(&mut self, row: usize, names: &mut Names) -> Result<Entry, String> {
        let payee = self.payee.needed(row, |id| Ok(names.code(id)))?;
        let mut code = |column: &mut Remembered<'b, Name>| column.get(row, |id| Ok(names.code(id)));
        let subject = match code(&mut self.adjustment)? {
            Some(adjustment) => Subject::Adjustment {
                key: AdjustmentKey { adjustment, payee },
                deal: code(&mut self.deal)?,
                rule: code(&mut self.rule)?,
                reason: self.reason.get(row).unwrap_or_default().to_owned(),
            },
            None => Subject::Line {
                key: Key {
                    payee,
                    rule: code(&mut self.rule)?.ok_or_else(|| self.rule.column.is_empty(row))?,
                    deal: code(&mut self.deal)?.ok_or_else(|| self.deal.column.is_empty(row))?,
                    role: code(&mut self.role)?,
                    from_payee: code(&mut self.from_payee)?,
                    of_rule: code(&mut self.of_rule)?,
                    of_deal: code(&mut self.of_deal)?,
                },
                close_date: self
                    .close_date
                    .filter(|days| days.is_valid(row))
                    .map(|days| days.value(row))
                    .ok_or_else(|| format!("`close_date` of row {} is empty", row + 1))?,
            },
        };
        let month = |text: &str| Period::parse(text).ok_or_else(|| format!("\"{text}\" is no month"));
        let word = self.entry.needed(row)?;
        Ok(Entry {
            subject,
            kind: self.kind.get(row).map(known_word),
            of_period: self.of_period.needed(row, month)?,
            entry: EntryType::from_word(word).ok_or_else(|| format!("there is no entry `{word}`"))?,
            cause: known_word(self.cause.needed(row)?),
            earned: self.earned.get(row)?,
            released: self.released.get(row)?,
            earned_to_date: self.earned_to_date.get(row)?,
            released_to_date: self.released_to_date.get(row)?,
        })
    }
}

fn column<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef, String> {
    batch.column_by_name(name).ok_or_else(|| format!("it has no column `{name}`"))
}

/// A column of texts.
#[derive(Clone, Copy)]
pub(super) struct TextColumn<'b> {
    name: &'static str,
    texts: &'b StringArray,
}

impl<'b> TextColumn<'b> {
    pub(super) fn new(batch: &'b RecordBatch, name: &'static str) -> Result<Self, String> {
        let texts = column(batch, name)?.as_string_opt::<i32>();
        Ok(Self { name, texts: texts.ok_or_else(|| format!("its column `{name}` has no texts"))? })
    }

    pub(super) fn get(&self, row: usize) -> Option<&'b str> {
        self.texts.is_valid(row).then(|| self.texts.value(row))
    }

    pub(super) fn needed(&self, row: usize) -> Result<&'b str, String> {
        self.get(row).ok_or_else(|| self.is_empty(row))
    }

    fn is_empty(&self, row: usize) -> String {
        format!("`{}` of row {} is empty", self.name, row + 1)
    }
}

/// A column whose cells mean something else than their text; most repeat the cell above them, whose meaning is remembered.
struct Remembered<'b, T> {
    column: TextColumn<'b>,
    last: Option<(&'b str, T)>,
}

impl<'b, T: Copy> Remembered<'b, T> {
    fn get(
        &mut self,
        row: usize,
        meaning: impl FnOnce(&'b str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        let Some(text) = self.column.get(row) else { return Ok(None) };
        if let Some((last, known)) = self.last
            && last == text
        {
            return Ok(Some(known));
        }
        let found = meaning(text)?;
        self.last = Some((text, found));
        Ok(Some(found))
    }

    fn needed(
        &mut self,
        row: usize,
        meaning: impl FnOnce(&'b str) -> Result<T, String>,
    ) -> Result<T, String> {
        self.get(row, meaning)?.ok_or_else(|| self.column.is_empty(row))
    }
}

/// A column of amounts.
pub(super) enum MoneyColumn<'b> {
    Narrow(&'b Decimal64Array),
    Wide(&'b Decimal128Array),
}

impl<'b> MoneyColumn<'b> {
    pub(super) fn new(batch: &'b RecordBatch, name: &str) -> Result<Self, String> {
        let array = column(batch, name)?;
        match array.data_type() {
            DataType::Decimal64(..) => Ok(Self::Narrow(array.as_primitive())),
            DataType::Decimal128(..) => Ok(Self::Wide(array.as_primitive())),
            _ => Err(format!("its column `{name}` has no amounts")),
        }
    }

    pub(super) fn get(&self, row: usize) -> Result<Minor, String> {
        let minor = match self {
            Self::Narrow(array) => array.value(row).into(),
            Self::Wide(array) => array.value(row),
        };
        Minor::from_wide(minor).map_err(|error| error.to_string())
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
            kind: Some("stipend".into()),
            of_period: month,
            entry,
            cause: "new".into(),
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
