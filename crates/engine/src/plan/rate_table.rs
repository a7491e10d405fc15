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

/// Room for the values of one lookup after the other, and whether the last one found two rows.
#[derive(Debug, Default)]
pub struct Lookup {
    codes: Vec<u32>,
    numbers: Vec<Option<i128>>,
    /// The rows between which nothing decides.
    pub tie: Option<(usize, usize)>,
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

    /// The value for a deal and what a payee is on its day; of two rows between which nothing decides, that of the first.
    pub fn value(&self, deal: DealIx, state: Option<StateIx>, lookup: &mut Lookup) -> Option<i128> {
        lookup.tie = None;
        match self.row(deal, state, lookup) {
            Found::None => None,
            Found::Row(row) => Some(self.values[self.table.value_place(row)]),
            Found::Tie(first, second) => {
                lookup.tie = Some((first, second));
                Some(self.values[self.table.value_place(first)])
            }
        }
    }

    /// The row for a deal and what a payee is on its day.
    pub fn row(&self, deal: DealIx, state: Option<StateIx>, lookup: &mut Lookup) -> Found {
        let (codes, numbers) = self.table.counts();
        lookup.codes.clear();
        lookup.codes.resize(codes, 0);
        lookup.numbers.clear();
        lookup.numbers.resize(numbers, None);
        for operand in &self.operands {
            let row = match (operand.of_payee, state) {
                (false, _) => deal.at(),
                (true, Some(state)) => state.at(),
                // What is looked up without a payee depends on no column of payees.
                (true, None) => continue,
            };
            if operand.is_interval {
                lookup.numbers[operand.slot] = operand.number(row);
            } else {
                lookup.codes[operand.slot] = operand.code(row, &self.table.conditions[operand.condition]);
            }
        }
        self.table.find(&lookup.codes, &lookup.numbers)
    }
}

impl Operand {
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
    pub fn note(
        &mut self,
        table: &Arc<RateTable>,
        (deal, payee): (DealIx, Option<PayeeIx>),
        step: usize,
        rows: (usize, usize),
    ) {
        if self.allowed {
            return;
        }
        self.noted.push(Tie { deal, payee, step, rows, table: Arc::clone(table) });
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
