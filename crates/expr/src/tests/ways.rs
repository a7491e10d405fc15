//! Each row has the same value or error, whatever the type of its column and whatever other rows are evaluated with it.

use proptest::prelude::*;

use super::cases::CASES;
use super::*;

/// Value or error of each row, evaluated alone, with the columns taken beforehand.
fn alone(
    expr: &Expr,
    samples: &[Sample],
    index: &[Vec<Option<u32>>],
    rows: usize,
) -> Vec<Result<String, String>> {
    let one = |row: usize| {
        let taken: Vec<Vec<Option<ArrayRef>>> = samples
            .iter()
            .zip(index)
            .map(|(sample, index)| {
                let taken_row = UInt32Array::from(vec![index[row]]);
                sample
                    .columns
                    .iter()
                    .map(|(_, c)| Some(arrow::compute::take(c, &taken_row, None).unwrap()))
                    .collect()
            })
            .collect();
        let tables = taken.iter().map(|columns| TableInput { columns, rows: 1, index: None }).collect();
        let outcome = expr.evaluate(&Input { rows: 1, tables });
        outcome.map(|array| shown(&array).remove(0)).map_err(|error| error.message)
    };
    (0..rows).map(one).collect()
}

/// All rows together through their indices must agree with each row alone.
fn agrees(expr: &Expr, samples: &[Sample], index: &[Vec<Option<u32>>], rows: usize) {
    let expected = alone(expr, samples, index, rows);
    let columns: Vec<_> = samples.iter().map(Sample::loaded).collect();
    let arrays: Vec<UInt32Array> = index.iter().map(|index| UInt32Array::from(index.clone())).collect();
    let tables = samples
        .iter()
        .zip(&columns)
        .zip(&arrays)
        .map(|((sample, columns), index)| TableInput { columns, rows: sample.rows(), index: Some(index) })
        .collect();
    let found = expr.evaluate(&Input { rows, tables });
    let source = &expr.text().text;
    match expected.iter().position(Result::is_err) {
        Some(row) => {
            let error = found.expect_err(source);
            assert_eq!((error.row, &error.message), (row, expected[row].as_ref().unwrap_err()), "{source}");
        }
        None => {
            let found: Vec<_> = shown(&found.unwrap()).into_iter().map(Ok).collect();
            assert_eq!(found, expected, "{source} through {index:?}");
        }
    }
}

#[test]
fn every_case_through_an_index() {
    let samples = [deals()];
    let few = vec![vec![Some(3)]];
    let shuffled = vec![vec![Some(3), None, Some(0), Some(0), Some(2), Some(1), None, Some(1)]];
    let full = vec![vec![Some(2), Some(1), Some(0), Some(3), Some(2)]];
    for (source, _) in CASES {
        let expr = compiled(source, &scope_of(&samples), None).unwrap();
        for index in [&few, &shuffled, &full] {
            agrees(&expr, &samples, index, index[0].len());
        }
    }
}

fn payees() -> Sample {
    Sample {
        name: "payees",
        columns: vec![
            ("kind", dictionary(&[Some(0), Some(1), None], &[Some("partner"), Some("employee")])),
            ("region", texts(&[Some("north"), None, Some("")])),
            // The last one has nearly 38 digits: additions and multiplications with it fail.
            ("points", numbers(&[Some(250), None, Some(10_i128.pow(38) - 1)], 2)),
            ("hired", dates(&[Some("2020-02-29"), Some("9999-12-30"), None])),
        ],
    }
}

