//! A rate table beside the columns that it is compared with: looks its row up for deals and payees.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, Date32Array, Decimal128Array, StringArray, UInt32Array};
use arrow::convert;
use arrow::datatypes::{Date32Type, Decimal128Type, UInt32Type};

use super::Inputs;
use super::value::{scaled, texts};
use crate::credit::{Fault, Line, Outcome, RateTie};
use apportion_base::money::Overflow;
use apportion_book::TableName;
use apportion_data::{DealIx, Frame, PayeeIx, StateIx, Tables};
use apportion_rules::tables::{ColumnTest, Found, TableCondition};
use apportion_rules::{RateTable, VersionIx};

/// The codes of the distinct values of a column are looked up at once where there are not more of them than this.
const FEW: usize = 4_096;

/// So many keys are looked up at once.
const AT_ONCE: usize = 1_024;

/// A table and the columns that its conditions name.
#[derive(Debug, Clone)]
pub struct RateTableColumns {
    table: Arc<RateTable>,
    /// The distinct values at the scale of the rule's.
    values: Vec<i128>,
    operands: Vec<Operand>,
}

/// What a condition is compared with.
#[derive(Debug, Clone)]
struct Operand {
    of_payee: bool,
    is_interval: bool,
    condition: usize,
    slot: usize,
    column: OperandColumn,
}

#[derive(Debug, Clone)]
enum OperandColumn {
    /// Null for all rows.
    Absent,
    /// Distinct texts with the code of each.
    Codes(UInt32Array, Vec<u32>),
    /// Distinct texts, too many to look each of them up.
    Dictionary(UInt32Array, StringArray),
    Texts(StringArray),
    /// With what makes billionths of them.
    Numbers(Decimal128Array, i128),
    Days(Date32Array),
    Flags(BooleanArray),
}

/// What a value is looked up for: a deal, and a payee who is paid on it where payees matter.
#[derive(Debug, Clone, Copy)]
pub struct LookupKey {
    deal: DealIx,
    /// With what the payee is on the deal's day.
    payee: Option<(PayeeIx, StateIx)>,
}

impl LookupKey {
    /// A deal, whoever is paid.
    pub fn on(deal: DealIx) -> Self {
        Self { deal, payee: None }
    }

    /// A deal and a payee.
    pub fn of(payee: PayeeIx, deal: DealIx, tables: &Tables) -> Self {
        Self { deal, payee: Some((payee, tables.state(payee, deal))) }
    }

    /// The deal.
    pub fn deal(&self) -> DealIx {
        self.deal
    }

    /// What the payee is on the deal's day, if there is one.
    pub fn state(&self) -> Option<StateIx> {
        self.payee.map(|(_, state)| state)
    }
}

impl RateTableColumns {
    /// A table over the columns of some tables, its values with `scale` decimals.
    pub fn new(table: &Arc<RateTable>, scale: u32, tables: &Tables) -> Result<Self, Overflow> {
        let values =
            table.distinct_values().iter().map(|value| scaled(*value, scale)).collect::<Result<_, _>>()?;
        Ok(Self { values, ..Self::of_rows(table, tables) })
    }

    /// The same for its rows alone: it has no values.
    pub fn of_rows(table: &Arc<RateTable>, tables: &Tables) -> Self {
        let operand = |(place, condition): (usize, &TableCondition)| {
            let of_payee = condition.column.table == TableName::Payees;
            let frame = if of_payee { &tables.payees.states.frame } else { &tables.deals.frame };
            Operand {
                of_payee,
                is_interval: condition.test != ColumnTest::Equal,
                condition: place,
                slot: condition.slot,
                column: column(condition, frame),
            }
        };
        Self {
            values: Vec::new(),
            operands: table.conditions.iter().enumerate().map(operand).collect(),
            table: Arc::clone(table),
        }
    }

    /// The values that rows have, each once.
    pub fn values(&self) -> &[i128] {
        &self.values
    }

    /// The table.
    pub fn table(&self) -> &Arc<RateTable> {
        &self.table
    }

