//! A decoded batch as columns, to be read line by line or column by column.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, PrimitiveArray, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Date32Type, Decimal64Type, Decimal128Type, Int32Type};
use arrow::record_batch::RecordBatch;

use super::super::calendar::Day;
use super::super::manifest::Terms;
use super::super::names::{DealNo, Names, Number, PayeeNo, RoleNo, RuleNo};
use super::words::LineWords;
use super::{Ids, Line};
use apportion_contract::{LineColumn, RuleKind};

/// A column of few texts: each row's text as an index into the batch's own texts, and what each of these texts is.
pub(super) struct Texts<'a, N> {
    keys: &'a Int32Array,
    /// Whether some row has no text.
    has_nulls: bool,
    texts: &'a StringArray,
    /// By text of the batch.
    meant: Vec<N>,
}

impl<'a, N: Copy> Texts<'a, N> {
    fn new(column: &'a ArrayRef, mut meaning: impl FnMut(&str) -> N) -> Option<Self> {
        let column = column.as_dictionary_opt::<Int32Type>()?;
        let texts = column.values().as_string_opt::<i32>()?;
        // The dictionary may have texts that no row of this batch has. They do no harm.
        let meant =
            (0..texts.len()).map(|index| meaning(if texts.is_null(index) { "" } else { texts.value(index) }));
        let keys = column.keys();
        Some(Self { keys, has_nulls: keys.null_count() > 0, texts, meant: meant.collect() })
    }

    fn key(&self, row: usize) -> Option<usize> {
        if self.has_nulls && self.keys.is_null(row) {
            return None;
        }
        usize::try_from(self.keys.values()[row]).ok()
    }

    /// What a row's text is.
    fn at(&self, row: usize) -> Option<N> {
        self.meant.get(self.key(row)?).copied()
    }

    /// A row's text.
    pub(super) fn text(&self, row: usize) -> Option<&'a str> {
        self.key(row).map(|key| self.texts.value(key))
    }

    /// Compares the texts of two rows; none is before any.
    pub(super) fn compare(&self, one: usize, other: usize) -> Ordering {
        match (self.key(one), self.key(other)) {
            (one, other) if one == other => Ordering::Equal,
            (one, other) => one.map(|key| self.texts.value(key)).cmp(&other.map(|key| self.texts.value(key))),
        }
    }
}

/// The column of deals, whose texts are mostly different ones: they are not decoded as few, and each row has its number.
pub(super) struct DealTexts<'a> {
    texts: &'a StringArray,
    numbers: Vec<DealNo>,
}

impl<'a> DealTexts<'a> {
    fn new(column: &'a ArrayRef, names: &mut Names<DealNo>) -> Option<Self> {
        let texts = column.as_string_opt::<i32>()?;
        Some(Self { texts, numbers: names.numbers((0..texts.len()).map(|row| texts.value(row))) })
    }

    /// A row's text.
    pub(super) fn text(&self, row: usize) -> &'a str {
        self.texts.value(row)
    }

    /// Compares the texts of two rows.
    pub(super) fn compare(&self, one: usize, other: usize) -> Ordering {
        match self.numbers[one] == self.numbers[other] {
            true => Ordering::Equal,
            false => self.text(one).cmp(self.text(other)),
        }
    }
}

/// A column of numbers or days.
pub(super) struct Values<'a, T: ArrowPrimitiveType> {
    column: &'a PrimitiveArray<T>,
    values: &'a [T::Native],
    /// Whether some row has no value.
    has_nulls: bool,
}

impl<'a, T: ArrowPrimitiveType> Values<'a, T> {
    fn new(column: &'a ArrayRef) -> Option<Self> {
        let column = column.as_primitive_opt::<T>()?;
        Some(Self { column, values: column.values(), has_nulls: column.null_count() > 0 })
    }

    /// A row's value.
    #[inline]
    pub(super) fn at(&self, row: usize) -> Option<T::Native> {
        if self.has_nulls && self.column.is_null(row) { None } else { Some(self.values[row]) }
    }
}

/// The columns of one batch.
pub struct Batch<'a> {
    /// How many lines it has.
    rows: usize,
    /// The number in the file of the line before the first one.
    before: u64,
    pub(super) payee: Texts<'a, PayeeNo>,
    pub(super) rule: Texts<'a, Option<RuleNo>>,
    rule_from: Values<'a, Date32Type>,
    pub(super) kind: Texts<'a, Option<RuleKind>>,
    pub(super) deal: DealTexts<'a>,
    pub(super) role: Texts<'a, RoleNo>,
    pub(super) from_payee: Texts<'a, PayeeNo>,
    level: Values<'a, Int32Type>,
    pub(super) close_date: Values<'a, Date32Type>,
    basis: Values<'a, Decimal64Type>,
    rate: Values<'a, Decimal64Type>,
    units: Values<'a, Decimal128Type>,
    units_total: Values<'a, Decimal128Type>,
    credit_total: Values<'a, Decimal64Type>,
    pool: Values<'a, Decimal64Type>,
    credited: Values<'a, Decimal64Type>,
    uncapped: Values<'a, Decimal64Type>,
    amount: Values<'a, Decimal64Type>,
    /// Whether it is that of the book.
    pub(super) currency: Texts<'a, bool>,
    /// The inner is `None` where run.json does not list the rule.
    pub(super) of_rule: Texts<'a, Option<RuleNo>>,
    pub(super) of_deal: Texts<'a, DealNo>,
}

