//! A column of values while an expression is evaluated. A column of length one is a constant for any number of rows.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Scalar, UInt32Array, new_null_array,
};
use arrow::buffer::BooleanBuffer;
use arrow::compute::kernels::zip::zip;
use arrow::compute::take;
use arrow::convert;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type};

use super::decimal::{self, Numbers};
use super::error::Fault;
use super::text::Texts;
use super::tree::Literal;
use super::types::Type;

/// A column of one of the four types.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(Texts),
    Number(Numbers),
    Date(Date32Array),
    Boolean(BooleanArray),
}

impl Value {
    /// A constant.
    pub fn literal(literal: &Literal, ty: Type) -> Self {
        match literal {
            Literal::Null => Self::null(ty),
            Literal::Text(text) => Self::Text(Texts::constant(text)),
            Literal::Number { unscaled, scale } => Self::Number(Numbers::constant(*unscaled, *scale)),
            Literal::Date(day) => Self::Date(Date32Array::from(vec![*day])),
            Literal::Boolean(value) => Self::Boolean(BooleanArray::from(vec![*value])),
        }
    }

    /// A null constant.
    pub fn null(ty: Type) -> Self {
        match ty {
            Type::Text => Self::Text(Texts::null()),
            Type::Number => Self::Number(Numbers::null()),
            Type::Date => Self::Date(Date32Array::new_null(1)),
            Type::Boolean => Self::Boolean(BooleanArray::new_null(1)),
        }
    }

    /// Whether [`Value::from_array`] uses the column as it is, without a copy.
    pub fn is_native(array: &ArrayRef) -> bool {
        match array.data_type() {
            DataType::Utf8 | DataType::Date32 | DataType::Boolean => true,
            DataType::Decimal128(_, scale) => *scale >= 0,
            DataType::Dictionary(keys, values) => **keys == DataType::UInt32 && **values == DataType::Utf8,
            _ => false,
        }
    }

