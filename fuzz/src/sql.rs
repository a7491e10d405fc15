//! The tokens and trees that sqlparser makes of a text, in the form in which crates/expr/src/outline.rs writes ours.

use sqlparser::ast::{self, Expr};
use sqlparser::dialect::{Dialect, GenericDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer, Whitespace};

/// Names are letters, digits and `_` of any script; `"…"` quotes a name, `'…'` a text.
#[derive(Debug)]
struct PlainDialect;

impl Dialect for PlainDialect {
    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_'
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"'
    }
}

/// The tokens of a text with their bytes, or its first comment, or `error` where it can't be split into tokens.
pub fn tokens(text: &str) -> String {
    let Ok(found) = Tokenizer::new(&PlainDialect, text).tokenize_with_location() else {
        return "error".to_owned();
    };
    let mut all = Vec::new();
    for TokenWithSpan { token, span } in found {
        let range = bytes(text, span);
        match token {
            Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => {
                return format!("comment {range}");
            }
            Token::Whitespace(_) => {}
            token => all.push(format!("{} {range}", token_outline(&token))),
        }
    }
    all.join(" | ")
}

fn token_outline(token: &Token) -> String {
    match token {
        Token::Word(word) if word.quote_style.is_some() => format!("name {}", word.value),
        Token::Word(word) => format!("word {}", word.value),
        Token::Number(..) => format!("number {token}"),
        Token::SingleQuotedString(text) => format!("text {text}"),
        Token::NationalStringLiteral(_) | Token::HexStringLiteral(_) | Token::DollarQuotedString(_) => {
            "prefixed".to_owned()
        }
        Token::Placeholder(_) => "placeholder".to_owned(),
        Token::Char(_) => "unknown".to_owned(),
        symbol => symbol.to_string(),
    }
}

/// Bytes of a span, which counts lines and characters from 1.
fn bytes(text: &str, span: Span) -> String {
    let byte = |index: Location| {
        let line = text.split_inclusive('\n').take(index.line as usize - 1).map(str::len).sum::<usize>();
        let characters = text[line..].chars().take(index.column as usize - 1);
        line + characters.map(char::len_utf8).sum::<usize>()
    };
    format!("{}..{}", byte(span.start), byte(span.end))
}

/// The tree of a text with all its parentheses; `None` where sqlparser can't read it, or where it is of a kind that our
/// language does not have.
pub fn tree(text: &str) -> Option<String> {
    let tokens = Tokenizer::new(&PlainDialect, text).tokenize_with_location().ok()?;
    let mut parser = Parser::new(&GenericDialect {}).with_tokens_with_locations(tokens);
    let expr = parser.parse_expr().ok()?;
    if parser.peek_token().token != Token::EOF {
        return None;
    }
    outline(&expr)
}

