//! Tokens and trees as lines of text, so that they can be compared with those of sqlparser: with recorded ones in tests,
//! with new ones in fuzzing. fuzz/src/sql.rs has the same format. Only built for tests and fuzzing.

use super::syntax::{Ast, Name, Syntax};
use super::token::{Token, TokenKind};
use super::{lex, parse, problem};

/// The tokens of a text with their bytes, or its first comment, or `error` where it can't be split into tokens.
pub fn tokens(text: &str) -> String {
    match lex::tokenize(text) {
        Ok(tokens) => {
            let all: Vec<String> = tokens.iter().map(|token| token_outline(text, token)).collect();
            all.join(" | ")
        }
        Err(problem) if problem.code == problem::UNSUPPORTED => {
            let comment = problem.labels.first().map(|(range, _)| range.clone()).unwrap_or_default();
            format!("comment {}..{}", comment.start, comment.end)
        }
        Err(_) => "error".to_owned(),
    }
}

/// The tree of a text with all its parentheses; `None` where it is not an expression.
pub fn tree(text: &str) -> Option<String> {
    let tokens = lex::tokenize(text).ok()?;
    parse::parse(text, &tokens).ok().map(|ast| outline(&ast))
}

fn token_outline(text: &str, token: &Token) -> String {
    let written = text.get(token.range.clone()).unwrap_or_default();
    let shown = match &token.kind {
        TokenKind::Word { text, quoted: false } => format!("word {text}"),
        TokenKind::Word { text, quoted: true } => format!("name {text}"),
        TokenKind::Number(digits) => format!("number {digits}"),
        TokenKind::Text(text) => format!("text {text}"),
        TokenKind::PrefixedLiteral => "prefixed".to_owned(),
        TokenKind::Placeholder => "placeholder".to_owned(),
        TokenKind::Unknown => "unknown".to_owned(),
        TokenKind::Comparison(op) => op.symbol().to_owned(),
        TokenKind::Plus
        | TokenKind::Minus
        | TokenKind::Asterisk
        | TokenKind::Slash
        | TokenKind::OpenParenthesis
        | TokenKind::CloseParenthesis
        | TokenKind::Comma
        | TokenKind::Period
        | TokenKind::OtherSymbol(_) => written.to_owned(),
    };
    format!("{shown} {}..{}", token.range.start, token.range.end)
}

fn outline(ast: &Ast) -> String {
    match &ast.kind {
        Syntax::Null => "null".to_owned(),
        Syntax::Boolean(value) => value.to_string(),
        Syntax::Number { unscaled, scale } => number(*unscaled, usize::from(*scale)),
        Syntax::Text(text) => format!("'{text}'"),
        Syntax::Date { text, .. } => format!("(date '{text}')"),
        Syntax::Column { table: None, name: column } => name(column),
        Syntax::Column { table: Some(table), name: column } => format!("{}.{}", name(table), name(column)),
        Syntax::And(all) => chain("and", all),
        Syntax::Or(all) => chain("or", all),
        Syntax::Not(one) => format!("(not {})", outline(one)),
        Syntax::Plus(one) => format!("(pos {})", outline(one)),
        Syntax::Minus(one) => format!("(neg {})", outline(one)),
        Syntax::Compare { op, left, right } => {
            format!("({} {} {})", outline(left), op.symbol(), outline(right))
        }
        Syntax::Arithmetic { op, left, right } => {
            format!("({} {} {})", outline(left), op.symbol(), outline(right))
        }
        Syntax::Between { negated, value, low, high } => {
            format!("({} {}between {} {})", outline(value), not(*negated), outline(low), outline(high))
        }
        Syntax::In { negated, value, list } => {
            format!("({} {}in {})", outline(value), not(*negated), outlines(list))
        }
        Syntax::Like { negated, value, pattern } => {
            format!("({} {}like {})", outline(value), not(*negated), outline(pattern))
        }
        Syntax::IsNull { negated, value } => format!("({} is {}null)", outline(value), not(*negated)),
        Syntax::IsTruth { negated, truth, value } => {
            format!("({} is {}{truth})", outline(value), not(*negated))
        }
        Syntax::Case { operand, branches, otherwise } => {
            let operand = operand.iter().map(|ast| format!(" {}", outline(ast)));
            let branches =
                branches.iter().map(|(when, then)| format!(" when {} then {}", outline(when), outline(then)));
            let otherwise = otherwise.iter().map(|ast| format!(" else {}", outline(ast)));
            format!("(case{})", operand.chain(branches).chain(otherwise).collect::<String>())
        }
        Syntax::Call { name, arguments } => {
            format!("(call {} {})", name.text.to_lowercase(), outlines(arguments))
        }
        Syntax::Join(all) => chain("||", all),
        Syntax::Position { part, text } => format!("(position {} {})", outline(part), outline(text)),
        Syntax::Extract { part, from } => {
            format!("(extract {} {})", part.text.to_lowercase(), outline(from))
        }
    }
}

fn outlines(all: &[Ast]) -> String {
    all.iter().map(outline).collect::<Vec<_>>().join(", ")
}

/// The conditions of an AND or OR, joined from the left.
fn chain(word: &str, all: &[Ast]) -> String {
    let all = all.iter().map(outline);
    all.reduce(|left, right| format!("({left} {word} {right})")).unwrap_or_default()
}

fn name(name: &Name) -> String {
    if name.quoted { format!("\"{}\"", name.text) } else { name.text.clone() }
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

/// A number without zeros that don't count.
fn number(unscaled: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, decimals) = digits.split_at(digits.len() - scale);
    let decimals = decimals.trim_end_matches('0');
    let sign = if unscaled < 0 { "-" } else { "" };
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{decimals}")
}
