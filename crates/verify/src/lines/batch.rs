//! A decoded batch as columns, to be read line by line.

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal64Array, Decimal128Array, Int32Array, StringArray,
};
use arrow::datatypes::{Date32Type, Decimal64Type, Decimal128Type, Int32Type};
use arrow::record_batch::RecordBatch;

use super::super::calendar::Day;
use super::super::manifest::Terms;
use super::super::names::{DealNo, Names, Number, PayeeNo, RoleNo, RuleNo};
use super::{Ids, Line};
use apportion_contract::LineColumn;

/// A text column: each row's text as an index into the batch's own texts, and a number of each of these texts.
struct Texts<'a, N> {
    keys: &'a Int32Array,
    texts: &'a StringArray,
    /// By text of the batch.
    numbers: Vec<N>,
}

impl<'a, N: Copy> Texts<'a, N> {
    fn new(column: &'a ArrayRef, mut number: impl FnMut(&str) -> N) -> Option<Self> {
        let column = column.as_dictionary_opt::<Int32Type>()?;
        let texts = column.values().as_string_opt::<i32>()?;
        // The dictionary may have texts that no row of this batch has. They do no harm.
        let numbers =
            (0..texts.len()).map(|index| number(if texts.is_null(index) { "" } else { texts.value(index) }));
        Some(Self { keys: column.keys(), texts, numbers: numbers.collect() })
    }

    fn at(&self, row: usize) -> Option<(&'a str, N)> {
        if self.keys.is_null(row) {
            return None;
        }
        let key = usize::try_from(self.keys.value(row)).ok()?;
        Some((self.texts.value(key), *self.numbers.get(key)?))
    }
}

/// The columns of one batch.
pub(super) struct Batch<'a> {
    /// How many lines it has.
    pub rows: usize,
    payee: Texts<'a, PayeeNo>,
    rule: Texts<'a, Option<RuleNo>>,
    rule_from: &'a Date32Array,
    kind: Texts<'a, ()>,
    deal: Texts<'a, DealNo>,
    role: Texts<'a, RoleNo>,
    from_payee: Texts<'a, PayeeNo>,
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
    currency: Texts<'a, ()>,
    of_rule: Texts<'a, ()>,
    of_deal: Texts<'a, DealNo>,
}

impl<'a> Batch<'a> {
    /// `None` where a column is not of its type.
    pub fn new(batch: &'a RecordBatch, terms: &Terms, ids: &mut Ids) -> Option<Self> {
        use LineColumn as C;
        let column = |column: C| batch.column_by_name(column.name());
        let money = |name| column(name)?.as_primitive_opt::<Decimal64Type>();
        let units = |name| column(name)?.as_primitive_opt::<Decimal128Type>();
        let day = |name| column(name)?.as_primitive_opt::<Date32Type>();
        let word = |name| Texts::new(column(name)?, |_| ());
        Some(Self {
            rows: batch.num_rows(),
            payee: numbered(column(C::PayeeId)?, &mut ids.payees)?,
            rule: Texts::new(column(C::RuleId)?, |id| terms.rule(id))?,
            rule_from: day(C::RuleFrom)?,
            kind: word(C::Kind)?,
            deal: numbered(column(C::DealId)?, &mut ids.deals)?,
            role: numbered(column(C::Role)?, &mut ids.roles)?,
            from_payee: numbered(column(C::FromPayeeId)?, &mut ids.payees)?,
            level: column(C::Level)?.as_primitive_opt::<Int32Type>()?,
            close_date: day(C::CloseDate)?,
            basis: money(C::Basis)?,
            rate: money(C::Rate)?,
            units: units(C::Units)?,
            units_total: units(C::UnitsTotal)?,
            credit_total: money(C::CreditTotal)?,
            pool: money(C::Pool)?,
            credited: money(C::Credited)?,
            uncapped: money(C::Uncapped)?,
            amount: money(C::Amount)?,
            currency: word(C::Currency)?,
            of_rule: word(C::OfRuleId)?,
            of_deal: numbered(column(C::OfDealId)?, &mut ids.deals)?,
        })
    }

    /// A line; `row` is its number in the file. `None` where a column that is never null is null.
    pub fn line(&self, index: usize, row: u64) -> Option<Line<'a>> {
        let (payee_id, payee) = self.payee.at(index)?;
        let (rule_id, rule) = self.rule.at(index)?;
        let (deal_id, deal) = self.deal.at(index)?;
        let (role, from) = (self.role.at(index), self.from_payee.at(index));
        let of_deal = self.of_deal.at(index);
        Some(Line {
            row,
            payee_id,
            rule_id,
            rule_from: Day(self.rule_from.value(index)),
            kind: self.kind.at(index)?.0,
            deal_id,
            role_id: role.map(|(text, _)| text),
            from_payee_id: from.map(|(text, _)| text),
            level: (!self.level.is_null(index)).then(|| self.level.value(index)),
            close_date: Day(self.close_date.value(index)),
            basis: narrow(self.basis, index),
            rate: narrow(self.rate, index),
            units: wide(self.units, index),
            units_total: wide(self.units_total, index),
            credit_total: narrow(self.credit_total, index),
            pool: narrow(self.pool, index),
            credited: narrow(self.credited, index),
            uncapped: narrow(self.uncapped, index),
            amount: narrow(self.amount, index),
            currency: self.currency.at(index)?.0,
            of_rule_id: self.of_rule.at(index).map(|(text, ())| text),
            of_deal_id: of_deal.map(|(text, _)| text),
            payee,
            deal,
            role: role.map(|(_, number)| number),
            from_payee: from.map(|(_, number)| number),
            of_deal: of_deal.map(|(_, number)| number),
            rule,
        })
    }
}

/// A column of ids.
fn numbered<'a, N: Number>(column: &'a ArrayRef, names: &mut Names<N>) -> Option<Texts<'a, N>> {
    Texts::new(column, |text| names.number(text))
}

fn narrow(column: &Decimal64Array, index: usize) -> Option<i64> {
    (!column.is_null(index)).then(|| column.value(index))
}

fn wide(column: &Decimal128Array, index: usize) -> Option<i128> {
    (!column.is_null(index)).then(|| column.value(index))
}
