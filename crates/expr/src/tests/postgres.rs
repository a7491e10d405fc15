//! What PostgreSQL answers, of odd arguments: nulls, empty texts, letters of two bytes and four, places before the first character
//! and behind the last. Where the language means something else on purpose, docs/reference/expressions.md says so, and the
//! table has no such expression.

use super::*;

/// Expressions and the answers of PostgreSQL 15.18, with a tab between them; backslashes and ends of lines are escaped.
const ANSWERS: &str = include_str!("postgres.tsv");

fn unescaped(text: &str) -> String {
    let (mut plain, mut letters) = (String::new(), text.chars());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => letters.next().map_or('\\', |next| if next == 'n' { '\n' } else { next }),
            letter => letter,
        });
    }
    plain
}

#[test]
fn answers_are_those_of_a_server() {
    let mut differ = Vec::new();
    for line in ANSWERS.lines() {
        let (source, expected) = line.split_once('\t').unwrap();
        let found = match evaluated(&unescaped(source), &[]) {
            Ok(array) => shown(&array).remove(0),
            Err(error) => format!("error {error}"),
        };
        let refused = found.starts_with("error ") && expected.starts_with("error ");
        if !refused && found != unescaped(expected) {
            differ.push(format!("{source}\n  PostgreSQL: {expected}\n  here:       {found}"));
        }
    }
    assert!(differ.is_empty(), "{} differ\n{}", differ.len(), differ.join("\n"));
}
