//! SQL scalar expressions over columns: text → typed tree → Arrow arrays. Contract, section 4, "Expressions".
//!
//! Everything is typed before any data is read, and every number is an exact decimal. One evaluator serves whole
//! columns, groups and single rows.

use std::sync::Arc;

use crate::diagnostic::Span;

/// What a value of an expression or a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    Text,
    Number,
    Date,
    Boolean,
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

/// STUB: the typed tree comes from the branch `expr`.
#[derive(Debug, Clone)]
pub struct Expr {
    columns: Vec<ColumnRef>,
}

/// STUB
#[derive(Debug, Clone)]
pub struct EvalError {
    pub row: usize,
    pub message: String,
}

/// STUB
pub struct Input<'a> {
    pub rows: usize,
    pub tables: Vec<TableInput<'a>>,
}

/// STUB
pub struct TableInput<'a> {
    pub columns: &'a [Option<arrow::array::ArrayRef>],
    pub rows: usize,
    pub index: Option<&'a [u32]>,
}

impl Expr {
    /// STUB
    pub fn columns(&self) -> Vec<ColumnRef> {
        self.columns.clone()
    }

    /// STUB
    pub fn evaluate(&self, input: &Input) -> Result<arrow::array::ArrayRef, EvalError> {
        Err(EvalError { row: input.rows, message: String::new() })
    }

    /// STUB
    pub fn mask(&self, input: &Input) -> Result<arrow::array::BooleanArray, EvalError> {
        Err(EvalError { row: input.rows, message: String::new() })
    }
}

/// STUB
pub fn compile(
    _text: &ExprText,
    _scope: &Scope,
    _wanted: Type,
) -> Result<Expr, Vec<crate::diagnostic::Diagnostic>> {
    Ok(Expr { columns: Vec::new() })
}
