//! lines.parquet: one row per line, with everything it was computed from.
//!
//! Lines are rows in memory and columns in the file. They are converted block by block, and the columns of a block are
//! encoded in parallel while the next block is made. A finished row group is appended while the next one is encoded. The bytes
//! do not depend on the number of threads.

mod batch;

use apportion_base::{ENGINE, VERSION};
use std::io;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowSchemaConverter;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::SchemaDescriptor;
use rayon::prelude::*;

use super::Outcome;
use super::pages::{Chunk, DictionaryPages, Differences, NumberPlaces, PlainTexts, TextPlaces};
use super::sink::Sink;
use apportion_contract::{LineColumn, OutputType};
use apportion_data::{Deals, NONE};
use apportion_engine::credit::{FilledColumns, Line, Lines, Units};
use apportion_rules::Kind;

pub(super) use batch::batch;

/// Rows of a row group: few enough to hold its encoded columns in memory twice.
const GROUP_ROWS: usize = 1 << 20;

/// Rows that are made into columns together, which are a page of each.
const BLOCK_ROWS: usize = 1 << 15;

/// A currency has no more decimals than an amount has digits.
const MOST_DECIMALS: u8 = 18;

/// The Arrow type of a column, and whether it may be null; `digits` are the currency's.
fn field(column: LineColumn, digits: u8) -> Field {
    let described = column.describe();
    let decimal =
        described.holds.decimal(digits).map(|(digits, decimals)| match (digits, decimals.cast_signed()) {
            (digits @ 0..=18, decimals) => DataType::Decimal64(digits, decimals),
            (digits, decimals) => DataType::Decimal128(digits, decimals),
        });
    let data_type = match described.holds {
        OutputType::Date => DataType::Date32,
        OutputType::Integer => DataType::Int32,
        OutputType::Text | OutputType::Word(_) | OutputType::Currency => DataType::Utf8,
        OutputType::Flag => DataType::Boolean,
        OutputType::Count
        | OutputType::Rate
        | OutputType::Units
        | OutputType::Money
        | OutputType::Sum
        | OutputType::Number(_) => decimal.unwrap_or(DataType::UInt64),
    };
    Field::new(described.name, data_type, described.nullable)
}

/// Writes all lines.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>) -> io::Result<()> {
    write_groups(sink, outcome, GROUP_ROWS).map_err(io::Error::other)
}

/// Writes all lines with row groups of any size, for tests.
pub(super) fn write_groups(sink: &mut Sink, outcome: &Outcome<'_>, group_rows: usize) -> Result<()> {
    let source = LineSource::new(outcome);
    let mut writer = LineWriter::of_groups(&source, sink, group_rows)?;
    writer.push(&outcome.settlement.lines)?;
    writer.close()
}

/// Writes lines in their order, some of them at a time. How many at a time does not show in the file.
pub(super) struct LineWriter<'a> {
    file: SerializedFileWriter<&'a mut Sink>,
    group: OpenGroup<'a>,
    /// Encoded and not in the file yet.
    ready: Vec<Vec<Chunk>>,
}

impl<'a> LineWriter<'a> {
    /// Begins the file.
    pub fn new(source: &'a LineSource<'a>, sink: &'a mut Sink) -> Result<Self> {
        Self::of_groups(source, sink, GROUP_ROWS)
    }

    /// The same with row groups of any size, for tests.
    pub fn of_groups(source: &'a LineSource<'a>, sink: &'a mut Sink, rows: usize) -> Result<Self> {
        let schema = source.schema()?;
        let properties =
            WriterProperties::builder().set_created_by(format!("{ENGINE} version {VERSION}")).build();
        let file = SerializedFileWriter::new(sink, schema.root_schema_ptr(), Arc::new(properties))?;
        let columns = source.columns(&schema);
        let group = OpenGroup { source, schema, limit: rows, columns, rows: 0, carried: Vec::new() };
        Ok(Self { file, group, ready: Vec::new() })
    }

    /// Writes the lines that follow those before. While some are encoded, what was encoded before goes into the file.
    pub fn push(&mut self, lines: &Lines) -> Result<()> {
        for start in (0..lines.len()).step_by(self.group.limit) {
            let some = start..lines.len().min(start + self.group.limit);
            self.step(|group| group.push(lines, some))?;
        }
        Ok(())
    }

    /// Ends the file.
    pub fn close(mut self) -> Result<()> {
        self.step(OpenGroup::end)?;
        self.step(|_| Ok(Vec::new()))?;
        self.file.close()?;
        Ok(())
    }