    /// The value for each key; of two rows between which nothing decides, that of the first, and both are noted.
    /// `step` is the place of the value among those of the rule.
    pub fn look_up(&self, keys: &[LookupKey], step: usize, ties: &mut Ties) -> Vec<Option<i128>> {
        let value = |row| Some(self.values[self.table.value_place(row)]);
        let found = |(key, found): (&LookupKey, Found)| match found {
            Found::None => None,
            Found::Row(row) => value(row),
            Found::Tie(first, second) => {
                ties.note(&self.table, key, step, (first, second));
                value(first)
            }
        };
        keys.iter().zip(self.rows(keys)).map(found).collect()
    }

    /// The row for a key.
    pub fn row(&self, key: LookupKey) -> Found {
        self.rows(&[key]).next().unwrap_or(Found::None)
    }

    /// The row for each key.
    fn rows(&self, keys: &[LookupKey]) -> impl Iterator<Item = Found> {
        keys.chunks(AT_ONCE).flat_map(|keys| self.rows_at_once(keys))
    }

    /// The same where all values fit near the processor. They are gathered column by column, so that it waits for many cells at a
    /// time, which are all over memory.
    fn rows_at_once(&self, keys: &[LookupKey]) -> Vec<Found> {
        let (of_equality, of_intervals) = self.table.counts();
        let mut codes = vec![0; keys.len() * of_equality];
        let mut numbers = vec![None; keys.len() * of_intervals];
        for operand in &self.operands {
            let rows = keys.iter().map(|key| operand.row(key));
            if operand.is_interval {
                let cells = numbers[operand.slot..].iter_mut().step_by(of_intervals);
                cells.zip(rows).for_each(|(cell, row)| *cell = row.and_then(|row| operand.number(row)));
            } else {
                let condition = &self.table.conditions[operand.condition];
                let cells = codes[operand.slot..].iter_mut().step_by(of_equality);
                cells
                    .zip(rows)
                    .for_each(|(cell, row)| *cell = row.map_or(0, |row| operand.code(row, condition)));
            }
        }
        let codes = |place: usize| &codes[place * of_equality..(place + 1) * of_equality];
        let numbers = |place: usize| &numbers[place * of_intervals..(place + 1) * of_intervals];
        (0..keys.len()).map(|place| self.table.find(codes(place), numbers(place))).collect()
    }
}

impl Operand {
    /// The row of the column; none for a column of payees where there is no payee: such a value depends on none.
    fn row(&self, key: &LookupKey) -> Option<usize> {
        match self.of_payee {
            false => Some(key.deal.at()),
            true => key.state().map(StateIx::at),
        }
    }

    fn code(&self, row: usize, condition: &TableCondition) -> u32 {
        match &self.column {
            OperandColumn::Absent => 0,
            OperandColumn::Codes(keys, codes) if keys.is_valid(row) => codes[keys.value(row) as usize],
            OperandColumn::Dictionary(keys, texts) if keys.is_valid(row) => {
                condition.code_of_text(texts.value(keys.value(row) as usize))
            }
            OperandColumn::Texts(texts) if texts.is_valid(row) => condition.code_of_text(texts.value(row)),
            OperandColumn::Codes(..) | OperandColumn::Dictionary(..) | OperandColumn::Texts(_) => 0,
            OperandColumn::Numbers(..) | OperandColumn::Days(_) | OperandColumn::Flags(_) => {
                self.number(row).map_or(0, |number| condition.code_of_number(number))
            }
        }
    }

    fn number(&self, row: usize) -> Option<i128> {
        match &self.column {
            OperandColumn::Numbers(numbers, factor) => {
                numbers.is_valid(row).then(|| product(numbers.value(row), *factor)).flatten()
            }
            OperandColumn::Days(days) => days.is_valid(row).then(|| i128::from(days.value(row))),
            OperandColumn::Flags(flags) => flags.is_valid(row).then(|| i128::from(flags.value(row))),
            OperandColumn::Absent
            | OperandColumn::Codes(..)
            | OperandColumn::Dictionary(..)
            | OperandColumn::Texts(_) => None,
        }
    }
}

