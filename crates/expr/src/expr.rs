//! An expression, from its text to its values.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};

use super::error::EvalError;
use super::expr_text::ExprText;
use super::input::Input;
use super::scope::{ColumnRef, Scope, ScopeTable};
use super::tree::Node;
use super::types::Type;
use super::{check, evaluate, lex, operators, parse, unread, value};
use apportion_base::diagnostic::Diagnostic;

/// An expression that was parsed and type-checked against a [`Scope`].
#[derive(Debug, Clone)]
pub struct Expr {
    text: ExprText,
    scope: Arc<Scope>,
    tree: Node,
}

/// Parses and type-checks an expression. Its value must be of the type `expected`; a text literal alone may be a date.
///
/// # Errors
/// Everything that is wrong with it, each with its place: one finding where it can't be parsed, else one for each
/// unknown name and each operand of a wrong type.
pub fn compile(text: &ExprText, scope: &Scope, expected: Type) -> Result<Expr, Vec<Diagnostic>> {
    compile_as(text, scope, Some(expected))
}

/// Like [`compile`], for a value of any type. A NULL without context is text.
///
/// # Errors
/// As [`compile`].
pub fn compile_any(text: &ExprText, scope: &Scope) -> Result<Expr, Vec<Diagnostic>> {
    compile_as(text, scope, None)
}

pub(super) fn compile_as(
    text: &ExprText,
    scope: &Scope,
    expected: Option<Type>,
) -> Result<Expr, Vec<Diagnostic>> {
    let tree = lex::tokenize(&text.text)
        .and_then(|tokens| parse::parse(&text.text, &tokens))
        .map_err(|problem| vec![*problem])
        .and_then(|ast| check::check(&ast, &text.text, scope, expected));
    match tree {
        Ok(tree) => Ok(Expr { text: text.clone(), scope: Arc::new(scope.clone()), tree }),
        Err(problems) => Err(problems.into_iter().map(|problem| problem.into_diagnostic(text)).collect()),
    }
}

impl Expr {
    /// The type of its value.
    pub fn ty(&self) -> Type {
        self.tree.ty
    }

    /// The columns it reads, sorted, each once.
    pub fn columns(&self) -> Vec<ColumnRef> {
        self.tree.columns()
    }

    /// The expression as written.
    pub fn text(&self) -> &ExprText {
        &self.text
    }

    /// The scope that it was checked against; [`Input::tables`] has the same order.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether another expression was checked against the same tables and columns, so that their nodes name columns alike.
    pub fn has_scope_of(&self, other: &Self) -> bool {
        let alike = |(a, b): (&ScopeTable, &ScopeTable)| a.name == b.name && a.columns == b.columns;
        Arc::ptr_eq(&self.scope, &other.scope)
            || self.scope.tables.len() == other.scope.tables.len()
                && self.scope.tables.iter().zip(&other.scope.tables).all(alike)
    }

    /// Its typed tree. Nodes know their bytes in [`Expr::text`].
    pub fn tree(&self) -> &Node {
        &self.tree
    }

    /// The text of a node of this expression, as written.
    pub fn source(&self, node: &Node) -> &str {
        self.text.text.get(node.range.clone()).unwrap_or_default()
    }

    /// Its value on every row: `StringArray`, `Decimal128Array` (38 digits, a scale of its own), `Date32Array` or
    /// `BooleanArray` by its type.
    ///
    /// # Errors
    /// The first row on which it has no value. Whether a row has one does not depend on the other rows, with one
    /// exception: numbers without a common scale within 38 digits can't be one array, which is the same error.
    pub fn evaluate(&self, input: &Input) -> Result<ArrayRef, EvalError> {
        self.evaluate_node(&self.tree, input)
    }

    /// The value of a part of it on every row, as [`Expr::evaluate`] gives the value of the whole.
    ///
    /// # Errors
    /// As [`Expr::evaluate`].
    pub fn evaluate_node(&self, node: &Node, input: &Input) -> Result<ArrayRef, EvalError> {
        evaluate::array(node, input)
    }

    /// Whether one of its functions reads texts as something else, so that [`Expr::unread`] may be more than 0.
    pub fn reads_texts(&self) -> bool {
        unread::reads_texts(&self.tree)
    }

    /// How many texts its functions were to read as something else and could not; their value is null there. A branch of
    /// CASE that a row does not take reads nothing on it. 0 where the expression has no value.
    pub fn unread(&self, input: &Input) -> u64 {
        unread::unread(&self.tree, input).unwrap_or(0)
    }

    /// Whether it moved a date outside of the calendar since it was compiled. The date is null there.
    pub fn moved_beyond(&self) -> bool {
        !self.tree.moved_beyond().is_empty()
    }

    /// How many dates it moves outside of the calendar on these rows, and the first row on which it does so; a branch of CASE that a row
    /// does not take moves nothing on it. 0 where the expression has no value.
    pub fn beyond(&self, input: &Input) -> (u64, Option<usize>) {
        unread::beyond(&self.tree, input).unwrap_or((0, None))
    }

    /// The rows on which a condition is true. Null counts as false; the result has no nulls.
    ///
    /// # Errors
    /// As [`Expr::evaluate`], and if it is not a condition, which `compile` with [`Type::Boolean`] rules out.
    pub fn mask(&self, input: &Input) -> Result<BooleanArray, EvalError> {
        if input.rows == 0 {
            return Ok(BooleanArray::new_null(0));
        }
        match evaluate::evaluate(&self.tree, input)? {
            value::Value::Boolean(values) => Ok(operators::is_true(&values)),
            other => {
                Err(EvalError { row: 0, message: format!("this is {}, not a condition", other.ty().noun()) })
            }
        }
    }
}

/// Where each of several conditions over one scope is true, on the same rows: what they have in common is prepared once. `None`
/// where one has no value on some row; which row that is, and why, its expression says alone.
pub fn conditions(nodes: &[&Node], input: &Input) -> Vec<Option<BooleanArray>> {
    if input.rows == 0 {
        return nodes.iter().map(|_| Some(BooleanArray::new_null(0))).collect();
    }
    evaluate::conditions(nodes, input)
}
