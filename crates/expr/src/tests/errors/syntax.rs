//! Texts that are not an expression.

use super::{Mistake, Type};

pub const SYNTAX: &[Mistake] = &[
    (
        "",
        Type::Boolean,
        r#"
error[syntax]: this expression is empty
^
"#,
    ),
    (
        "amount >",
        Type::Boolean,
        r#"
error[syntax]: the expression ends too early: a column, a literal or a function is expected
        ^
"#,
    ),
    (
        "(amount > 1",
        Type::Boolean,
        r#"
error[syntax]: this parenthesis is not closed
^
"#,
    ),
    (
        "amount > 1)",
        Type::Boolean,
        r#"
error[syntax]: `)` can't be here: an operator such as `=`, `+` or AND is expected
          ^
  = help: there is no open parenthesis to close
"#,
    ),
    (
        "amount IN (1, 2",
        Type::Boolean,
        r#"
error[syntax]: this list is not closed
^^^^^^^^^^^^^^^
  = help: add `)`
"#,
    ),
    (
        "close date > 1",
        Type::Boolean,
        r#"
error[syntax]: `date` can't be here: an operator such as `=`, `+` or AND is expected
      ^^^^
  = help: a name with blanks or odd signs needs double quotes, a text single quotes
"#,
    ),
    (
        "amount == 1",
        Type::Boolean,
        r#"
error[syntax]: equality is written `=`, not `==`
       ^^
"#,
    ),
    (
        "0 < amount < 10",
        Type::Boolean,
        r#"
error[syntax]: comparisons can't be chained
           ^
  = help: join them with AND, as in `a < b AND b < c`, or put parentheses around the first one
"#,
    ),
    (
        "CASE won THEN 1 END",
        Type::Number,
        r#"
error[syntax]: `THEN` can't be here: `WHEN` is expected
         ^^^^
"#,
    ),
    (
        "CASE WHEN won THEN 1",
        Type::Number,
        r#"
error[syntax]: the expression ends too early: END, which closes this CASE, is expected
                    ^
"#,
    ),
    (
        "stage = 'Won",
        Type::Boolean,
        r#"
error[syntax]: this text has no closing quote
        ^^^^
  = help: a quote inside a text is doubled: 'it''s'
"#,
    ),
    (
        "end > 1",
        Type::Boolean,
        r#"
error[syntax]: `end` can't be here: a column, a literal or a function is expected
^^^
  = help: a column of that name must be in double quotes
"#,
    ),
    (
        "5. > 1",
        Type::Boolean,
        r#"
error[syntax]: there are no digits after the point of this number
^^
  = help: write 5 or 5.0
"#,
    ),
    (
        "amount > 1 /* why",
        Type::Boolean,
        r#"
error[syntax]: this comment has no end
           ^^^^^^
  = help: comments are not part of an expression; say why in the rule's `why`
"#,
    ),
    (
        "stage = $q$Won$",
        Type::Boolean,
        r#"
error[syntax]: this text has no closing `$q$`
        ^^^^^^^
  = help: a text is written in single quotes: 'text'
"#,
    ),
    (
        "deals ._amount > 1",
        Type::Boolean,
        r#"
error[syntax]: there is no name of a table before this point
      ^
  = help: table, point and column are written without blanks: deals.amount
"#,
    ),
];
