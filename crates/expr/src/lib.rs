//! SQL scalar expressions over columns: text → typed tree → Arrow arrays. Contract, section 4, "Expressions".
//!
//! Everything is typed before any data is read, and every number is an exact decimal. One evaluator serves whole
//! columns, groups and single rows. docs/expressions.md is the language's page; a test holds it to this code.
//!
//! | file | idea |
//! |---|---|
//! | `lex`, `parse`, `syntax`, `refuse` | text → tokens → syntax, with the bytes of each piece, and what to say of what is left out |
//! | `check`, `names` | syntax → [`tree`], typed, with columns found in a [`Scope`] |
//! | `evaluate`, `operators`, `membership` | the tree over columns |
//! | `value`, `decimal`, `text`, `date` | columns of the four types |

mod check;
mod date;
mod decimal;
mod evaluate;
mod lex;
mod membership;
mod names;
mod operators;
mod parse;
mod problem;
mod refuse;
mod syntax;
mod text;
pub mod tree;
mod value;

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt32Array};
use arrow::error::ArrowError;

use apportion_base::diagnostic::{Diagnostic, Span};
pub use tree::Node;

/// What a value of an expression or a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    Text,
    Number,
    Date,
    Boolean,
}

impl Type {
    /// As one value of it is called in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Boolean => "a condition",
        }
    }

    /// As several values of it are called in a sentence.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Text => "texts",
            Self::Number => "numbers",
            Self::Date => "dates",
            Self::Boolean => "conditions",
        }
    }
}

/// An expression as written, with the way back to its place in a file.
#[derive(Debug, Clone)]
pub struct ExprText {
    pub text: Arc<str>,
    /// The whole expression in its file, without the quotes around it.
    pub span: Span,
    /// Byte offset in the file of each byte of `text`, plus one entry for its end: TOML escapes make the two differ.
    pub offsets: Arc<[usize]>,
}

impl ExprText {
    /// The place in the file of a range of bytes of the expression.
    pub fn place(&self, range: std::ops::Range<usize>) -> Span {
        let at = |byte: usize| self.offsets.get(byte).copied().unwrap_or(self.span.range.end);
        Span { file: self.span.file, range: at(range.start)..at(range.end).max(at(range.start)) }
    }
}

/// The tables that an expression may name, in a fixed order, with their columns.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub tables: Vec<ScopeTable>,
}

/// One table of a [`Scope`].
#[derive(Debug, Clone)]
pub struct ScopeTable {
    /// As written before the dot: `deals`, `payees`, …; empty for a source's own file columns.
    pub name: String,
    pub columns: Vec<(String, Type)>,
}

/// A column of a scope: indices into [`Scope::tables`] and [`ScopeTable::columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnRef {
    pub table: usize,
    pub column: usize,
}

impl Scope {
    /// A scope of one table without a name, whose columns are named bare: a source's own file columns.
    pub fn of_file(columns: Vec<(String, Type)>) -> Self {
        Self { tables: vec![ScopeTable { name: String::new(), columns }] }
    }

    /// Adds a table after the others.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, columns: Vec<(String, Type)>) -> Self {
        self.tables.push(ScopeTable { name: name.into(), columns });
        self
    }

    /// Name and type of a column.
    pub fn column(&self, at: ColumnRef) -> Option<(&str, Type)> {
        let (name, ty) = self.tables.get(at.table)?.columns.get(at.column)?;
        Some((name, *ty))
    }
}

/// An expression that was read and typed against a [`Scope`].
#[derive(Debug, Clone)]
pub struct Expr {
    text: ExprText,
    scope: Arc<Scope>,
    tree: Node,
}

/// Reads an expression and types it. `expected` is what its value must be; a text literal alone may be a date.
///
/// # Errors
/// Everything that is wrong with it, each with its place: one finding where it can't be read, else one for each
/// unknown name and each operator that gets what it can't take.
pub fn compile(text: &ExprText, scope: &Scope, expected: Type) -> Result<Expr, Vec<Diagnostic>> {
    compile_as(text, scope, Some(expected))
}