/// A number in billionths. Most fit into 64 bits, which are multiplied without a look at the overflow.
fn product(number: i128, factor: i128) -> Option<i128> {
    match (i64::try_from(number), i64::try_from(factor)) {
        (Ok(number), Ok(factor)) => Some(i128::from(number) * i128::from(factor)),
        _ => number.checked_mul(factor),
    }
}

/// The column of a condition.
fn column(condition: &TableCondition, frame: &Frame) -> OperandColumn {
    let Some(array) = frame.column(&condition.column.column) else { return OperandColumn::Absent };
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let values = texts(dictionary.values());
        let keys = convert::integers::<UInt32Type>(dictionary.keys());
        let keys = keys.unwrap_or_else(|_| UInt32Array::new_null(frame.rows));
        if values.len() > FEW {
            return OperandColumn::Dictionary(keys, values);
        }
        let code = |place: usize| {
            let text = values.is_valid(place).then(|| values.value(place));
            text.map_or(0, |text| condition.code_of_text(text))
        };
        let codes = (0..values.len()).map(code).collect();
        return OperandColumn::Codes(keys, codes);
    }
    let numbers: Option<&Decimal128Array> = array.as_primitive_opt::<Decimal128Type>();
    if let Some(numbers) = numbers {
        // No column has more decimals than an attribute, which has nine.
        let missing = 9_u32.saturating_sub(u32::from(numbers.scale().unsigned_abs()));
        return OperandColumn::Numbers(numbers.clone(), 10_i128.pow(missing));
    }
    let days: Option<&Date32Array> = array.as_primitive_opt::<Date32Type>();
    if let Some(days) = days {
        return OperandColumn::Days(days.clone());
    }
    if let Some(flags) = array.as_boolean_opt() {
        return OperandColumn::Flags(flags.clone());
    }
    OperandColumn::Texts(texts(array))
}

/// The lookups of a partition that found two rows.
#[derive(Debug, Default)]
pub struct Ties {
    noted: Vec<Tie>,
    /// Whether they may decide: `check` reports these rows itself.
    allowed: bool,
}

#[derive(Debug)]
struct Tie {
    deal: DealIx,
    /// `None` where all payees of the deal have the value.
    payee: Option<PayeeIx>,
    /// The place in `rates`; 0 for a rule with one value.
    step: usize,
    rows: (usize, usize),
    table: Arc<RateTable>,
}

impl Ties {
    /// None yet, of a run with these inputs.
    pub fn new(inputs: &Inputs) -> Self {
        Self { noted: Vec::new(), allowed: inputs.ties_allowed }
    }

    /// Notes what a lookup found.
    fn note(&mut self, table: &Arc<RateTable>, key: &LookupKey, step: usize, rows: (usize, usize)) {
        if self.allowed {
            return;
        }
        let payee = key.payee.map(|(payee, _)| payee);
        self.noted.push(Tie { deal: key.deal, payee, step, rows, table: Arc::clone(table) });
    }

    /// Refuses an outcome in which one of them decided an amount. `step` says which value a line has, `path` where that
    /// is in the rule.
    pub fn refuse(
        &self,
        version: VersionIx,
        outcome: &Outcome,
        step: impl Fn(&Line) -> usize,
        path: impl Fn(usize) -> String,
    ) -> Result<(), Fault> {
        for tie in &self.noted {
            let first = outcome.lines.partition_point(|line| line.deal < tie.deal);
            let lines = outcome.lines[first..].iter().take_while(|line| line.deal == tie.deal);
            let mut mine = lines.filter(|line| tie.payee.is_none_or(|payee| payee == line.payee));
            let kept = || outcome.uncredited.iter().any(|row| row.deal == tie.deal && row.retained.is_some());
            if mine.any(|line| step(line) == tie.step) || kept() {
                let decided =
                    RateTie { version, path: path(tie.step), table: Arc::clone(&tie.table), rows: tie.rows };
                return Err(Fault::ambiguous(tie.deal, decided));
            }
        }
        Ok(())
    }
}