fn outline(expr: &Expr) -> Option<String> {
    Some(match expr {
        Expr::Nested(inner) => outline(inner)?,
        Expr::Value(value) => literal(&value.value)?,
        Expr::TypedString(typed) if typed.data_type == ast::DataType::Date && !typed.uses_odbc_syntax => {
            format!("(date {})", literal(&typed.value.value)?)
        }
        Expr::Identifier(column) => name(column),
        Expr::CompoundIdentifier(parts) => match &parts[..] {
            [table, column] => format!("{}.{}", name(table), name(column)),
            _ => return None,
        },
        Expr::UnaryOp { op: ast::UnaryOperator::Not, expr } => format!("(not {})", outline(expr)?),
        Expr::UnaryOp { op: ast::UnaryOperator::Plus, expr } => format!("(pos {})", outline(expr)?),
        Expr::UnaryOp { op: ast::UnaryOperator::Minus, expr } => minus(outline(expr)?),
        Expr::BinaryOp { left, op, right } => binary(left, op, right)?,
        Expr::Between { negated, expr, low, high } => {
            format!("({} {}between {} {})", outline(expr)?, not(*negated), outline(low)?, outline(high)?)
        }
        Expr::InList { negated, expr, list } => {
            format!("({} {}in {})", outline(expr)?, not(*negated), outlines(list.iter())?)
        }
        Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
            format!("({} {}like {})", outline(expr)?, not(*negated), outline(pattern)?)
        }
        Expr::IsNull(inner) => format!("({} is null)", outline(inner)?),
        Expr::IsNotNull(inner) => format!("({} is not null)", outline(inner)?),
        Expr::IsTrue(inner) => format!("({} is true)", outline(inner)?),
        Expr::IsNotTrue(inner) => format!("({} is not true)", outline(inner)?),
        Expr::IsFalse(inner) => format!("({} is false)", outline(inner)?),
        Expr::IsNotFalse(inner) => format!("({} is not false)", outline(inner)?),
        Expr::Case { operand, conditions, else_result, .. } => {
            let mut case = "(case".to_owned();
            if let Some(operand) = operand {
                case += &format!(" {}", outline(operand)?);
            }
            for branch in conditions {
                case += &format!(" when {} then {}", outline(&branch.condition)?, outline(&branch.result)?);
            }
            if let Some(otherwise) = else_result {
                case += &format!(" else {}", outline(otherwise)?);
            }
            case + ")"
        }
        Expr::Extract { field, syntax: ast::ExtractSyntax::From, expr } => {
            format!("(extract {} {})", field.to_string().to_lowercase(), outline(expr)?)
        }
        Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
            format!("(call trim {})", outline(expr)?)
        }
        Expr::Function(function) => call(function)?,
        _ => return None,
    })
}

fn outlines<'a>(all: impl Iterator<Item = &'a Expr>) -> Option<String> {
    Some(all.map(outline).collect::<Option<Vec<_>>>()?.join(", "))
}

fn literal(value: &ast::Value) -> Option<String> {
    match value {
        ast::Value::Null => Some("null".to_owned()),
        ast::Value::Boolean(value) => Some(value.to_string()),
        ast::Value::SingleQuotedString(text) => Some(format!("'{text}'")),
        ast::Value::Number(digits, false) if !digits.contains(['e', 'E']) => {
            let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
            let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
            let whole = if whole.is_empty() { "0" } else { whole };
            Some(if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") })
        }
        _ => None,
    }
}

/// A sign belongs to its literal: `-5` is one value.
fn minus(inner: String) -> String {
    let digits = inner.trim_start_matches('-');
    if !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        format!("(neg {inner})")
    } else if inner.len() > digits.len() || inner == "0" {
        digits.to_owned()
    } else {
        format!("-{digits}")
    }
}

fn binary(left: &Expr, op: &ast::BinaryOperator, right: &Expr) -> Option<String> {
    let op = match op {
        ast::BinaryOperator::And => "and",
        ast::BinaryOperator::Or => "or",
        ast::BinaryOperator::Eq => "=",
        ast::BinaryOperator::NotEq => "<>",
        ast::BinaryOperator::Lt => "<",
        ast::BinaryOperator::LtEq => "<=",
        ast::BinaryOperator::Gt => ">",
        ast::BinaryOperator::GtEq => ">=",
        ast::BinaryOperator::Plus => "+",
        ast::BinaryOperator::Minus => "-",
        ast::BinaryOperator::Multiply => "*",
        ast::BinaryOperator::Divide => "/",
        _ => return None,
    };
    Some(format!("({} {op} {})", outline(left)?, outline(right)?))
}

fn call(function: &ast::Function) -> Option<String> {
    let ast::FunctionArguments::List(list) = &function.args else { return None };
    let name = function.name.to_string().to_lowercase();
    let arguments = list.args.iter().map(|argument| match argument {
        ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expr)) => outline(expr),
        _ => None,
    });
    Some(format!("(call {name} {})", arguments.collect::<Option<Vec<_>>>()?.join(", ")))
}

fn name(name: &ast::Ident) -> String {
    if name.quote_style.is_some() { format!("\"{}\"", name.value) } else { name.value.clone() }
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}
