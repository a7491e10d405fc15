//! An expression bound to the columns it names, ready to be evaluated over index lists.

use arrow::array::{ArrayRef, BooleanArray, UInt32Array};

use crate::tables::Frame;
use apportion_expr::{EvalError, Expr, Input, Node, TableInput};

/// An expression with the columns of the tables it names.
#[derive(Debug, Clone)]
pub struct Bound<'a> {
    expr: &'a Expr,
    /// By table of the expression's scope.
    tables: Vec<BoundTable>,
}

/// A table that is made for an evaluation, for groups or for a row.
#[derive(Debug, Clone, Copy)]
pub struct TemporaryTable<'c> {
    /// Its place in the expression's scope.
    pub table: usize,
    /// Its columns, in the order of the scope; `None` where the expression does not name one.
    pub columns: &'c [Option<ArrayRef>],
}

#[derive(Debug, Clone)]
struct BoundTable {
    rows: usize,
    columns: Vec<Option<ArrayRef>>,
    used: bool,
}

impl<'a> Bound<'a> {
    /// Takes the columns that `expr` names out of `frames`, which are in the order of its scope's tables. A table
    /// that is made later, for each batch, is `None`.
    pub fn new(expr: &'a Expr, frames: &[Option<&Frame>]) -> Self {
        let named = expr.columns();
        let tables = expr
            .scope()
            .tables
            .iter()
            .enumerate()
            .map(|(table, schema)| {
                let frame = frames.get(table).copied().flatten();
                let column = |position: usize, name: &str| {
                    let wanted =
                        named.iter().any(|column| column.table == table && column.column == position);
                    frame.filter(|_| wanted).and_then(|frame| frame.column(name)).cloned()
                };
                BoundTable {
                    rows: frame.map_or(0, |frame| frame.rows),
                    columns: schema
                        .columns
                        .iter()
                        .enumerate()
                        .map(|(position, (name, _))| column(position, name))
                        .collect(),
                    used: named.iter().any(|column| column.table == table),
                }
            })
            .collect();
        Self { expr, tables }
    }

    /// The expression that is bound.
    pub fn expr(&self) -> &'a Expr {
        self.expr
    }

    /// Whether the expression names a column of the table.
    pub fn uses(&self, table: usize) -> bool {
        self.tables.get(table).is_some_and(|table| table.used)
    }

    /// Whether each of `rows` output rows is true; output row `i` reads row `indices[t][i]` of table `t`, or row `i`
    /// of a table of as many rows where there is no index.
    pub fn mask(&self, rows: usize, indices: &[Option<&UInt32Array>]) -> Result<BooleanArray, EvalError> {
        self.expr.mask(&self.input(rows, indices))
    }

    /// How many texts its functions could not read on these rows.
    pub fn unread(&self, rows: usize, indices: &[Option<&UInt32Array>]) -> u64 {
        self.expr.unread(&self.input(rows, indices))
    }

    /// The value of each of `rows` output rows.
    pub fn evaluate(&self, rows: usize, indices: &[Option<&UInt32Array>]) -> Result<ArrayRef, EvalError> {
        self.expr.evaluate(&self.input(rows, indices))
    }

    /// The value of a part of the expression on each of `rows` output rows.
    pub fn evaluate_node(
        &self,
        node: &Node,
        rows: usize,
        indices: &[Option<&UInt32Array>],
    ) -> Result<ArrayRef, EvalError> {
        self.expr.evaluate_node(node, &self.input(rows, indices))
    }

    /// The same mask where one table is made for it.
    pub fn mask_with(
        &self,
        rows: usize,
        indices: &[Option<&UInt32Array>],
        made: TemporaryTable<'_>,
    ) -> Result<BooleanArray, EvalError> {
        let mut input = self.input(rows, indices);
        if let Some(table) = input.tables.get_mut(made.table) {
            *table = TableInput { columns: made.columns, rows, index: None };
        }
        self.expr.mask(&input)
    }

    /// The value of a part of the expression where one table is made for it.
    pub fn evaluate_node_with(
        &self,
        node: &Node,
        rows: usize,
        indices: &[Option<&UInt32Array>],
        made: TemporaryTable<'_>,
    ) -> Result<ArrayRef, EvalError> {
        let mut input = self.input(rows, indices);
        if let Some(table) = input.tables.get_mut(made.table) {
            *table = TableInput { columns: made.columns, rows, index: None };
        }
        self.expr.evaluate_node(node, &input)
    }

    fn input<'b>(&'b self, rows: usize, indices: &[Option<&'b UInt32Array>]) -> Input<'b> {
        let tables = self
            .tables
            .iter()
            .enumerate()
            .map(|(position, table)| TableInput {
                columns: &table.columns,
                rows: table.rows,
                index: indices.get(position).copied().flatten(),
            })
            .collect();
        Input { rows, tables }
    }
}