    fn step(
        &mut self,
        encode: impl FnOnce(&mut OpenGroup<'a>) -> Result<Vec<Vec<Chunk>>> + Send,
    ) -> Result<()> {
        let Self { file, group, ready } = self;
        let last = std::mem::take(ready);
        let (encoded, appended) =
            rayon::join(|| encode(group), || last.into_iter().try_for_each(|columns| append(file, columns)));
        appended?;
        *ready = encoded?;
        Ok(())
    }
}

/// Appends the encoded columns as one row group.
fn append(writer: &mut SerializedFileWriter<&mut Sink>, columns: Vec<Chunk>) -> Result<()> {
    let mut group = writer.next_row_group()?;
    columns.into_iter().try_for_each(|column| column.append_to(&mut group))?;
    group.close()?;
    Ok(())
}

/// A row group that is being encoded.
struct OpenGroup<'a> {
    source: &'a LineSource<'a>,
    schema: SchemaDescriptor,
    /// Rows of a whole group.
    limit: usize,
    columns: Vec<Writer<'a>>,
    /// Rows in the columns.
    rows: usize,
    /// Lines that do not fill a page yet.
    carried: Vec<Line>,
}

impl OpenGroup<'_> {
    /// Encodes lines, page by page, and gives the groups that they fill.
    fn push(&mut self, lines: &Lines, some: Range<usize>) -> Result<Vec<Vec<Chunk>>> {
        let carried = std::mem::take(&mut self.carried);
        let given = lines.range(some.start, some.end).flatten();
        // Of a book with many rules, few lines are side by side: those of a payee under one rule.
        let rows: Vec<&Line> = carried.iter().chain(given).collect();
        let (mut sizes, mut before) = (Vec::new(), 0);
        while rows.len() - before >= self.page(before) {
            sizes.push(before..before + self.page(before));
            before += self.page(before);
        }
        let filled = self.encode(&rows, sizes)?;
        self.carried = rows[before..].iter().map(|line| **line).collect();
        Ok(filled)
    }

    /// Encodes what is left, and gives the last group unless it has no row.
    fn end(&mut self) -> Result<Vec<Vec<Chunk>>> {
        let carried = std::mem::take(&mut self.carried);
        let rows: Vec<&Line> = carried.iter().collect();
        let last = (!rows.is_empty()).then_some(0..rows.len());
        let mut filled = self.encode(&rows, last.into_iter().collect())?;
        if self.rows > 0 {
            filled.push(self.fill()?);
        }
        Ok(filled)
    }

    /// Rows of the page that begins so many rows after those that are encoded.
    fn page(&self, after: usize) -> usize {
        BLOCK_ROWS.min(self.limit - (self.rows + after) % self.limit)
    }

    /// Encodes these pages, the columns in parallel. While those of a page are encoded, the next page is made.
    fn encode(&mut self, rows: &[&Line], pages: Vec<Range<usize>>) -> Result<Vec<Vec<Chunk>>> {
        let (source, mut filled) = (self.source, Vec::new());
        let mut pages = pages.into_iter();
        let mut next = || pages.next().map(|page| source.block(&rows[page]));
        let mut block = next();
        while let Some(made) = block {
            let columns = &mut self.columns;
            let (written, following) = rayon::join(
                || columns.par_iter_mut().with_max_len(1).try_for_each(|column| column.push(&made)),
                &mut next,
            );
            written?;
            self.rows += made.flags.len();
            if self.rows == self.limit {
                filled.push(self.fill()?);
            }
            block = following;
        }
        Ok(filled)
    }

    /// The columns of the group; those of the next begin.
    fn fill(&mut self) -> Result<Vec<Chunk>> {
        let columns = std::mem::replace(&mut self.columns, self.source.columns(&self.schema));
        self.rows = 0;
        columns.into_par_iter().with_max_len(1).map(Writer::close).collect()
    }
}

/// What makes lines into columns.
pub(super) struct LineSource<'a> {
    deals: &'a Deals,
    close_date: &'a [i32],
    /// Decimals of the currency.
    digits: u32,
    deal_ids: &'a StringArray,
    payee_ids: &'a StringArray,
    rule_ids: StringArray,
    kinds: StringArray,
    roles: StringArray,
    currency: StringArray,
    /// Empty where no line was taken back.
    of_rule_ids: StringArray,
    of_deal_ids: StringArray,
    /// By rule: its place in `kinds`.
    kind_of: Vec<u32>,
    /// By rule: each version's first day in force.
    rule_from: Vec<Vec<i32>>,
    /// By rule and version: the bits of [`flag`].
    flags: Vec<Vec<u8>>,
}

