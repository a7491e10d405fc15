//! lines.parquet: one row a line, with everything it was computed from.
//!
//! Texts are handed to the encoder as dictionaries over the interned ids, so that no string is copied a line; the
//! file itself says plain strings, and no Arrow schema is embedded that would tell readers otherwise. The columns of
//! a row group are encoded in parallel and appended in their order while the next group is being encoded: the bytes
//! do not depend on how many threads did it.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal64Array, Decimal128Array, DictionaryArray, Int32Array, StringArray,
    UInt32Array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, UInt32Type};
use arrow::error::ArrowError;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::{Compression, Encoding};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use super::Outcome;
use super::sink::Sink;
use crate::credit::{Applies, Line, Lines};
use crate::data::NONE;

/// Rows of a row group: few enough to hold its encoded columns in memory twice.
const GROUP_ROWS: usize = 1 << 20;

/// Rows that are made into columns together.
const BLOCK_ROWS: usize = 1 << 15;

/// Digits of a money column and of a rate, and decimals of a rate. Contract, section 5.
const MONEY_DIGITS: u8 = 18;
const RATE_DIGITS: u8 = 18;
const RATE_DECIMALS: i8 = 8;
const UNITS_DIGITS: u8 = 38;
const UNITS_DECIMALS: i8 = 9;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Few texts, many times each.
    Text,
    TextOrNull,
    Payee,
    Deal,
    Date,
    Level,
    Rate,
    Units,
    Money,
}

/// All columns in the file's order, in which [`LineSource::arrays`] gives them.
const COLUMNS: [(&str, Holds); 19] = [
    ("payee_id", Holds::Payee),
    ("rule_id", Holds::Text),
    ("rule_from", Holds::Date),
    ("kind", Holds::Text),
    ("deal_id", Holds::Deal),
    ("role", Holds::TextOrNull),
    ("from_payee_id", Holds::TextOrNull),
    ("level", Holds::Level),
    ("close_date", Holds::Date),
    ("basis", Holds::Money),
    ("rate", Holds::Rate),
    ("units", Holds::Units),
    ("units_total", Holds::Units),
    ("credit_total", Holds::Money),
    ("pool", Holds::Money),
    ("credited", Holds::Money),
    ("uncapped", Holds::Money),
    ("amount", Holds::Money),
    ("currency", Holds::Text),
];

/// Writes all lines.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>) -> io::Result<()> {
    write_groups(sink, outcome, GROUP_ROWS).map_err(io::Error::other)
}

/// The same with row groups of any size, for tests.
pub(super) fn write_groups(sink: &mut Sink, outcome: &Outcome<'_>, group_rows: usize) -> Result<()> {
    let source = LineSource::new(outcome)?;
    let schema = source.schema();
    let parquet_schema = ArrowSchemaConverter::new().convert(&schema)?;
    let mut writer =
        SerializedFileWriter::new(sink, parquet_schema.root_schema_ptr(), Arc::new(properties()))?;
    let factory = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));

    let rows = outcome.settlement.lines.len();
    let mut ready: Option<Vec<ArrowColumnChunk>> = None;
    for (group, start) in (0..rows).step_by(group_rows).enumerate() {
        let columns = factory.create_column_writers(group)?;
        let range = start..rows.min(start + group_rows);
        let last = ready.take();
        let (encoded, appended) =
            rayon::join(|| source.encode(&schema, columns, range), || append(&mut writer, last));
        appended?;
        ready = Some(encoded?);
    }
    append(&mut writer, ready)?;
    writer.close()?;
    Ok(())
}