/// Like [`compile`], for a value of any type. A bare NULL is text.
pub fn compile_any(text: &ExprText, scope: &Scope) -> Result<Expr, Vec<Diagnostic>> {
    compile_as(text, scope, None)
}

fn compile_as(text: &ExprText, scope: &Scope, expected: Option<Type>) -> Result<Expr, Vec<Diagnostic>> {
    let tree = lex::pieces(&text.text)
        .and_then(|pieces| parse::parse(&pieces, text.text.len()))
        .map_err(|problem| vec![*problem])
        .and_then(|ast| check::check(&ast, &text.text, scope, expected));
    match tree {
        Ok(tree) => Ok(Expr { text: text.clone(), scope: Arc::new(scope.clone()), tree }),
        Err(problems) => Err(problems.into_iter().map(|problem| problem.into_diagnostic(text)).collect()),
    }
}

/// The rows of one table on which an expression is evaluated.
#[derive(Debug, Clone, Copy)]
pub struct TableInput<'a> {
    /// One for each column of the scope's table, `rows` long; `None` where it was not loaded (it may not be named then).
    /// Text as `Utf8`, `Utf8View` or a dictionary of `Utf8` with `UInt32` or `Int32` keys; number as `Decimal128` of
    /// any scale; date as `Date32`; boolean as `Boolean`.
    pub columns: &'a [Option<ArrayRef>],
    pub rows: usize,
    /// Output row `i` reads table row `index[i]`; where the entry is null, every column of the table is null.
    /// Without an index it reads row `i`.
    pub index: Option<&'a UInt32Array>,
}

/// What an expression is evaluated on: one entry for each table of its scope.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// Output rows.
    pub rows: usize,
    pub tables: Vec<TableInput<'a>>,
}

/// A row on which an expression has no value: a number of more than 38 digits, a date moved out of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// The first such output row.
    pub row: usize,
    /// What happened, as a clause that can follow "on deal D-17: ".
    pub message: String,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvalError {}

impl Expr {
    pub fn ty(&self) -> Type {
        self.tree.ty
    }

    /// The columns it reads, sorted, each once.
    pub fn columns(&self) -> Vec<ColumnRef> {
        self.tree.columns()
    }

    pub fn text(&self) -> &ExprText {
        &self.text
    }

    /// The tables that it was read against; [`Input::tables`] stand in their order.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What it means; nodes know their bytes in [`Expr::text`].
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
    /// The first row on which it has no value. Whether a row has one does not depend on the other rows; only numbers
    /// that have no scale in common within 38 digits can't be handed over as one array, which is the same error.
    pub fn evaluate(&self, input: &Input) -> Result<ArrayRef, EvalError> {
        self.evaluate_node(&self.tree, input)
    }

    /// The value of a part of it on every row, as [`Expr::evaluate`] gives the value of the whole.
    pub fn evaluate_node(&self, node: &Node, input: &Input) -> Result<ArrayRef, EvalError> {
        if input.rows == 0 {
            return Ok(arrow::array::new_empty_array(&value::data_type(node.ty)));
        }
        evaluate::evaluate(node, input)?
            .into_array(input.rows)
            .map_err(|fault| EvalError { row: 0, message: fault.0 })
    }

    /// Where a condition is true: null counts as false, and there are no nulls in the result.
    ///
    /// # Errors
    /// As [`Expr::evaluate`]; and where it is no condition, which `compile` with [`Type::Boolean`] rules out.
    pub fn mask(&self, input: &Input) -> Result<BooleanArray, EvalError> {
        if input.rows == 0 {
            return Ok(BooleanArray::new_null(0));
        }
        match evaluate::evaluate(&self.tree, input)? {
            value::Value::Boolean(values) => Ok(evaluate::is_true(&values)),
            other => {
                Err(EvalError { row: 0, message: format!("this is {}, not a condition", other.ty().noun()) })
            }
        }
    }
}

/// Why values could not be made, before it is known on which row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault(String);

impl Fault {
    fn new(message: &str) -> Self {
        Self(message.to_owned())
    }
}

impl From<ArrowError> for Fault {
    fn from(error: ArrowError) -> Self {
        Self(error.to_string())
    }
}

#[cfg(test)]
mod tests;

apportion_base::overflow_probe!();