impl<'a> LineSource<'a> {
    pub fn new(outcome: &Outcome<'a>) -> Self {
        let (settlement, rules) = (outcome.settlement, &outcome.rules.rules);
        Self {
            deals: &outcome.tables.deals,
            close_date: &outcome.tables.deals.close_date,
            digits: outcome.book.currency.digits(),
            deal_ids: &outcome.tables.deals.ids,
            payee_ids: &outcome.tables.payees.ids,
            rule_ids: StringArray::from_iter_values(rules.iter().map(|rule| rule.id.as_str())),
            kinds: StringArray::from_iter_values(Kind::ALL.map(Kind::word)),
            kind_of: rules.iter().map(|rule| rule.kind as u32).collect(),
            roles: StringArray::from_iter_values(&settlement.roles),
            currency: StringArray::from_iter_values([outcome.book.currency.code()]),
            of_rule_ids: StringArray::from_iter_values(settlement.of_rules.iter()),
            of_deal_ids: if settlement.of_rules.is_empty() {
                StringArray::new_null(0)
            } else {
                outcome.tables.deals.ids.clone()
            },
            rule_from: rules
                .iter()
                .map(|rule| rule.versions.iter().map(|version| version.from).collect())
                .collect(),
            flags: settlement.applies.iter().map(|rule| rule.iter().map(|a| flags(*a)).collect()).collect(),
        }
    }

    fn schema(&self) -> Result<SchemaDescriptor> {
        ArrowSchemaConverter::new().convert(&Schema::new(self.fields()?))
    }

    /// The columns as Arrow has them, in the file's order.
    fn fields(&self) -> Result<Vec<Field>> {
        let digits = u8::try_from(self.digits).ok().filter(|digits| *digits <= MOST_DECIMALS);
        let digits = digits
            .ok_or_else(|| ParquetError::General("a currency with more than 18 decimals".to_owned()))?;
        Ok(LineColumn::ALL.map(|column| field(column, digits)).to_vec())
    }

    /// The columns of a row group, without rows.
    fn columns(&self, schema: &SchemaDescriptor) -> Vec<Writer<'_>> {
        (0..LineColumn::ALL.len()).map(|index| self.writer(schema, index)).collect()
    }

    fn writer(&self, schema: &SchemaDescriptor, index: usize) -> Writer<'_> {
        use LineColumn as C;
        let column = || schema.column(index);
        let texts = |texts, noted, rows| {
            Writer::Texts(DictionaryPages::new(column(), TextPlaces::new(texts, noted)), rows)
        };
        let numbers =
            |row| Writer::Numbers(DictionaryPages::new(column(), NumberPlaces::new(&column())), row);
        // Nearly every line has another amount: a dictionary would hold them all.
        let money = |rows, flag| Writer::Money(Differences::new(column()), rows, flag);
        match LineColumn::ALL[index] {
            // Of the texts, only payees have a minimum and maximum, by which readers find one payee's lines. Those of the
            // others would be of no use.
            C::PayeeId => texts(self.payee_ids, true, |block| &block.payee),
            C::RuleId => texts(&self.rule_ids, false, |block| &block.rule),
            C::RuleFrom => numbers(|block, row| Some(block.rule_from[row].into())),
            C::Kind => texts(&self.kinds, false, |block| &block.kind),
            C::DealId => Writer::Deals(PlainTexts::new(column(), self.deal_ids)),
            C::Role => texts(&self.roles, false, |block| &block.role),
            C::FromPayeeId => texts(self.payee_ids, false, |block| &block.from_payee),
            C::Level => {
                numbers(|block, row| Some(block.level[row]).filter(|level| *level > 0).map(i128::from))
            }
            C::CloseDate => numbers(|block, row| Some(block.close_date[row].into())),
            C::Basis => money(|block| &block.basis, flag::BASIS),
            C::Rate => numbers(|block, row| block.has(flag::RATE, row).then(|| block.rate_e8[row].into())),
            C::Units => numbers(|block, row| block.has(flag::UNITS, row).then(|| block.units[row].e9())),
            C::UnitsTotal => {
                numbers(|block, row| block.has(flag::UNITS_TOTAL, row).then(|| block.units_total[row].e9()))
            }
            // What is credited in all is the basis.
            C::CreditTotal => money(|block| &block.basis, flag::CREDIT_TOTAL),
            C::Pool => money(|block| &block.pool, flag::POOL),
            C::Credited => money(|block| &block.credited, flag::CREDITED),
            C::Uncapped => money(|block| &block.uncapped, flag::AMOUNT),
            C::Amount => money(|block| &block.amount, flag::AMOUNT),
            C::Currency => texts(&self.currency, false, |block| &block.currency),
            C::OfRuleId => texts(&self.of_rule_ids, false, |block| &block.of_rule),
            C::OfDealId => texts(&self.of_deal_ids, false, |block| &block.of_deal),
        }
    }

    /// Some lines as columns.
    fn block(&self, lines: &[&Line]) -> Block {
        let no_codes = || vec![NONE; lines.len()];
        let taken_back = !self.of_rule_ids.is_empty();
        Block {
            rule: column(lines, |line| line.rule.raw().into()),
            rule_from: column(lines, |line| self.rule_from[line.rule][line.version]),
            kind: column(lines, |line| self.kind_of[line.rule]),
            payee: column(lines, |line| line.payee.raw()),
            deal: column(lines, |line| line.deal.raw()),
            role: column(lines, |line| line.role.code()),
            from_payee: column(lines, |line| line.from_payee.code()),
            level: column(lines, |line| line.level),
            close_date: column(lines, |line| self.close_date[line.deal]),
            rate_e8: column(lines, |line| line.rate_e8),
            units: column(lines, |line| line.units),
            units_total: column(lines, |line| line.units_total),
            basis: column(lines, |line| line.basis.raw()),
            pool: column(lines, |line| line.pool.raw()),
            credited: column(lines, |line| line.credited.raw()),
            uncapped: column(lines, |line| line.uncapped.raw()),
            amount: column(lines, |line| line.amount.raw()),
            currency: vec![0; lines.len()],
            of_rule: if taken_back { column(lines, |line| line.of_rule.code()) } else { no_codes() },
            of_deal: if taken_back { column(lines, |line| self.of_deal(line)) } else { no_codes() },
            flags: column(lines, |line| self.flags[line.rule][line.version]),
        }
    }

    /// The deal whose line is taken back.
    fn of_deal(&self, line: &Line) -> u32 {
        let original = line.of_rule.is_some().then(|| self.deals.original(line.deal)).flatten();
        original.map_or(NONE, |original| original.raw())
    }
}

