//! Decimal arithmetic against a plain reference in 256 bits.

use arrow::datatypes::i256;
use proptest::prelude::*;

use super::decimal::{self, Numbers};

/// A whole number of up to 38 digits of any size.
fn whole() -> impl Strategy<Value = i128> {
    (0_u32..=37, any::<i128>()).prop_map(|(digits, value)| value % 10_i128.pow(digits + 1))
}

fn wide(value: i128) -> i256 {
    i256::from_i128(value)
}

fn ten(to: u8) -> i256 {
    wide(10).checked_pow(u32::from(to)).unwrap()
}

/// The shortest form of a number, if 38 digits and 38 decimals hold it.
fn shortest(mut value: i256, mut scale: u32) -> Option<(i128, u32)> {
    while scale > 0 && value.wrapping_rem(wide(10)) == i256::ZERO {
        value = value.wrapping_div(wide(10));
        scale -= 1;
    }
    let value = value.to_i128().filter(|v| v.unsigned_abs() < 10_u128.pow(38))?;
    (scale <= 38).then_some((value, scale))
}

fn found(result: Result<Numbers, crate::error::Fault>) -> Option<(i128, u32)> {
    let numbers = result.ok()?;
    shortest(wide(numbers.values[0]), u32::from(numbers.scale))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn sums_and_products(a in whole(), b in whole(), s in 0_u8..=38, t in 0_u8..=38) {
        let (x, y) = (Numbers::constant(a, s), Numbers::constant(b, t));
        let top = s.max(t);
        let (up_a, up_b) = (wide(a).wrapping_mul(ten(top - s)), wide(b).wrapping_mul(ten(top - t)));
        prop_assert_eq!(found(decimal::add(&x, &y, false)), shortest(up_a.wrapping_add(up_b), u32::from(top)));
        prop_assert_eq!(found(decimal::add(&x, &y, true)), shortest(up_a.wrapping_sub(up_b), u32::from(top)));
        prop_assert_eq!(found(decimal::multiply(&x, &y)), shortest(wide(a).wrapping_mul(wide(b)), u32::from(s + t)));
        prop_assert_eq!(decimal::compare(&x, &y, |order| order.is_lt()).value(0), up_a < up_b);
        prop_assert_eq!(decimal::compare(&x, &y, |order| order.is_eq()).value(0), up_a == up_b);
        prop_assert_eq!(decimal::compare(&y, &x, |order| order.is_lt()).value(0), up_b < up_a);
    }

    #[test]
    fn quotients(a in whole(), b in whole(), s in 0_u8..=18, t in 0_u8..=18) {
        prop_assume!(b != 0);
        let quotient = decimal::divide(&Numbers::constant(a, s), &Numbers::constant(b, t));
        let (over, under) = (wide(a).wrapping_mul(ten(t + 12)), wide(b).wrapping_mul(ten(s)));
        // |over / under| + 1/2, cut: half away from zero.
        let (over_size, under_size) = (over.wrapping_abs(), under.wrapping_abs());
        let size = over_size.wrapping_add(over_size).wrapping_add(under_size).wrapping_div(under_size.wrapping_add(under_size));
        let expected = if (a < 0) == (b < 0) { size } else { size.wrapping_neg() };
        prop_assert_eq!(found(quotient), shortest(expected, 12));
    }

    #[test]
    fn rounding(a in whole(), s in 0_u8..=38, digits in -37_i8..=37) {
        let rounded = found(decimal::round(&Numbers::constant(a, s), digits));
        let drop = i16::from(s) - i16::from(digits);
        let expected = if drop <= 0 {
            shortest(wide(a), u32::from(s))
        } else {
            let unit = ten(u8::try_from(drop).unwrap());
            let size = wide(a).wrapping_abs();
            let cut = size.wrapping_add(size).wrapping_add(unit).wrapping_div(unit.wrapping_add(unit));
            let back = cut.wrapping_mul(unit);
            shortest(if a < 0 { back.wrapping_neg() } else { back }, u32::from(s))
        };
        prop_assert_eq!(rounded, expected);
    }

    #[test]
    fn a_column_is_as_its_values(
        left in proptest::collection::vec(proptest::option::of(whole()), 5),
        right in proptest::collection::vec(proptest::option::of(whole()), 5),
        s in 0_u8..=20,
        t in 0_u8..=20,
    ) {
        let column = |values: &[Option<i128>], scale| Numbers {
            values: values.iter().map(|v| v.unwrap_or(i128::MAX)).collect::<Vec<_>>().into(),
            nulls: Some(values.iter().map(Option::is_some).collect::<Vec<_>>().into()),
            scale,
        };
        let (x, y) = (column(&left, s), column(&right, t));
        let less = decimal::compare(&x, &y, |order| order.is_lt());
        let product = decimal::multiply(&x, &y);
        for row in 0..5 {
            let (Some(a), Some(b)) = (left[row], right[row]) else { continue };
            let (a, b) = (Numbers::constant(a, s), Numbers::constant(b, t));
            prop_assert_eq!(less.value(row), decimal::compare(&a, &b, |order| order.is_lt()).value(0));
            if let Ok(product) = &product {
                let one = found(decimal::multiply(&a, &b));
                prop_assert!(product.is_valid(row));
                prop_assert_eq!(one, shortest(wide(product.values[row]), u32::from(product.scale)));
            }
        }
    }
}