/// Appends the encoded columns as one row group.
fn append(
    writer: &mut SerializedFileWriter<&mut Sink>,
    columns: Option<Vec<ArrowColumnChunk>>,
) -> Result<()> {
    let Some(columns) = columns else { return Ok(()) };
    let mut group = writer.next_row_group()?;
    for column in columns {
        column.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}

/// How the columns are encoded.
fn properties() -> WriterProperties {
    let all = WriterProperties::builder()
        .set_created_by(concat!("apportion version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    let each = |properties: WriterPropertiesBuilder, (name, holds): (&str, Holds)| {
        let path = || ColumnPath::from(name);
        match holds {
            // Nearly every line has another: a dictionary would be begun and given up. Differences need half the bits.
            Holds::Money => properties
                .set_column_dictionary_enabled(path(), false)
                .set_column_encoding(path(), Encoding::DELTA_BINARY_PACKED),
            Holds::Deal => properties
                .set_column_dictionary_enabled(path(), false)
                .set_column_statistics_enabled(path(), EnabledStatistics::None),
            // Of texts, only payees have a least and a greatest noted, by which readers find one payee's lines: the others'
            // would cost a comparison a line and tell nobody anything.
            Holds::Text | Holds::TextOrNull => {
                properties.set_column_statistics_enabled(path(), EnabledStatistics::None)
            }
            _ => properties,
        }
    };
    COLUMNS.into_iter().fold(all, each).build()
}

/// The settlement's lines, ready to be made into columns.
struct LineSource<'a> {
    lines: &'a Lines,
    close_date: &'a [i32],
    /// Decimals of the currency.
    digits: i8,
    deal_ids: ArrayRef,
    payee_ids: ArrayRef,
    rule_ids: ArrayRef,
    kinds: ArrayRef,
    roles: ArrayRef,
    currency: ArrayRef,
    /// By rule: each version's first day in force.
    rule_from: Vec<Vec<i32>>,
    /// By rule and version: the bits of [`flag`].
    flags: Vec<Vec<u8>>,
}

impl<'a> LineSource<'a> {
    fn new(outcome: &Outcome<'a>) -> Result<Self> {
        let (settlement, rules) = (outcome.settlement, &outcome.rules.rules);
        let digits = i8::try_from(outcome.book.currency.digits())
            .map_err(|_| ParquetError::General("a currency with more than 127 decimals".to_owned()))?;
        Ok(Self {
            lines: &settlement.lines,
            close_date: &outcome.tables.deals.close_date,
            digits,
            deal_ids: Arc::new(outcome.tables.deals.ids.clone()),
            payee_ids: Arc::new(outcome.tables.payees.ids.clone()),
            rule_ids: texts(rules.iter().map(|rule| rule.id.as_str())),
            kinds: texts(rules.iter().map(|rule| rule.kind.word())),
            roles: texts(settlement.roles.iter().map(String::as_str)),
            currency: texts([outcome.book.currency.code()]),
            rule_from: rules
                .iter()
                .map(|rule| rule.versions.iter().map(|version| version.from).collect())
                .collect(),
            flags: settlement.applies.iter().map(|rule| rule.iter().map(|a| flags(*a)).collect()).collect(),
        })
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(COLUMNS.map(|(name, holds)| self.field(name, holds)).to_vec()))
    }

    fn field(&self, name: &str, holds: Holds) -> Field {
        let text = || DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        let (data_type, nullable) = match holds {
            Holds::Payee | Holds::Deal | Holds::Text => (text(), false),
            Holds::TextOrNull => (text(), true),
            Holds::Date => (DataType::Date32, false),
            Holds::Level => (DataType::Int32, true),
            Holds::Rate => (DataType::Decimal64(RATE_DIGITS, RATE_DECIMALS), true),
            Holds::Units => (DataType::Decimal128(UNITS_DIGITS, UNITS_DECIMALS), true),
            Holds::Money => (DataType::Decimal64(MONEY_DIGITS, self.digits), true),
        };
        Field::new(name, data_type, nullable)
    }

    /// Encodes some rows as the columns of one row group, each on whatever thread is free. While the columns of a block
    /// are encoded, the next block is made.
    fn encode(
        &self,
        schema: &SchemaRef,
        mut writers: Vec<ArrowColumnWriter>,
        rows: Range<usize>,
    ) -> Result<Vec<ArrowColumnChunk>> {
        let mut starts = rows.clone().step_by(BLOCK_ROWS);
        let mut next = || starts.next().map(|from| self.block(from..rows.end.min(from + BLOCK_ROWS)));
        let mut block = next();
        while let Some(columns) = block {
            let write = |((writer, array), field): ((&mut ArrowColumnWriter, ArrayRef), &FieldRef)| {
                compute_leaves(field, &array)?.iter().try_for_each(|leaf| writer.write(leaf))
            };
            let (written, following) = rayon::join(
                || {
                    let columns = self.arrays(columns)?;
                    let columns = writers.par_iter_mut().zip(columns).zip(schema.fields().par_iter());
                    columns.with_max_len(1).try_for_each(write)
                },
                &mut next,
            );
            written?;
            block = following;
        }
        writers.into_par_iter().map(ArrowColumnWriter::close).collect()
    }

    /// Some rows as columns.
    fn block(&self, rows: Range<usize>) -> Block {
        let mut block = Block::with_capacity(rows.len());
        for line in self.lines.range(rows.start, rows.end).flatten() {
            let (rule, version) = (usize::from(line.rule), usize::from(line.version));
            block.push(line, self.rule_from[rule][version], self.close_date, self.flags[rule][version]);
        }
        block
    }

    /// The columns of a block in the file's order.
    fn arrays(&self, block: Block) -> Result<Vec<ArrayRef>> {
        let flags = &block.flags;
        let rule = ScalarBuffer::from(block.rule);
        let basis = ScalarBuffer::from(block.basis);
        // An amount of minor units has as many digits at most, or stage one and two would have said so.
        let money = |minor: ScalarBuffer<i64>, flag| {
            decimals(minor, valid(flags, flag)).with_precision_and_scale(MONEY_DIGITS, self.digits)
        };
        let level = |level: &u8| (*level > 0).then_some(i32::from(*level));
        Ok(vec![
            dictionary(block.payee.into(), &self.payee_ids)?,
            dictionary(rule.clone(), &self.rule_ids)?,
            Arc::new(Date32Array::new(block.rule_from.into(), None)),
            dictionary(rule, &self.kinds)?,
            dictionary(block.deal.into(), &self.deal_ids)?,
            dictionary(block.role.into(), &self.roles)?,
            dictionary(block.from_payee.into(), &self.payee_ids)?,
            Arc::new(block.level.iter().map(level).collect::<Int32Array>()),
            Arc::new(Date32Array::new(block.close_date.into(), None)),
            Arc::new(money(basis.clone(), flag::BASIS)?),
            rates(block.rate_e8.into(), valid(flags, flag::RATE))?,
            units(block.units_e9.into(), valid(flags, flag::UNITS))?,
            units(block.units_total_e9.into(), valid(flags, flag::UNITS_TOTAL))?,
            // What is credited in all is the basis.
            Arc::new(money(basis, flag::CREDIT_TOTAL)?),
            Arc::new(money(block.pool.into(), flag::POOL)?),
            Arc::new(money(block.credited.into(), flag::CREDITED)?),
            Arc::new(money(block.uncapped.into(), flag::AMOUNT)?),
            Arc::new(money(block.amount.into(), flag::AMOUNT)?),
            dictionary(vec![0; flags.len()].into(), &self.currency)?,
        ])
    }
}