/// A column of a row group on its way into the file, and what it takes of a block.
enum Writer<'a> {
    /// Codes; [`NONE`] is null.
    Texts(DictionaryPages<TextPlaces<'a>>, fn(&Block) -> &[u32]),
    Numbers(DictionaryPages<NumberPlaces>, fn(&Block, usize) -> Option<i128>),
    Deals(PlainTexts<'a>),
    /// Minor units; null where the flag is not set.
    Money(Differences, fn(&Block) -> &[i64], u8),
}

impl Writer<'_> {
    /// Adds the rows of a block.
    fn push(&mut self, block: &Block) -> Result<()> {
        match self {
            Self::Texts(texts, codes) => {
                texts.push(codes(block).iter().map(|code| (*code != NONE).then_some(*code)))
            }
            Self::Numbers(numbers, number) => {
                numbers.push((0..block.flags.len()).map(|row| number(block, row)))
            }
            Self::Deals(deals) => deals.push(&block.deal),
            Self::Money(money, minor, flag) => {
                let rows = minor(block).iter().zip(&block.flags);
                money.push(rows.map(|(minor, flags)| (flags & *flag != 0).then_some(*minor)))
            }
        }
    }

    fn close(self) -> Result<Chunk> {
        match self {
            Self::Texts(texts, _) => texts.close(),
            Self::Numbers(numbers, _) => numbers.close(),
            Self::Deals(deals) => deals.close(),
            Self::Money(money, ..) => money.close(),
        }
    }
}

/// One field of each line.
fn column<T>(lines: &[&Line], field: impl Fn(&Line) -> T) -> Vec<T> {
    lines.iter().map(|line| field(line)).collect()
}

/// Lines as columns of plain numbers, because that is what is encoded: few enough that they are still in the cache when they are encoded.
struct Block {
    rule: Vec<u32>,
    rule_from: Vec<i32>,
    kind: Vec<u32>,
    payee: Vec<u32>,
    deal: Vec<u32>,
    role: Vec<u32>,
    from_payee: Vec<u32>,
    level: Vec<u8>,
    close_date: Vec<i32>,
    rate_e8: Vec<i64>,
    units: Vec<Units>,
    units_total: Vec<Units>,
    basis: Vec<i64>,
    pool: Vec<i64>,
    credited: Vec<i64>,
    uncapped: Vec<i64>,
    amount: Vec<i64>,
    currency: Vec<u32>,
    of_rule: Vec<u32>,
    of_deal: Vec<u32>,
    /// The bits of [`flag`].
    flags: Vec<u8>,
}

impl Block {
    /// Whether a column with this flag has a value in a row.
    fn has(&self, flag: u8, row: usize) -> bool {
        self.flags[row] & flag != 0
    }
}

/// [`FilledColumns`] as bits, so that it takes one byte per line.
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

fn flags(applies: FilledColumns) -> u8 {
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
