//! Names of columns, tables and functions.

use super::{Mistake, Type};

pub const NAMES: &[Mistake] = &[
    (
        "amount > 0 AND deal_typ = 'renewal'",
        Type::Boolean,
        r#"
error[unknown-column]: there is no column `deal_typ` in deals, payees or accounts
               ^^^^^^^^
  = help: deals has: amount, close_date, odd name, seats, stage, start_date, tier, won
  = help: payees has: Größe, kind, name
  = help: accounts has: name
"#,
    ),
    (
        "deals.stge = 'Won'",
        Type::Boolean,
        r#"
error[unknown-column]: there is no column `stge` in deals
      ^^^^
  = help: did you mean `stage`? deals also has: amount, close_date, odd name, seats, start_date, tier, won
"#,
    ),
    (
        "completely_else > 1",
        Type::Boolean,
        r#"
error[unknown-column]: there is no column `completely_else` in deals, payees or accounts
^^^^^^^^^^^^^^^
  = help: deals has: amount, close_date, odd name, seats, stage, start_date, tier, won
  = help: payees has: Größe, kind, name
  = help: accounts has: name
"#,
    ),
    (
        "dealz.amount > 1",
        Type::Boolean,
        r#"
error[unknown-table]: there is no table `dealz` here
^^^^^
  = help: did you mean `deals`? this expression sees deals, payees and accounts
"#,
    ),
    (
        "name = 'x'",
        Type::Boolean,
        r#"
error[ambiguous-column]: `name` is a column of payees and accounts
^^^^
  = help: write `payees.name` or `accounts.name`
"#,
    ),
    (
        "stage = \"Won\"",
        Type::Boolean,
        r#"
error[unknown-column]: there is no column `Won` in deals, payees or accounts
        ^^^^^
  = help: a text is written in single quotes: 'Won'
  = help: did you mean `won`? deals also has: amount, close_date, odd name, seats, stage, start_date, tier
"#,
    ),
    (
        "Amount > 1",
        Type::Boolean,
        r#"
error[unknown-column]: there is no column `Amount` in deals, payees or accounts
^^^^^^
  = help: did you mean `amount`? deals also has: close_date, odd name, seats, stage, start_date, tier, won
"#,
    ),
    (
        "lenght(stage) = 3",
        Type::Boolean,
        r#"
error[unknown-function]: there is no function `lenght`
^^^^^^
  = help: did you mean `length`? the functions are: abs, coalesce, concat, ends_with, extract, greatest, least, left, length, lower, lpad, nullif, position, regexp_extract, regexp_like, replace, right, round, salesforce_id, split_part, starts_with, substr, to_date, to_number, trim, upper
"#,
    ),
    (
        "lowr(stage) = 'won'",
        Type::Boolean,
        r#"
error[unknown-function]: there is no function `lowr`
^^^^
  = help: did you mean `lower`? the functions are: abs, coalesce, concat, ends_with, extract, greatest, least, left, length, lower, lpad, nullif, position, regexp_extract, regexp_like, replace, right, round, salesforce_id, split_part, starts_with, substr, to_date, to_number, trim, upper
"#,
    ),
    (
        "\"Größe\" = 'ä' AND größer > 1",
        Type::Boolean,
        r#"
error[unknown-column]: there is no column `größer` in deals, payees or accounts
                  ^^^^^^
  = help: did you mean `Größe`? payees also has: kind, name
"#,
    ),
    (
        "amont > 1 AND stge = 'x' AND won + 1 > 2",
        Type::Boolean,
        r#"
error[unknown-column]: there is no column `amont` in deals, payees or accounts
^^^^^
  = help: did you mean `amount`? deals also has: close_date, odd name, seats, stage, start_date, tier, won
error[unknown-column]: there is no column `stge` in deals, payees or accounts
              ^^^^
  = help: did you mean `stage`? deals also has: amount, close_date, odd name, seats, start_date, tier, won
error[wrong-type]: `won` is a condition, but `+` calculates with numbers
                             ^^^
"#,
    ),
];
