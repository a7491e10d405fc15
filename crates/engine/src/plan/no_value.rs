//! What is said where an expression has no value.

use std::fmt::Display;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_expr::{EvalError, Expr};

/// An expression of a rule file that has no value; `subject` is whose it is and on what, such as "hold `holdback` on deal `D1`".
pub(crate) fn no_value(subject: impl Display, expr: &Expr, error: &EvalError) -> Diagnostic {
    let text = expr.text();
    Diagnostic::error(Code::NumberTooLarge, format!("{subject}: {}", error.message))
        .at(text.place(0..text.text.len()), "has no value there")
}
