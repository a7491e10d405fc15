//! Each kind of mistake as it is shown, with its caret.

mod left_out;
mod names;
mod syntax;
mod types;

use super::*;

/// An expression, the type that its value must have, and the findings as they are shown, without the lines of the frame.
type Mistake = (&'static str, Type, &'static str);

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
    let mistakes = [names::NAMES, types::TYPES, syntax::SYNTAX, left_out::LEFT_OUT].concat();
    for (source, expected, finding) in mistakes {
        let rendered = compiled(source, &scope(), Some(expected)).expect_err(source);
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
        (0..=text.len()).map(|index| 8 + index + usize::from(index > 0) + usize::from(index > 8)).collect();
    let source = ExprText {
        text: text.into(),
        offsets: offsets.into(),
        span: Span { file, range: 8..line.len() - 1 },
    };
    let scope = Scope::of_file(vec![("Größe".to_owned(), Type::Text)]);
    let findings = compile(&source, &scope, Type::Boolean).unwrap_err();
    let label = |index: usize| &line[findings[0].labels[index].span.range.clone()];
    assert_eq!((label(0), label(1)), ("1", r#"\"Größe\""#));
    let findings =
        compile(&source, &Scope::of_file(vec![("Breite".to_owned(), Type::Number)]), Type::Boolean);
    assert_eq!(findings.unwrap_err()[0].message, "there is no column `Größe` in the file");
}

/// Runs something on a thread with a stack of the usual 2 MiB.
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
