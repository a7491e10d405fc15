//! A decoded batch as columns that can be asked line by line.

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal64Array, Decimal128Array, Int32Array, StringArray,
};
use arrow::datatypes::{Date32Type, Decimal64Type, Decimal128Type, Int32Type};
use arrow::record_batch::RecordBatch;

use super::super::manifest::Terms;
use super::super::names::{NONE, Names};
use super::{Known, Line, UNKNOWN_RULE};

/// A text column: what stands in each row, as an index into the batch's own texts.
struct Texts<'a> {
    keys: &'a Int32Array,
    texts: &'a StringArray,
    /// Number of each of the batch's texts.
    numbers: Vec<u32>,
}

impl<'a> Texts<'a> {
    fn new(column: &'a ArrayRef, mut number: impl FnMut(&str) -> u32) -> Option<Self> {
        let column = column.as_dictionary_opt::<Int32Type>()?;
        let texts = column.values().as_string_opt::<i32>()?;
        // A text that no row of this batch has may be in its dictionary all the same: it does no harm.
        let numbers = (0..texts.len()).map(|at| number(if texts.is_null(at) { "" } else { texts.value(at) }));
        Some(Self { keys: column.keys(), texts, numbers: numbers.collect() })
    }

    fn at(&self, row: usize) -> Option<(&'a str, u32)> {
        if self.keys.is_null(row) {
            return None;
        }
        let key = usize::try_from(self.keys.value(row)).ok()?;
        Some((self.texts.value(key), *self.numbers.get(key)?))
    }

    /// The same for columns that are never null.
    fn text(&self, row: usize) -> (&'a str, u32) {
        self.at(row).unwrap_or(("", NONE))
    }
}

/// The columns of one batch.
pub(super) struct Batch<'a> {
    pub rows: usize,
    payee: Texts<'a>,
    rule: Texts<'a>,
    rule_from: &'a Date32Array,
    kind: Texts<'a>,
    deal: Texts<'a>,
    role: Texts<'a>,
    from_payee: Texts<'a>,
    level: &'a Int32Array,
    close_date: &'a Date32Array,
    basis: &'a Decimal64Array,
    rate: &'a Decimal64Array,
    units: &'a Decimal128Array,
    units_total: &'a Decimal128Array,
    credit_total: &'a Decimal64Array,
    pool: &'a Decimal64Array,
    credited: &'a Decimal64Array,
    uncapped: &'a Decimal64Array,
    amount: &'a Decimal64Array,
    currency: Texts<'a>,
}

impl<'a> Batch<'a> {
    /// `None` where a column is not of its type.
    pub fn new(batch: &'a RecordBatch, terms: &Terms, known: &mut Known) -> Option<Self> {
        let named = |names: &'a str| batch.column_by_name(names);
        let money = |name| named(name)?.as_primitive_opt::<Decimal64Type>();
        let units = |name| named(name)?.as_primitive_opt::<Decimal128Type>();
        let day = |name| named(name)?.as_primitive_opt::<Date32Type>();
        let texts = |name, names: &mut Names| Texts::new(named(name)?, |text| names.number(text));
        let plain = |name| Texts::new(named(name)?, |_| 0);
        let rule = |id: &str| terms.rule(id).map_or(NONE, |at| at as u32);
        Some(Self {
            rows: batch.num_rows(),
            payee: texts("payee_id", &mut known.payees)?,
            rule: Texts::new(named("rule_id")?, rule)?,
            rule_from: day("rule_from")?,
            kind: plain("kind")?,
            deal: texts("deal_id", &mut known.deals)?,
            role: texts("role", &mut known.roles)?,
            from_payee: texts("from_payee_id", &mut known.payees)?,
            level: named("level")?.as_primitive_opt::<Int32Type>()?,
            close_date: day("close_date")?,
            basis: money("basis")?,
            rate: money("rate")?,
            units: units("units")?,
            units_total: units("units_total")?,
            credit_total: money("credit_total")?,
            pool: money("pool")?,
            credited: money("credited")?,
            uncapped: money("uncapped")?,
            amount: money("amount")?,
            currency: plain("currency")?,
        })
    }

    /// A line; `row` is its number in the file.
    pub fn line(&self, at: usize, row: u64) -> Line<'a> {
        let (payee_id, payee) = self.payee.text(at);
        let (rule_id, rule) = self.rule.text(at);
        let (deal_id, deal) = self.deal.text(at);
        let (role, from) = (self.role.at(at), self.from_payee.at(at));
        Line {
            row,
            payee_id,
            rule_id,
            rule_from: self.rule_from.value(at),
            kind: self.kind.text(at).0,
            deal_id,
            role: role.map(|(text, _)| text),
            from_payee_id: from.map(|(text, _)| text),
            level: (!self.level.is_null(at)).then(|| self.level.value(at)),
            close_date: self.close_date.value(at),
            basis: narrow(self.basis, at),
            rate: narrow(self.rate, at),
            units: wide(self.units, at),
            units_total: wide(self.units_total, at),
            credit_total: narrow(self.credit_total, at),
            pool: narrow(self.pool, at),
            credited: narrow(self.credited, at),
            uncapped: narrow(self.uncapped, at),
            amount: narrow(self.amount, at),
            currency: self.currency.text(at).0,
            payee,
            deal,
            role_number: role.map_or(NONE, |(_, number)| number),
            from_payee: from.map_or(NONE, |(_, number)| number),
            rule: u16::try_from(rule).unwrap_or(UNKNOWN_RULE),
        }
    }
}

fn narrow(column: &Decimal64Array, at: usize) -> Option<i64> {
    (!column.is_null(at)).then(|| column.value(at))
}

fn wide(column: &Decimal128Array, at: usize) -> Option<i128> {
    (!column.is_null(at)).then(|| column.value(at))
}