/// Lines as columns: few enough that they are still near the processor when the encoder asks for them.
#[derive(Default)]
struct Block {
    rule: Vec<u32>,
    rule_from: Vec<i32>,
    payee: Vec<u32>,
    deal: Vec<u32>,
    role: Vec<u32>,
    from_payee: Vec<u32>,
    level: Vec<u8>,
    close_date: Vec<i32>,
    rate_e8: Vec<i64>,
    units_e9: Vec<i128>,
    units_total_e9: Vec<i128>,
    basis: Vec<i64>,
    pool: Vec<i64>,
    credited: Vec<i64>,
    uncapped: Vec<i64>,
    amount: Vec<i64>,
    /// The bits of [`flag`].
    flags: Vec<u8>,
}

impl Block {
    fn with_capacity(rows: usize) -> Self {
        Self {
            rule: Vec::with_capacity(rows),
            rule_from: Vec::with_capacity(rows),
            payee: Vec::with_capacity(rows),
            deal: Vec::with_capacity(rows),
            role: Vec::with_capacity(rows),
            from_payee: Vec::with_capacity(rows),
            level: Vec::with_capacity(rows),
            close_date: Vec::with_capacity(rows),
            rate_e8: Vec::with_capacity(rows),
            units_e9: Vec::with_capacity(rows),
            units_total_e9: Vec::with_capacity(rows),
            basis: Vec::with_capacity(rows),
            pool: Vec::with_capacity(rows),
            credited: Vec::with_capacity(rows),
            uncapped: Vec::with_capacity(rows),
            amount: Vec::with_capacity(rows),
            flags: Vec::with_capacity(rows),
        }
    }

