//! Rates and amounts as scaled integers, also those that depend on a text column or on a rate table.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, StringArray, StringViewArray, UInt32Array};
use arrow::convert;
use arrow::datatypes::{DataType, UInt32Type};
use rust_decimal::Decimal;

use super::rate_table::{LookupKey, RateTableColumns, Ties};
use apportion_base::money::{Overflow, rescale_exact};
use apportion_book::TableName;
use apportion_data::{Frame, Tables};
use apportion_rules::Value;

/// A decimal of a rule file with `scale` decimals.
pub fn scaled(value: Decimal, scale: u32) -> Result<i128, Overflow> {
    rescale_exact(value.mantissa(), value.scale(), scale)
}

/// A rate in hundred-millionths.
pub fn rate_e8(rate: Decimal) -> Result<i64, Overflow> {
    i64::try_from(scaled(rate, 8)?).map_err(|_| Overflow)
}

/// A rule's value for every deal, or for everything that payees are at some time, at a fixed scale.
#[derive(Debug, Clone)]
pub enum ValueColumn {
    /// The same for all.
    Plain(i128),
    /// By row of the deals; `None` where neither a case nor `else` applies.
    ByDeal(Vec<Option<i128>>),
    /// By what payees are on a day.
    ByState(Vec<Option<i128>>),
    /// By the rows of a rate table.
    Table(Box<RateTableColumns>),
}

impl ValueColumn {
    /// Looks the value up once for every row of the table it depends on.
    pub fn new(value: &Value, scale: u32, tables: &Tables) -> Result<Self, Overflow> {
        match value {
            Value::Plain(plain) => scaled(*plain, scale).map(Self::Plain),
            Value::By { column, .. } => {
                let frame = match column.table {
                    TableName::Payees => &tables.payees.states.frame,
                    _ => &tables.deals.frame,
                };
                let values = by_rows(value, scale, frame)?;
                Ok(match column.table {
                    TableName::Payees => Self::ByState(values),
                    _ => Self::ByDeal(values),
                })
            }
            Value::Table(table) => {
                RateTableColumns::new(table, scale, tables).map(|table| Self::Table(Box::new(table)))
            }
        }
    }

    /// The value for each key; a value by columns of payees has none for a key without a payee. Rows of a table between which
    /// nothing decides are noted, with `step`, the place of the value among those of the rule.
    pub fn look_up(&self, keys: &[LookupKey], step: usize, ties: &mut Ties) -> Vec<Option<i128>> {
        match self {
            Self::Plain(value) => vec![Some(*value); keys.len()],
            Self::ByDeal(values) => keys.iter().map(|key| values[key.deal()]).collect(),
            Self::ByState(values) => {
                keys.iter().map(|key| key.state().and_then(|state| values[state])).collect()
            }
            Self::Table(table) => table.look_up(keys, step, ties),
        }
    }
}

/// A value by a text column for each row of the column's table, at a fixed scale; `None` where neither a case nor `else` applies, and for
/// a value of another form.
pub fn by_rows(value: &Value, scale: u32, frame: &Frame) -> Result<Vec<Option<i128>>, Overflow> {
    let Value::By { column, is, otherwise } = value else { return Ok(vec![None; frame.rows]) };
    let is = is
        .iter()
        .map(|(text, value)| scaled(*value, scale).map(|value| (text.as_str(), value)))
        .collect::<Result<BTreeMap<_, _>, _>>()?;
    let otherwise = otherwise.map(|value| scaled(value, scale)).transpose()?;
    let choose = |text: Option<&str>| text.and_then(|text| is.get(text).copied()).or(otherwise);
    Ok(by_text(frame, &column.column, choose))
}

/// `choose` of each row's text; called once for each dictionary value.
fn by_text(frame: &Frame, column: &str, choose: impl Fn(Option<&str>) -> Option<i128>) -> Vec<Option<i128>> {
    let Some(array) = frame.column(column) else {
        return vec![choose(None); frame.rows];
    };
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let values = texts(dictionary.values());
        let chosen: Vec<Option<i128>> = (0..values.len())
            .map(|index| choose(values.is_valid(index).then(|| values.value(index))))
            .collect();
        let keys = convert::integers::<UInt32Type>(dictionary.keys());
        let keys = keys.unwrap_or_else(|_| UInt32Array::new_null(frame.rows));
        return keys.iter().map(|key| key.map_or_else(|| choose(None), |key| chosen[key as usize])).collect();
    }
    let values = texts(array);
    (0..values.len()).map(|index| choose(values.is_valid(index).then(|| values.value(index)))).collect()
}

pub(super) fn texts(array: &dyn Array) -> StringArray {
    match array.data_type() {
        DataType::Utf8View => array
            .as_any()
            .downcast_ref::<StringViewArray>()
            .map_or_else(|| StringArray::new_null(array.len()), |view| view.iter().collect()),
        _ => array.as_string_opt::<i32>().cloned().unwrap_or_else(|| StringArray::new_null(array.len())),
    }
}
