//! SQL scalar expressions over columns: text → typed tree → Arrow arrays.
//!
//! Everything is type-checked before any data is read, and every number is an exact decimal. One evaluator serves whole
//! columns, groups and single rows. The language is described in docs/reference/expressions.md, and every example of that
//! page is evaluated by a test.
//!
//! | file | content |
//! |---|---|
//! | `lex`, `token` | text → tokens |
//! | `parse`, `syntax`, `refuse` | tokens → syntax tree; messages about what the language leaves out |
//! | `check`, `calls`, `names` | syntax tree → [`tree`], with types, and with columns found in a [`Scope`] |
//! | `evaluate`, `operators`, `membership` | the tree over columns |
//! | `functions`, `unread` | functions of texts, and how many texts they could not read |
//! | `value`, `decimal`, `text`, `date` | columns of the four types |
//! | `problem` | mistakes with their places |

#![deny(missing_docs)]

mod bands;
mod check;
mod date;
mod decimal;
mod evaluate;
mod functions;
mod lex;
mod membership;
mod names;
mod operators;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod outline;
mod parse;
mod problem;
mod refuse;
mod syntax;
mod text;
mod token;
pub mod tree;
mod unread;
mod value;

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt32Array};
use arrow::error::ArrowError;

use apportion_base::diagnostic::{Diagnostic, Span};
use apportion_base::notation::Zone;
pub use functions::Pattern;
pub use tree::Node;

/// The type of an expression or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// UTF-8 text.
    Text,
    /// An exact decimal of at most 38 digits.
    Number,
    /// A day of the calendar, from 0001-01-01 to 9999-12-31.
    Date,
    /// True, false or null: a condition.
    Boolean,
}

impl Type {
    /// One value of the type in a sentence: "a number".
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Boolean => "a condition",
        }
    }

    /// Several values of the type in a sentence: "numbers".
    pub fn plural(self) -> &'static str {
        match self {
            Self::Text => "texts",
            Self::Number => "numbers",
            Self::Date => "dates",
            Self::Boolean => "conditions",
        }
    }
}

/// An expression as written, and its place in a file.
#[derive(Debug, Clone)]
pub struct ExprText {
    /// The expression itself, with the escapes of the file resolved.
    pub text: Arc<str>,
    /// The whole expression in its file, without the quotes around it.
    pub span: Span,
    /// Byte offset in the file of each byte of `text`, and of its end. TOML escapes make the two differ.
    pub offsets: Arc<[usize]>,
}

impl ExprText {
    /// The place in the file of some bytes of `text`.
    pub fn place(&self, range: std::ops::Range<usize>) -> Span {
        let offset = |byte: usize| self.offsets.get(byte).copied().unwrap_or(self.span.range.end);
        let start = offset(range.start);
        Span { file: self.span.file, range: start..offset(range.end).max(start) }
    }
}

/// The tables that an expression may name, with their columns.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The tables in the order of [`Input::tables`].
    pub tables: Vec<ScopeTable>,
    /// Where instants in texts have their days; without it, where they say that they are.
    pub zone: Option<Zone>,
}

/// One table of a [`Scope`].
#[derive(Debug, Clone)]
pub struct ScopeTable {
    /// As written before the point: `deals`, `payees`, …; empty for the columns of a source's own file.
    pub name: String,
    /// Names and types of its columns.
    pub columns: Vec<(String, Type)>,
}

/// A column of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnRef {
    /// Index into [`Scope::tables`].
    pub table: usize,
    /// Index into [`ScopeTable::columns`].
    pub column: usize,
}

impl Scope {
    /// A scope of one table without a name: the columns of a source's own file.
    pub fn of_file(columns: Vec<(String, Type)>) -> Self {
        Self { tables: vec![ScopeTable { name: String::new(), columns }], zone: None }
    }

    /// Adds a table after the others.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, columns: Vec<(String, Type)>) -> Self {
        self.tables.push(ScopeTable { name: name.into(), columns });
        self
    }

    /// Name and type of a column; `None` if it is not of this scope.
    pub fn column(&self, column: ColumnRef) -> Option<(&str, Type)> {
        let (name, ty) = self.tables.get(column.table)?.columns.get(column.column)?;
        Some((name, *ty))
    }
}

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

fn compile_as(text: &ExprText, scope: &Scope, expected: Option<Type>) -> Result<Expr, Vec<Diagnostic>> {
    let tree = lex::tokenize(&text.text)
        .and_then(|tokens| parse::parse(&text.text, &tokens))
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
    /// One array for each column of the scope's table, `rows` long; `None` for a column that was not loaded, which the
    /// expression must not name. Text is `Utf8`, `Utf8View`, `LargeUtf8` or a dictionary of `Utf8` with `UInt32` or
    /// `Int32` keys; number is `Decimal128` of any scale, or integers; date is `Date32`; boolean is `Boolean`.
    pub columns: &'a [Option<ArrayRef>],
    /// Rows of the table.
    pub rows: usize,
    /// Output row `i` reads table row `index[i]`; where the entry is null, every column of the table is null.
    /// Without an index it reads row `i`.
    pub index: Option<&'a UInt32Array>,
}

/// The rows on which an expression is evaluated.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// Output rows.
    pub rows: usize,
    /// One entry for each table of the expression's scope, in the same order.
    pub tables: Vec<TableInput<'a>>,
}

/// A row on which an expression has no value, such as a number of more than 38 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// The first such output row.
    pub row: usize,
    /// The reason, as a clause that can follow "on deal D-17: ".
    pub message: String,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvalError {}

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
        if input.rows == 0 {
            return Ok(arrow::array::new_empty_array(&value::data_type(node.ty)));
        }
        evaluate::evaluate(node, input)?
            .into_array(input.rows)
            .map_err(|fault| EvalError { row: 0, message: fault.0 })
    }

    /// Whether one of its functions reads texts as something else, so that [`Expr::unread`] may be more than 0.
    pub fn reads_texts(&self) -> bool {
        unread::reads_texts(&self.tree)
    }

    /// How many texts its functions were to read as something else and could not; their value is null there. A branch of
    /// CASE that a row does not take reads nothing on it. 0 where the expression has no value.
    pub fn unread(&self, input: &Input) -> u64 {
        unread::unread(self, input).unwrap_or(0)
    }

    /// Whether it moved a date outside of the calendar since it was compiled. The date is null there.
    pub fn moved_beyond(&self) -> bool {
        !self.tree.moved_beyond().is_empty()
    }

    /// How many dates it moves outside of the calendar on these rows, and the first row on which it does so; a branch of CASE that a row
    /// does not take moves nothing on it. 0 where the expression has no value.
    pub fn beyond(&self, input: &Input) -> (u64, Option<usize>) {
        unread::beyond(self, input).unwrap_or((0, None))
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
            value::Value::Boolean(values) => Ok(evaluate::is_true(&values)),
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

/// Why values could not be computed, before it is known on which row.
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
