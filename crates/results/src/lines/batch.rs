//! Lines as a record batch, with the columns and types of lines.parquet.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal64Array, Decimal128Array, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;

use super::{Block, LineSource, flag};
use crate::Outcome;
use apportion_contract::LineColumn;
use apportion_data::NONE;
use apportion_engine::credit::{Line, Units};

/// Some lines, by their places in the order of lines.parquet.
pub fn batch(outcome: &Outcome<'_>, rows: Range<usize>) -> Result<RecordBatch, ArrowError> {
    let source = LineSource::new(outcome);
    let fields = source.fields().map_err(|error| ArrowError::ParquetError(error.to_string()))?;
    let lines: Vec<&Line> = outcome.settlement.lines.range(rows.start, rows.end).flatten().collect();
    let block = source.block(&lines);
    let columns = LineColumn::ALL.into_iter().zip(&fields);
    let arrays: Vec<ArrayRef> =
        columns.map(|(column, field)| source.array(column, field, &block)).collect::<Result<_, _>>()?;
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

impl LineSource<'_> {
    fn array(&self, column: LineColumn, field: &Field, block: &Block) -> Result<ArrayRef, ArrowError> {
        use LineColumn as C;
        let said = |flag: u8| move |row: usize| block.has(flag, row);
        let money = |minor: &[i64], flag| scaled(minor, said(flag), field);
        let units = |units: &[Units], flag| {
            let of_row = |(row, units): (usize, &Units)| said(flag)(row).then(|| units.e9());
            wide(units.iter().enumerate().map(of_row).collect(), field)
        };
        match column {
            C::PayeeId => texts(self.payee_ids, &block.payee),
            C::RuleId => texts(&self.rule_ids, &block.rule),
            C::Kind => texts(&self.kinds, &block.kind),
            C::DealId => texts(self.deal_ids, &block.deal),
            C::Role => texts(&self.roles, &block.role),
            C::FromPayeeId => texts(self.payee_ids, &block.from_payee),
            C::Currency => texts(&self.currency, &block.currency),
            C::OfRuleId => texts(&self.of_rule_ids, &block.of_rule),
            C::OfDealId => texts(&self.of_deal_ids, &block.of_deal),
            C::RuleFrom => Ok(Arc::new(Date32Array::from(block.rule_from.clone()))),
            C::CloseDate => Ok(Arc::new(Date32Array::from(block.close_date.clone()))),
            C::Level => {
                let levels = block.level.iter().map(|level| (*level > 0).then_some(i32::from(*level)));
                Ok(Arc::new(levels.collect::<Int32Array>()))
            }
            C::Rate => scaled(&block.rate_e8, said(flag::RATE), field),
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

/// Numbers as the decimals that the field says, null where they say nothing.
fn scaled(numbers: &[i64], said: impl Fn(usize) -> bool, field: &Field) -> Result<ArrayRef, ArrowError> {
    let cells = numbers.iter().enumerate().map(|(row, number)| said(row).then_some(*number));
    match field.data_type() {
        DataType::Decimal64(digits, decimals) => {
            let array: Decimal64Array = cells.collect();
            Ok(Arc::new(array.with_precision_and_scale(*digits, *decimals)?))
        }
        _ => wide(cells.map(|number| number.map(i128::from)).collect(), field),
    }
}

fn wide(array: Decimal128Array, field: &Field) -> Result<ArrayRef, ArrowError> {
    let DataType::Decimal128(digits, decimals) = field.data_type() else {
        return Err(ArrowError::SchemaError(format!("`{}` is no column of decimals", field.name())));
    };
    Ok(Arc::new(array.with_precision_and_scale(*digits, *decimals)?))
}

/// The texts behind codes; [`NONE`] is null.
fn texts(texts: &StringArray, codes: &[u32]) -> Result<ArrayRef, ArrowError> {
    let text = |code: &u32| (*code != NONE).then(|| texts.value(*code as usize));
    let bytes: usize = codes.iter().filter_map(text).map(str::len).sum();
    // Places in the texts of an array are counted in 31 bits.
    if i32::try_from(bytes).is_err() {
        return Err(ArrowError::OffsetOverflowError(bytes));
    }
    Ok(Arc::new(codes.iter().map(text).collect::<StringArray>()))
}
