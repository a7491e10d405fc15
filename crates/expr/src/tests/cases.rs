//! Expression, and its value on each of the four deals.

use super::*;

pub const CASES: &[(&str, [&str; 4])] = &[
    // Columns and names
    ("amount", ["100", "-5.5", "null", "0"]),
    ("deals.amount", ["100", "-5.5", "null", "0"]),
    ("\"odd name\"", ["'a'", "'b'", "'c'", "'d'"]),
    ("deals.\"odd name\"", ["'a'", "'b'", "'c'", "'d'"]),
    ("tier", ["'gold'", "'silver'", "null", "null"]),
    ("won", ["true", "false", "null", "true"]),
    ("close_date", ["2026-01-31", "2024-02-29", "null", "2026-12-31"]),
    // Literals
    ("'it''s'", ["'it's'"; 4]),
    ("12.50", ["12.5"; 4]),
    (".5", ["0.5"; 4]),
    ("007", ["7"; 4]),
    ("TRUE", ["true"; 4]),
    ("False", ["false"; 4]),
    ("null", ["null"; 4]),
    ("DATE '2026-07-01'", ["2026-07-01"; 4]),
    ("date '2026-07-01'", ["2026-07-01"; 4]),
    // Arithmetic
    ("amount + seats", ["103", "-5.5", "null", "null"]),
    ("amount - 0.005", ["99.995", "-5.505", "null", "-0.005"]),
    ("amount * 0.1", ["10", "-0.55", "null", "0"]),
    ("amount * amount * amount", ["1000000", "-166.375", "null", "0"]),
    ("-amount", ["-100", "5.5", "null", "0"]),
    ("+amount", ["100", "-5.5", "null", "0"]),
    ("- - 5", ["5"; 4]),
    ("2 - -3", ["5"; 4]),
    ("amount / seats", ["33.333333333333", "null", "null", "null"]),
    ("amount / 0", ["null"; 4]),
    ("1 / 3", ["0.333333333333"; 4]),
    ("2 / 3", ["0.666666666667"; 4]),
    ("-2 / 3", ["-0.666666666667"; 4]),
    ("1 / 8", ["0.125"; 4]),
    ("1 / 3 * 3", ["0.999999999999"; 4]),
    ("1 / 1000000000000", ["0.000000000001"; 4]),
    ("1 / 2000000000000", ["0.000000000001"; 4]),
    ("-1 / 2000000000000", ["-0.000000000001"; 4]),
    ("1 / 2000000000001", ["0"; 4]),
    ("1 / 0.0000000000001", ["10000000000000"; 4]),
    ("2 + 3 * 4", ["14"; 4]),
    ("(2 + 3) * 4", ["20"; 4]),
    ("2 - 3 - 4", ["-5"; 4]),
    ("24 / 4 / 3", ["2"; 4]),
    ("amount + NULL", ["null"; 4]),
    ("abs(amount)", ["100", "5.5", "null", "0"]),
    ("round(2.5)", ["3"; 4]),
    ("round(-2.5)", ["-3"; 4]),
    ("round(2.4999)", ["2"; 4]),
    ("round(2.345, 2)", ["2.35"; 4]),
    ("round(-2.345, 2)", ["-2.35"; 4]),
    ("round(1.5, 4)", ["1.5"; 4]),
    ("round(1250, -2)", ["1300"; 4]),
    ("round(-1249.99, -2)", ["-1200"; 4]),
    ("round(amount / 7, 2)", ["14.29", "-0.79", "null", "0"]),
    ("ROUND(amount)", ["100", "-6", "null", "0"]),
    // Comparison
    ("0.1 + 0.2 = 0.3", ["true"; 4]),
    ("amount = 100", ["true", "false", "null", "false"]),
    ("amount <> 100", ["false", "true", "null", "true"]),
    ("amount != 100", ["false", "true", "null", "true"]),
    ("amount < 0", ["false", "true", "null", "false"]),
    ("amount >= seats", ["true", "false", "null", "null"]),
    ("amount > 99.9999", ["true", "false", "null", "false"]),
    ("amount < 0.0001", ["false", "true", "null", "true"]),
    ("amount = 100.000000000000000000000000000000000", ["true", "false", "null", "false"]),
    ("amount < 99999999999999999999999999999999999999", ["true", "true", "null", "true"]),
    ("amount > 0.00000000000000000000000000000000000001", ["true", "false", "null", "false"]),
    ("-99999999999999999999999999999999999999 < amount", ["true", "true", "null", "true"]),
    ("100 = amount", ["true", "false", "null", "false"]),
    ("stage = 'Won'", ["true", "false", "null", "false"]),
    ("stage < 'a'", ["true", "false", "null", "true"]),
    ("'lost' = stage", ["false", "true", "null", "false"]),
    ("tier = 'gold'", ["true", "false", "null", "null"]),
    ("tier <> 'gold'", ["false", "true", "null", "null"]),
    ("tier = stage", ["false", "false", "null", "null"]),
    ("tier > \"odd name\"", ["true", "true", "null", "null"]),
    ("won = TRUE", ["true", "false", "null", "true"]),
    ("won <> (amount > 0)", ["false", "false", "null", "true"]),
    ("won = NULL", ["null"; 4]),
    ("NULL = NULL", ["null"; 4]),
    ("close_date = '2026-01-31'", ["true", "false", "null", "false"]),
    ("close_date >= DATE '2026-01-31'", ["true", "false", "null", "true"]),
    ("'2026-01-01' < close_date", ["true", "false", "null", "true"]),
    ("close_date > start_date", ["true", "false", "null", "null"]),
    // Logic
    ("won AND amount > 0", ["true", "false", "null", "false"]),
    ("won OR amount > 0", ["true", "false", "null", "true"]),
    ("won AND NULL", ["null", "false", "null", "null"]),
    ("won OR NULL", ["true", "null", "null", "true"]),
    ("NOT won", ["false", "true", "null", "false"]),
    ("NOT NOT won", ["true", "false", "null", "true"]),
    ("not won or won", ["true", "true", "null", "true"]),
    ("NOT amount = 100", ["false", "true", "null", "true"]),
    ("TRUE OR FALSE AND FALSE", ["true"; 4]),
    ("(TRUE OR FALSE) AND FALSE", ["false"; 4]),
    ("won AND tier = 'gold' AND amount > 0 AND tier LIKE 'g%'", ["true", "false", "null", "false"]),
    ("won IS TRUE", ["true", "false", "false", "true"]),
    ("won IS NOT TRUE", ["false", "true", "true", "false"]),
    ("won IS FALSE", ["false", "true", "false", "false"]),
    ("won IS NOT FALSE", ["true", "false", "true", "true"]),
    ("amount = 100 IS TRUE", ["true", "false", "false", "false"]),
    ("amount IS NULL", ["false", "false", "true", "false"]),
    ("amount IS NOT NULL", ["true", "true", "false", "true"]),
    ("tier IS NULL", ["false", "false", "true", "true"]),
    ("NULL IS NULL", ["true"; 4]),
    ("'' IS NULL", ["false"; 4]),
    ("amount > 0 IS NULL", ["false", "false", "true", "false"]),
    ("NOT amount IS NULL", ["true", "true", "false", "true"]),
    // IN, BETWEEN, LIKE
    ("stage IN ('Won', 'lost')", ["true", "true", "null", "false"]),
    ("stage NOT IN ('Won', 'lost')", ["false", "false", "null", "true"]),
    ("stage IN ('Won', NULL)", ["true", "null", "null", "null"]),
    ("stage NOT IN ('Won', NULL)", ["false", "null", "null", "null"]),
    ("tier IN ('gold')", ["true", "false", "null", "null"]),
    ("tier IN ('gold', stage, \"odd name\")", ["true", "false", "null", "null"]),
    ("seats IN (3, 7.0, 0.5)", ["true", "false", "true", "null"]),
    ("amount IN (100, -5.50)", ["true", "true", "null", "false"]),
    ("amount IN (100.001)", ["false", "false", "null", "false"]),
    ("amount IN (seats, 0)", ["false", "false", "null", "true"]),
    ("amount IN (NULL)", ["null"; 4]),
    ("close_date IN ('2026-01-31', start_date)", ["true", "false", "null", "null"]),
    ("won IN (TRUE)", ["true", "false", "null", "true"]),
    ("'2026-01-31' IN (close_date, start_date)", ["true", "false", "null", "null"]),
    ("amount BETWEEN -5.5 AND 0", ["false", "true", "null", "true"]),
    ("amount NOT BETWEEN -5.5 AND 0", ["true", "false", "null", "false"]),
    ("5 BETWEEN seats AND 6", ["true", "true", "false", "null"]),
    ("7 BETWEEN NULL AND 6", ["false"; 4]),
    ("close_date BETWEEN '2026-01-01' AND '2026-06-30'", ["true", "false", "null", "false"]),
    ("'2026-01-15' BETWEEN start_date AND close_date", ["true", "false", "null", "null"]),
    ("amount BETWEEN 0 AND 100 AND won", ["true", "false", "null", "true"]),
    ("stage LIKE 'W%'", ["true", "false", "null", "false"]),
    ("stage NOT LIKE 'W%'", ["false", "true", "null", "true"]),
    ("stage LIKE '_o_'", ["true", "false", "null", "false"]),
    ("stage like '%won%'", ["false", "false", "null", "true"]),
    ("tier LIKE '%l%'", ["true", "true", "null", "null"]),
    ("'abc' LIKE \"odd name\"", ["false"; 4]),
    ("\"odd name\" LIKE \"odd name\"", ["true"; 4]),
    ("stage LIKE NULL", ["null"; 4]),
    // CASE
    (
        "CASE WHEN amount > 0 THEN 'in' WHEN amount < 0 THEN 'out' ELSE 'none' END",
        ["'in'", "'out'", "'none'", "'none'"],
    ),
    ("CASE WHEN amount > 0 THEN amount END", ["100", "null", "null", "null"]),
    ("CASE tier WHEN 'gold' THEN 2 WHEN 'silver' THEN 1.5 ELSE 0 END", ["2", "1.5", "0", "0"]),
    ("CASE tier WHEN NULL THEN 1 ELSE 2 END", ["2"; 4]),
    (
        "CASE WHEN won THEN '2026-01-01' ELSE close_date END",
        ["2026-01-01", "2024-02-29", "null", "2026-01-01"],
    ),
    ("CASE WHEN won THEN NULL ELSE amount END", ["null", "-5.5", "null", "null"]),
    ("CASE WHEN NULL THEN 1 END", ["null"; 4]),
    ("CASE WHEN won THEN tier ELSE stage END", ["'gold'", "'lost'", "null", "null"]),
    ("CASE WHEN amount = 0 THEN 0 ELSE 1 / amount END", ["0.01", "-0.181818181818", "null", "0"]),
    // Functions
    ("least(amount, seats, 50)", ["3", "-5.5", "7", "0"]),
    ("greatest(amount, seats)", ["100", "0", "7", "0"]),
    ("least(NULL, amount)", ["100", "-5.5", "null", "0"]),
    ("least(close_date, start_date)", ["2026-01-01", "2024-02-29", "2026-01-01", "2026-12-31"]),
    ("greatest(close_date, '2026-06-30')", ["2026-06-30", "2026-06-30", "2026-06-30", "2026-12-31"]),
    ("greatest(stage, 'W')", ["'Won'", "'lost'", "'W'", "'W'"]),
    ("least(99999999999999999999999999999999999999, amount) > 99", ["true", "false", "true", "false"]),
    ("coalesce(amount, seats, 1)", ["100", "-5.5", "7", "0"]),
    ("coalesce(tier, 'bronze')", ["'gold'", "'silver'", "'bronze'", "'bronze'"]),
    ("coalesce(close_date, '2026-02-02')", ["2026-01-31", "2024-02-29", "2026-02-02", "2026-12-31"]),
    ("coalesce(NULL, NULL)", ["null"; 4]),
    ("coalesce(NULL, '2026-01-31') = close_date", ["true", "false", "null", "false"]),
    ("coalesce(1, amount)", ["1"; 4]),
    ("nullif(amount, 0)", ["100", "-5.5", "null", "null"]),
    ("nullif(stage, 'lost')", ["'Won'", "null", "null", "' won '"]),
    ("amount / nullif(seats, 0)", ["33.333333333333", "null", "null", "null"]),
    ("lower(stage)", ["'won'", "'lost'", "null", "' won '"]),
    ("upper(tier)", ["'GOLD'", "'SILVER'", "null", "null"]),
    ("trim(stage)", ["'Won'", "'lost'", "null", "'won'"]),
    ("lower(trim(stage)) = 'won'", ["true", "false", "null", "true"]),
    ("upper('größe')", ["'GRÖSSE'"; 4]),
    ("Lower('ÄÖÜ')", ["'äöü'"; 4]),
    // Texts as PostgreSQL has them
    ("stage || '-' || tier", ["'Won-gold'", "'lost-silver'", "null", "null"]),
    ("tier || 1.50", ["'gold1.5'", "'silver1.5'", "null", "null"]),
    ("'x' || 2 + 3", ["'x5'"; 4]),
    ("'x' || NULL", ["null"; 4]),
    ("'a' || 'b' = 'ab'", ["true"; 4]),
    ("'ab' LIKE 'a' || '%'", ["true"; 4]),
    ("concat(stage, '/', seats)", ["'Won/3'", "'lost/0'", "'/7'", "' won /'"]),
    ("concat(close_date)", ["'2026-01-31'", "'2024-02-29'", "''", "'2026-12-31'"]),
    ("length(stage)", ["3", "4", "null", "5"]),
    ("length('')", ["0"; 4]),
    ("length('€')", ["1"; 4]),
    ("substr('abc', 2)", ["'bc'"; 4]),
    ("substr('abc', 0)", ["'abc'"; 4]),
    ("substr('abc', 0, 2)", ["'a'"; 4]),
    ("substr('abc', -5, 3)", ["''"; 4]),
    ("substr('abc', 2, 0)", ["''"; 4]),
    ("substr('abc', 2, 99999999999999999999)", ["'bc'"; 4]),
    ("substr('äöü', 2, 1)", ["'ö'"; 4]),
    ("substr(stage, seats)", ["'n'", "'lost'", "null", "null"]),
    ("substr(stage, 1, NULL)", ["null"; 4]),
    ("left(stage, 2)", ["'Wo'", "'lo'", "null", "' w'"]),
    ("left(tier, -1)", ["'gol'", "'silve'", "null", "null"]),
    ("left('abc', -9)", ["''"; 4]),
    ("left('abc', 9)", ["'abc'"; 4]),
    ("right(stage, 2)", ["'on'", "'st'", "null", "'n '"]),
    ("right('abc', -1)", ["'bc'"; 4]),
    ("right('abc', -9)", ["''"; 4]),
    ("right('abc', 0)", ["''"; 4]),
    ("right('abc', 9)", ["'abc'"; 4]),
    ("lpad('' || seats, 3, '0')", ["'003'", "'000'", "'007'", "null"]),
    ("lpad('abc', 2, 'x')", ["'ab'"; 4]),
    ("lpad('abc', 5, '')", ["'abc'"; 4]),
    ("lpad('abc', -1, 'x')", ["''"; 4]),
    ("lpad('', 3, 'äb')", ["'äbä'"; 4]),
    ("replace(tier, 'l', 'LL')", ["'goLLd'", "'siLLver'", "null", "null"]),
    ("replace('aaa', 'aa', 'b')", ["'ba'"; 4]),
    ("replace('abc', 'b', NULL)", ["null"; 4]),
    ("split_part('a||b||c', '||', 2)", ["'b'"; 4]),
    ("split_part('a,b', ',', -2)", ["'a'"; 4]),
    ("split_part('a,b', ',', -3)", ["''"; 4]),
    ("split_part('a,b', '', 1)", ["'a,b'"; 4]),
    ("split_part('a,b', '', 2)", ["''"; 4]),
    ("split_part('', ',', 1)", ["''"; 4]),
    ("split_part('aaa', 'aa', -1)", ["'a'"; 4]),
    ("position('o' IN stage)", ["2", "2", "null", "3"]),
    ("position('' IN stage)", ["1", "1", "null", "1"]),
    ("position('ü' IN 'äöü')", ["3"; 4]),
    ("position('b' || 'c' IN 'abc') = 2", ["true"; 4]),
    ("starts_with(stage, 'W')", ["true", "false", "null", "false"]),
    ("ends_with(tier, 'r')", ["false", "true", "null", "null"]),
    ("starts_with(stage, '')", ["true", "true", "null", "true"]),
    ("regexp_like(stage, '^[a-zW]+$')", ["true", "true", "null", "false"]),
    ("regexp_extract(stage, '([A-Z])?o', 1)", ["'W'", "null", "null", "null"]),
    ("regexp_extract(tier, 'l(.*)', 1)", ["'d'", "'ver'", "null", "null"]),
    ("regexp_extract('abc', 'b', 7)", ["null"; 4]),
    ("regexp_extract('abc', 'b', -1)", ["null"; 4]),
    ("to_number(' 1,234.5 ')", ["1234.5"; 4]),
    ("to_number('12.3456789012')", ["12.3456789012"; 4]),
    ("to_number('1.234', ',')", ["1234"; 4]),
    ("to_number('1''234.5', '.', '''')", ["1234.5"; 4]),
    ("to_number('1234567890123456789')", ["null"; 4]),
    ("to_number('50%')", ["null"; 4]),
    ("to_number(CASE WHEN won THEN '0.125' ELSE '7' END)", ["0.125", "7", "7", "0.125"]),
    ("to_date('1.2.2026', '%d.%m.%Y')", ["2026-02-01"; 4]),
    ("to_date('30.02.2026', '%d.%m.%Y')", ["null"; 4]),
    ("close_date - to_date('2026-01-30', '%Y-%m-%d')", ["1", "-701", "null", "335"]),
    ("salesforce_id('0018000000ogezmaan')", ["'0018000000OgEZmAAN'"; 4]),
    ("salesforce_id(stage)", ["null"; 4]),
    // Dates
    ("close_date - start_date", ["30", "-1", "null", "null"]),
    ("close_date - '2026-01-01'", ["30", "-672", "null", "364"]),
    ("'2026-12-31' - close_date", ["334", "1036", "null", "0"]),
    ("close_date + 1", ["2026-02-01", "2024-03-01", "null", "2027-01-01"]),
    ("1 + close_date", ["2026-02-01", "2024-03-01", "null", "2027-01-01"]),
    ("close_date - 31", ["2025-12-31", "2024-01-29", "null", "2026-11-30"]),
    ("close_date + seats", ["2026-02-03", "2024-02-29", "null", "null"]),
    ("close_date + 2.0", ["2026-02-02", "2024-03-02", "null", "2027-01-02"]),
    ("close_date + 4 / 2", ["2026-02-02", "2024-03-02", "null", "2027-01-02"]),
    ("close_date - NULL", ["null"; 4]),
    ("start_date <= close_date AND close_date < start_date + 90", ["true", "false", "null", "null"]),
    ("extract(year FROM close_date)", ["2026", "2024", "null", "2026"]),
    ("EXTRACT(quarter from close_date)", ["1", "1", "null", "4"]),
    ("extract(month from close_date)", ["1", "2", "null", "12"]),
    ("extract(month from '2026-07-01')", ["7"; 4]),
    // Big numbers stay exact as long as 38 digits hold them
    ("99999999999999999999999999999999999999 - 1", ["99999999999999999999999999999999999998"; 4]),
    ("10000000000000000000 * 1000000000000000000", ["10000000000000000000000000000000000000"; 4]),
    ("0.0000000000000000000000000001 * 10000000000000000000000000000", ["1"; 4]),
    ("1.50000000000000000000 * 1.50000000000000000000", ["2.25"; 4]),
    ("10000000000000000000000000000000000.00 + 0.0010", ["10000000000000000000000000000000000.001"; 4]),
    ("10000000000000000000000000 / 0.000001", ["10000000000000000000000000000000"; 4]),
    ("CASE WHEN TRUE THEN 1 ELSE 99999999999999999999 * 99999999999999999999 END", ["1"; 4]),
    (
        "CASE WHEN won THEN amount WHEN amount < 0 THEN 0 ELSE coalesce(seats, 99999999999999999999 * 99999999999999999999) END",
        ["100", "0", "7", "0"],
    ),
];

