//! Open opportunities as expressions see them: as deals that would close on the expected day, at the rate of the as-of day.

use std::sync::Arc;

use apportion_book::Book;
use apportion_data::{OpenIx, OpenOpportunities, Rates};
use arrow::array::{ArrayRef, Date32Array, Decimal128Array};
use arrow::datatypes::DataType;

use crate::scope::put_column;

/// Decimals of amounts in frames.
const AMOUNT_SCALE: i8 = 6;

/// What opportunities are on the as-of day, by [`OpenIx`].
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    /// When each closes; without a day of its own on the as-of day. Days since 1970-01-01.
    pub days: Vec<i32>,
    /// In book currency, in millionths; `None` without a rate.
    pub amount_e6: Vec<Option<i64>>,
}

impl Expected {
    /// Fills the columns of the opportunities that depend on the day: `close_date`, `amount` and `list_amount`, where they are named.
    pub fn new(open: &mut OpenOpportunities, (book, rates): (&Book, &Rates), as_of: i32) -> Self {
        let days: Vec<i32> = open.expected_close.iter().map(|day| day.unwrap_or(as_of)).collect();
        let converted = |amounts: &[Option<i64>]| -> Vec<Option<i64>> {
            let amount = |(amount, currency): (&Option<i64>, &String)| {
                rates.in_book((*amount)?, currency, as_of, book)
            };
            amounts.iter().zip(&open.currency).map(amount).collect()
        };
        let amount_e6 = converted(&open.amount_e6);
        let list_e6 = converted(&open.list_amount_e6);
        let named = |name: &str| open.frame.column(name).is_some();
        let columns: Vec<(&str, ArrayRef)> = [
            ("close_date", Arc::new(Date32Array::from(days.clone())) as ArrayRef),
            ("amount", amounts(&amount_e6)),
            ("list_amount", amounts(&list_e6)),
        ]
        .into_iter()
        .filter(|(name, _)| named(name))
        .collect();
        for (name, column) in columns {
            put_column(&mut open.frame, name, column);
        }
        Self { days, amount_e6 }
    }

    /// When one closes.
    pub fn day(&self, open: OpenIx) -> Option<i32> {
        self.days.get(open.at()).copied()
    }
}

fn amounts(amounts_e6: &[Option<i64>]) -> ArrayRef {
    let array: Decimal128Array = amounts_e6.iter().map(|amount| amount.map(i128::from)).collect();
    Arc::new(array.with_data_type(DataType::Decimal128(38, AMOUNT_SCALE)))
}
