//! SQL that the language leaves out.

use super::{Mistake, Type};

pub const LEFT_OUT: &[Mistake] = &[
    (
        "amount > 1e3",
        Type::Boolean,
        r#"
error[unsupported-expression]: a number is written in digits with at most one point
         ^^^
  = help: write 1000, not 1e3
"#,
    ),
    (
        "5--3 > 1",
        Type::Boolean,
        r#"
error[unsupported-expression]: comments are not part of an expression
 ^^^^^^^
  = help: to subtract a negative number, leave a blank: `a - -b`; say why in the rule's `why`
"#,
    ),
    (
        "amount % 2 = 0",
        Type::Boolean,
        r#"
error[unsupported-expression]: `%` (remainder) is not part of the expression language
       ^
  = help: in LIKE, `%` is inside the quotes of the pattern
"#,
    ),
    (
        "amount::text = '1'",
        Type::Boolean,
        r#"
error[unsupported-expression]: `::` (a cast) is not part of the expression language
      ^^
  = help: use `to_number` or `to_date`, or say what a column is in `types` of its source
"#,
    ),
    (
        "CAST(amount AS text) = '1'",
        Type::Boolean,
        r#"
error[unsupported-expression]: a cast is not part of the expression language
^^^^
  = help: use `to_number` or `to_date`, or say what a column is in `types` of its source
"#,
    ),
    (
        "amount IN (SELECT 1)",
        Type::Boolean,
        r#"
error[unsupported-expression]: a subquery is not part of the expression language
           ^^^^^^
  = help: an expression sees one row of each table
"#,
    ),
    (
        "EXISTS (SELECT 1)",
        Type::Boolean,
        r#"
error[unsupported-expression]: a subquery is not part of the expression language
^^^^^^
  = help: an expression sees one row of each table
"#,
    ),
    (
        "stage ILIKE 'w%'",
        Type::Boolean,
        r#"
error[unsupported-expression]: ILIKE is not part of the expression language
      ^^^^^
  = help: write `lower(x) LIKE 'abc%'`
"#,
    ),
    (
        "stage NOT ILIKE 'w%'",
        Type::Boolean,
        r#"
error[unsupported-expression]: ILIKE is not part of the expression language
      ^^^
  = help: write `lower(x) LIKE 'abc%'`
"#,
    ),
    (
        "stage LIKE 'w!%' ESCAPE '!'",
        Type::Boolean,
        r#"
error[unsupported-expression]: ESCAPE is not part of the expression language
                 ^^^^^^
  = help: a LIKE pattern knows `%` and `_` and nothing escapes them
"#,
    ),
    (
        "amount > ?",
        Type::Boolean,
        r#"
error[unsupported-expression]: a placeholder is not part of the expression language
         ^
  = help: write the value itself
"#,
    ),
    (
        "amount > $1",
        Type::Boolean,
        r#"
error[unsupported-expression]: a placeholder is not part of the expression language
         ^^
  = help: write the value itself
"#,
    ),
    (
        "sum(amount) OVER () > 1",
        Type::Boolean,
        r#"
error[unsupported-expression]: a window function is not part of the expression language
            ^^^^
  = help: an expression sees one row of each table
"#,
    ),
    (
        "close_date > start_date + INTERVAL '1 day'",
        Type::Boolean,
        r#"
error[unsupported-expression]: INTERVAL is not part of the expression language
                          ^^^^^^^^
  = help: a date plus or minus a number moves it by so many days
"#,
    ),
    (
        "N'x' = stage",
        Type::Boolean,
        r#"
error[unsupported-expression]: a literal with a prefix is not part of the expression language
^^^^
  = help: write a plain 'text' or number
"#,
    ),
];
