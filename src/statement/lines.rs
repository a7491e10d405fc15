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
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type};
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

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Payee,
    Rule,
    RuleFrom,
    Kind,
    Deal,
    Role,
    FromPayee,
    Level,
    CloseDate,
    Rate,
    Units,
    UnitsTotal,
    Money(Money),
    Currency,
}

/// A money column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Money {
    Basis,
    CreditTotal,
    Pool,
    Credited,
    Uncapped,
    Amount,
}

/// All columns in the file's order.
const COLUMNS: [(&str, Column); 19] = [
    ("payee_id", Column::Payee),
    ("rule_id", Column::Rule),
    ("rule_from", Column::RuleFrom),
    ("kind", Column::Kind),
    ("deal_id", Column::Deal),
    ("role", Column::Role),
    ("from_payee_id", Column::FromPayee),
    ("level", Column::Level),
    ("close_date", Column::CloseDate),
    ("basis", Column::Money(Money::Basis)),
    ("rate", Column::Rate),
    ("units", Column::Units),
    ("units_total", Column::UnitsTotal),
    ("credit_total", Column::Money(Money::CreditTotal)),
    ("pool", Column::Money(Money::Pool)),
    ("credited", Column::Money(Money::Credited)),
    ("uncapped", Column::Money(Money::Uncapped)),
    ("amount", Column::Money(Money::Amount)),
    ("currency", Column::Currency),
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
    let each = |properties: WriterPropertiesBuilder, (name, column): (&str, Column)| {
        let path = || ColumnPath::from(name);
        match column {
            // Nearly every line has another: a dictionary would be begun and given up. Differences need half the bits.
            Column::Money(_) => properties
                .set_column_dictionary_enabled(path(), false)
                .set_column_encoding(path(), Encoding::DELTA_BINARY_PACKED),
            Column::Deal => properties
                .set_column_dictionary_enabled(path(), false)
                .set_column_statistics_enabled(path(), EnabledStatistics::None),
            // Of texts, only payees have a least and a greatest noted, by which readers find one payee's lines: the others'
            // would cost a comparison a line and tell nobody anything.
            Column::Rule | Column::Kind | Column::Role | Column::FromPayee | Column::Currency => {
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
        Arc::new(Schema::new(COLUMNS.map(|(name, column)| self.field(name, column)).to_vec()))
    }

    fn field(&self, name: &str, column: Column) -> Field {
        let text = || DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        let (data_type, nullable) = match column {
            Column::Payee | Column::Rule | Column::Kind | Column::Deal | Column::Currency => (text(), false),
            Column::Role | Column::FromPayee => (text(), true),
            Column::RuleFrom | Column::CloseDate => (DataType::Date32, false),
            Column::Level => (DataType::Int32, true),
            Column::Rate => (DataType::Decimal64(RATE_DIGITS, RATE_DECIMALS), true),
            Column::Units | Column::UnitsTotal => (DataType::Decimal128(UNITS_DIGITS, UNITS_DECIMALS), true),
            Column::Money(_) => (DataType::Decimal64(MONEY_DIGITS, self.digits), true),
        };
        Field::new(name, data_type, nullable)
    }

    /// Encodes some rows as the columns of one row group, each on whatever thread is free.
    fn encode(
        &self,
        schema: &SchemaRef,
        writers: Vec<ArrowColumnWriter>,
        rows: Range<usize>,
    ) -> Result<Vec<ArrowColumnChunk>> {
        let starts: Vec<usize> = rows.clone().step_by(BLOCK_ROWS).collect();
        let block = |from: usize| self.block(from..rows.end.min(from + BLOCK_ROWS));
        let blocks: Vec<Block> = starts.into_par_iter().map(block).collect();
        writers
            .into_par_iter()
            .zip(COLUMNS.into_par_iter())
            .zip(schema.fields().par_iter())
            .with_max_len(1)
            .map(|((mut writer, (_, column)), field)| {
                for block in &blocks {
                    for leaf in compute_leaves(field, &self.array(column, block)?)? {
                        writer.write(&leaf)?;
                    }
                }
                writer.close()
            })
            .collect()
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

    /// One column of a block.
    fn array(&self, column: Column, block: &Block) -> Result<ArrayRef> {
        let flags = &block.flags;
        Ok(match column {
            Column::Payee => dictionary(&block.payee, &self.payee_ids)?,
            Column::Deal => dictionary(&block.deal, &self.deal_ids)?,
            Column::Role => dictionary(&block.role, &self.roles)?,
            Column::FromPayee => dictionary(&block.from_payee, &self.payee_ids)?,
            Column::Rule => dictionary(&block.rule, &self.rule_ids)?,
            Column::Kind => dictionary(&block.rule, &self.kinds)?,
            Column::Currency => dictionary(&vec![0; flags.len()], &self.currency)?,
            Column::RuleFrom => Arc::new(Date32Array::from_iter_values(block.rule_from.iter().copied())),
            Column::CloseDate => Arc::new(Date32Array::from_iter_values(block.close_date.iter().copied())),
            Column::Level => {
                let level = |level: &u8| (*level > 0).then_some(i32::from(*level));
                Arc::new(block.level.iter().map(level).collect::<Int32Array>())
            }
            Column::Rate => decimals(&block.rate_e8, RATE_DIGITS, RATE_DECIMALS, valid(flags, flag::RATE))?,
            Column::Units => units(&block.units_e9, valid(flags, flag::UNITS))?,
            Column::UnitsTotal => units(&block.units_total_e9, valid(flags, flag::UNITS_TOTAL))?,
            Column::Money(money) => {
                let (minor, flag) = block.money(money);
                decimals(minor, MONEY_DIGITS, self.digits, valid(flags, flag))?
            }
        })
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
    credit_total: Vec<i64>,
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
            credit_total: Vec::with_capacity(rows),
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
        self.units_e9.push(line.units_e9);
        self.units_total_e9.push(line.units_total_e9);
        self.basis.push(line.basis);
        self.credit_total.push(line.credit_total);
        self.pool.push(line.pool);
        self.credited.push(line.credited);
        self.uncapped.push(line.uncapped);
        self.amount.push(line.amount);
        self.flags.push(flags);
    }

    /// A money column, and the flag that says where it applies.
    fn money(&self, money: Money) -> (&[i64], u8) {
        match money {
            Money::Basis => (&self.basis, flag::BASIS),
            Money::CreditTotal => (&self.credit_total, flag::CREDIT_TOTAL),
            Money::Pool => (&self.pool, flag::POOL),
            Money::Credited => (&self.credited, flag::CREDITED),
            Money::Uncapped => (&self.uncapped, flag::AMOUNT),
            Money::Amount => (&self.amount, flag::AMOUNT),
        }
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
fn dictionary(keys: &[u32], values: &ArrayRef) -> std::result::Result<ArrayRef, ArrowError> {
    let keys: UInt32Array = if keys.contains(&NONE) {
        keys.iter().map(|key| (*key != NONE).then_some(*key)).collect()
    } else {
        UInt32Array::new(ScalarBuffer::from(keys.to_vec()), None)
    };
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::clone(values))?))
}

fn decimals(
    values: &[i64],
    digits: u8,
    scale: i8,
    valid: NullBuffer,
) -> std::result::Result<ArrayRef, ArrowError> {
    let array = Decimal64Array::new(ScalarBuffer::from(values.to_vec()), Some(valid))
        .with_precision_and_scale(digits, scale)?;
    array.validate_decimal_precision(digits)?;
    Ok(Arc::new(array))
}

fn units(values: &[i128], valid: NullBuffer) -> std::result::Result<ArrayRef, ArrowError> {
    let array = Decimal128Array::new(ScalarBuffer::from(values.to_vec()), Some(valid))
        .with_precision_and_scale(UNITS_DIGITS, UNITS_DECIMALS)?;
    array.validate_decimal_precision(UNITS_DIGITS)?;
    Ok(Arc::new(array))
}
