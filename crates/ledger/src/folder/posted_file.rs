//! entries.parquet as a close reads those of earlier closes: what they posted, and not what is said of it beside. A ledger has many
//! more entries than a close has, so texts that repeat are looked up once for each dictionary of the file and not for each row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, DictionaryArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::ParquetMetaData;

use super::entries_file::{MoneyColumn, TextColumn};
use crate::entry::known_word;
use crate::key::{AdjustmentKey, Key, MaybeName, Name, Names};
use crate::posted::{LastOfDeal, PostedAdjustment, PostedEntries, PostedKey};
use apportion_book::Period;
use apportion_contract::output::ledger::ENTRY_FILE;
use apportion_rules::Kind;

/// Rows that are read together: few, so that the memory of a batch is that of the one before.
const BATCH: usize = 1 << 13;

/// Columns with few texts.
const REPEATED: [&str; 9] = [
    "payee_id",
    "rule_id",
    "role",
    "from_payee_id",
    "of_rule_id",
    "of_deal_id",
    "kind",
    "of_period",
    "cause",
];

/// The other columns that are read.
const OTHERS: [&str; 6] = ["deal_id", "adjustment_id", "close_date", "earned", "released", "reason"];

/// Adds the entries of the close of a month, which has to be a later one than those before.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_posted(
    bytes: Vec<u8>,
    closed_in: Period,
    names: &mut Names,
    posted: &mut PostedEntries,
) -> Result<(), String> {
    let bytes = Bytes::from(bytes);
    let no_file = |error| format!("it is no Parquet file of entries: {error}");
    let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new()).map_err(no_file)?;
    if let Some(name) = ENTRY_FILE.header().find(|name| metadata.schema().field_with_name(name).is_err()) {
        return Err(format!("it has no column `{name}`"));
    }
    let options = ArrowReaderOptions::new().with_schema(Arc::new(with_dictionaries(metadata.schema())));
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).map_err(no_file)?;
    let read = REPEATED.into_iter().chain(OTHERS).filter(|name| !is_empty(metadata.metadata(), name));
    let mask = ProjectionMask::columns(metadata.parquet_schema(), read);
    // What a file says of itself is no reason to ask for more memory than it can need.
    let rows = usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or_default();
    let rows = rows.min(bytes.len());
    posted.reserve(rows);
    names.reserve(rows);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, metadata)
        .with_projection(mask)
        .with_batch_size(BATCH)
        .build()
        .map_err(no_file)?;
    let mut known = KnownTexts::default();
    for batch in reader {
        let batch = batch.map_err(|error| format!("it is damaged: {error}"))?;
        let columns = PostedColumns::new(&batch, names, &mut known)?;
        let mut last_deal = None;
        for row in 0..batch.num_rows() {
            columns.add(row, (closed_in, &mut last_deal), names, posted)?;
        }
    }
    Ok(())
}

/// Whether a column has nothing but nulls: many entries take nothing back and are nobody's adjustment.
fn is_empty(metadata: &ParquetMetaData, name: &str) -> bool {
    metadata.row_groups().iter().all(|rows| {
        let mut columns = rows.columns().iter();
        let column = columns.find(|column| column.column_path().string() == name);
        let nulls = column.and_then(|column| column.statistics()?.null_count_opt());
        nulls == u64::try_from(rows.num_rows()).ok()
    })
}

/// The same columns, those with few texts as dictionaries.
fn with_dictionaries(schema: &Schema) -> Schema {
    let field = |field: &Arc<Field>| {
        let is_text = *field.data_type() == DataType::Utf8;
        if !is_text || !REPEATED.contains(&field.name().as_str()) {
            return Arc::clone(field);
        }
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        Arc::new(field.as_ref().clone().with_data_type(dictionary))
    };
    Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>())
}

/// What the texts of dictionaries mean, of each column. A dictionary goes on over many batches.
#[derive(Default)]
struct KnownTexts {
    names: [Meanings<Name>; 8],
    months: Meanings<Period>,
}

/// What the texts of a dictionary mean.
struct Meanings<T> {
    texts: Option<ArrayRef>,
    meanings: Vec<T>,
}

impl<T> Default for Meanings<T> {
    fn default() -> Self {
        Self { texts: None, meanings: Vec::new() }
    }
}

impl<T: Copy> Meanings<T> {
    /// Looks all texts of a column up, unless they are those of the batch before.
    fn learn<'b>(
        &'b mut self,
        batch: &'b RecordBatch,
        name: &'static str,
        meaning: impl FnMut(&str) -> Result<T, String>,
    ) -> Result<Meant<'b, T>, String> {
        let no_texts = || format!("its column `{name}` has no texts");
        let Some(column) = batch.column_by_name(name) else {
            return Ok(Meant { name, column: None, meanings: &[] });
        };
        let column = column.as_dictionary_opt::<Int32Type>().ok_or_else(no_texts)?;
        let is_known = self.texts.as_ref().is_some_and(|texts| Arc::ptr_eq(texts, column.values()));
        if !is_known {
            let texts = column.values().as_string_opt::<i32>().ok_or_else(no_texts)?;
            self.meanings =
                texts.iter().map(Option::unwrap_or_default).map(meaning).collect::<Result<_, _>>()?;
            self.texts = Some(Arc::clone(column.values()));
        }
        Ok(Meant { name, column: Some(column), meanings: &self.meanings })
    }
}

