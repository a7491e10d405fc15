//! Kleene's three-valued logic, as SQL has it: null is "unknown".

use arrow_array::{Array, BooleanArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::ArrowError;

/// `AND`: false where one is false, null where neither is and one is null.
///
/// # Errors
/// The arrays have different lengths.
pub fn and_kleene(left: &BooleanArray, right: &BooleanArray) -> Result<BooleanArray, ArrowError> {
    same_length(left, right)?;
    if left.null_count() + right.null_count() == 0 {
        return Ok(BooleanArray::new(left.values() & right.values(), None));
    }
    let (left, right) = (KleeneRows::new(left), KleeneRows::new(right));
    Ok(known(&left.truths & &right.truths, &left.falsehoods | &right.falsehoods))
}

/// `OR`: true where one is true, null where neither is and one is null.
///
/// # Errors
/// The arrays have different lengths.
pub fn or_kleene(left: &BooleanArray, right: &BooleanArray) -> Result<BooleanArray, ArrowError> {
    same_length(left, right)?;
    if left.null_count() + right.null_count() == 0 {
        return Ok(BooleanArray::new(left.values() | right.values(), None));
    }
    let (left, right) = (KleeneRows::new(left), KleeneRows::new(right));
    Ok(known(&left.truths | &right.truths, &left.falsehoods & &right.falsehoods))
}

/// `NOT`: null stays null.
///
/// # Errors
/// None; like the others it returns a result, so that they can be used alike.
pub fn not(values: &BooleanArray) -> Result<BooleanArray, ArrowError> {
    Ok(BooleanArray::new(!values.values(), values.nulls().cloned()))
}

/// The rows that are true and those that are false; the others are null.
struct KleeneRows {
    truths: BooleanBuffer,
    falsehoods: BooleanBuffer,
}

impl KleeneRows {
    fn new(array: &BooleanArray) -> Self {
        let values = array.values();
        match array.nulls() {
            Some(valid) => Self { truths: values & valid.inner(), falsehoods: &!values & valid.inner() },
            None => Self { truths: values.clone(), falsehoods: !values },
        }
    }
}

/// An array that is true and false on these rows.
fn known(truths: BooleanBuffer, falsehoods: BooleanBuffer) -> BooleanArray {
    let valid = NullBuffer::new(&truths | &falsehoods);
    let nulls = Some(valid).filter(|valid| valid.null_count() > 0);
    BooleanArray::new(truths, nulls)
}

fn same_length(left: &BooleanArray, right: &BooleanArray) -> Result<(), ArrowError> {
    if left.len() == right.len() {
        return Ok(());
    }
    Err(ArrowError::ComputeError("conditions of different lengths can't be joined".to_owned()))
}

#[cfg(test)]
mod tests {
    use arrow_arith::boolean as arrows;
    use proptest::prelude::*;

    use super::*;

    const VALUES: [Option<bool>; 3] = [Some(true), Some(false), None];

    #[test]
    fn the_truth_table() {
        let pairs = || VALUES.into_iter().flat_map(|left| VALUES.map(|right| (left, right)));
        let left: BooleanArray = pairs().map(|(left, _)| left).collect();
        let right: BooleanArray = pairs().map(|(_, right)| right).collect();
        let (yes, no) = (Some(true), Some(false));
        let and: Vec<Option<bool>> = and_kleene(&left, &right).unwrap().iter().collect();
        assert_eq!(and, [yes, no, None, no, no, no, None, no, None]);
        let or: Vec<Option<bool>> = or_kleene(&left, &right).unwrap().iter().collect();
        assert_eq!(or, [yes, yes, yes, yes, no, None, yes, None, None]);
        let not: Vec<Option<bool>> = not(&VALUES.into_iter().collect()).unwrap().iter().collect();
        assert_eq!(not, [no, yes, None]);
        assert!(
            and_kleene(&left, &right.slice(0, 3)).is_err() && or_kleene(&left.slice(1, 2), &right).is_err()
        );
    }

    fn array() -> impl Strategy<Value = Vec<Option<bool>>> {
        prop::collection::vec(prop::sample::select(VALUES.to_vec()), 200)
    }

    proptest! {
        #[test]
        fn as_arrow_has_it(left in array(), right in array(), from in 0_usize..100, length in 0_usize..100) {
            let cut = |values: Vec<Option<bool>>| BooleanArray::from(values).slice(from, length);
            let (left, right) = (cut(left), cut(right));
            prop_assert_eq!(and_kleene(&left, &right).unwrap(), arrows::and_kleene(&left, &right).unwrap());
            prop_assert_eq!(or_kleene(&left, &right).unwrap(), arrows::or_kleene(&left, &right).unwrap());
            prop_assert_eq!(not(&left).unwrap(), arrows::not(&left).unwrap());
        }
    }
}
