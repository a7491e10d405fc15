//! Types, literals and arguments.

use super::{Mistake, Type};

pub const TYPES: &[Mistake] = &[
    (
        "stage = 10",
        Type::Boolean,
        r#"
error[wrong-type]: `stage` is text, but `10` is a number
-----   ^^ a number
│
text
  = help: a text is written in single quotes: '10'
"#,
    ),
    (
        "amount < '10'",
        Type::Boolean,
        r#"
error[wrong-type]: `amount` is a number, but `'10'` is text
------   ^^^^ text
│
a number
  = help: write the number without quotes: 10
"#,
    ),
    (
        "close_date = stage",
        Type::Boolean,
        r#"
error[wrong-type]: `close_date` is a date, but `stage` is text
----------   ^^^^^ text
│
a date
  = help: only a literal such as '2026-07-01' is read as a date; say in `types` that a column is one
"#,
    ),
    (
        "close_date > '2026-02-30'",
        Type::Boolean,
        r#"
error[bad-literal]: '2026-02-30' is not a date
             ^^^^^^^^^^^^
  = help: a text literal compared with a date is a date, written '2026-07-01'
"#,
    ),
    (
        "DATE '1.7.2026' < close_date",
        Type::Boolean,
        r#"
error[bad-literal]: '1.7.2026' is not a date
     ^^^^^^^^^^
  = help: a text literal compared with a date is a date, written '2026-07-01'
"#,
    ),
    (
        "amount + 1",
        Type::Boolean,
        r#"
error[wrong-type]: `amount + 1` is a number, but a condition is needed here
^^^^^^^^^^
  = help: compare it with something, as in `amount > 0` or `role = 'cosell'`
"#,
    ),
    (
        "won",
        Type::Number,
        r#"
error[wrong-type]: `won` is a condition, but a number is needed here
^^^
"#,
    ),
    (
        "won AND amount",
        Type::Boolean,
        r#"
error[wrong-type]: `amount` is a number, but AND joins conditions
        ^^^^^^
  = help: compare it with something, as in `amount > 0` or `role = 'cosell'`
"#,
    ),
    (
        "stage * 2 > 1",
        Type::Boolean,
        r#"
error[wrong-type]: `stage` is text, but `*` calculates with numbers
^^^^^
  = help: a column of a file without types is text unless `types` of its source says "number"
"#,
    ),
    (
        "won < TRUE",
        Type::Boolean,
        r#"
error[wrong-type]: `won` is a condition, which has no order
^^^
  = help: conditions can be compared with `=` and `<>`, and joined with AND and OR
"#,
    ),
    (
        "close_date + start_date",
        Type::Date,
        r#"
error[wrong-type]: `start_date` is a date, but a date is moved by a number of days
             ^^^^^^^^^^
  = help: the days between two dates are a number: `close_date - start_date`
"#,
    ),
    (
        "close_date + 1.5",
        Type::Date,
        r#"
error[bad-literal]: a date is moved by whole days only
             ^^^
"#,
    ),
    (
        "CASE WHEN won THEN 1 ELSE 'none' END",
        Type::Number,
        r#"
error[wrong-type]: `1` is a number, but `'none'` is text
                   -      ^^^^^^ text
                   │
                   a number
"#,
    ),
    (
        "CASE WHEN amount THEN 1 END",
        Type::Number,
        r#"
error[wrong-type]: `amount` is a number, but WHEN takes conditions
          ^^^^^^
  = help: compare it with something, as in `amount > 0` or `role = 'cosell'`
"#,
    ),
    (
        "amount IN (1, 'two', 3)",
        Type::Boolean,
        r#"
error[wrong-type]: `amount` is a number, but `'two'` is text
------        ^^^^^ text
│
a number
"#,
    ),
    (
        "amount LIKE '1%'",
        Type::Boolean,
        r#"
error[wrong-type]: `amount` is a number, but LIKE compares texts
^^^^^^
"#,
    ),
    (
        "round(amount, 1, 2)",
        Type::Number,
        r#"
error[wrong-arguments]: `round` takes one or two arguments, but 3 were given
^^^^^^^^^^^^^^^^^^^
  = help: write round(number) or round(number, decimals)
"#,
    ),
    (
        "abs()",
        Type::Number,
        r#"
error[wrong-arguments]: `abs` takes one argument, but 0 were given
^^^^^
  = help: write abs(number)
"#,
    ),
    (
        "round(amount, 0.5)",
        Type::Number,
        r#"
error[wrong-arguments]: the number of decimals of `round` is a whole number as such, from -37 to 37
              ^^^
  = help: write round(amount, 2)
"#,
    ),
    (
        "extract(day from close_date) = 1",
        Type::Boolean,
        r#"
error[wrong-arguments]: `extract` can't take `day` from a date
        ^^^
  = help: it takes year, quarter or month, of the calendar
"#,
    ),
    (
        "amount > 123456789012345678901234567890123456789",
        Type::Boolean,
        r#"
error[bad-literal]: this number has more than 38 digits
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"#,
    ),
];