/// A column whose texts mean something; none where all are null.
struct Meant<'b, T> {
    name: &'static str,
    column: Option<&'b DictionaryArray<Int32Type>>,
    meanings: &'b [T],
}

impl<T: Copy> Meant<'_, T> {
    fn get(&self, row: usize) -> Option<T> {
        self.column?.key(row).map(|key| self.meanings[key])
    }

    fn needed(&self, row: usize) -> Result<T, String> {
        self.get(row).ok_or_else(|| format!("`{}` of row {} is empty", self.name, row + 1))
    }
}

/// The columns of a batch.
struct PostedColumns<'b> {
    payee: Meant<'b, Name>,
    rule: Meant<'b, Name>,
    deal: Option<TextColumn<'b>>,
    role: Meant<'b, Name>,
    from_payee: Meant<'b, Name>,
    of_rule: Meant<'b, Name>,
    of_deal: Meant<'b, Name>,
    adjustment: Option<TextColumn<'b>>,
    kind: Meant<'b, Name>,
    close_date: Option<&'b Date32Array>,
    of_period: Meant<'b, Period>,
    cause: Meant<'b, Name>,
    earned: MoneyColumn<'b>,
    released: MoneyColumn<'b>,
    reason: Option<TextColumn<'b>>,
}

impl<'b> PostedColumns<'b> {
    fn new(batch: &'b RecordBatch, names: &mut Names, known: &'b mut KnownTexts) -> Result<Self, String> {
        let KnownTexts { names: of_names, months } = known;
        let mut of_names = of_names.iter_mut();
        let mut code = |name: &'static str| {
            let known = of_names.next().ok_or_else(|| format!("its column `{name}` is one too many"))?;
            known.learn(batch, name, |text| Ok(names.code(text)))
        };
        let texts = |name| match batch.column_by_name(name) {
            None => Ok(None),
            Some(_) => TextColumn::new(batch, name).map(Some),
        };
        let month = |text: &str| Period::parse(text).ok_or_else(|| format!("\"{text}\" is no month"));
        Ok(Self {
            payee: code("payee_id")?,
            rule: code("rule_id")?,
            deal: texts("deal_id")?,
            role: code("role")?,
            from_payee: code("from_payee_id")?,
            of_rule: code("of_rule_id")?,
            of_deal: code("of_deal_id")?,
            adjustment: texts("adjustment_id")?,
            kind: code("kind")?,
            close_date: batch.column_by_name("close_date").and_then(|days| days.as_primitive_opt()),
            of_period: months.learn(batch, "of_period", month)?,
            cause: code("cause")?,
            earned: MoneyColumn::new(batch, "earned")?,
            released: MoneyColumn::new(batch, "released")?,
            reason: texts("reason")?,
        })
    }

    /// Adds what the entry of a row posts. `last_deal` is that of the row before: lines of a deal often follow each other.
    fn add(
        &self,
        row: usize,
        (closed_in, last_deal): (Period, &mut Option<(&'b str, Name)>),
        names: &mut Names,
        posted: &mut PostedEntries,
    ) -> Result<(), String> {
        let payee = self.payee.needed(row)?;
        let of_period = self.of_period.needed(row)?;
        let earned = self.earned.get(row)?;
        let text = |column: &Option<TextColumn<'b>>| column.and_then(|column| column.get(row));
        if let Some(adjustment) = text(&self.adjustment) {
            let key = AdjustmentKey { adjustment: names.code(adjustment), payee };
            let entry = PostedAdjustment {
                amount: earned,
                kind: self.kind.get(row).map(|kind| known_word(names.text(kind))),
                of_period,
                closed_in,
                reason: text(&self.reason).unwrap_or_default().to_owned(),
                deal: text(&self.deal).map(|deal| names.code(deal)),
                rule: self.rule.get(row),
            };
            return posted.add_adjustment(key, entry).map_err(|error| error.to_string());
        }
        let deal_id = text(&self.deal).ok_or_else(|| format!("`deal_id` of row {} is empty", row + 1))?;
        let deal = match *last_deal {
            Some((last, code)) if last == deal_id => code,
            _ => names.code(deal_id),
        };
        *last_deal = Some((deal_id, deal));
        let key = Key {
            payee,
            rule: self.rule.needed(row)?,
            deal,
            role: self.role.get(row),
            from_payee: self.from_payee.get(row),
            of_rule: self.of_rule.get(row),
            of_deal: self.of_deal.get(row),
        };
        let close_date = self.close_date.filter(|days| days.is_valid(row)).map(|days| days.value(row));
        let close_date = close_date.ok_or_else(|| format!("`close_date` of row {} is empty", row + 1))?;
        let kind: MaybeName = self.kind.get(row);
        let cause = self.cause.needed(row)?;
        let entry = PostedKey { key, earned, released: self.released.get(row)?, kind, cause };
        let last = LastOfDeal { close_date, of_period };
        if names.maybe_text(kind) == Some(Kind::Milestone.word()) {
            posted.add_milestone(entry, last);
        } else {
            posted.add_line(entry, last);
        }
        Ok(())
    }
}
