//! Rates and amounts as the numbers that they hold.

use rust_decimal::Decimal;

use apportion_rules::Value;

/// All numbers of a value.
pub(super) fn numbers(value: &Value) -> Vec<Decimal> {
    match value {
        Value::Plain(number) => vec![*number],
        Value::By { is, otherwise, .. } => is.values().chain(otherwise).copied().collect(),
        Value::Table(table) => table.distinct_values().to_vec(),
    }
}

/// Whether a value is 0 in all cases. A 0 among other cases is a choice.
pub(super) fn is_zero(value: &Value) -> bool {
    numbers(value).iter().all(Decimal::is_zero)
}