    /// An input column; the fault is one whose Arrow type does not fit the type in the scope.
    pub fn from_array(array: &ArrayRef, ty: Type) -> Result<Self, Fault> {
        let found = array.data_type();
        match (ty, found) {
            (_, DataType::Null) => Self::from_array(&new_null_array(&data_type(ty), array.len()), ty),
            (Type::Number, DataType::Decimal128(..)) => {
                Ok(Self::Number(Numbers::from_array(array.as_primitive::<Decimal128Type>())?))
            }
            (Type::Number, _) if found.is_integer() => {
                Ok(Self::Number(Numbers::from_array(&convert::whole_decimals(array, decimal::MAX_DIGITS)?)?))
            }
            (Type::Date, DataType::Date32) => Ok(Self::Date(array.as_primitive::<Date32Type>().clone())),
            (Type::Boolean, DataType::Boolean) => Ok(Self::Boolean(array.as_boolean().clone())),
            (
                Type::Text,
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..),
            ) => Ok(Self::Text(Texts::from_array(array)?)),
            _ => Err(Fault(format!("a column that should hold {} holds {found}", ty.noun()))),
        }
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        match self {
            Self::Text(_) => Type::Text,
            Self::Number(_) => Type::Number,
            Self::Date(_) => Type::Date,
            Self::Boolean(_) => Type::Boolean,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Text(texts) => texts.len(),
            Self::Number(numbers) => numbers.len(),
            Self::Date(dates) => dates.len(),
            Self::Boolean(booleans) => booleans.len(),
        }
    }

    /// Rows by index; an index that is null makes a null.
    pub fn take(&self, index: &UInt32Array) -> Result<Self, Fault> {
        Ok(match self {
            Self::Text(texts) => Self::Text(texts.take(index)?),
            Self::Number(numbers) => {
                let scale = numbers.scale;
                let taken = take(&numbers.clone().into_array()?, index, None)?;
                let taken: &Decimal128Array = taken.as_primitive();
                Self::Number(Numbers { values: taken.values().clone(), nulls: taken.nulls().cloned(), scale })
            }
            Self::Date(dates) => Self::Date(take(dates, index, None)?.as_primitive::<Date32Type>().clone()),
            Self::Boolean(booleans) => Self::Boolean(take(booleans, index, None)?.as_boolean().clone()),
        })
    }

    /// A constant repeated, or the column as it is.
    pub fn repeated(self, rows: usize) -> Result<Self, Fault> {
        if self.len() == rows || self.len() != 1 {
            return Ok(self);
        }
        self.take(&UInt32Array::from(vec![0; rows]))
    }

    /// As one Arrow array of `rows` rows.
    pub fn into_array(self, rows: usize) -> Result<ArrayRef, Fault> {
        Ok(match self.repeated(rows)? {
            Self::Text(texts) => std::sync::Arc::new(texts.to_array()?),
            Self::Number(numbers) => std::sync::Arc::new(numbers.into_array()?),
            Self::Date(dates) => std::sync::Arc::new(dates),
            Self::Boolean(booleans) => std::sync::Arc::new(booleans),
        })
    }

    /// Whether each row has a value; no nulls.
    pub fn is_not_null(&self) -> BooleanArray {
        let nulls = match self {
            Self::Text(texts) => return texts.is_not_null(),
            Self::Number(numbers) => numbers.nulls.as_ref(),
            Self::Date(dates) => dates.nulls(),
            Self::Boolean(booleans) => booleans.nulls(),
        };
        let valid = nulls.map_or_else(|| BooleanBuffer::new_set(self.len()), |nulls| nulls.inner().clone());
        BooleanArray::new(valid, None)
    }

    /// `first` where the mask is set, else `second`; both of one type.
    pub fn select(mask: &BooleanBuffer, first: &Self, second: &Self) -> Result<Self, Fault> {
        Ok(match (first, second) {
            (Self::Number(a), Self::Number(b)) => Self::Number(decimal::select(mask, a, b)?),
            (Self::Text(a), Self::Text(b)) => {
                let (a, b) = (a.to_array()?, b.to_array()?);
                Self::Text(Texts::plain(zipped(mask, &a, &b)?.as_string::<i32>().clone()))
            }
            (Self::Date(a), Self::Date(b)) => {
                Self::Date(zipped(mask, a, b)?.as_primitive::<Date32Type>().clone())
            }
            (Self::Boolean(a), Self::Boolean(b)) => Self::Boolean(zipped(mask, a, b)?.as_boolean().clone()),
            _ => return Err(mixed()),
        })
    }

    /// One column after the other, both of one type.
    pub fn concat(first: &Self, second: &Self) -> Result<Self, Fault> {
        let joined = |a: &dyn Array, b: &dyn Array| arrow::compute::concat(&[a, b]);
        Ok(match (first, second) {
            (Self::Number(a), Self::Number(b)) => Self::Number(decimal::concat(a, b)?),
            (Self::Text(a), Self::Text(b)) => {
                Self::Text(Texts::plain(joined(&a.to_array()?, &b.to_array()?)?.as_string::<i32>().clone()))
            }
            (Self::Date(a), Self::Date(b)) => Self::Date(joined(a, b)?.as_primitive::<Date32Type>().clone()),
            (Self::Boolean(a), Self::Boolean(b)) => Self::Boolean(joined(a, b)?.as_boolean().clone()),
            _ => return Err(mixed()),
        })
    }
}

/// The Arrow type of results. Numbers have a scale of their own.
pub(super) fn data_type(ty: Type) -> DataType {
    match ty {
        Type::Text => DataType::Utf8,
        Type::Number => DataType::Decimal128(decimal::MAX_DIGITS, 0),
        Type::Date => DataType::Date32,
        Type::Boolean => DataType::Boolean,
    }
}

/// The fault of values of two types where one is needed. Type checking rules it out.
pub(super) fn mixed() -> Fault {
    Fault::new("two types met in one column, which is a mistake of this program")
}

/// Arrow's `zip`, where an array of length one is a constant.
fn zipped(mask: &BooleanBuffer, first: &dyn Array, second: &dyn Array) -> Result<ArrayRef, Fault> {
    let mask = BooleanArray::new(mask.clone(), None);
    let constant = |array: &dyn Array| array.len() == 1;
    let slice = |array: &dyn Array| array.slice(0, array.len());
    let (a, b) = (slice(first), slice(second));
    Ok(match (constant(first), constant(second)) {
        (true, true) => zip(&mask, &Scalar::new(a), &Scalar::new(b))?,
        (true, false) => zip(&mask, &Scalar::new(a), &b)?,
        (false, true) => zip(&mask, &a, &Scalar::new(b))?,
        (false, false) => zip(&mask, &a, &b)?,
    })
}
