//! Comparisons of days and of truth values.

use std::cmp::Ordering;

use arrow_array::{Array, ArrayAccessor, BooleanArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::ArrowError;

/// Whether `test` holds for the order of two arrays, on each row; null where either is null. An array of length one is a
/// constant.
///
/// # Errors
/// The arrays have different lengths, and neither is a constant.
pub fn compare<A>(left: A, right: A, test: impl Fn(Ordering) -> bool) -> Result<BooleanArray, ArrowError>
where
    A: ArrayAccessor,
    A::Item: Ord,
{
    let rows = match (left.len(), right.len()) {
        (1, rows) | (rows, 1) => rows,
        (rows, other) if rows == other => rows,
        _ => {
            let message = "columns of different lengths can't be compared";
            return Err(ArrowError::ComputeError(message.to_owned()));
        }
    };
    let (left_step, right_step) = (usize::from(left.len() != 1), usize::from(right.len() != 1));
    let values = BooleanBuffer::collect_bool(rows, |row| {
        test(left.value(row * left_step).cmp(&right.value(row * right_step)))
    });
    let nulls = NullBuffer::union(spread(&left, rows).as_ref(), spread(&right, rows).as_ref());
    Ok(BooleanArray::new(values, nulls))
}

/// The nulls of an array, those of a constant on every row.
fn spread(array: &impl Array, rows: usize) -> Option<NullBuffer> {
    match array.nulls() {
        Some(nulls) if array.len() == 1 && rows != 1 => nulls.is_null(0).then(|| NullBuffer::new_null(rows)),
        nulls => nulls.cloned(),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{Date32Array, Scalar};
    use arrow_ord::cmp;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_arrow_has_it(rows in prop::collection::vec((prop::option::of(-2_i32..2), prop::option::of(-2_i32..2)), 0..70)) {
            let left: Date32Array = rows.iter().map(|(left, _)| *left).collect();
            let right: Date32Array = rows.iter().map(|(_, right)| *right).collect();
            prop_assert_eq!(compare(&left, &right, Ordering::is_eq).unwrap(), cmp::eq(&left, &right).unwrap());
            prop_assert_eq!(compare(&left, &right, Ordering::is_le).unwrap(), cmp::lt_eq(&left, &right).unwrap());
            for constant in [Some(1), None] {
                let constant = Date32Array::from(vec![constant]);
                let scalar = Scalar::new(constant.clone());
                if rows.len() != 1 {
                    prop_assert_eq!(compare(&left, &constant, Ordering::is_gt).unwrap(), cmp::gt(&left, &scalar).unwrap());
                    prop_assert_eq!(compare(&constant, &left, Ordering::is_lt).unwrap(), cmp::lt(&scalar, &left).unwrap());
                }
            }
            let flags: BooleanArray = rows.iter().map(|(left, _)| left.map(|left| left > 0)).collect();
            let others: BooleanArray = rows.iter().map(|(_, right)| right.map(|right| right > 0)).collect();
            prop_assert_eq!(compare(&flags, &others, Ordering::is_ge).unwrap(), cmp::gt_eq(&flags, &others).unwrap());
        }
    }

    #[test]
    fn lengths_must_agree() {
        let two = Date32Array::from(vec![1, 2]);
        assert!(compare(&two, &Date32Array::from(vec![1, 2, 3]), Ordering::is_eq).is_err());
    }
}