/// Conditions over two tables, built from parts that often fail or are null.
fn condition() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        Just("amount".to_owned()),
        Just("points".to_owned()),
        Just("seats".to_owned()),
        Just("(points * points)".to_owned()),
        Just("(hired - close_date)".to_owned()),
        Just("1.005".to_owned()),
        Just("NULL".to_owned()),
    ]
    .prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), 0..4_usize)
                .prop_map(|(a, b, op)| format!("({a} {} {b})", ["+", "-", "*", "/"][op])),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("least({a}, {b})")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("CASE WHEN kind = 'partner' THEN {a} ELSE {b} END")),
            inner.prop_map(|a| format!("round({a}, 1)")),
        ]
    });
    let test = (number.clone(), number, 0..4_usize)
        .prop_map(|(a, b, op)| format!("{a} {} {b}", ["=", "<", ">=", "<>"][op]));
    let leaf = prop_oneof![
        test,
        Just("kind = 'partner'".to_owned()),
        Just("kind IS NULL".to_owned()),
        Just("coalesce(region, 'x') IN ('x', 'north')".to_owned()),
        Just("region LIKE '%o%'".to_owned()),
        Just("hired + seats > '2026-01-01'".to_owned()),
        Just("won".to_owned()),
        Just("CASE WHEN region IS NULL THEN won END".to_owned()),
        Just("NULL".to_owned()),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" AND "))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" OR "))),
            inner.clone().prop_map(|a| format!("(NOT {a})")),
            inner.prop_map(|a| format!("(({a}) IS NOT TRUE)")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn together_is_as_alone(
        source in condition(),
        pairs in proptest::collection::vec(
            (proptest::option::weighted(0.9, 0_u32..4), proptest::option::weighted(0.9, 0_u32..3)),
            1..9,
        ),
    ) {
        let samples = [deals(), payees()];
        let expr = compiled(&source, &scope_of(&samples), Some(Type::Boolean)).unwrap();
        let (left, right): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let rows = left.len();
        agrees(&expr, &samples, &[left, right], rows);
    }
}

#[test]
fn a_row_that_is_not_referred_to_is_no_error() {
    let samples = [payees()];
    let expr = compiled("points * points > 1", &scope_of(&samples), None).unwrap();
    agrees(&expr, &samples, &[vec![Some(0), Some(1), Some(0), Some(0)]], 4);
    agrees(&expr, &samples, &[vec![Some(0), Some(1), Some(2), Some(0)]], 4);
}

#[test]
fn an_empty_table_gives_nulls() {
    let empty: Vec<Option<ArrayRef>> =
        payees().loaded().into_iter().map(|column| column.map(|column| column.slice(0, 0))).collect();
    let expr = compiled("coalesce(kind, region, 'none')", &scope_of(&[payees()]), None).unwrap();
    let index = UInt32Array::new_null(2);
    let input =
        |index| Input { rows: 2, tables: vec![TableInput { columns: &empty, rows: 0, index: Some(index) }] };
    assert_eq!(shown(&expr.evaluate(&input(&index)).unwrap()), ["'none'", "'none'"]);
}

#[test]
fn no_rows_give_no_values() {
    let columns: Vec<Option<ArrayRef>> =
        deals().loaded().into_iter().map(|column| column.map(|column| column.slice(0, 0))).collect();
    for (source, _) in CASES {
        let expr = compiled(source, &scope_of(&[deals()]), None).unwrap();
        let input = Input { rows: 0, tables: vec![TableInput { columns: &columns, rows: 0, index: None }] };
        assert_eq!(expr.evaluate(&input).unwrap().len(), 0, "{source}");
    }
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    // One row needs 30 digits before the point, another 30 behind it: each alone is fine.
    let scope = Scope::of_file(vec![("a".into(), Type::Number), ("b".into(), Type::Number)]);
    let expr = compiled("a * b > 0", &scope, None).unwrap();
    let a = numbers(&[Some(10_i128.pow(34)), Some(1)], 18);
    let b = numbers(&[Some(10_i128.pow(34)), Some(1)], 18);
    let columns = [Some(a), Some(b)];
    let input = Input { rows: 2, tables: vec![TableInput { columns: &columns, rows: 2, index: None }] };
    assert_eq!(shown(&expr.evaluate(&input).unwrap()), ["true", "true"]);
}

