//! Each kind of mistake as a person sees it, with its caret.

use super::*;

/// Source, what is expected of its value, and the finding as it is shown, without the lines of the frame.
const SHOWN: &[(&str, Type, &str)] = &[
    ("amount > 0 AND deal_typ = 'renewal'", Type::Boolean, ""),
    ("deals.stge = 'Won'", Type::Boolean, ""),
    ("completely_else > 1", Type::Boolean, ""),
    ("dealz.amount > 1", Type::Boolean, ""),
    ("name = 'x'", Type::Boolean, ""),
    ("stage = \"Won\"", Type::Boolean, ""),
    ("Amount > 1", Type::Boolean, ""),
    ("stage = 10", Type::Boolean, ""),
    ("amount < '10'", Type::Boolean, ""),
    ("close_date = stage", Type::Boolean, ""),
    ("close_date > '2026-02-30'", Type::Boolean, ""),
    ("DATE '1.7.2026' < close_date", Type::Boolean, ""),
    ("amount + 1", Type::Boolean, ""),
    ("won", Type::Number, ""),
    ("won AND amount", Type::Boolean, ""),
    ("stage * 2 > 1", Type::Boolean, ""),
    ("won < TRUE", Type::Boolean, ""),
    ("close_date + start_date", Type::Date, ""),
    ("close_date + 1.5", Type::Date, ""),
    ("CASE WHEN won THEN 1 ELSE 'none' END", Type::Number, ""),
    ("CASE WHEN amount THEN 1 END", Type::Number, ""),
    ("amount IN (1, 'two', 3)", Type::Boolean, ""),
    ("amount LIKE '1%'", Type::Boolean, ""),
    ("lenght(stage) = 3", Type::Boolean, ""),
    ("lowr(stage) = 'won'", Type::Boolean, ""),
    ("round(amount, 1, 2)", Type::Number, ""),
    ("abs()", Type::Number, ""),
    ("round(amount, 0.5)", Type::Number, ""),
    ("extract(day from close_date) = 1", Type::Boolean, ""),
    ("", Type::Boolean, ""),
    ("amount >", Type::Boolean, ""),
    ("(amount > 1", Type::Boolean, ""),
    ("amount > 1)", Type::Boolean, ""),
    ("amount IN (1, 2", Type::Boolean, ""),
    ("close date > 1", Type::Boolean, ""),
    ("amount == 1", Type::Boolean, ""),
    ("0 < amount < 10", Type::Boolean, ""),
    ("CASE won THEN 1 END", Type::Number, ""),
    ("CASE WHEN won THEN 1", Type::Number, ""),
    ("stage = 'Won", Type::Boolean, ""),
    ("end > 1", Type::Boolean, ""),
    ("5. > 1", Type::Boolean, ""),
    ("amount > 1e3", Type::Boolean, ""),
    ("amount > 123456789012345678901234567890123456789", Type::Boolean, ""),
    ("5--3 > 1", Type::Boolean, ""),
    ("stage || 'x' = 'y'", Type::Boolean, ""),
    ("amount % 2 = 0", Type::Boolean, ""),
    ("amount::text = '1'", Type::Boolean, ""),
    ("CAST(amount AS text) = '1'", Type::Boolean, ""),
    ("amount IN (SELECT 1)", Type::Boolean, ""),
    ("EXISTS (SELECT 1)", Type::Boolean, ""),
    ("stage ILIKE 'w%'", Type::Boolean, ""),
    ("stage NOT ILIKE 'w%'", Type::Boolean, ""),
    ("stage LIKE 'w!%' ESCAPE '!'", Type::Boolean, ""),
    ("amount > ?", Type::Boolean, ""),
    ("amount > $1", Type::Boolean, ""),
    ("sum(amount) OVER () > 1", Type::Boolean, ""),
    ("close_date > start_date + INTERVAL '1 day'", Type::Boolean, ""),
    ("N'x' = stage", Type::Boolean, ""),
    ("\"Größe\" = 'ä' AND größer > 1", Type::Boolean, ""),
    ("amont > 1 AND stge = 'x' AND won + 1 > 2", Type::Boolean, ""),
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
        let inner = line.trim_start_matches(|c: char| c == '1' || c == ' ').trim_start_matches('│').trim();
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
fn print_all() {
    for (source, expected, _) in SHOWN {
        println!("@@{}", short(&compiled(source, &scope(), Some(*expected)).expect_err(source), source));
    }
    println!("@@END");
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
1 │ when = \"amount > 0 AND deal_typ = 'renewal'\"
  │                        ^^^^^^^^
  │
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

#[test]
fn depth_is_an_error_and_length_is_not() {
    let scope = scope();
    let deep = [
        format!("{}1{} > 0", "(".repeat(100_000), ")".repeat(100_000)),
        format!("{}won", "NOT ".repeat(100_000)),
        format!("{}1 > 0", "- ".repeat(100_000)),
        format!("1{} > 0", " + 1".repeat(100_000)),
        format!("amount{}", " IS NULL".repeat(100_000)),
        format!("{}1", "CASE WHEN won THEN ".repeat(100_000)),
        format!("{}1", "abs(".repeat(100_000)),
    ];
    for source in &deep {
        let error = compiled(source, &scope, None).unwrap_err();
        assert!(
            error.starts_with("error[unsupported-expression]: this expression is nested too deeply"),
            "{source:.30}"
        );
    }
    let inside = "(".repeat(60) + "1" + &")".repeat(60);
    let long = [
        format!("{inside} > 0"),
        format!("won{}", " AND won".repeat(10_000)),
        format!("amount IN (0{})", ", 1".repeat(10_000)),
        format!("1{} > 0", " + amount".repeat(200)),
        format!("CASE {} END = 1", "WHEN won THEN 1 ".repeat(1_000)),
    ];
    for source in &long {
        assert!(evaluated(source, &[deals()]).is_ok(), "{source:.30}");
    }
}