/// Columns that are null in no line.
const NEVER_NULL: [LineColumn; 7] = [
    LineColumn::PayeeId,
    LineColumn::RuleId,
    LineColumn::RuleFrom,
    LineColumn::Kind,
    LineColumn::DealId,
    LineColumn::CloseDate,
    LineColumn::Currency,
];

/// Whether a column is null that is null in no line.
pub(super) fn lacks_values(batch: &RecordBatch) -> bool {
    NEVER_NULL.iter().filter_map(|column| batch.column_by_name(column.name())).any(|it| it.null_count() > 0)
}

impl<'a> Batch<'a> {
    /// The columns of lines of which `before` come earlier in the file. `None` where a column is not of its type.
    pub(super) fn new(batch: &'a RecordBatch, before: u64, terms: &Terms, ids: &mut Ids) -> Option<Self> {
        use LineColumn as C;
        let column = |column: C| batch.column_by_name(column.name());
        let money = |name| Values::new(column(name)?);
        let units = |name| Values::new(column(name)?);
        Some(Self {
            rows: batch.num_rows(),
            before,
            payee: numbered(column(C::PayeeId)?, &mut ids.payees)?,
            rule: Texts::new(column(C::RuleId)?, |id| terms.rule(id))?,
            rule_from: Values::new(column(C::RuleFrom)?)?,
            kind: Texts::new(column(C::Kind)?, RuleKind::from_word)?,
            deal: DealTexts::new(column(C::DealId)?, &mut ids.deals)?,
            role: numbered(column(C::Role)?, &mut ids.roles)?,
            from_payee: numbered(column(C::FromPayeeId)?, &mut ids.payees)?,
            level: Values::new(column(C::Level)?)?,
            close_date: Values::new(column(C::CloseDate)?)?,
            basis: money(C::Basis)?,
            rate: money(C::Rate)?,
            units: units(C::Units)?,
            units_total: units(C::UnitsTotal)?,
            credit_total: money(C::CreditTotal)?,
            pool: money(C::Pool)?,
            credited: money(C::Credited)?,
            uncapped: money(C::Uncapped)?,
            amount: money(C::Amount)?,
            currency: Texts::new(column(C::Currency)?, |code| code == terms.currency.code())?,
            of_rule: Texts::new(column(C::OfRuleId)?, |id| terms.rule(id))?,
            of_deal: numbered(column(C::OfDealId)?, &mut ids.deals)?,
        })
    }

    /// How many lines it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of a line in the file, from 1.
    pub fn row(&self, index: usize) -> u64 {
        self.before + index as u64 + 1
    }

    /// All lines, in file order.
    pub fn lines(&'a self) -> impl Iterator<Item = Line<'a>> {
        (0..self.rows).filter_map(|index| self.line(index))
    }

    /// A line. `None` where a column that is never null is null.
    #[inline]
    pub fn line(&'a self, index: usize) -> Option<Line<'a>> {
        Some(Line {
            row: self.row(index),
            words: LineWords::of_batch(self, index),
            rule_from: Day(self.rule_from.at(index)?),
            kind: self.kind.at(index)?,
            level: self.level.at(index),
            close_date: Day(self.close_date.at(index)?),
            basis: self.basis.at(index),
            rate: self.rate.at(index),
            units: self.units.at(index),
            units_total: self.units_total.at(index),
            credit_total: self.credit_total.at(index),
            pool: self.pool.at(index),
            credited: self.credited.at(index),
            uncapped: self.uncapped.at(index),
            amount: self.amount.at(index),
            in_currency: self.currency.at(index)?,
            payee: self.payee.at(index)?,
            deal: self.deal.numbers[index],
            role: self.role.at(index),
            from_payee: self.from_payee.at(index),
            of_rule: self.of_rule.at(index),
            of_deal: self.of_deal.at(index),
            rule: self.rule.at(index)?,
        })
    }
}

/// A column of few ids.
fn numbered<'a, N: Number>(column: &'a ArrayRef, names: &mut Names<N>) -> Option<Texts<'a, N>> {
    Texts::new(column, |text| names.number(text))
}
