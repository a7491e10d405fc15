//! Tokens and trees: those of sqlparser, recorded, and a tree for every text that is made of one.

use proptest::prelude::*;

use super::*;

/// Recorded texts with sqlparser's answers. fuzz/examples/record_sql.rs writes the files and says what is in them.
fn recorded(file: &str) -> Vec<(String, &str)> {
    let lines: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
    let (pairs, rest) = lines.as_chunks::<2>();
    assert!(rest.is_empty() && pairs.len() > 300);
    pairs.iter().map(|[text, line]| (unescaped(text), line.strip_prefix("  ").expect(line))).collect()
}

fn unescaped(line: &str) -> String {
    let mut parts = line.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect(line);
        text.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        text += rest;
    }
    text
}

#[test]
fn tokens_are_those_of_sqlparser() {
    for (text, expected) in recorded(include_str!("sqlparser/tokens.txt")) {
        assert_eq!(outline::tokens(&text), unescaped(expected), "{text:?}");
    }
}

#[test]
fn trees_are_those_of_sqlparser() {
    for (text, expected) in recorded(include_str!("sqlparser/trees.txt")) {
        assert_eq!(outline::tree(&text), Some(unescaped(expected)), "{text:?}");
    }
}

/// How tightly the parts of a text are bound, from the loosest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Is,
    Comparison,
    Sum,
    Product,
    Sign,
    Operand,
}

/// A text with no more parentheses than it needs, and its tree with all of them.
#[derive(Debug, Clone)]
struct Example {
    text: String,
    level: Level,
    tree: String,
}

impl Example {
    fn operand(text: &str) -> Self {
        Self { text: text.to_owned(), level: Level::Operand, tree: text.to_owned() }
    }

    /// The text where at least `level` is needed.
    fn at(&self, level: Level) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text.clone() }
    }
}

/// `left op right`, joined from the left.
fn binary(op: &str, left: &Example, right: &Example) -> Example {
    let (level, right_level) = match op {
        "OR" => (Level::Or, Level::And),
        "AND" => (Level::And, Level::Not),
        "+" | "-" => (Level::Sum, Level::Product),
        "*" | "/" => (Level::Product, Level::Sign),
        _ => (Level::Comparison, Level::Sum),
    };
    let left_level = if level == Level::Comparison { Level::Sum } else { level };
    Example {
        text: format!("{} {op} {}", left.at(left_level), right.at(right_level)),
        level,
        tree: format!("({} {} {})", left.tree, op.to_lowercase(), right.tree),
    }
}

fn sign(inner: &Example) -> Example {
    let tree = match inner.tree.strip_prefix('-') {
        _ if inner.tree == "0" => "0".to_owned(),
        // A sign belongs to its literal.
        Some(digits) => digits.to_owned(),
        None if inner.tree.bytes().all(|b| b.is_ascii_digit() || b == b'.') => format!("-{}", inner.tree),
        None => format!("(neg {})", inner.tree),
    };
    // With a blank: two signs side by side would begin a comment.
    Example { text: format!("- {}", inner.at(Level::Sign)), level: Level::Sign, tree }
}

fn predicate(kind: usize, value: &Example, first: &Example, second: &Example) -> Example {
    let (value_tree, first_tree, second_tree) = (&value.tree, &first.tree, &second.tree);
    let operand = value.at(Level::Sum);
    let (text, tree) = match kind {
        0 => (
            format!("{operand} BETWEEN {} AND {}", first.at(Level::Sum), second.at(Level::Sum)),
            format!("({value_tree} between {first_tree} {second_tree})"),
        ),
        1 => (
            format!("{operand} NOT IN ({}, {})", first.text, second.text),
            format!("({value_tree} not in {first_tree}, {second_tree})"),
        ),
        _ => {
            (format!("{operand} LIKE {}", first.at(Level::Sum)), format!("({value_tree} like {first_tree})"))
        }
    };
    Example { text, level: Level::Comparison, tree }
}

fn choice(first: &Example, second: &Example, third: &Example) -> Example {
    Example {
        text: format!("CASE WHEN {} THEN {} ELSE {} END", first.text, second.text, third.text),
        level: Level::Operand,
        tree: format!("(case when {} then {} else {})", first.tree, second.tree, third.tree),
    }
}

fn example() -> impl Strategy<Value = Example> {
    let leaf =
        prop::sample::select(vec!["a", "b", "deals.amount", "\"odd name\"", "0", "7", "2.5", "'x'", "null"]);
    leaf.prop_map(Example::operand).prop_recursive(6, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let three = (inner.clone(), inner.clone(), inner.clone());
        let ops =
            prop::sample::select(vec!["OR", "AND", "+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">="]);
        prop_oneof![
            6 => (ops, two.clone()).prop_map(|(op, (a, b))| binary(op, &a, &b)),
            1 => inner.clone().prop_map(|a| sign(&a)),
            1 => inner.clone().prop_map(|a| Example {
                text: format!("NOT {}", a.at(Level::Not)),
                level: Level::Not,
                tree: format!("(not {})", a.tree),
            }),
            1 => inner.prop_map(|a| Example {
                text: format!("{} IS NOT NULL", a.at(Level::Is)),
                level: Level::Is,
                tree: format!("({} is not null)", a.tree),
            }),
            2 => (0..3_usize, three.clone()).prop_map(|(kind, (a, b, c))| predicate(kind, &a, &b, &c)),
            1 => three.prop_map(|(a, b, c)| choice(&a, &b, &c)),
            1 => two.prop_map(|(a, b)| Example {
                text: format!("least({}, {})", a.text, b.text),
                level: Level::Operand,
                tree: format!("(call least {}, {})", a.tree, b.tree),
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_text_has_the_tree_that_it_was_made_of(example in example()) {
        prop_assert_eq!(outline::tree(&example.text), Some(example.tree), "{}", example.text);
    }

    #[test]
    fn nothing_panics(source in "[a-z0-9 ()'\"+*/<>=.,%äNOTINCASEWHEN-]{0,40}") {
        let _ = compiled(&source, &scope_of(&[deals()]), None);
    }

    #[test]
    fn tokens_and_the_white_space_between_them_are_the_text(text in "[ab_01exNLE '\"$?!<>=~|&^@#%:;.\\\\/*\\[\\]{}()ä\u{a0}\t\r\n-]{0,30}") {
        let Ok(tokens) = lex::tokenize(&text) else { return Ok(()) };
        let mut end = 0;
        for token in tokens {
            prop_assert!(text[end..token.range.start].chars().all(char::is_whitespace));
            prop_assert!(!text[token.range.clone()].is_empty());
            end = token.range.end;
        }
        prop_assert!(text[end..].chars().all(char::is_whitespace));
    }
}