#[test]
fn every_case_has_its_values() {
    for (source, expected) in CASES {
        let found = match evaluated(source, &[deals()]) {
            Ok(array) => shown(&array),
            Err(error) => panic!("{source}: {error}"),
        };
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn text_comes_in_every_layout() {
    let plain = texts(&[Some("a"), None, Some("b")]);
    for layout in [
        DataType::Utf8View,
        DataType::LargeUtf8,
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8)),
    ] {
        let sample = Sample { name: "", columns: vec![("x", arrow_cast::cast(&plain, &layout).unwrap())] };
        for (source, expected) in [
            ("x", ["'a'", "null", "'b'"]),
            ("x = 'a'", ["true", "null", "false"]),
            ("x IS NULL", ["false", "true", "false"]),
            ("upper(x)", ["'A'", "null", "'B'"]),
            ("x IN ('b')", ["false", "null", "true"]),
        ] {
            assert_eq!(
                shown(&evaluated(source, std::slice::from_ref(&sample)).unwrap()),
                expected,
                "{source} {layout}"
            );
        }
    }
}

#[test]
fn numbers_come_at_any_scale() {
    for (array, expected) in [
        (numbers(&[Some(5), None], -2), ["500", "null"]),
        (numbers(&[Some(5), None], 38), ["0.00000000000000000000000000000000000005", "null"]),
        (Arc::new(arrow::array::Int64Array::from(vec![Some(5), None])) as ArrayRef, ["5", "null"]),
    ] {
        let expr = compiled("x + 0", &Scope::of_file(vec![("x".into(), Type::Number)]), None).unwrap();
        let columns = [Some(array)];
        let input = Input { rows: 2, tables: vec![TableInput { columns: &columns, rows: 2, index: None }] };
        assert_eq!(shown(&expr.evaluate(&input).unwrap()), expected);
    }
}

#[test]
fn the_tree_has_conjuncts_and_columns() {
    let scope = scope_of(&[deals()]);
    let expr = compiled("won AND (amount > 0 AND seats > 1) AND tier = 'gold'", &scope, Some(Type::Boolean))
        .unwrap();
    let parts: Vec<&str> = expr.tree().conjuncts().iter().map(|node| expr.source(node)).collect();
    assert_eq!(parts, ["won", "amount > 0", "seats > 1", "tier = 'gold'"]);
    let names: Vec<&str> = expr.columns().iter().map(|position| scope.column(*position).unwrap().0).collect();
    assert_eq!(names, ["amount", "seats", "tier", "won"]);
    let columns = deals().loaded();
    let input = Input { rows: 4, tables: vec![TableInput { columns: &columns, rows: 4, index: None }] };
    let part = expr.evaluate_node(expr.tree().conjuncts()[2], &input).unwrap();
    assert_eq!(shown(&part), ["true", "false", "true", "null"]);
    let mask = expr.mask(&input).unwrap();
    assert_eq!((mask.true_count(), mask.null_count()), (1, 0));
}
