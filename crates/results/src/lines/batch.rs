//! Lines as a record batch, with the columns and types of lines.parquet.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Date32Array, Decimal64Array, Decimal128Array, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::Schema;
use arrow::error::ArrowError;

use super::{
    Block, COLUMNS, Column, LineSource, MONEY_DIGITS, RATE_DECIMALS, RATE_DIGITS, UNITS_DECIMALS,
    UNITS_DIGITS, flag,
};
use crate::Outcome;
use apportion_data::NONE;

/// Some lines, by their places in the contract's order.
pub fn batch(outcome: &Outcome<'_>, rows: Range<usize>) -> Result<RecordBatch, ArrowError> {
    let source = LineSource::new(outcome);
    let digits = source.decimals().map_err(|error| ArrowError::ParquetError(error.to_string()))?;
    let block = source.block(rows);
    let arrays: Result<Vec<ArrayRef>, ArrowError> =
        COLUMNS.iter().map(|(_, column)| source.array(*column, &block, digits)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(super::fields(digits).to_vec())), arrays?)
}

impl LineSource<'_> {
    fn array(&self, column: Column, block: &Block, digits: i8) -> Result<ArrayRef, ArrowError> {
        use Column as C;
        let rows = block.flags.len();
        let money = |minor: &[i64], flag: u8| -> Result<ArrayRef, ArrowError> {
            let cells =
                minor.iter().zip(&block.flags).map(|(minor, flags)| (flags & flag != 0).then_some(*minor));
            Ok(Arc::new(Decimal64Array::from_iter(cells).with_precision_and_scale(MONEY_DIGITS, digits)?))
        };
        let units = |of: &[apportion_engine::credit::Units], flag: u8| -> Result<ArrayRef, ArrowError> {
            let cells = of.iter().enumerate().map(|(row, units)| block.has(flag, row).then(|| units.e9()));
            let array = Decimal128Array::from_iter(cells);
            Ok(Arc::new(array.with_precision_and_scale(UNITS_DIGITS, UNITS_DECIMALS)?))
        };
        match column {
            C::Payee => texts(self.payee_ids, &block.payee),
            C::Rule => texts(&self.rule_ids, &block.rule),
            C::Kind => texts(&self.kinds, &block.kind),
            C::Deal => texts(self.deal_ids, &block.deal),
            C::Role => texts(&self.roles, &block.role),
            C::FromPayee => texts(self.payee_ids, &block.from_payee),
            C::Currency => texts(&self.currency, &block.currency),
            C::RuleFrom => Ok(Arc::new(Date32Array::from_iter_values(block.rule_from.iter().copied()))),
            C::CloseDate => Ok(Arc::new(Date32Array::from_iter_values(block.close_date.iter().copied()))),
            C::Level => {
                let cells =
                    block.level.iter().map(|level| Some(i32::from(*level)).filter(|level| *level > 0));
                Ok(Arc::new(Int32Array::from_iter(cells)))
            }
            C::Rate => {
                let cells = (0..rows).map(|row| block.has(flag::RATE, row).then(|| block.rate_e8[row]));
                let array = Decimal64Array::from_iter(cells);
                Ok(Arc::new(array.with_precision_and_scale(RATE_DIGITS, RATE_DECIMALS)?))
            }
            C::Units => units(&block.units, flag::UNITS),
            C::UnitsTotal => units(&block.units_total, flag::UNITS_TOTAL),
            C::Basis => money(&block.basis, flag::BASIS),
            // What is credited in all is the basis.
            C::CreditTotal => money(&block.basis, flag::CREDIT_TOTAL),
            C::Pool => money(&block.pool, flag::POOL),
            C::Credited => money(&block.credited, flag::CREDITED),
            C::Uncapped => money(&block.uncapped, flag::AMOUNT),
            C::Amount => money(&block.amount, flag::AMOUNT),
        }
    }
}

/// The texts behind codes; [`NONE`] is null.
fn texts(texts: &StringArray, codes: &[u32]) -> Result<ArrayRef, ArrowError> {
    let known = |code: &u32| (*code != NONE).then(|| texts.value(*code as usize));
    let bytes: usize = codes.iter().filter_map(known).map(str::len).sum();
    if i32::try_from(bytes).is_err() {
        return Err(ArrowError::OffsetOverflowError(bytes));
    }
    let array: StringArray = codes.iter().map(known).collect();
    debug_assert_eq!(array.len(), codes.len());
    Ok(Arc::new(array))
}