    fn push(&mut self, line: &Line, rule_from: i32, close_date: &[i32], flags: u8) {
        self.rule.push(u32::from(line.rule));
        self.rule_from.push(rule_from);
        self.payee.push(line.payee);
        self.deal.push(line.deal);
        self.role.push(line.role);
        self.from_payee.push(line.from_payee);
        self.level.push(line.level);
        self.close_date.push(close_date[line.deal as usize]);
        self.rate_e8.push(line.rate_e8);
        self.units_e9.push(line.units.e9());
        self.units_total_e9.push(line.units_total.e9());
        self.basis.push(line.basis);
        self.pool.push(line.pool);
        self.credited.push(line.credited);
        self.uncapped.push(line.uncapped);
        self.amount.push(line.amount);
        self.flags.push(flags);
    }
}

/// [`Applies`] as bits, so that a line's answer is one byte.
mod flag {
    pub const BASIS: u8 = 1;
    pub const RATE: u8 = 1 << 1;
    pub const UNITS: u8 = 1 << 2;
    pub const UNITS_TOTAL: u8 = 1 << 3;
    pub const CREDIT_TOTAL: u8 = 1 << 4;
    pub const POOL: u8 = 1 << 5;
    pub const CREDITED: u8 = 1 << 6;
    pub const AMOUNT: u8 = 1 << 7;
}

fn flags(applies: Applies) -> u8 {
    [
        (applies.basis, flag::BASIS),
        (applies.rate, flag::RATE),
        (applies.units, flag::UNITS),
        (applies.units_total, flag::UNITS_TOTAL),
        (applies.credit_total, flag::CREDIT_TOTAL),
        (applies.pool, flag::POOL),
        (applies.credited, flag::CREDITED),
        (applies.amount, flag::AMOUNT),
    ]
    .into_iter()
    .filter(|(yes, _)| *yes)
    .fold(0, |bits, (_, bit)| bits | bit)
}

/// Where a column applies among rows with these flags.
fn valid(flags: &[u8], flag: u8) -> NullBuffer {
    NullBuffer::new(BooleanBuffer::collect_bool(flags.len(), |row| flags[row] & flag != 0))
}

fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

/// Texts by index; [`NONE`] is null.
fn dictionary(keys: ScalarBuffer<u32>, values: &ArrayRef) -> std::result::Result<ArrayRef, ArrowError> {
    let keys: UInt32Array = if keys.contains(&NONE) {
        keys.iter().map(|key| (*key != NONE).then_some(*key)).collect()
    } else {
        UInt32Array::new(keys, None)
    };
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::clone(values))?))
}

fn decimals(values: ScalarBuffer<i64>, valid: NullBuffer) -> Decimal64Array {
    Decimal64Array::new(values, Some(valid))
}

fn rates(values: ScalarBuffer<i64>, valid: NullBuffer) -> std::result::Result<ArrayRef, ArrowError> {
    let array = decimals(values, valid).with_precision_and_scale(RATE_DIGITS, RATE_DECIMALS)?;
    array.validate_decimal_precision(RATE_DIGITS)?;
    Ok(Arc::new(array))
}

fn units(values: ScalarBuffer<i128>, valid: NullBuffer) -> std::result::Result<ArrayRef, ArrowError> {
    let array =
        Decimal128Array::new(values, Some(valid)).with_precision_and_scale(UNITS_DIGITS, UNITS_DECIMALS)?;
    array.validate_decimal_precision(UNITS_DIGITS)?;
    Ok(Arc::new(array))
}
