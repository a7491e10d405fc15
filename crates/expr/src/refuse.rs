//! The message about a token that is not allowed where it was found: a plain mistake, or a part of SQL that the
//! expression language leaves out on purpose.

use super::problem::{Problem, SYNTAX, UNSUPPORTED};
use super::token::{Token, TokenKind};

/// What the grammar allows at a position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expectation {
    Value,
    Operator,
    Column,
    Word(&'static str),
}

impl Expectation {
    fn sentence(self) -> String {
        match self {
            Self::Value => "a column, a literal or a function is expected".to_owned(),
            Self::Operator => "an operator such as `=`, `+` or AND is expected".to_owned(),
            Self::Column => "the name of a column is expected".to_owned(),
            Self::Word(word) if word.starts_with('`') || word.len() > 4 => format!("{word} is expected"),
            Self::Word(word) => format!("`{word}` is expected"),
        }
    }
}

/// Words that can't be a bare column name.
const RESERVED: [&str; 17] = [
    "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE",
    "FALSE", "SELECT", "FROM",
];

/// Whether a token is a word that can't be a column without double quotes.
pub(super) fn is_reserved(token: &Token) -> bool {
    RESERVED.iter().any(|word| token.is_word(word))
}

/// Whether a name can't be a column without double quotes.
pub(super) fn is_reserved_word(name: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Whether SQL of a kind that is left out begins at `position`, where a value is expected.
pub(super) fn is_foreign(tokens: &[Token], position: usize) -> bool {
    let Some(token) = tokens.get(position) else { return false };
    let next = tokens.get(position + 1).map(|token| &token.kind);
    let call = ["CAST", "TRY_CAST", "SAFE_CAST", "CONVERT", "EXISTS", "ANY", "ALL", "SOME", "UNNEST"];
    let typed = ["INTERVAL", "TIMESTAMP", "TIME", "DATETIME"];
    (next == Some(&TokenKind::OpenParenthesis) && call.iter().any(|word| token.is_word(word)))
        || (matches!(next, Some(TokenKind::Text(_) | TokenKind::Number(_)))
            && typed.iter().any(|word| token.is_word(word)))
}

/// Whether a function call is followed by a word that makes it a window function or an aggregate.
pub(super) fn is_window(tokens: &[Token], position: usize) -> bool {
    let follows = |word: &str| tokens.get(position).is_some_and(|token| token.is_word(word));
    follows("OVER") || follows("FILTER") || follows("WITHIN")
}

/// The problem with the token at `position`, or with the end of the text there.
pub(super) fn refuse(text: &str, tokens: &[Token], position: usize, wanted: Expectation) -> Problem {
    let Some(token) = tokens.get(position) else {
        let end = text.len();
        if tokens.is_empty() {
            return Problem::new(SYNTAX, 0..end, "this expression is empty");
        }
        let message = format!("the expression ends too early: {}", wanted.sentence());
        return Problem::new(SYNTAX, end..end, message);
    };
    let range = token.range.clone();
    if let Some((what, help)) = left_out(tokens, position) {
        return Problem::new(UNSUPPORTED, range, format!("{what} not part of the expression language"))
            .help(help);
    }
    if token.kind == TokenKind::OtherSymbol("==") {
        return Problem::new(SYNTAX, range, "equality is written `=`, not `==`");
    }
    let message = format!("`{}` can't be here: {}", shown(text, token), wanted.sentence());
    let problem = Problem::new(SYNTAX, range, message);
    match (&token.kind, wanted) {
        (TokenKind::Word { .. }, Expectation::Operator) => {
            problem.help("a name with blanks or odd signs needs double quotes, a text single quotes")
        }
        (TokenKind::Word { .. }, Expectation::Value | Expectation::Column) if is_reserved(token) => {
            problem.help("a column of that name must be in double quotes")
        }
        (TokenKind::CloseParenthesis, Expectation::Operator) => {
            problem.help("there is no open parenthesis to close")
        }
        _ => problem,
    }
}

/// A token as a message shows it: without escapes, and `<>` for `!=`.
fn shown(text: &str, token: &Token) -> String {
    match &token.kind {
        TokenKind::Word { text, .. } => text.clone(),
        TokenKind::Text(text) => format!("'{text}'"),
        TokenKind::Comparison(op) => op.symbol().to_owned(),
        _ => text.get(token.range.clone()).unwrap_or_default().to_owned(),
    }
}

/// A part of SQL that is left out: its name with the verb, and a help line.
fn left_out(tokens: &[Token], position: usize) -> Option<(&'static str, &'static str)> {
    match &tokens.get(position)?.kind {
        TokenKind::OtherSymbol(symbol) => left_out_symbol(symbol),
        TokenKind::Placeholder => Some(PLACEHOLDER),
        TokenKind::PrefixedLiteral => Some(("a literal with a prefix is", "write a plain 'text' or number")),
        TokenKind::Word { quoted: false, .. } => left_out_word(tokens, position),
        _ => None,
    }
}

const PLACEHOLDER: (&str, &str) = ("a placeholder is", "write the value itself");

fn left_out_symbol(symbol: &str) -> Option<(&'static str, &'static str)> {
    Some(match symbol {
        "%" => ("`%` (remainder) is", "in LIKE, `%` is inside the quotes of the pattern"),
        "::" => (
            "`::` (a cast) is",
            "use `to_number` or `to_date`, or say what a column is in `types` of its source",
        ),
        "^" => ("`^` is", "multiply instead"),
        "<=>" => ("`<=>` is", "use `=` and IS NULL"),
        ":" | "@" => PLACEHOLDER,
        ";" => ("`;` is", "write one expression only"),
        "[" | "{" => ("a list or map is", "write IN ('a', 'b')"),
        _ => return None,
    })
}

fn left_out_word(tokens: &[Token], position: usize) -> Option<(&'static str, &'static str)> {
    let token = tokens.get(position)?;
    let negated = token.is_word("NOT");
    let word = if negated { tokens.get(position + 1)? } else { token };
    let found: &[(&str, &str, &str)] = &[
        ("ILIKE", "ILIKE is", "write `lower(x) LIKE 'abc%'`"),
        ("RLIKE", "RLIKE is", "write `regexp_like(x, '^abc')`"),
        ("REGEXP", "REGEXP is", "write `regexp_like(x, '^abc')`"),
        ("SIMILAR", "SIMILAR TO is", "use LIKE with `%` and `_`"),
    ];
    let always: &[(&str, &str, &str)] = &[
        ("ESCAPE", "ESCAPE is", "a LIKE pattern knows `%` and `_` and nothing escapes them"),
        ("COLLATE", "COLLATE is", "texts are compared byte by byte; `lower` makes case not count"),
        ("OVER", "a window function is", "an expression sees one row of each table"),
        ("FILTER", "an aggregate is", "an expression sees one row of each table"),
        ("WITHIN", "an aggregate is", "an expression sees one row of each table"),
        ("SELECT", "a subquery is", "an expression sees one row of each table"),
        ("EXISTS", "a subquery is", "an expression sees one row of each table"),
        ("ANY", "ANY is", "use IN"),
        ("SOME", "SOME is", "use IN"),
        ("ALL", "ALL is", "use NOT IN, `least` or `greatest`"),
        ("UNNEST", "UNNEST is", "use IN"),
        ("DISTINCT", "IS DISTINCT FROM is", "use `=` and IS NULL"),
        ("UNKNOWN", "IS UNKNOWN is", "use IS NULL"),
        ("DIV", "DIV is", "use `/` and `round`"),
        ("MOD", "MOD is", "there is no remainder"),
        ("XOR", "XOR is", "use `<>` between conditions in parentheses"),
        ("AS", "a name or type after AS is", "say what a column is in `types` of its source"),
        ("AT", "AT TIME ZONE is", "dates have no time"),
    ];
    let value_only: &[(&str, &str, &str)] = &[
        (
            "CAST",
            "a cast is",
            "use `to_number` or `to_date`, or say what a column is in `types` of its source",
        ),
        (
            "TRY_CAST",
            "a cast is",
            "use `to_number` or `to_date`, or say what a column is in `types` of its source",
        ),
        (
            "SAFE_CAST",
            "a cast is",
            "use `to_number` or `to_date`, or say what a column is in `types` of its source",
        ),
        (
            "CONVERT",
            "a cast is",
            "use `to_number` or `to_date`, or say what a column is in `types` of its source",
        ),
        ("INTERVAL", "INTERVAL is", "a date plus or minus a number moves it by so many days"),
        ("TIMESTAMP", "a time is", "dates have no time: DATE '2026-07-01'"),
        ("TIME", "a time is", "dates have no time: DATE '2026-07-01'"),
        ("DATETIME", "a time is", "dates have no time: DATE '2026-07-01'"),
    ];
    let foreign = if is_foreign(tokens, position) { value_only } else { &[] };
    let plain = if negated { &[] } else { always };
    let hit = found.iter().chain(plain).chain(foreign).find(|(name, ..)| word.is_word(name));
    hit.map(|(_, what, help)| (*what, *help))
}
