//! Each kind of mistake as a person sees it, with its caret.

use super::*;

/// Source, what is expected of its value, and the finding as it is shown, without the lines of the frame.
const SHOWN: &[(&str, Type, &str)] = &[
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
  = help: a text literal beside a date is a date, written '2026-07-01'
"#,
    ),
    (
        "DATE '1.7.2026' < close_date",
        Type::Boolean,
        r#"
error[bad-literal]: '1.7.2026' is not a date
     ^^^^^^^^^^
  = help: a text literal beside a date is a date, written '2026-07-01'
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
        "lenght(stage) = 3",
        Type::Boolean,
        r#"
error[unknown-function]: there is no function `lenght`
^^^^^^
  = help: the functions are: abs, coalesce, extract, greatest, least, lower, nullif, round, trim, upper
"#,
    ),
    (
        "lowr(stage) = 'won'",
        Type::Boolean,
        r#"
error[unknown-function]: there is no function `lowr`
^^^^
  = help: did you mean `lower`? the functions are: abs, coalesce, extract, greatest, least, lower, nullif, round, trim, upper
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
error[syntax]: `)` can't stand here: an operator such as `=`, `+` or AND is expected
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
error[syntax]: `date` can't stand here: an operator such as `=`, `+` or AND is expected
      ^^^^
  = help: a name with blanks or odd signs stands in double quotes, a text in single quotes
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
error[syntax]: `THEN` can't stand here: `WHEN` is expected
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
error[syntax]: `end` can't stand here: a column, a literal or a function is expected
^^^
  = help: a column of that name must stand in double quotes
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
        "amount > 1e3",
        Type::Boolean,
        r#"
error[unsupported-expression]: a number is written in digits with at most one point
         ^^^
  = help: write 1000, not 1e3
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
        "stage || 'x' = 'y'",
        Type::Boolean,
        r#"
error[unsupported-expression]: `||` (joining texts) is not part of the expression language
      ^^
  = help: see docs/expressions.md for all that can be written
"#,
    ),
    (
        "amount % 2 = 0",
        Type::Boolean,
        r#"
error[unsupported-expression]: `%` (remainder) is not part of the expression language
       ^
  = help: in LIKE, `%` stands inside the quotes of the pattern
"#,
    ),
    (
        "amount::text = '1'",
        Type::Boolean,
        r#"
error[unsupported-expression]: `::` (a cast) is not part of the expression language
      ^^
  = help: say what a column is in `types` of its source
"#,
    ),
    (
        "CAST(amount AS text) = '1'",
        Type::Boolean,
        r#"
error[unsupported-expression]: a cast is not part of the expression language
^^^^
  = help: say what a column is in `types` of its source
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

fn scope() -> Scope {
    scope_of(&[deals()])
        .with(
            "payees",
            vec![
                ("name".to_owned(), Type::Text),
                ("kind".to_owned(), Type::Text),
                ("Größe".to_owned(), Type::Text),
            ],
        )
        .with("accounts", vec![("name".to_owned(), Type::Text)])
}

/// A finding without its frame: the message, the carets under the text, the help.
fn short(rendered: &str, source: &str) -> String {
    let frame = |line: &&str| {
        let inner = line.trim_start_matches(['1', ' ']).trim_start_matches('│').trim();
        !inner.is_empty() && !inner.starts_with("┌─") && inner != source.trim()
    };
    let bare = |line: &str| line.strip_prefix("  │ ").unwrap_or(line).trim_end().to_owned();
    rendered.lines().filter(frame).map(bare).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_mistake_has_its_caret() {
    for (source, expected, finding) in SHOWN {
        let rendered = compiled(source, &scope(), Some(*expected)).expect_err(source);
        assert_eq!(short(&rendered, source), finding.trim_matches('\n'), "{source}");
    }
}

#[test]
fn the_example_of_the_handbook() {
    let columns = ["deal_type", "deal_id", "amount", "account_id", "channel", "outcome"];
    let columns =
        columns.map(|name| (name.to_owned(), if name == "amount" { Type::Number } else { Type::Text }));
    let scope = Scope::default().with("deals", columns.to_vec());
    let line = "when = \"amount > 0 AND deal_typ = 'renewal'\"";
    let mut files = Files::default();
    let file = files.add("rules/renewals.toml", line);
    let range = 8..line.len() - 1;
    let source = ExprText {
        text: line[range.clone()].into(),
        offsets: (range.start..=range.end).collect::<Vec<_>>().into(),
        span: Span { file, range },
    };
    let findings = compile(&source, &scope, Type::Boolean).unwrap_err();
    let expected = "\
error[unknown-column]: there is no column `deal_typ` in deals
  ┌─ rules/renewals.toml:1:24
  │
 1│ when = \"amount > 0 AND deal_typ = 'renewal'\"
  │                        ^^^^^^^^
  = help: did you mean `deal_type`? deals also has: account_id, amount, channel, deal_id, outcome
";
    assert_eq!(render(&findings[0], &files), expected);
}

#[test]
fn escapes_in_the_file_move_the_caret() {
    // In the file, the quotes of the name are written \": two bytes each.
    let line = r#"when = "\"Größe\" > 1""#;
    let mut files = Files::default();
    let file = files.add("apportion.toml", line);
    let text = "\"Größe\" > 1";
    let offsets: Vec<usize> =
        (0..=text.len()).map(|at| 8 + at + usize::from(at > 0) + usize::from(at > 8)).collect();
    let source = ExprText {
        text: text.into(),
        offsets: offsets.into(),
        span: Span { file, range: 8..line.len() - 1 },
    };
    let scope = Scope::of_file(vec![("Größe".to_owned(), Type::Text)]);
    let findings = compile(&source, &scope, Type::Boolean).unwrap_err();
    let label = |at: usize| &line[findings[0].labels[at].span.range.clone()];
    assert_eq!((label(0), label(1)), ("1", r#"\"Größe\""#));
    let findings =
        compile(&source, &Scope::of_file(vec![("Breite".to_owned(), Type::Number)]), Type::Boolean);
    assert_eq!(findings.unwrap_err()[0].message, "there is no column `Größe` in the file");
}

/// Runs something on a thread with the stack that threads have unless told otherwise.
fn in_usual_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn depth_is_an_error() {
    let deep = [
        format!("{}1{} > 0", "(".repeat(100_000), ")".repeat(100_000)),
        format!("{}won", "NOT ".repeat(100_000)),
        format!("{}1 > 0", "- ".repeat(100_000)),
        format!("1{} > 0", " + 1".repeat(100_000)),
        format!("amount{}", " IS NULL".repeat(100_000)),
        format!("{}1", "CASE WHEN won THEN ".repeat(100_000)),
        format!("{}1", "abs(".repeat(100_000)),
        format!("{}1", "1 IN (".repeat(100_000)),
    ];
    for source in deep {
        in_usual_stack(move || {
            let error = compiled(&source, &scope(), None).unwrap_err();
            let expected = "error[unsupported-expression]: this expression is nested too deeply";
            assert!(error.starts_with(expected), "{source:.30}");
        });
    }
}

#[test]
fn length_is_no_error() {
    let long = [
        format!("{}1{} > 0", "(".repeat(46), ")".repeat(46)),
        format!("{}amount{} > 0", "abs(".repeat(46), ")".repeat(46)),
        format!("{}1{} = 1", "CASE WHEN won THEN ".repeat(46), " END".repeat(46)),
        format!("won{}", " AND won".repeat(10_000)),
        format!("amount IN (0{})", ", 1".repeat(10_000)),
        format!("1{} > 0", " + amount".repeat(90)),
        format!("CASE {} END = 1", "WHEN won THEN 1 ".repeat(1_000)),
    ];
    for source in long {
        in_usual_stack(move || {
            assert!(evaluated(&source, &[deals()]).is_ok(), "{source:.30}");
        });
    }
}