#[test]
fn the_first_failing_row_is_named() {
    let samples = [deals()];
    for (source, expected) in [
        (
            "start_date + seats / 2",
            "row 0: a date can be moved by whole days only, and this number of days has decimals",
        ),
        ("lpad(stage, 100000, 'x')", "row 0: a text would be longer than 65536 bytes"),
        ("replace(lpad('x', 60000, 'x'), 'x', stage)", "row 0: a text would be longer than 65536 bytes"),
        (
            "split_part(stage, ',', seats)",
            "row 1: parts of a text are counted from 1, or from -1 at its end, and 0 is none",
        ),
        (
            "left(stage, seats + 0.5)",
            "row 0: characters and parts of a text are counted in whole numbers, and this one has decimals",
        ),
        ("substr(stage, 1, round(amount / 5))", "row 1: a part of a text was to have a negative length"),
        ("99999999999999999999999999999999999999 + seats", "row 0: a number would need more than 38 digits"),
        ("0.00000000000000000001 * 0.00000000000000000001", "row 0: a number would need more than 38 digits"),
    ] {
        assert_eq!(evaluated(source, &samples).unwrap_err(), expected, "{source}");
    }
}

#[test]
fn every_layout_through_an_index() {
    let plain = texts(&[Some("a"), None, Some("b")]);
    for layout in [
        DataType::Utf8View,
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8)),
    ] {
        let samples = [Sample { name: "", columns: vec![("x", arrow_cast::cast(&plain, &layout).unwrap())] }];
        for source in [
            "length(x)",
            "x || '!'",
            "lpad(x, 3, '0')",
            "replace(x, 'a', 'bb')",
            "x",
            "x = 'a'",
            "x IS NULL",
            "coalesce(x, 'none')",
            "upper(x) LIKE 'B'",
        ] {
            let expr = compiled(source, &scope_of(&samples), None).unwrap();
            agrees(&expr, &samples, &[vec![Some(2)]], 1);
            agrees(&expr, &samples, &[vec![Some(2), None, Some(1), Some(0), Some(2), Some(2), Some(0)]], 7);
        }
    }
}

#[test]
fn unread_texts_are_counted_where_a_row_reads_them() {
    let scope = Scope::of_file(vec![("x".into(), Type::Text), ("y".into(), Type::Text)]);
    let x = texts(&[Some("1"), Some("1,5"), Some("n/a"), None, Some("")]);
    let y = texts(&[Some("a"), Some("b"), Some("2"), Some("3"), None]);
    let columns = [Some(x), Some(y)];
    for (source, unread) in [
        ("x", 0),
        ("to_number(x)", 3),
        ("to_number(x, ',')", 2),
        ("to_number(x) + to_number(x, ',')", 5),
        ("coalesce(to_number(x), to_number(y))", 4),
        ("CASE WHEN x LIKE '%,%' THEN to_number(x, ',') ELSE to_number(x) END", 2),
        ("CASE x WHEN '1' THEN to_number(y) END", 1),
        ("to_date(y, '%Y-%m-%d') IS NULL", 4),
        ("salesforce_id(x)", 4),
    ] {
        let expr = compiled(source, &scope, None).unwrap();
        let input = Input { rows: 5, tables: vec![TableInput { columns: &columns, rows: 5, index: None }] };
        assert_eq!(expr.unread(&input), unread, "{source}");
    }
}

#[test]
fn a_table_that_is_joined_to_another_is_named_with_its_point() {
    let scope = Scope::default()
        .with("deals", vec![("amount".into(), Type::Number), ("accounts.country".into(), Type::Text)])
        .with("payees", vec![("accounts.country".into(), Type::Text), ("country".into(), Type::Text)]);
    let of = |source: &str| {
        let expr = compiled(source, &scope, None).unwrap();
        expr.columns().iter().map(|column| column.table).collect::<Vec<_>>()
    };
    assert_eq!(of("accounts.country = 'CH'"), [0]);
    assert_eq!(of("country = 'CH'"), [1]);
    let error = compiled("accounts.land = 'CH'", &scope, None).unwrap_err();
    assert!(error.starts_with("error[unknown-column]: there is no column `land` in accounts"), "{error}");
    let file = Scope::of_file(vec![("accounts.country".into(), Type::Text)]);
    assert!(compiled("accounts.country = 'CH'", &file, None).is_err());
}
