//! Our grammar against sqlparser's: what both read, they read alike.

use proptest::prelude::*;
use sqlparser::ast;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::*;
use crate::syntax::{Ast, Syntax};
use crate::tree::{Arithmetic, Comparison};

/// A tree as text with all its parentheses.
fn ours(ast: &Ast) -> String {
    match &ast.kind {
        Syntax::Number { unscaled, scale } => plain(*unscaled, u32::from(*scale)),
        Syntax::Column { name, .. } => name.text.clone(),
        Syntax::And(all) => chain("and", all),
        Syntax::Or(all) => chain("or", all),
        Syntax::Not(one) => format!("(not {})", ours(one)),
        Syntax::Minus(one) => format!("(neg {})", ours(one)),
        Syntax::Compare { op, left, right } => {
            let op = match op {
                Comparison::Equal => "=",
                Comparison::NotEqual => "<>",
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => ">=",
            };
            format!("({} {op} {})", ours(left), ours(right))
        }
        Syntax::Arithmetic { op, left, right } => {
            let op = match op {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
            };
            format!("({} {op} {})", ours(left), ours(right))
        }
        Syntax::Between { negated, value, low, high } => {
            format!("({} between{negated} {} {})", ours(value), ours(low), ours(high))
        }
        Syntax::IsNull { negated, value } => format!("({} null{negated})", ours(value)),
        Syntax::In { negated, value, list } => {
            format!("({} in{negated} {})", ours(value), list.iter().map(ours).collect::<Vec<_>>().join(" "))
        }
        other => panic!("not in this test: {other:?}"),
    }
}

fn chain(word: &str, all: &[Ast]) -> String {
    all[1..].iter().fold(ours(&all[0]), |left, right| format!("({left} {word} {})", ours(right)))
}

fn theirs(expr: &ast::Expr) -> String {
    use ast::Expr;
    match expr {
        Expr::Nested(inner) => theirs(inner),
        Expr::Value(value) => value.to_string(),
        Expr::Identifier(name) => name.value.clone(),
        Expr::UnaryOp { op: ast::UnaryOperator::Not, expr } => format!("(not {})", theirs(expr)),
        Expr::UnaryOp { op: ast::UnaryOperator::Minus, expr } => {
            let inner = theirs(expr);
            let digits = inner.trim_start_matches('-');
            if !digits.bytes().all(|b| b.is_ascii_digit()) {
                format!("(neg {inner})")
            } else if inner.len() > digits.len() || inner == "0" {
                digits.to_owned()
            } else {
                format!("-{digits}")
            }
        }
        Expr::BinaryOp { left, op, right } => {
            format!("({} {} {})", theirs(left), op.to_string().to_lowercase(), theirs(right))
        }
        Expr::Between { negated, expr, low, high } => {
            format!("({} between{negated} {} {})", theirs(expr), theirs(low), theirs(high))
        }
        Expr::IsNull(inner) => format!("({} nullfalse)", theirs(inner)),
        Expr::IsNotNull(inner) => format!("({} nulltrue)", theirs(inner)),
        Expr::InList { negated, expr, list } => {
            format!(
                "({} in{negated} {})",
                theirs(expr),
                list.iter().map(theirs).collect::<Vec<_>>().join(" ")
            )
        }
        other => panic!("not in this test: {other:?}"),
    }
}

/// Expressions with few parentheses, so that precedence is what decides.
fn expression() -> impl Strategy<Value = String> {
    let sum = prop_oneof![Just("a".to_owned()), Just("b".to_owned()), (0..9_u8).prop_map(|n| n.to_string())]
        .prop_recursive(4, 12, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone(), 0..4_usize)
                    .prop_map(|(a, b, op)| format!("{a} {} {b}", ["+", "-", "*", "/"][op])),
                inner.clone().prop_map(|a| format!("({a})")),
                inner.prop_map(|a| format!("- {a}")),
            ]
        });
    let test = (sum.clone(), sum.clone(), sum, 0..8_usize).prop_map(|(a, b, c, op)| match op {
        0 => format!("{a} BETWEEN {b} AND {c}"),
        1 => format!("{a} NOT BETWEEN {b} AND {c}"),
        2 => format!("{a} IS NULL"),
        3 => format!("{a} < {b} IS NOT NULL"),
        4 => format!("{a} IN ({b}, {c})"),
        5 => format!("{a} NOT IN ({b})"),
        6 => format!("{a} >= {b}"),
        _ => format!("{a} <> {b}"),
    });
    test.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} AND {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} OR {b}")),
            inner.clone().prop_map(|a| format!("NOT {a}")),
            inner.prop_map(|a| format!("({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn both_parsers_agree(source in expression()) {
        let pieces = lex::pieces(&source).unwrap();
        let found = ours(&parse::parse(&pieces, source.len()).unwrap());
        let sql = Parser::new(&GenericDialect {}).try_with_sql(&source).unwrap().parse_expr().unwrap();
        prop_assert_eq!(found, theirs(&sql), "{}", source);
    }

    #[test]
    fn nothing_panics(source in "[a-z0-9 ()'\"+*/<>=.,%äNOTINCASEWHEN-]{0,40}") {
        let _ = compiled(&source, &scope_of(&[deals()]), None);
    }
}
